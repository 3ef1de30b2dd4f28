"""Other classifiers as netlists, for fair comparison and as starting points."""

from tinydwn.baselines.binary_code import BinaryCode, fit_binary_code
from tinydwn.baselines.tiny_classifier import EvolutionOptions, TinyClassifier, Trial, evolve_tiny_classifier
from tinydwn.baselines.tree import tree_netlist

__all__ = [
    "BinaryCode",
    "EvolutionOptions",
    "TinyClassifier",
    "Trial",
    "evolve_tiny_classifier",
    "fit_binary_code",
    "tree_netlist",
]
