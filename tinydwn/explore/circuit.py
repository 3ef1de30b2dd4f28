"""A circuit that a trial found: what it costs, what is expected of it, and the model that makes it again."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from tinydwn.metrics import Cut
from tinydwn.model.classifier import Classifier
from tinydwn.model.store import from_bytes, to_bytes
from tinydwn.synthesis.expectation import Expected
from tinydwn.synthesis.front import Kind, Place, Size


@dataclass(frozen=True, slots=True)
class Found:
    """A circuit of the front of a trial, counted as every circuit of the exploration is.

    `number` is its place on that front; `training` the accuracy on the training part; `model` the content of a model
    file, in base 64.
    """

    number: int
    kind: Kind
    start: str
    core: Size
    chip: Size
    training: float
    features: tuple[str, ...]
    model: str

    def size(self, cut: Cut) -> Size:
        """Return what it takes on one cut."""
        return self.core if cut == "core" else self.chip


@dataclass(frozen=True, slots=True)
class Circuit:
    """A circuit and what is expected of it on unseen samples, told for every trial by the same teacher."""

    found: Found
    expected: Expected

    def cost_um2(self, cut: Cut) -> float:
        """Return the area that counts."""
        return self.found.size(cut).area_um2

    def place(self, cut: Cut) -> Place:
        """Return what choosing looks at."""
        size, expected = self.found.size(cut), self.expected
        return Place(size.area_um2, size.nand2_equivalent, self.found.training, expected.accuracy, expected.own_error)


def packed(classifier: Classifier) -> str:
    """Return a classifier as a text that any storage can hold."""
    return base64.b64encode(to_bytes(classifier)).decode()


def model_file(found: Found) -> bytes:
    """Return the content of the model file of a circuit."""
    return base64.b64decode(found.model)


def classifier_of(found: Found) -> Classifier:
    """Return the classifier of a circuit."""
    return from_bytes(model_file(found))
