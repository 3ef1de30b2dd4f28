"""A classifier as a torch module again, and its answers by torch on one thread."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray

from tinydwn.model.classifier import Classifier
from tinydwn.training.heads import head_of
from tinydwn.training.mapping import FixedMapping
from tinydwn.training.network import DWNLayer, DWNNetwork
from tinydwn.training.weighting import Weighting


def network_of(classifier: Classifier) -> DWNNetwork:
    """Return the network, in evaluation mode, whose `classify` answers thermometer bits as the classifier does.

    Entries are 1 for a table's ones and -1 for its zeros.
    """
    layers = [
        DWNLayer(np.where(layer.tables, 1.0, -1.0), FixedMapping(layer.mapping), weighting=Weighting.EXPONENTIAL)
        for layer in classifier.layers
    ]
    head = head_of(classifier.reduction, classes=classifier.classes, tau=1.0)
    return DWNNetwork(layers, head, bits=classifier.encoder.bits).eval()


def answers_by_torch(classifier: Classifier, *, batch: int) -> Callable[[NDArray[np.float32]], NDArray[np.int64]]:
    """Return a function from thermometer bits, (samples, bits) float32, to classes: so many samples at a time.

    >>> from tinydwn.encoder import Encoder, FixedPoint
    >>> from tinydwn.model import LutLayer, Reduction
    >>> grid = FixedPoint(np.array([-0.5, -0.5]), np.ones(2), np.array([1, 1]))
    >>> encoder = Encoder(("a", "b"), grid, feature=np.array([0, 1]), constant=np.array([0, 0]))
    >>> xor = LutLayer([[0, 1, 1, 0]], [[0, 1]])
    >>> answer = answers_by_torch(Classifier(encoder, (xor,), Reduction.LEARNABLE, ("no", "yes")), batch=64)
    >>> answer(np.array([[0, 1], [1, 1]], dtype=np.float32)).tolist()
    [1, 0]
    """
    network = network_of(classifier)

    def answer(bits: NDArray[np.float32]) -> NDArray[np.int64]:
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            parts = [network.classify(part) for part in torch.split(torch.from_numpy(bits), batch)]
        finally:
            torch.set_num_threads(threads)
        return torch.cat(parts).numpy()

    return answer
