"""Other classifiers as netlists, for fair comparison and as starting points."""

from tinydwn.baselines.boosting import BoostingSize, boosted_trees
from tinydwn.baselines.gates import gate_networks
from tinydwn.baselines.opponent import Opponent
from tinydwn.baselines.tree import decision_trees, tree_netlist

__all__ = ["BoostingSize", "Opponent", "boosted_trees", "decision_trees", "gate_networks", "tree_netlist"]
