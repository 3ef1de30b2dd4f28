"""A large circuit made smaller with samples alone: what greedy reduction comes to at each size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tinydwn.mapping.mapped import MappedNetlist
from tinydwn.netlist.graph import Netlist
from tinydwn.refine.archive import NOBODY, circuit_at, floors_for
from tinydwn.refine.circuit import TICKS
from tinydwn.refine.examples import Examples
from tinydwn.refine.explorer import Explorer
from tinydwn.refine.front import non_dominated
from tinydwn.refine.gates import gate_set
from tinydwn.refine.problem import problem_of
from tinydwn.refine.start import Start, circuit_of, mapped_of, mapped_start
from tinydwn.technology.library import Library

_TRIES = 76
"""Substitutions that may be judged for each gate: as many as let prices rise as slowly as they can."""
_FINE = 64


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A circuit of cells of the library, its cost in NAND2 equivalents, and its accuracy on the examples."""

    mapped: MappedNetlist
    cost: float
    accuracy: float


def shrink(
    netlist: Netlist,
    examples: Examples,
    library: Library,
    *,
    least: float = -1.0,
    seed: int = 0,
    timeout_s: float = 300.0,
) -> tuple[Shrunk, ...]:
    """Return the circuits that a netlist passes as it shrinks, none beaten by another, by ascending cost.

    It ends with nothing, or where `least` NAND2 equivalents are reached. Gates give way to constants, to nets and to
    gates of other nets where few examples ask for them, see `tinydwn.refine.reduce`. The last one is the netlist itself
    in cells of the library, its function kept, unless a smaller one is as right. Raises as `mapped_start`.
    """
    gates = gate_set(library)
    mapped = mapped_start(Start("netlist", netlist), examples, gates, timeout_s=timeout_s)
    limit = int(np.ceil(mapped.area_um2 / library.nand2_area_um2 * TICKS)) + 2 * len(mapped.instances)
    floors = floors_for(limit, step=TICKS, fine=_FINE * TICKS)
    problem = problem_of(examples, gates, floors=floors, limit=limit, balanced=False)
    room = len(mapped.instances) + 16
    circuit = circuit_of(mapped, examples, gates, room=room)
    island = Explorer(problem, room=room, seed=seed)
    island.start_from(circuit, 1)
    island.reduce_from(circuit, 1, tries=_TRIES * len(mapped.instances), least=int(least * TICKS))
    archive = island.archive

    def found() -> Iterator[Shrunk]:
        for place in np.flatnonzero(archive.lost < NOBODY):
            right = 1 - int(archive.lost[place]) / len(examples)
            one = mapped_of(circuit_at(archive, int(place)), examples, gates, name=netlist.name)
            yield Shrunk(one, one.area_um2 / library.nand2_area_um2, right)

    return non_dominated(found(), cost=lambda one: one.cost, worth=lambda one: one.accuracy)
