"""Random classifiers with samples near every constant, as words and as scaled values, and their golden answers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from tinydwn.bench.random_classifier import random_classifier, random_words
from tinydwn.lowering import lower_core
from tinydwn.model import Classifier, classify
from tinydwn.netlist import Netlist
from tinydwn.targets.microcontroller import IntegerInputs


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A classifier, its core, and samples."""

    model: Classifier
    core: Netlist
    words: np.ndarray

    def played(self, inputs: IntegerInputs) -> tuple[np.ndarray, np.ndarray]:
        """Return samples as the integers that are read, and the golden answers to them."""
        grid = self.model.encoder.fixed_point
        values = grid.offset + (self.words + 0.5) * grid.step
        integers = inputs.integers(self.words, values)
        if any(factor is not None for factor in inputs.scale):
            values = values.copy()
            values[:, list(inputs.features)] = inputs.values_of(integers)
        return integers, classify(self.model, values)


def case(seed: int, samples: int = 150) -> Case:
    model = random_classifier(seed)
    words = random_words(np.random.default_rng(seed), model.encoder, samples)
    return Case(model, lower_core(model).netlist, words)


SCALES = (None, Fraction(7, 2), Fraction(1000))
