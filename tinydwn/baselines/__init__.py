"""Other classifiers as netlists, for fair comparison and as starting points."""

from tinydwn.baselines.tree import tree_netlist

__all__ = ["tree_netlist"]
