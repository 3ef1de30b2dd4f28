"""The golden answer: what a classifier means, written to be read. Slow, clear and final."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import ModelError
from tinydwn.model.classifier import Classifier, LutLayer, Reduction


def classify(classifier: Classifier, features: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the class of each row of `features`, (samples, features) float64, as (samples,) int64."""
    return classify_bits(classifier, classifier.encoder.encode(features))


def classify_bits(classifier: Classifier, bits: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the class of each row of thermometer bits, (samples, bits) bool, as (samples,) int64."""
    last = last_layer_bits(classifier, bits)
    if classifier.reduction is Reduction.POPCOUNT:
        votes = last.reshape(len(last), classifier.classes, last.shape[1] // classifier.classes).sum(axis=2)
        return np.asarray(np.argmax(votes, axis=1), dtype=np.int64)  # argmax gives the lowest of equals
    if classifier.reduction is Reduction.CODED:
        code = last.astype(np.int64) @ (1 << np.arange(last.shape[1]))
        return np.where(code < classifier.classes, code, code - (1 << (last.shape[1] - 1)))
    if classifier.classes == 2:
        return last[:, 0].astype(np.int64)
    return np.asarray(np.argmax(last, axis=1), dtype=np.int64)


def last_layer_bits(classifier: Classifier, bits: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what the last layer gives, (samples, nodes) bool, for thermometer bits, (samples, bits) bool."""
    if bits.ndim != 2 or bits.shape[1] != classifier.encoder.bits:
        raise ModelError(
            f"the classifier reads {classifier.encoder.bits} bits per sample, but got an array of shape {bits.shape}",
            hint="encode the samples with the classifier's own encoder",
        )
    for layer in classifier.layers:
        bits = _layer_bits(layer, bits)
    return bits


def _layer_bits(layer: LutLayer, bits: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what one layer gives, (samples, nodes)."""
    result = np.zeros((len(bits), layer.nodes), dtype=bool)
    for node in range(layer.nodes):
        address = np.zeros(len(bits), dtype=np.int64)
        for place, source in enumerate(layer.mapping[node]):
            address += bits[:, source].astype(np.int64) << place
        result[:, node] = layer.tables[node, address]
    return result
