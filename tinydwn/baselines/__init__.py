"""Other classifiers as netlists, for fair comparison and as starting points."""

from tinydwn.baselines.binarized import BinarizedNetwork, binarized_networks
from tinydwn.baselines.binary_code import BinaryCode, fit_binary_code
from tinydwn.baselines.boosting import BoostingSize, boosted_trees
from tinydwn.baselines.gates import gate_networks
from tinydwn.baselines.opponent import Opponent
from tinydwn.baselines.optimal_tree import optimal_tree_netlist, optimal_trees, telling_bits
from tinydwn.baselines.quantized import PerceptronSize, QuantizedPerceptron, quantized_perceptrons
from tinydwn.baselines.resubstituted import resubstituted_trees
from tinydwn.baselines.sample_cover import sample_covers
from tinydwn.baselines.tiny_classifier import EvolutionOptions, TinyClassifier, Trial, evolve_tiny_classifier
from tinydwn.baselines.tree import decision_trees, tree_netlist

__all__ = [
    "BinarizedNetwork",
    "BinaryCode",
    "BoostingSize",
    "EvolutionOptions",
    "Opponent",
    "PerceptronSize",
    "QuantizedPerceptron",
    "TinyClassifier",
    "Trial",
    "binarized_networks",
    "boosted_trees",
    "decision_trees",
    "evolve_tiny_classifier",
    "fit_binary_code",
    "gate_networks",
    "optimal_tree_netlist",
    "optimal_trees",
    "quantized_perceptrons",
    "resubstituted_trees",
    "sample_covers",
    "telling_bits",
    "tree_netlist",
]
