"""The search: islands that explore from their own starting points, exchange what they found, and give a front."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinydwn.data.held_out import held_out
from tinydwn.errors import ConfigError
from tinydwn.mapping.mapped import MappedNetlist
from tinydwn.netlist.simulate import pack
from tinydwn.refine.archive import CHILDREN, NOBODY, Archive, Explorer, place_of, take
from tinydwn.refine.checkpoint import load_search, save_search, search_key
from tinydwn.refine.circuit import Circuit, Problem, empty_circuit
from tinydwn.refine.examples import Examples
from tinydwn.refine.finish import Around, Found, finished
from tinydwn.refine.front import Front, non_dominated
from tinydwn.refine.gates import GateSet, gate_set
from tinydwn.refine.options import RefineOptions
from tinydwn.refine.start import EMPTY, Start, circuit_of, mapped_of, mapped_start
from tinydwn.technology.library import Library
from tinydwn.tools.parallel import run_together

OnLeg = Callable[[int, int], None]
ISLANDS = 4
LEGS = 8
SHRINKING = 2
"""Legs in which every other island also searches circuits as large as the largest start."""
MARGIN = 1.1
"""The search also keeps circuits that cost more than is asked by so much: minimized, they may fit."""
_PLACES, _COARSE_PLACES = 1200, 300
"""Places of an archive for costs within the budget, at most, and for those of starts that are far larger."""
_THREADS = 2
_COLUMNS = 256
"""Inputs whose correlation is looked at together."""


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
    far. `ConfigError` for a guide where samples are to be held back, as it may tell what those are.
    """
    options = options or RefineOptions()
    if guide is not None and options.validation_fraction:
        raise ConfigError("a guide tells of samples that are to be held back", hint="leave one of the two out")
    if guide is not None and (guide.inputs, guide.outputs) != (examples.inputs, examples.outputs):
        raise ConfigError("the guide has other inputs or outputs than the examples", hint="give it the same ones")
    gates = gate_set(library)
    seen = guide or examples.part(~_held(examples, options))
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
    on_leg: OnLeg | None = None,
) -> Front:
    """Return a front of circuits: `explore`, and what it finds minimized with its function kept, and mapped.

    With `around`, the whole that it makes of them is. Raises as `explore`, and `ConfigError` where no circuit is small
    enough.
    """
    options = options or RefineOptions()
    explored = explore(examples, starts, library, options, guide=guide, on_leg=on_leg)
    held = _held(examples, options)
    points = run_together(
        partial(finished, one, examples, held, around, options) for one in (*explored.starts, *explored.found)
    )
    begun, ended = points[: len(starts)], points[len(starts) :]
    fitting = [point for point in ended if point.cost_nand2 <= options.most_nand2 * (1 + 1e-9)]
    if not fitting:
        least = min(point.cost_nand2 for point in ended)
        raise ConfigError(
            f"no circuit of at most {options.most_nand2:g} NAND2 equivalents was found",
            hint=f"the smallest one takes {least:.2f}",
        )
    return Front(non_dominated(fitting, cost=lambda one: one.cost_um2), tuple(begun), explored.judged)


def _held(examples: Examples, options: RefineOptions) -> NDArray[np.bool_]:
    """Say which samples are held back from the search, (samples,)."""
    return held_out(examples.classes, options.validation_fraction, np.random.default_rng([options.seed, 0]))


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
    limit = MARGIN * options.most_nand2 * gates.library.nand2_area_um2
    largest = max([limit, *(_cost(one, seen) for one in mapped)])
    step = max(limit / _PLACES, float(gates.area_um2.min()) / 2)
    fine = largest if largest <= _PLACES * step else limit
    coarse = max((largest - fine) / _COARSE_PLACES, step)
    problem = problem_of(seen, gates, limit=largest, step=step, fine=fine, coarse=coarse, balanced=options.balanced)
    circuits = [circuit_of(one, seen, gates, room=room) for one in mapped]
    islands = [_island(problem, circuits, room=room, seed=options.seed * ISLANDS + k) for k in range(ISLANDS)]
    size = max((len(one.instances) for one in mapped), default=0)
    judgements = options.circuits_for(samples=len(seen), gates=options.most_nand2 / 3 + size / LEGS)
    rounds = max(1, judgements // (LEGS * ISLANDS * CHILDREN))
    key = search_key(problem, mapped, options)
    done, judged = (0, 0) if checkpoint is None else load_search(islands, checkpoint, key=key)
    with ThreadPoolExecutor(_THREADS) as pool:
        for leg in range(done, LEGS):
            limits = [largest if leg < SHRINKING and k % 2 else limit for k in range(ISLANDS)]
            judged += sum(pool.map(lambda island, most: island.explore(rounds, limit=most), islands, limits))
            if leg >= LEGS // 2 - 1:
                _exchange(islands)
            if checkpoint is not None:
                save_search(islands, checkpoint, key=key, legs=leg + 1, judged=judged)
            if on_leg is not None:
                on_leg(leg + 1, judged)
    return [island.archive for island in islands], judged


def _exchange(islands: Sequence[Explorer]) -> None:
    """Let the islands learn from one another."""
    for island in islands[1:]:
        islands[0].learn_from(island.archive)
    for island in islands[1:]:
        island.learn_from(islands[0].archive)


def _room(mapped: Sequence[MappedNetlist], gates: GateSet, options: RefineOptions) -> int:
    most = MARGIN * options.most_nand2 * gates.library.nand2_area_um2 / float(gates.area_um2.min())
    return int(max(most, *(1.25 * len(one.instances) for one in mapped), 0)) + 16


def _island(problem: Problem, circuits: Sequence[Circuit], *, room: int, seed: int) -> Explorer:
    """Return an explorer that has place for circuits of up to the problem's limit, and begins with every start."""
    places = place_of(problem.limit, problem) + 1
    explorer = Explorer(problem, places=places, room=room, seed=seed)
    explorer.start_from(empty_circuit(room, len(problem.targets)), 0)
    for k, circuit in enumerate(circuits, start=1):
        explorer.start_from(circuit, k)
    return explorer


def _cost(mapped: MappedNetlist, seen: Examples) -> float:
    return mapped.area_um2 + float(seen.input_cost_um2[seen.places(mapped.inputs)].sum())


def problem_of(
    examples: Examples, gates: GateSet, *, limit: float, step: float, fine: float, coarse: float, balanced: bool
) -> Problem:
    """Return what the compiled loops read."""
    words = pack(examples.bits)
    constants = np.array([0, ~np.uint64(0)], dtype=np.uint64)[:, None].repeat(words.shape[1], axis=1)
    worth, masks = weighed(examples.gains(balanced=balanced)[examples.classes] * examples.levels())
    return Problem(
        signals=np.concatenate([constants, words]),
        targets=pack(examples.targets),
        masks=masks,
        gains=worth,
        first=np.searchsorted(examples.feature, examples.feature, side="left").astype(np.int64),
        last=np.searchsorted(examples.feature, examples.feature, side="right").astype(np.int64),
        input_cost=examples.input_cost_um2,
        likely=_likely(examples),
        shape=gates.shape,
        pins=gates.pins,
        inverted=gates.inverted,
        arity=gates.arity,
        area=gates.area_um2,
        limit=limit,
        step=step,
        fine=fine,
        coarse=coarse,
    )


def weighed(gains: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return numbers, and the samples that each is for as packed masks, so that they add up to the gains, (samples,).

    The numbers are the gains themselves, or powers of two where these are fewer.
    """
    worth = np.unique(gains[gains > 0])
    groups = gains[:, None] == worth
    powers = 1 << np.arange(int(worth[-1]).bit_length()) if len(worth) else worth
    if len(powers) < len(worth):
        worth, groups = powers, (gains[:, None] & powers) > 0
    return worth.astype(np.int64), pack(groups)


def _likely(examples: Examples) -> NDArray[np.int64]:
    """Return the places of the tenth of the inputs that tell most about an output, by correlation."""
    targets = examples.targets.astype(np.float32)
    targets -= targets.mean(axis=0)
    spread = np.sqrt((targets**2).sum(axis=0))
    strength = np.empty(examples.bits.shape[1], np.float32)
    for start in range(0, len(strength), _COLUMNS):
        bits = examples.bits[:, start : start + _COLUMNS].astype(np.float32)
        bits -= bits.mean(axis=0)
        both = np.maximum(np.sqrt((bits**2).sum(axis=0))[:, None] * spread, 1e-9)
        strength[start : start + _COLUMNS] = np.abs(bits.T @ targets / both).max(axis=1)
    order = np.argsort(-strength, kind="stable")
    return order[: max(8, len(order) // 10)].astype(np.int64)


def _found(
    archives: Sequence[Archive], seen: Examples, gates: GateSet, names: Sequence[str], options: RefineOptions
) -> list[Found]:
    """Return the non-dominated circuits of all archives on what the search saw, thinned within the budget and above."""
    circuit = empty_circuit(archives[0].gate.shape[1], len(seen.outputs))
    whole = int((seen.gains(balanced=options.balanced)[seen.classes] * seen.levels()).sum())
    found = []
    for archive in archives:
        best = NOBODY
        for place in range(len(archive.lost)):
            if archive.lost[place] >= best:
                continue
            best = archive.lost[place]
            take(archive, place, circuit)
            mapped = mapped_of(circuit, seen, gates, name="refined")
            right = 1 - best / max(whole, 1)
            found.append(Found(mapped, float(archive.cost[place]), right, names[archive.start[place]]))
    front = non_dominated(found, cost=lambda one: one.cost_um2)
    unit = gates.library.nand2_area_um2
    within = [one for one in front if one.cost_um2 <= options.most_nand2 * unit * (1 + 1e-9)]
    above = thinned(front[len(within) :], options.points_above, unit) if options.points_above else []
    return [*thinned(within, options.points, unit), *above]


def thinned(front: Sequence[Found], points: int, unit_um2: float) -> list[Found]:
    """Return so many circuits of a front, its ends among them; all where there are fewer.

    Those are left out, one after the other, that are missed least: a step in accuracy counts as much as costs up to the
    next circuit are longer, by the logarithm of 1 + cost / unit.
    """
    kept = list(front)
    while len(kept) > max(points, 2):
        rises = np.diff([one.accuracy for one in kept])[:-1]
        widths = np.diff(np.log1p([one.cost_um2 / unit_um2 for one in kept]))[1:]
        del kept[1 + int(np.argmin(rises * widths))]
    return kept
