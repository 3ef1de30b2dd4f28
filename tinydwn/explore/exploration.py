"""Trials from a storage to workers and back, and the joined front of what they found."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from tinydwn.errors import ConfigError, DataError, LibraryError, ModelError, NetlistError, TinydwnError
from tinydwn.explore.circuit import Circuit, Found
from tinydwn.explore.judge import Judge
from tinydwn.explore.listener import Listener, Nobody
from tinydwn.explore.record import Record, Tried, combinations, opened
from tinydwn.explore.space import Space, options_of, require_sense, said, usual_space, usual_values
from tinydwn.explore.storage import Storage
from tinydwn.explore.trial import Task, TrialTimeout, digest_of, run_trial, split_of
from tinydwn.metrics import Cut
from tinydwn.refine.front import non_dominated
from tinydwn.synthesis.front import Choice, choose
from tinydwn.synthesis.options import SynthesisOptions
from tinydwn.synthesis.pipeline import load_libraries
from tinydwn.synthesis.versions import abc_version
from tinydwn.tools.cluster import ALL_CORES, Cluster
from tinydwn.tools.codec import to_json
from tinydwn.tools.versions import versions_here

TRIALS = 20
Work = Callable[[Task], tuple[Found, ...]]
_OF_OPTIONS = (ConfigError, DataError, LibraryError, ModelError, NetlistError, TrialTimeout)
"""Errors that come of the values of a trial; others are faults of the machine that it ran on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How much to explore: so many trials in all, begun within so many minutes; each is given up after a time.

    `space` is what to vary, by default `usual_space`.
    """

    space: Space | None = None
    trials: int = TRIALS
    minutes: float | None = None
    trial_timeout_s: float = 3600.0

    def __post_init__(self) -> None:
        if self.trials < 1:
            raise ConfigError(f"an exploration of {self.trials} trials", hint="choose a whole number from 1 upwards")
        for what, value in (("--minutes", self.minutes), ("--trial-timeout", self.trial_timeout_s)):
            if value is not None and not 0 < value <= 1e7:
                raise ConfigError(f"{what} is {value:g}", hint="choose a number above 0")


@dataclass(frozen=True, slots=True)
class Joined:
    """A circuit of the joined front: the trial that it came from, with its values, and its accuracy on the test part.

    That is measured once the front stands, and is None where there is no test part.
    """

    trial: int
    values: Mapping[str, str]
    circuit: Circuit
    test: float | None


@dataclass(frozen=True, slots=True)
class Explored:
    """What an exploration found: every trial, and the joined front by ascending area on the cut that counts.

    `chosen` is the smallest circuit of the front that is expected within one standard error of the best.
    """

    source: str
    study: str
    options: SynthesisOptions
    space: Space
    tried: tuple[Tried, ...]
    front: tuple[Joined, ...]
    chosen: int
    parts: tuple[int, int]
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def cut(self) -> Cut:
        """Whose cost counts."""
        return self.options.cut

    @property
    def exhausted(self) -> bool:
        """Whether every combination of values was tried."""
        return len(self.tried) >= combinations(self.space)


def joined_front(tried: Iterable[Tried], cut: Cut) -> tuple[tuple[Tried, Circuit], ...]:
    """Return the circuits of all trials that no other one equals or beats in both area and expected accuracy.

    They ascend in area. Of circuits that are equal in both, the one of the earliest trial stands.
    """
    pairs = [(one, circuit) for one in tried for circuit in one.circuits]
    return non_dominated(pairs, cost=lambda pair: pair[1].cost_um2(cut), worth=lambda pair: pair[1].expected.accuracy)


def explore(
    source: str,
    options: SynthesisOptions,
    asked: Asked,
    *,
    storage: Storage,
    study: str,
    cluster: Cluster = ALL_CORES,
    work: Work = run_trial,
    listen: Callable[[int], AbstractContextManager[Listener]] | None = None,
) -> Explored:
    """Try options on a table of samples until there are as many trials as asked for, and join what they found.

    `options` are what all trials share, and how circuits are counted and judged: in the first library, with that
    effort, by what a teacher of that seed expects. What is kept in the storage is not tried again; trials that were
    begun and never ended, as their process or worker was killed, are taken up again first. `listen` is asked, once all
    has been checked, with how many trials there will be at most, for who hears of each as it begins and as it ends.

    A trial whose values lead to an error has failed and is kept so; one that was given up is tried again where it gets
    more time. Where all have failed, `ConfigError` says why the last one did. A fault of a machine, as a program that
    is missing there, ends the exploration with its error, and the trial is taken up again by the next one. With one
    process the same storage, options and numbers give the same trials, interrupted or not.
    """
    load_libraries(options)
    abc_version(timeout_s=options.timeout_s)
    split = split_of(source, options)
    space = asked.space or usual_space(options, classes=len(split.class_names))
    require_sense(space, options)
    for library in space.get("library", ()):
        load_libraries(options_of({"library": library}, options))
    asked = replace(asked, trials=min(asked.trials, combinations(space)))
    samples, judge = digest_of(split), Judge(split, options)
    first = usual_values(space, options)

    def task(number: int, values: Mapping[str, str]) -> Task:
        return Task(number, source, options, values, samples, asked.trial_timeout_s)

    about = _about(split.name, options, space, samples)
    with opened(storage, study, about, space=space, first=first, seed=options.seed, cut=options.cut) as record:
        record.renew(asked.trial_timeout_s)
        with listen(asked.trials) if listen else nullcontext(Nobody()) as listener:
            _run(record, asked, task, judge.judged, cut=options.cut, cluster=cluster, work=work, listener=listener)
        tried = record.tried()
    front = [
        Joined(one.number, one.values, circuit, judge.measured(circuit.found))
        for one, circuit in joined_front(tried, options.cut)
    ]
    if not front:
        raise _nothing(tried)
    chosen = choose([one.circuit.place(options.cut) for one in front], Choice())
    parts = len(split.train_labels), len(split.test_labels)
    return Explored(split.name, study, options, space, tried, tuple(front), chosen, parts, _versions())


def _run(
    record: Record,
    asked: Asked,
    task: Callable[[int, Mapping[str, str]], Task],
    judged: Callable[[Found], Circuit],
    *,
    cut: Cut,
    cluster: Cluster,
    work: Work,
    listener: Listener,
) -> None:
    """Have the trials done that are still to be done, and keep each as it ends."""
    for one in record.tried():
        listener.ended(one, stored=True)
    begun_s: dict[int, float] = {}
    defects: list[BaseException] = []

    def tasks() -> Iterator[Task]:
        for number, values in _to_do(record, asked):
            if defects:
                return
            begun_s[number] = time.monotonic()
            listener.tell(f"trial {number} ({said(values)}) begins")
            yield task(number, values)

    with closing(cluster.run(work, tasks())) as ends:
        for done, future in ends:
            seconds = time.monotonic() - begun_s[done.number]
            error = future.exception()
            if error is not None and not isinstance(error, _OF_OPTIONS):
                defects.append(error)
                continue
            if error is not None:
                timeout_s = done.timeout_s if isinstance(error, TrialTimeout) else None
                record.fail(done.number, error.message, seconds=seconds, timeout_s=timeout_s)
                listener.ended(Tried(done.number, done.values, (), seconds, error.message), stored=False)
                continue
            listener.tell(f"trial {done.number} ended; its circuits are judged")
            circuits = tuple(judged(found) for found in future.result())
            chosen = circuits[choose([one.place(cut) for one in circuits], Choice())]
            record.keep(done.number, circuits, chosen, seconds=seconds)
            listener.ended(Tried(done.number, done.values, circuits, seconds), stored=False)
    if defects:
        raise defects[0]


def _to_do(record: Record, asked: Asked) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield trials to do: first those that were left behind, then new ones, each when it is asked for."""
    end = None if asked.minutes is None else time.monotonic() + 60 * asked.minutes
    yield from record.left_behind()
    while record.begun() < asked.trials and not record.exhausted() and (end is None or time.monotonic() < end):
        yield record.begin()


def _nothing(tried: Sequence[Tried]) -> TinydwnError:
    errors = [one.error for one in tried if one.error]
    if errors:
        return ConfigError(
            f"no trial found a circuit; the last of {len(errors)} said: {errors[-1]}",
            hint="leave out with --vary what does not work, and begin with another --study or --out",
        )
    return ConfigError("no trial ended", hint="allow more --minutes")


def _about(name: str, options: SynthesisOptions, space: Space, samples: str) -> dict[str, Any]:
    """Return all that decides what comes of a trial, by names that a reader knows."""
    shared = {one: value for one, value in asdict(options).items() if one not in ("reading", "timeout_s")}
    return {
        "table": name,
        "training part": samples,
        "options": to_json(shared),
        "choice of values to vary": to_json(dict(space)),
        "set of versions": _versions(),
    }


def _versions() -> dict[str, str]:
    """Return the versions of what trials depend on, and of who proposes them."""
    from importlib.metadata import version

    return {**versions_here(), "optuna": version("optuna")}
