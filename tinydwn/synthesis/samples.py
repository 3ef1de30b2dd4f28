"""The samples that circuits are compared on: the test part of the data, or random words where there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.data.dataset import Split
from tinydwn.encoder.fixed_point import FixedPoint
from tinydwn.errors import BundleError
from tinydwn.export.bundle_files import SAMPLES_FILE
from tinydwn.lowering import chip_stimulus, core_stimulus
from tinydwn.lowering.parts import OutputForm
from tinydwn.metrics import Cut
from tinydwn.model.archive import pack, unpack
from tinydwn.model.classifier import Classifier
from tinydwn.model.reference import classify_bits
from tinydwn.netlist import Netlist

FORMAT, VERSION = "tinydwn.samples", 1
_RANDOM_SAMPLES = 1000
_MOST_VALUES = 200


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Feature words, (samples, features) int64, on the grid that all circuits of a front share.

    `labels`, (samples,), are the classes, none for random words. `values`, (n, features), are the features of the first
    n samples, at most 200, as they were measured; none for random words.
    """

    words: NDArray[np.int64]
    labels: NDArray[np.int64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.words)

    @staticmethod
    def of(grid: FixedPoint, split: Split | None, *, seed: int) -> Samples:
        """Return the test part of a split, or where there is none, 1,000 random words per feature."""
        if split is not None and len(split.test_labels):
            words = grid.words(split.test_features)
            return Samples(words, split.test_labels, split.test_features[:_MOST_VALUES])
        rng = np.random.default_rng(seed)
        words = rng.integers(0, 1 << grid.input_bits, size=(_RANDOM_SAMPLES, len(grid.input_bits)))
        return Samples(words, np.empty(0, dtype=np.int64), np.empty((0, len(grid.input_bits))))

    def to_bytes(self) -> bytes:
        """Return the content of `samples.npz`: the same samples give the same bytes."""
        widest = int(self.words.max(initial=0)).bit_length()
        kind = np.dtype("<u1" if widest <= 8 else "<u2" if widest <= 16 else "<u4")
        arrays = {
            "words": self.words.astype(kind),
            "labels": self.labels.astype("<i8"),
            "values": self.values.astype("<f8"),
        }
        return pack({"format": FORMAT, "version": VERSION}, arrays)

    @staticmethod
    def from_bytes(content: bytes) -> Samples:
        """Return what `to_bytes` gave; `ModelError` for a damaged archive, `BundleError` for one that does not fit."""
        _, arrays = unpack(content, name=SAMPLES_FILE, what="file of samples", format_name=FORMAT, version=VERSION)
        try:
            found = Samples(
                arrays["words"].astype(np.int64), arrays["labels"].astype(np.int64), arrays["values"].astype(np.float64)
            )
        except KeyError as error:
            raise BundleError(f"'{SAMPLES_FILE}' lacks {error}", hint="write the bundle anew") from error
        fits = (
            found.words.ndim == found.values.ndim == 2
            and found.labels.shape in ((0,), (len(found.words),))
            and found.values.shape[1:] == found.words.shape[1:]
            and len(found.values) <= len(found.words)
        )
        if not fits:
            raise BundleError(f"'{SAMPLES_FILE}' holds arrays that do not fit each other", hint="write the bundle anew")
        return found

    def answers(self, classifier: Classifier) -> NDArray[np.int64]:
        """Return the class that a classifier on this grid gives each sample, (samples,)."""
        return classify_bits(classifier, classifier.encoder.encode_words(self.words))

    def stimulus(self, classifier: Classifier, netlist: Netlist, cut: Cut, form: OutputForm) -> Stimulus:
        """Return the samples as input patterns of a cut of a classifier, with the answers that it must give."""
        encoder = classifier.encoder
        if cut == "core":
            inputs = core_stimulus(encoder, netlist.inputs, encoder.encode_words(self.words))
        else:
            inputs = chip_stimulus(encoder, netlist.inputs, self.words)
        places = np.arange(len(netlist.outputs))
        answers = self.answers(classifier)[:, None]
        outputs = answers == places if form == "onehot" else (answers >> places & 1).astype(bool)
        return Stimulus(inputs, outputs)


@dataclass(frozen=True, slots=True, eq=False)
class Stimulus:
    """Input patterns of one circuit, (samples, inputs) bool, and what it must answer, (samples, outputs) bool."""

    inputs: NDArray[np.bool_]
    outputs: NDArray[np.bool_]

    @property
    def vectors(self) -> int:
        """How many there are."""
        return len(self.inputs)
