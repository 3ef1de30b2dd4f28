"""One function of a contest: circuits found on its samples, and the rule that chooses among them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tinydwn.bench.contest_function import ContestFunction, Part, load_function
from tinydwn.mapping import map_to_cells
from tinydwn.minimize.and_nodes import and_graph
from tinydwn.netlist import Netlist, simulate
from tinydwn.refine import RefineOptions, Start
from tinydwn.refine.front import non_dominated
from tinydwn.synthesis.refining import search_split
from tinydwn.technology import Library, load_library
from tinydwn.technology.and_inverter import and_inverter_library
from tinydwn.tools.parallel import run_together

MOST_NODES = 5_000
"""Larger graphs score nothing in the contest."""
SEARCHED_NODES = 800
"""AND nodes that the search goes up to; hypotheses may have more."""
CELLS = "sky130_fd_sc_hd"
POINTS, POINTS_ABOVE = 40, 6
_TIMEOUT_S = 300.0
GROWTH = 2
"""How much larger circuits may be that are searched on both parts."""


@dataclass(frozen=True, slots=True)
class Task:
    """One function in a folder, searched by one seed and effort; `digest` is the SHA-256 of its file."""

    folder: Path
    function: str
    digest: str
    effort: str
    seed: int


class Point(NamedTuple):
    """A circuit of the front: AND nodes, and accuracies, fractions of the validation and of the test part."""

    and_nodes: int
    validation_accuracy: float
    test_accuracy: float


@dataclass(frozen=True, slots=True)
class Solved:
    """The chosen circuit of a function, what it descends from, and the front, by ascending nodes and validation.

    `nand2` are equivalents in cells, `seconds` those of the clock, everything included.
    """

    function: str
    inputs: int
    start: str
    and_nodes: int
    depth: int
    nand2: float
    validation_accuracy: float
    test_accuracy: float
    front: tuple[Point, ...]
    seconds: float


class _Circuit(NamedTuple):
    start: str
    netlist: Netlist
    nodes: int
    depth: int
    valid: float


def solve(task: Task) -> Solved:
    """Search circuits for a function, and choose one by the validation part; the test part is only reported.

    First on the training part alone: the circuit that is most accurate on the validation part, the smallest of equals,
    says how large circuits may be before they learn samples by heart. Then on both parts, from what was found first: as
    samples are twice as many, of circuits up to twice that size the one that is most accurate on the validation part.
    """
    begun = time.perf_counter()
    function = load_function(task.folder, task.function)
    first = _searched(function, task, with_valid=False)
    most = best_within(first, MOST_NODES)
    nodes = GROWTH * most.nodes
    also = tuple(Start(one.start, one.netlist) for one in first if one.nodes <= nodes)
    second = _searched(function, task, with_valid=True, also=also)
    front = _front(one for one in (*second, most) if one.nodes <= nodes)
    chosen = best_within(front, MOST_NODES)
    return Solved(
        function=task.function,
        inputs=len(function.inputs),
        start=chosen.start,
        and_nodes=chosen.nodes,
        depth=chosen.depth,
        nand2=_nand2(chosen.netlist, load_library(CELLS)),
        validation_accuracy=chosen.valid,
        test_accuracy=accuracy(chosen.netlist, function.test, function.inputs),
        front=tuple(
            Point(one.nodes, one.valid, accuracy(one.netlist, function.test, function.inputs)) for one in front
        ),
        seconds=time.perf_counter() - begun,
    )


def _searched(
    function: ContestFunction, task: Task, *, with_valid: bool, also: Sequence[Start] = ()
) -> tuple[_Circuit, ...]:
    """Return what a search on samples of the function finds, and what it starts from, by ascending nodes."""
    options = RefineOptions(
        effort=task.effort,
        most_nand2=SEARCHED_NODES,
        points=POINTS,
        points_above=POINTS_ABOVE,
        seed=task.seed,
        timeout_s=_TIMEOUT_S,
    )
    split = function.split(with_valid=with_valid, seed=task.seed)
    searched = search_split(split, and_inverter_library(), options, cut="core", labels_are_right=True, also=also)
    found = [(one.start, one.mapped.functions()) for one in (*searched.explored.starts, *searched.explored.found)]

    def circuit(start: str, netlist: Netlist) -> _Circuit:
        graph = and_graph(netlist, timeout_s=_TIMEOUT_S)
        return _Circuit(
            start, graph.netlist, graph.nodes, graph.depth, accuracy(netlist, function.valid, function.inputs)
        )

    return _front(run_together(partial(circuit, start, netlist) for start, netlist in found))


def best_within(circuits: Iterable[_Circuit], nodes: int) -> _Circuit:
    """Return the circuit of at most so many nodes that is most accurate on the validation part; of equals the smallest.

    There always is one: a search gives a circuit without gates.
    """
    fitting = [one for one in circuits if one.nodes <= nodes]
    return max(fitting, key=lambda one: (one.valid, -one.nodes))


def _front(circuits: Iterable[_Circuit]) -> tuple[_Circuit, ...]:
    """Return the circuits that are more accurate on the validation part than every smaller one, by ascending nodes."""
    return non_dominated(circuits, cost=lambda one: one.nodes, worth=lambda one: one.valid)


def _nand2(netlist: Netlist, library: Library) -> float:
    return map_to_cells(netlist, library, timeout_s=_TIMEOUT_S).nand2_equivalent


def accuracy(netlist: Netlist, part: Part, inputs: Sequence[str]) -> float:
    """Return the share of samples that a circuit over some of the inputs is right on."""
    place = {name: k for k, name in enumerate(inputs)}
    answers = simulate(netlist, part.bits[:, [place[name] for name in netlist.inputs]])[:, 0]
    return float((answers == part.labels).mean())
