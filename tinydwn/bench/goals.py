"""Public data sets with budgets, one class against the rest where one is named: what circuits are compared on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tinydwn.bench import ask
from tinydwn.errors import ConfigError

if TYPE_CHECKING:
    from tinydwn.data import Split

LIBRARY = "nangate45"


@dataclass(frozen=True, slots=True)
class Goal:
    """A data set, one class against the rest where `positive` names it, and budgets in NAND2 equivalents."""

    dataset: str
    budgets: tuple[float, ...]
    positive: str | None = None

    def split(self, seed: int) -> Split:
        """Return the data set with a fifth for tests, stratified by the seed."""
        from tinydwn.data import load_dataset

        return load_dataset(self.dataset, positive=self.positive).split(test_fraction=0.2, seed=seed)


GOALS = (
    Goal("segment", (8.0,), "brickface"),
    Goal("phoneme", (15.0, 40.0)),
    Goal("sylvine", (8.0, 40.0)),
    Goal("jasmine", (8.0,)),
    Goal("nomao", (14.0, 60.0)),
    Goal("skin-segmentation", (15.0, 60.0)),
    Goal("blood-transfusion", (4.0,)),
    Goal("australian", (2.0,)),
)
POSITIVE = {goal.dataset: goal.positive for goal in GOALS if goal.positive is not None}
"""The class that stands against the rest of its data set."""


@dataclass(frozen=True, slots=True)
class GoalTask:
    """A goal on one cut, split and searched by one seed."""

    goal: Goal
    cut: str
    effort: str
    seed: int


def goals_of(datasets: Sequence[str] | None = None, budgets: Sequence[float] | None = None) -> tuple[Goal, ...]:
    """Return all goals, or those of some data sets; with the same budgets for each where some are given.

    `ConfigError` for a data set without goals, unless there are budgets, and for budgets that do not ascend.
    """
    known = {goal.dataset: goal for goal in GOALS}
    if budgets is None:
        return tuple(known[name] for name in ask.require_known(datasets, known, "there are no goals for data set {!r}"))
    if not budgets or min(budgets) <= 0 or list(budgets) != sorted(set(budgets)):
        raise ConfigError(f"budgets {list(budgets)} do not ascend from above 0", hint="give some like 8,16,32,64")
    return tuple(
        Goal(name, tuple(map(float, budgets)), POSITIVE.get(name)) for name in dict.fromkeys(datasets or known)
    )


def in_tables(dataset: str) -> str:
    """Return how tables name a data set, with the class that stands against the rest where there is one.

    >>> in_tables("segment"), in_tables("phoneme")
    ('segment, brickface', 'phoneme')
    """
    return f"{dataset}, {POSITIVE[dataset]}" if dataset in POSITIVE else dataset


def in_words(dataset: str) -> str:
    """Return how sentences and figures name a data set.

    >>> in_words("segment")
    'segment (brickface against the rest)'
    """
    return f"{dataset} ({POSITIVE[dataset]} against the rest)" if dataset in POSITIVE else dataset


def against_rest(datasets: Iterable[str]) -> tuple[str, ...]:
    """Return a sentence for each data set of which one class stands against the rest."""
    return tuple(
        f"{in_tables(name)}: the class {POSITIVE[name]} against all others."
        for name in dict.fromkeys(datasets)
        if name in POSITIVE
    )


def cut_text(cut: str) -> str:
    """Return what a cut counts.

    >>> cut_text("core")
    'core cut: thermometer bits in, encoder left out'
    """
    counted = "thermometer bits in, encoder left out" if cut == "core" else "8-bit words in, encoder included"
    return f"{cut} cut: {counted}"
