"""From a circuit of the search to a point of the front: measured, and made smaller with its function kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tinydwn.mapping.mapped import MappedNetlist
from tinydwn.mapping.mapper import map_to_cells
from tinydwn.minimize import recipe, run_recipe
from tinydwn.netlist import Assumption, Netlist
from tinydwn.refine.circuit import FIRST_INPUT
from tinydwn.refine.examples import Examples
from tinydwn.refine.front import Point
from tinydwn.refine.options import RefineOptions

MAPPING_EFFORT = "normal"
Around = Callable[[Netlist], Netlist]
"""Puts a circuit between bits and classes into the whole that is built: the comparators before it, on the chip."""


@dataclass(frozen=True, slots=True)
class Found:
    """A circuit of the search: its cells, its cost as the search reckons it, its accuracy on what was looked at."""

    mapped: MappedNetlist
    cost_um2: float
    accuracy: float
    start: str


def finished(
    found: Found,
    examples: Examples,
    guide: Examples | None,
    around: Around | None,
    options: RefineOptions,
) -> Point:
    """Return what was found in the smallest cells for its function on all inputs that can occur.

    `guide` is what the search followed in place of the examples. Without
    `around` the cells found are kept where no smaller ones are; with it, the whole is minimized and mapped.
    """
    netlist = found.mapped.functions()
    mapped = _mapped(netlist if around is None else around(netlist), examples, around is None, found.mapped, options)
    accuracy = examples.accuracy(netlist, balanced=options.balanced)
    return Point(
        netlist=netlist,
        mapped=mapped,
        accuracy=accuracy,
        asked=accuracy if guide is None else guide.asked(netlist, balanced=options.balanced),
        start=found.start,
    )


def _mapped(
    netlist: Netlist, examples: Examples, is_core: bool, found: MappedNetlist, options: RefineOptions
) -> MappedNetlist:
    steps = recipe("fast", timeout_s=options.timeout_s)
    assuming = order_of(examples, netlist) if is_core else Assumption.none()
    smaller = run_recipe(netlist, steps, assuming=assuming).netlist
    mapped = map_to_cells(smaller, found.library, effort=MAPPING_EFFORT, timeout_s=options.timeout_s)
    has_constant = any(net < FIRST_INPUT for net in netlist.output_nets)  # a tie cell, which `found` does not count
    return found if is_core and not has_constant and mapped.area_um2 >= found.area_um2 - 1e-9 else mapped


def order_of(examples: Examples, netlist: Netlist) -> Assumption:
    """Return what is known of a netlist's inputs: those of one feature are thresholds of ascending order."""
    chains: dict[int, list[str]] = {}
    for place, name in sorted(zip(examples.places(netlist.inputs), netlist.inputs, strict=True)):
        chains.setdefault(int(examples.feature[place]), []).append(name)
    return Assumption(tuple(tuple(chain) for chain in chains.values() if len(chain) > 1))
