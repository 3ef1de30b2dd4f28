"""A netlist to library cells, by ABC: the best of a portfolio of mapping scripts, and counts by a rule."""

from tinydwn.mapping.counting import count_gates
from tinydwn.mapping.mapped import Attempt, Instance, MappedNetlist
from tinydwn.mapping.mapper import map_to_cells
from tinydwn.mapping.objective import OBJECTIVES, Objective

__all__ = ["OBJECTIVES", "Attempt", "Instance", "MappedNetlist", "Objective", "count_gates", "map_to_cells"]
