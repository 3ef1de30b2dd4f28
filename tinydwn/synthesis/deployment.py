"""The circuit of a bundle as code for microcontrollers, with samples to play."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import BundleError, DataError
from tinydwn.export.bundle import Bundle, text_of
from tinydwn.export.bundle_files import INTERFACE_FILE, MODEL_FILE, NETLIST_FILE, SAMPLES_FILE
from tinydwn.export.chip_interface import read_interface
from tinydwn.model import Classifier, classify
from tinydwn.model.store import from_bytes
from tinydwn.netlist import Netlist, from_blif
from tinydwn.synthesis.samples import Samples
from tinydwn.targets.microcontroller.inputs import IntegerInputs

_CORE_FILE = f"core/{NETLIST_FILE}"


@dataclass(frozen=True, slots=True, eq=False)
class Deployed:
    """What code is made of: the chosen classifier, its core, whether that has an output per class, and samples."""

    classifier: Classifier
    core: Netlist
    onehot: bool
    samples: Samples

    @staticmethod
    def of(bundle: Bundle) -> Deployed:
        """Return what is in a bundle; `BundleError` where a file of it is missing or damaged."""
        for name in (MODEL_FILE, _CORE_FILE, INTERFACE_FILE, SAMPLES_FILE):
            if name not in bundle.files:
                raise BundleError(f"the bundle has no file '{name}'", hint="name a folder that 'tinydwn synth' wrote")
        return Deployed(
            from_bytes(bundle.files[MODEL_FILE], name=MODEL_FILE),
            from_blif(text_of(bundle.files, _CORE_FILE)),
            read_interface(bundle.files[INTERFACE_FILE]).output_form == "onehot",
            Samples.from_bytes(bundle.files[SAMPLES_FILE]),
        )

    def played(self, inputs: IntegerInputs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the samples as integers, (samples, inputs), and the golden answers to them, (samples,).

        Where integers are scaled values, the answers are those to the values that the integers stand for. `DataError`
        where the bundle knows no values.
        """
        samples, scaled = self.samples, any(factor is not None for factor in inputs.scale)
        if not scaled:
            return inputs.integers(samples.words, samples.values), samples.answers(self.classifier)
        if not len(samples.values):
            raise DataError("the bundle has no values of samples to scale", hint="leave --scale out: inputs are words")
        integers = inputs.integers(samples.words[: len(samples.values)], samples.values)
        values = samples.values.copy()
        values[:, list(inputs.features)] = inputs.values_of(integers)
        return integers, classify(self.classifier, values)
