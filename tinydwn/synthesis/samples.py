"""The samples that circuits are compared on: all of the data, or random words where there are none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.data.dataset import Split
from tinydwn.lowering import chip_stimulus, core_stimulus
from tinydwn.model.classifier import Classifier
from tinydwn.model.reference import classify_bits
from tinydwn.netlist import Netlist
from tinydwn.synthesis.options import OutputForm

_RANDOM_SAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Stimulus:
    """Input patterns of one circuit, (samples, inputs) bool, and what it must answer, (samples, outputs) bool.

    The last `vectors` of them are the test vectors of the deliverables.
    """

    inputs: NDArray[np.bool_]
    outputs: NDArray[np.bool_]
    vectors: int

    @property
    def vector_inputs(self) -> NDArray[np.bool_]:
        """The input patterns of the test vectors."""
        return self.inputs[len(self.inputs) - self.vectors :]

    @property
    def vector_outputs(self) -> NDArray[np.bool_]:
        """The answers to the test vectors."""
        return self.outputs[len(self.outputs) - self.vectors :]


@dataclass(frozen=True, slots=True)
class Samples:
    """Feature words, (samples, features) int64, and the class that the model gives each, (samples,) int64."""

    classifier: Classifier
    words: NDArray[np.int64]
    classes: NDArray[np.int64]
    vectors: int
    origin: str

    @staticmethod
    def of(classifier: Classifier, split: Split | None, *, seed: int) -> Samples:
        """Return all samples of a split, the test part last, or 1,000 random words per feature."""
        fixed_point = classifier.encoder.fixed_point
        if split is not None:
            words = fixed_point.words(np.concatenate([split.train_features, split.test_features]))
            vectors, origin = len(split.test_labels), "samples"
        else:
            rng = np.random.default_rng(seed)
            words = rng.integers(0, 1 << fixed_point.input_bits, size=(_RANDOM_SAMPLES, len(fixed_point.input_bits)))
            vectors, origin = _RANDOM_SAMPLES, "random words"
        classes = classify_bits(classifier, classifier.encoder.encode_words(words))
        return Samples(classifier, words, classes, vectors, origin)

    def for_core(self, core: Netlist, form: OutputForm) -> Stimulus:
        """Return the samples as thermometer bits of a core."""
        encoder = self.classifier.encoder
        return self._stimulus(core_stimulus(encoder, core.inputs, encoder.encode_words(self.words)), core, form)

    def for_chip(self, chip: Netlist, form: OutputForm) -> Stimulus:
        """Return the samples as word bits of a chip."""
        return self._stimulus(chip_stimulus(self.classifier.encoder, chip.inputs, self.words), chip, form)

    def _stimulus(self, inputs: NDArray[np.bool_], netlist: Netlist, form: OutputForm) -> Stimulus:
        places = np.arange(len(netlist.outputs))
        answers = self.classes[:, None]
        outputs = answers == places if form == "onehot" else (answers >> places & 1).astype(bool)
        return Stimulus(inputs, outputs, self.vectors)
