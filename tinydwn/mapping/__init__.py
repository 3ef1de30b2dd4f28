"""A netlist to library cells, by ABC: the best of a portfolio of mapping scripts, and counts by a rule."""

from tinydwn.mapping.counting import count_gates
from tinydwn.mapping.mapped import Attempt, Instance, MappedNetlist
from tinydwn.mapping.mapper import map_to_cells

__all__ = ["Attempt", "Instance", "MappedNetlist", "count_gates", "map_to_cells"]
