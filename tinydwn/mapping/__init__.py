"""A netlist to library cells, by ABC: the best of a portfolio of mapping scripts, and counts by a rule."""

from tinydwn.mapping.agreement import FactsAgreement, facts_agree
from tinydwn.mapping.counting import count_gates
from tinydwn.mapping.mapped import Attempt, Instance, MappedNetlist
from tinydwn.mapping.mapper import map_to_cells

__all__ = ["Attempt", "FactsAgreement", "Instance", "MappedNetlist", "count_gates", "facts_agree", "map_to_cells"]
