"""What was learnt, as plain numpy values."""

from tinydwn.model.classifier import Classifier, LutLayer, Reduction
from tinydwn.model.reference import classify, classify_bits, last_layer_bits
from tinydwn.model.store import load_classifier, save_classifier

__all__ = [
    "Classifier",
    "LutLayer",
    "Reduction",
    "classify",
    "classify_bits",
    "last_layer_bits",
    "load_classifier",
    "save_classifier",
]
