"""The trials of an exploration in a storage: what is tried next, what came of what was tried."""

from __future__ import annotations

import json
import logging
import random
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Any

from tinydwn.errors import ConfigError
from tinydwn.explore.circuit import Circuit
from tinydwn.explore.space import Space
from tinydwn.explore.storage import Storage
from tinydwn.metrics import Cut
from tinydwn.refine.front import non_dominated
from tinydwn.tools.codec import from_json, to_json

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.storages import RDBStorage
    from optuna.trial import FrozenTrial

_STARTUP = 8
"""Trials by chance before the sampler follows what was found."""
_ASKED, _CIRCUITS, _SECONDS, _ERROR = "asked", "circuits", "seconds", "error"
_TIMEOUT, _INSTEAD, _DAMAGED = "timeout_s", "instead", "damaged"


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial that ended: its values, the circuits of its front with what is expected of them, or why there are none.

    `model` of circuits that another one of the same trial equals is empty: they are on no joined front.
    """

    number: int
    values: Mapping[str, str]
    circuits: tuple[Circuit, ...]
    seconds: float
    error: str = ""


class Record:
    """A study of Optuna, held by this process alone."""

    def __init__(
        self,
        storage: Storage,
        database: RDBStorage,
        study: Study,
        space: Space,
        *,
        first: Mapping[str, str],
        seed: int,
        cut: Cut,
    ) -> None:
        self._storage, self._database, self._study = storage, database, study
        self._space, self._first, self._seed, self._cut = space, first, seed, cut

    def tried(self) -> tuple[Tried, ...]:
        """Return the trials that ended, by their numbers."""
        return tuple(_tried(one) for one in self._trials() if one.state.is_finished())

    def left_behind(self) -> tuple[tuple[int, Mapping[str, str]], ...]:
        """Return numbers and values of the trials that were begun and never ended."""
        return tuple((one.number, one.params) for one in self._trials() if not one.state.is_finished())

    def begun(self) -> int:
        """Return how many trials were begun or ended."""
        return len(self._trials())

    def exhausted(self) -> bool:
        """Say whether every combination of values was begun."""
        return self.begun() >= combinations(self._space)

    def begin(self) -> tuple[int, Mapping[str, str]]:
        """Begin a trial of a combination of values that was not begun before; return its number and the values.

        The sampler proposes it from what ended; where it proposes one again, one that is new is drawn. There has to be
        one, see `exhausted`. The same trials before it give the same one.
        """
        with _quiet():
            values = self._next()
        return self._add(values), values

    def renew(self, timeout_s: float) -> None:
        """Begin trials anew that were given up after less than `timeout_s`; they stand in place of the earlier ones."""
        for one in self._trials():
            if one.user_attrs.get(_TIMEOUT, timeout_s) < timeout_s:
                self._add(one.params, instead=one.number)

    def drop_damaged(self) -> None:
        """End trials that were begun and lack values, or whose combination is that of another one; they do not count.

        Trials are begun in one transaction, so that other programs, or versions, have written such.
        """
        from optuna.trial import TrialState

        known: set[str] = set()
        for one in self._trials():
            whole = all(one.params.get(name) in values for name, values in self._space.items())
            if not one.state.is_finished() and (not whole or _key(one.params) in known):
                with self._storage.reached(), _quiet():
                    self._note(one.number, **{_DAMAGED: "it was begun without all values, or repeats another one"})
                    self._study.tell(one.number, state=TrialState.FAIL)
            else:
                known.add(_key(one.params))

    def _next(self) -> dict[str, str]:
        """Draw a new combination of values, aside, by a study in memory of the trials that count.

        Chance depends on how many there are.
        """
        import optuna
        from optuna.trial import create_trial

        before = self._trials()
        aside = optuna.create_study(directions=["minimize", "maximize"], sampler=_sampler(self._seed, len(before)))
        distributions = _distributions(self._space)
        for one in before:
            aside.add_trial(
                create_trial(
                    state=one.state, values=one.values, params=dict(one.params), distributions=dict(one.distributions)
                )
            )
        if not before:
            aside.enqueue_trial(dict(self._first))
        drawn = dict(aside.ask(distributions).params)
        known, rng = {_key(one.params) for one in before}, random.Random(f"{self._seed} {len(before)}")  # noqa: S311
        while _key(drawn) in known:
            drawn = {name: rng.choice(values) for name, values in self._space.items()}
        return drawn

    def _add(self, values: Mapping[str, str], **notes: int) -> int:
        """Begin a trial of values in one transaction, so that it is there as a whole or not at all."""
        from optuna.trial import TrialState, create_trial

        trial = create_trial(
            state=TrialState.RUNNING,
            params=dict(values),
            distributions=_distributions(self._space),
            user_attrs=dict(notes),
        )
        with self._storage.reached(), _quiet():
            study = self._database.get_study_id_from_name(self._study.study_name)
            return self._database.get_trial_number_from_id(self._database.create_new_trial(study, trial))

    def keep(self, number: int, circuits: Sequence[Circuit], chosen: Circuit, *, seconds: float) -> None:
        """Keep what a trial found; `chosen` is what the sampler follows."""
        own = {id(one) for one in non_dominated(circuits, cost=self._cost, worth=_worth)}
        kept = [one if id(one) in own else replace(one, found=replace(one.found, model="")) for one in circuits]
        with self._storage.reached(), _quiet():
            self._note(number, **{_CIRCUITS: to_json(tuple(kept)), _SECONDS: round(seconds, 3), _ERROR: ""})
            size = chosen.found.size(self._cut)
            self._study.tell(number, [size.nand2_equivalent, chosen.expected.accuracy])

    def fail(self, number: int, error: str, *, seconds: float, timeout_s: float | None = None) -> None:
        """Keep why a trial found nothing; `timeout_s` is the time after which it was given up, if it was."""
        from optuna.trial import TrialState

        given_up = {} if timeout_s is None else {_TIMEOUT: timeout_s}
        with self._storage.reached(), _quiet():
            self._note(number, **{_ERROR: error, _SECONDS: round(seconds, 3)}, **given_up)
            self._study.tell(number, state=TrialState.FAIL)

    def _cost(self, circuit: Circuit) -> float:
        return circuit.cost_um2(self._cut)

    def _note(self, number: int, **notes: Any) -> None:  # noqa: ANN401 - what JSON can hold
        study = self._database.get_study_id_from_name(self._study.study_name)
        trial = self._database.get_trial_id_from_study_id_trial_number(study, number)
        for name, note in notes.items():
            self._database.set_trial_user_attr(trial, name, note)

    def _trials(self) -> list[FrozenTrial]:
        """Return the trials that count, by their numbers."""
        from optuna.trial import TrialState

        with self._storage.reached():
            every = self._study.get_trials(
                deepcopy=False, states=(TrialState.COMPLETE, TrialState.FAIL, TrialState.RUNNING)
            )
        renewed = {one.user_attrs.get(_INSTEAD) for one in every}
        return [one for one in every if one.number not in renewed and _DAMAGED not in one.user_attrs]


@contextmanager
def opened(
    storage: Storage,
    name: str,
    asked: Mapping[str, Any],
    *,
    space: Space,
    first: Mapping[str, str],
    seed: int,
    cut: Cut,
) -> Iterator[Record]:
    """Give the record of a study, made where there is none, and keep other explorations from it within the block.

    `asked` is all that decides what comes of values, as values that JSON can hold; `ConfigError` where the study that
    is there was asked for something else. `first` are the values, as far as they are said, of the first trial.
    """
    with ExitStack() as stack:
        stack.enter_context(storage.held(name))
        database = stack.enter_context(storage.opened())
        with storage.reached(), _quiet():
            study = _study(database, name)
            before = study.user_attrs.get(_ASKED)
        if before is None:
            if study.get_trials(deepcopy=False):
                raise ConfigError(
                    f"the study '{name}' in {storage.shown} is not one of tinydwn", hint="give another --study"
                )
            with storage.reached(), _quiet():
                study.set_user_attr(_ASKED, json.loads(json.dumps(asked)))
        else:
            _require_same(name, storage, before, asked)
        record = Record(storage, database, study, space, first=first, seed=seed, cut=cut)
        record.drop_damaged()
        yield record


def _study(database: RDBStorage, name: str) -> Study:
    import optuna

    if name in (one.study_name for one in database.get_all_studies()):
        return optuna.load_study(study_name=name, storage=database)
    return optuna.create_study(study_name=name, storage=database, directions=["minimize", "maximize"])


def _require_same(name: str, storage: Storage, before: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    here = json.loads(json.dumps(asked))
    for what in {**before, **here}:
        if before.get(what) != here.get(what):
            raise ConfigError(
                f"the study '{name}' in {storage.shown} was asked with another {what}: "
                f"{_short(before.get(what))} instead of {_short(here.get(what))}",
                hint="ask for the same to go on, or begin another one with --study or --out",
            )


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 300 else f"{text[:297]}..."


def combinations(space: Space) -> int:
    """Return how many combinations of values a space has.

    >>> combinations({"bits": ("2", "4"), "seed": ("0", "1", "2")})
    6
    """
    return prod(map(len, space.values()))


def _distributions(space: Space) -> dict[str, BaseDistribution]:
    from optuna.distributions import CategoricalDistribution

    return {name: CategoricalDistribution(values) for name, values in space.items()}


def _sampler(seed: int, number: int) -> Any:  # noqa: ANN401 - a sampler of Optuna
    """Return the sampler of a trial; its chance depends on the trial alone, so that it may be made at any time."""
    from optuna.samplers import TPESampler

    return TPESampler(seed=seed * 1_000_003 + number & 0xFFFFFFFF, n_startup_trials=_STARTUP, constant_liar=True)


def _tried(one: FrozenTrial) -> Tried:
    notes = one.user_attrs
    found = from_json(tuple[Circuit, ...], notes.get(_CIRCUITS, []), where=f"trial {one.number}")
    return Tried(one.number, dict(one.params), found, float(notes.get(_SECONDS, 0.0)), str(notes.get(_ERROR, "")))


def _key(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), sort_keys=True)


def _worth(circuit: Circuit) -> float:
    return circuit.expected.accuracy


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Optuna from speaking."""
    from optuna import logging as told

    before = told.get_verbosity()
    told.set_verbosity(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="optuna")
            yield
    finally:
        told.set_verbosity(before)
