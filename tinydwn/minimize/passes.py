"""Passes, and the runner that keeps those that help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tinydwn.errors import NetlistError
from tinydwn.minimize.size import Size, size
from tinydwn.netlist import Assumption, Netlist
from tinydwn.netlist.graph import require_same_interface

Check = Callable[[Netlist, Netlist, Assumption], None]
"""Raises unless two netlists mean the same under an assumption: called with before, after, assumption."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a pass made of a netlist, and what it has to say about it."""

    netlist: Netlist
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pass:
    """A named function from a netlist to one that means the same.

    The result has the same inputs and outputs, by name and order, and every output keeps its value on every
    input pattern that the assumption allows.
    """

    name: str
    attempt: Callable[[Netlist, Assumption], Attempt]

    def __call__(self, netlist: Netlist, assuming: Assumption | None = None) -> Netlist:
        """Return the new netlist alone, whether or not it is smaller."""
        return self.attempt(netlist, assuming or Assumption.none()).netlist


@dataclass(frozen=True, slots=True)
class Recipe:
    """Passes in order; the whole sequence is repeated, up to `rounds` times, while it saves gates."""

    name: str
    passes: tuple[Pass, ...]
    rounds: int = 1


@dataclass(frozen=True, slots=True)
class PassReport:
    """What one pass did; counts are those of `Size`, `verdict` begins with "kept" or "dropped"."""

    name: str
    gates_before: int
    gates_after: int
    nodes_before: int
    nodes_after: int
    literals_before: int
    literals_after: int
    depth_before: int
    depth_after: int
    verdict: str

    @property
    def kept(self) -> bool:
        """Whether the result of the pass went on."""
        return self.verdict.startswith("kept")


@dataclass(frozen=True, slots=True)
class Minimized:
    """The smallest netlist found and what each pass did on the way.

    `lesser` are the results of lesser efforts, by effort: cells may suit another netlist than the smallest one better.
    """

    netlist: Netlist
    reports: tuple[PassReport, ...]
    lesser: tuple[tuple[str, Netlist], ...] = ()


def run_recipe(
    netlist: Netlist,
    recipe: Recipe,
    *,
    assuming: Assumption | None = None,
    check: Check | None = None,
    on_pass: Callable[[PassReport], None] | None = None,
) -> Minimized:
    """Apply the passes of a recipe and keep what is smaller, by `Size`; the result is never larger.

    `check` is called with every result that would be kept, and what it raises goes through. `on_pass` hears
    each report at once. Raises `NetlistError` where a pass changes the inputs or outputs.

    >>> from tinydwn.minimize.tidy import TIDY
    >>> from tinydwn.netlist import Node
    >>> double = Netlist("n", ("a", "b"), (Node(8, (2, 3)), Node(8, (3, 2))), (("y", 4), ("z", 5)))
    >>> run_recipe(double, Recipe("one", (TIDY,))).reports[0].verdict
    'kept'
    """
    assuming = assuming or Assumption.none()
    reports: list[PassReport] = []
    for _ in range(recipe.rounds):
        gates_at_start = size(netlist).gates
        for step in recipe.passes:
            netlist, report = _run_pass(netlist, step, assuming, check)
            reports.append(report)
            if on_pass is not None:
                on_pass(report)
        if size(netlist).gates == gates_at_start:
            break
    return Minimized(netlist, tuple(reports))


def _run_pass(before: Netlist, step: Pass, assuming: Assumption, check: Check | None) -> tuple[Netlist, PassReport]:
    attempt = step.attempt(before, assuming)
    after = attempt.netlist
    _require_interface(before, after, step)
    old, new = size(before), size(after)
    better = new < old
    if better and check is not None:
        check(before, after, assuming)
    verdict = "kept" if better else "dropped: nothing gained" if after == before else "dropped: not smaller"
    return (after if better else before), _report(step.name, old, new, verdict, attempt.note)


def _require_interface(before: Netlist, after: Netlist, step: Pass) -> None:
    try:
        require_same_interface(before, after)
    except NetlistError as error:
        raise NetlistError(f"pass '{step.name}' changed the interface: {error.message}") from error


def _report(name: str, old: Size, new: Size, verdict: str, note: str) -> PassReport:
    return PassReport(
        name,
        old.gates,
        new.gates,
        old.nodes,
        new.nodes,
        old.literals,
        new.literals,
        old.depth,
        new.depth,
        f"{verdict} ({note})" if note else verdict,
    )
