"""Cells for what minimizing found: each netlist with the effort that it took, the smallest circuit kept."""

from __future__ import annotations

from tinydwn.errors import ConfigError
from tinydwn.mapping.mapped import MappedNetlist
from tinydwn.mapping.mapper import map_to_cells
from tinydwn.mapping.objective import Objective
from tinydwn.minimize import Minimized
from tinydwn.technology.facts import load_library
from tinydwn.technology.library import Library


def map_minimized(
    minimized: Minimized,
    library: Library,
    *,
    effort: str = "normal",
    objective: Objective | None = None,
    timeout_s: float = 300.0,
) -> MappedNetlist:
    """Return the best circuit of library cells, by the objective, for a netlist that was minimized with an effort.

    The results of lesser efforts are mapped with those, so more effort never ends with a worse circuit, unless time
    runs out. `timeout_s` holds for each netlist. Raises as `map_to_cells`.
    """
    wanted = objective or Objective()
    efforts = {netlist: lesser for lesser, netlist in minimized.lesser} | {minimized.netlist: effort}
    found: list[MappedNetlist] = []
    refused: list[ConfigError] = []
    for netlist, one in efforts.items():
        try:
            found.append(map_to_cells(netlist, library, effort=one, objective=wanted, timeout_s=timeout_s))
        except ConfigError as error:  # above the limit of delay, where another netlist may be below
            refused.append(error)
    if not found:
        raise refused[-1]
    return min(found, key=lambda mapped: _rank(wanted, mapped))


def count_minimized(minimized: Minimized, rule: str, *, effort: str = "normal", timeout_s: float = 300.0) -> int:
    """Return how many gates a minimized netlist takes by a rule; see `count_gates`."""
    return round(map_minimized(minimized, load_library(rule), effort=effort, timeout_s=timeout_s).area_um2)


def _rank(wanted: Objective, mapped: MappedNetlist) -> tuple[float, ...]:
    delay = float(mapped.depth) if mapped.delay_ps is None else mapped.delay_ps
    return wanted.rank(area_um2=mapped.area_um2, delay=delay, cells=len(mapped.instances))
