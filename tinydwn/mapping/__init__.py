"""A netlist to library cells, by ABC: the best of a portfolio of mapping scripts, and counts by a rule."""

from tinydwn.mapping.counting import count_gates
from tinydwn.mapping.mapped import Attempt, Instance, MappedNetlist
from tinydwn.mapping.mapper import map_to_cells
from tinydwn.mapping.objective import OBJECTIVES, Objective
from tinydwn.mapping.smallest import count_minimized, map_minimized

__all__ = [
    "OBJECTIVES",
    "Attempt",
    "Instance",
    "MappedNetlist",
    "Objective",
    "count_gates",
    "count_minimized",
    "map_minimized",
    "map_to_cells",
]
