"""The search: islands that explore from their own starting points, exchange what they found, and give a front."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np

from tinydwn.errors import ConfigError
from tinydwn.mapping.mapped import MappedNetlist
from tinydwn.refine.archive import NOBODY, Archive, circuit_at, floors_for, learn
from tinydwn.refine.checkpoint import load_search, save_search, search_key
from tinydwn.refine.circuit import TICKS, Circuit, Places, empty_circuit
from tinydwn.refine.examples import Examples
from tinydwn.refine.explorer import Explorer
from tinydwn.refine.finish import Around, Found, finished
from tinydwn.refine.front import Front, non_dominated
from tinydwn.refine.gates import GateSet, gate_set
from tinydwn.refine.options import RefineOptions
from tinydwn.refine.problem import problem_of, ticks
from tinydwn.refine.start import EMPTY, Start, circuit_of, mapped_of, mapped_start
from tinydwn.technology.library import Library
from tinydwn.tools.parallel import run_together

OnLeg = Callable[[int, int], None]
ISLANDS = 4
LEGS = 8
SHRINKING = 4
"""Legs in which every other island also searches circuits as large as the largest start."""
MARGIN = 1.1
"""The search also keeps circuits that cost more than is asked by so much: minimized, they may fit."""
LARGE, REDUCING = 24, 8
"""Starts of at least so many gates are also reduced, each by one island; that takes one part in eight of the search."""
_PLACES, _FINE = 1200, 128
"""The most places of equal width that an archive has, and how many it has where that is too few for the budget."""


class _Sized(Protocol):
    @property
    def cost_um2(self) -> float: ...
    @property
    def accuracy(self) -> float: ...


Sized = TypeVar("Sized", bound=_Sized)


@dataclass(frozen=True, slots=True)
class Explored:
    """What a search gives: starts in cells of the library, circuits found by ascending cost, circuits judged."""

    starts: tuple[Found, ...]
    found: tuple[Found, ...]
    judged: int


def explore(
    examples: Examples,
    starts: Sequence[Start],
    library: Library,
    options: RefineOptions | None = None,
    *,
    guide: Examples | None = None,
    checkpoint: Path | None = None,
    on_leg: OnLeg | None = None,
) -> Explored:
    """Search circuits of library cells that answer the examples right as often as they can, for every cost.

    A circuit found here is a function of its own: it agrees with a start only as far as the samples ask for it. With
    `guide`, examples of the same inputs and outputs, the search asks for what it says; accuracies of what is found are
    then those on the guide, by its weights, those of the starts on `examples`. The same arguments give the same
    circuits. With `checkpoint`, the search is written there after every leg, and one that finds its own file goes on
    from there to the same end. `on_leg` hears how many of the `LEGS` are done, and how many circuits were judged so
    far. `ConfigError` for a guide of other inputs or outputs.
    """
    options = options or RefineOptions()
    if guide is not None and (guide.inputs, guide.outputs) != (examples.inputs, examples.outputs):
        raise ConfigError("the guide has other inputs or outputs than the examples", hint="give it the same ones")
    gates = gate_set(library)
    seen = guide or examples
    mapped = run_together(
        partial(mapped_start, start, examples, gates, timeout_s=options.timeout_s) for start in starts
    )
    archives, judged = _explored(seen, mapped, gates, options, checkpoint, on_leg)
    names = (EMPTY, *(start.name for start in starts))
    found = _found(archives, seen, gates, names, options)
    begun = tuple(
        Found(one, _cost(one, examples), examples.accuracy(one.functions(), balanced=options.balanced), start.name)
        for one, start in zip(mapped, starts, strict=True)
    )
    return Explored(begun, tuple(found), judged)


def refine(
    examples: Examples,
    starts: Sequence[Start],
    library: Library,
    options: RefineOptions | None = None,
    *,
    guide: Examples | None = None,
    around: Around | None = None,
    with_starts: bool = False,
    on_leg: OnLeg | None = None,
) -> Front:
    """Return a front of circuits: `explore`, and what it finds minimized with its function kept, and mapped.

    With `around`, the whole that it makes of them is. With `with_starts`, so are the starts, which may be large. Raises
    as `explore`, and `ConfigError` where no circuit is small enough.
    """
    options = options or RefineOptions()
    explored = explore(examples, starts, library, options, guide=guide, on_leg=on_leg)
    told = explored.starts if with_starts else ()
    points = run_together(partial(finished, one, examples, guide, around, options) for one in (*told, *explored.found))
    begun, ended = points[: len(told)], points[len(told) :]
    fitting = [point for point in ended if point.cost_nand2 <= options.most_nand2 * (1 + 1e-9)]
    if not fitting:
        least = min(point.cost_nand2 for point in ended)
        raise ConfigError(
            f"no circuit of at most {options.most_nand2:g} NAND2 equivalents was found",
            hint=f"the smallest one takes {least:.2f}",
        )
    return Front(
        non_dominated(fitting, cost=lambda one: one.cost_um2, worth=lambda one: one.asked),
        tuple(begun),
        explored.judged,
    )


def _explored(
    seen: Examples,
    mapped: Sequence[MappedNetlist],
    gates: GateSet,
    options: RefineOptions,
    checkpoint: Path | None,
    on_leg: OnLeg | None,
) -> tuple[list[Archive], int]:
    """Let the islands explore, each from every start, and return their archives and how many circuits were judged."""
    room = _room(mapped, gates, options)
    limit = int(MARGIN * options.most_nand2 * TICKS)
    largest = max([limit, *(_ticks(one, seen, gates) for one in mapped)])
    problem = problem_of(seen, gates, floors=_floors(limit, largest, gates), limit=largest, balanced=options.balanced)
    circuits = [circuit_of(one, seen, gates, room=room) for one in mapped]
    islands = [Explorer(problem, room=room, seed=options.seed * ISLANDS + k) for k in range(ISLANDS)]
    size = max((len(one.instances) for one in mapped), default=0)
    judgements = options.circuits_for(samples=len(seen), gates=options.most_nand2 / 3 + size / LEGS)
    tries = max(1, judgements // ISLANDS)
    key = search_key(problem, mapped, options)
    done, judged = (0, 0) if checkpoint is None else load_search(islands, checkpoint, key=key)

    def run(leg: int, k: int) -> int:
        begun = _begin(islands, k, circuits, judgements // REDUCING) if leg == 0 else 0
        most = largest if leg < SHRINKING and k % 2 else limit
        return begun + islands[k].explore(tries // LEGS - begun // LEGS, limit=most)

    with ThreadPoolExecutor(options.threads()) as pool:
        for leg in range(done, LEGS):
            judged += sum(pool.map(partial(run, leg), range(ISLANDS)))
            if leg >= LEGS // 2 - 1:
                _exchange(islands)
            if checkpoint is not None:
                save_search(islands, checkpoint, key=key, legs=leg + 1, judged=judged)
            if on_leg is not None:
                on_leg(leg + 1, judged)
    return [island.archive for island in islands], judged


def _begin(islands: Sequence[Explorer], k: int, circuits: Sequence[Circuit], tries: int) -> int:
    """Offer an island every start, and what its share of the large ones are while they shrink.

    Return how many circuits were judged: by all islands about `tries`, more where a start has more gates.
    """
    island = islands[k]
    island.start_from(empty_circuit(1, len(island.problem.targets)), 0)
    for number, circuit in enumerate(circuits, start=1):
        island.start_from(circuit, number)
    sizes = {number: int(circuit.size[0]) for number, circuit in enumerate(circuits, start=1)}
    large = sorted((number for number in sizes if sizes[number] >= LARGE), key=lambda number: -sizes[number])
    gates = sum(sizes[number] for number in large)
    return sum(
        island.reduce_from(circuits[number - 1], number, tries=tries * sizes[number] // gates)
        for number in large[k :: len(islands)]
    )


def _exchange(islands: Sequence[Explorer]) -> None:
    """Let the islands learn from one another."""
    for island in islands[1:]:
        learn(islands[0].archive, island.archive)
    for island in islands[1:]:
        learn(island.archive, islands[0].archive)


def _room(mapped: Sequence[MappedNetlist], gates: GateSet, options: RefineOptions) -> int:
    most = MARGIN * options.most_nand2 * gates.library.nand2_area_um2 / float(gates.area_um2.min())
    return int(max(most, *(1.25 * len(one.instances) for one in mapped), 0)) + 16


def _floors(limit: int, largest: int, gates: GateSet) -> Places:
    """Return the places of the archives: as wide as half the smallest cell for small costs, ever wider for large."""
    step = int(ticks(gates.area_um2, gates).min()) // 2
    return floors_for(largest, step=step, fine=limit if limit <= _PLACES * step else _FINE * step)


def _ticks(mapped: MappedNetlist, seen: Examples, gates: GateSet) -> int:
    """Return what a circuit costs, rounded up."""
    return int(np.ceil(_cost(mapped, seen) / gates.library.nand2_area_um2 * TICKS)) + 2 * len(mapped.instances)


def _cost(mapped: MappedNetlist, seen: Examples) -> float:
    return mapped.area_um2 + float(seen.input_cost_um2[seen.places(mapped.inputs)].sum())


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a circuit is, and its measures on what the search saw."""

    archive: Archive
    place: int
    cost_um2: float
    accuracy: float


def _found(
    archives: Sequence[Archive], seen: Examples, gates: GateSet, names: Sequence[str], options: RefineOptions
) -> list[Found]:
    """Return the non-dominated circuits of all archives on what the search saw, thinned within the budget and above."""
    whole = max(int((seen.gains(balanced=options.balanced)[seen.classes] * seen.levels()).sum()), 1)
    unit = gates.library.nand2_area_um2
    places = [
        _Place(archive, int(place), float(archive.cost[place]) / TICKS * unit, 1 - int(archive.lost[place]) / whole)
        for archive in archives
        for place in np.flatnonzero(archive.lost < NOBODY)
    ]
    front = non_dominated(places, cost=lambda one: one.cost_um2, worth=lambda one: one.accuracy)
    within = [one for one in front if one.cost_um2 <= options.most_nand2 * unit * (1 + 1e-6)]
    above = thinned(front[len(within) :], options.points_above, unit) if options.points_above else []
    found = []
    for one in (*thinned(within, options.points, unit), *above):
        mapped = mapped_of(circuit_at(one.archive, one.place), seen, gates, name="refined")
        found.append(Found(mapped, _cost(mapped, seen), one.accuracy, names[one.archive.start[one.place]]))
    return found


def thinned(front: Sequence[Sized], points: int, unit_um2: float) -> list[Sized]:
    """Return so many circuits of a front, two or more, its ends among them; all where there are fewer.

    Those are left out, one after the other, that are missed least: a step in accuracy counts as much as costs up to the
    next circuit are longer, by the logarithm of 1 + cost / unit.
    """
    kept = list(front)
    while len(kept) > max(points, 2):
        rises = np.diff([one.accuracy for one in kept])[:-1]
        widths = np.diff(np.log1p([one.cost_um2 / unit_um2 for one in kept]))[1:]
        del kept[1 + int(np.argmin(rises * widths))]
    return kept
