"""tinydwn's circuits and networks of several sizes, as C."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tinydwn.bench.microcontroller.data import Parts
from tinydwn.bench.microcontroller.firmware import Code
from tinydwn.lowering import lower_core
from tinydwn.model import Classifier, classify
from tinydwn.netlist import Netlist
from tinydwn.targets.microcontroller import c_library
from tinydwn.targets.microcontroller.library import Form

if TYPE_CHECKING:
    from tinydwn.refine import Point

TABLES = (60, 300, 1200)
"""Tables of a network, in all."""
MOST_NAND2 = 64.0
CIRCUITS = 6
LIBRARY = "nangate45"
FORMS: tuple[Form, ...] = ("gates", "branches", "tables")
MOST_BITS, MOST_BITS_PER_FEATURE = 1400, 32
"""Thermometer bits, of which each takes a byte of memory in one of the forms."""
TRAINING = {
    "input_bits": 16,
    "snap": "nearest",
    "scheme": "adaptive",
    "validation_fraction": 0.0,
    "batch_size": 256,
    "learning_rate": 0.02,
    "epochs": 20,
    "inputs_per_lut": 6,
}
_TIMEOUT_S = 300.0
_C_TYPES = {"int16_t": np.int16, "int32_t": np.int32}


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A model to be measured: its answers on any features, (samples, features), and its code in one or more forms."""

    model: str
    settings: str
    predict: Callable[[NDArray[np.float64]], NDArray[np.int64]]
    codes: tuple[tuple[str, Callable[[NDArray[np.float64]], Code]], ...]


def networks(parts: Parts, seed: int) -> Iterator[Model]:
    """Yield networks of lookup tables that vote."""
    from tinydwn.training import TrainingConfig, train

    bits = max(2, min(MOST_BITS_PER_FEATURE, MOST_BITS // len(parts.fit.feature_names)))
    for tables in TABLES:
        each = tables // parts.classes
        if each < 1:
            continue
        layers = (each * parts.classes,)
        config = TrainingConfig.from_dict({**TRAINING, "bits_per_feature": bits, "layers": layers, "seed": seed})
        trained = train(parts.fit, config)
        classifier = trained.classifier
        yield _model("tinydwn network", f"{layers[0]} tables", classifier, lower_core(classifier).netlist, FORMS[1:])


def circuits(parts: Parts, seed: int) -> Iterator[Model]:
    """Yield circuits of a search for small ones, from the smallest to the largest."""
    from tinydwn.refine import RefineOptions
    from tinydwn.synthesis.refining import refine_split
    from tinydwn.technology import load_library

    options = RefineOptions(effort="fast", most_nand2=MOST_NAND2, seed=seed, points=CIRCUITS, points_above=1, workers=1)
    refined = refine_split(parts.fit, load_library(LIBRARY), options, cut="core")
    for point in _spread(refined.front.points):
        classifier = refined.candidates.classifier(point.netlist)
        yield _model("tinydwn circuit", f"{point.cost_nand2:.1f} NAND2 eq.", classifier, core_of(classifier), FORMS)


def core_of(classifier: Classifier) -> Netlist:
    """Return a circuit of the search with the class that its classifier answers where its outputs are no class's code.

    Of seven classes in three bits, one code is left over, which the search does not ask about.
    """
    from tinydwn.synthesis.minimization import minimize_core

    return minimize_core(lower_core(classifier), effort="fast", timeout_s=_TIMEOUT_S).netlist


def _spread(points: tuple[Point, ...]) -> list[Point]:
    """Return some of the points, the largest among them."""
    places = np.unique(np.linspace(0, len(points) - 1, min(CIRCUITS, len(points))).round().astype(int))
    return [points[place] for place in places.tolist()]


def _model(model: str, settings: str, classifier: Classifier, core: Netlist, forms: tuple[Form, ...]) -> Model:

    def coded(form: Form) -> Callable[[NDArray[np.float64]], Code]:
        return lambda features: code_of(classifier, core, form, features)

    def predict(features: NDArray[np.float64]) -> NDArray[np.int64]:
        return classify(classifier, features)

    return Model(model, settings, predict, tuple((form, coded(form)) for form in forms))


def code_of(classifier: Classifier, core: Netlist, form: Form, features: NDArray[np.float64]) -> Code:
    """Return a classifier over whole numbers in one form, with samples, (samples, features)."""
    library = c_library(classifier, core, form=form, scales=1)
    rows = library.inputs.integers(np.empty((0, 0), dtype=np.int64), features).astype(_C_TYPES[library.inputs.c_type])
    sources = {"classifier.h": library.header, "classifier.c": library.source}
    return Code(sources, '#include "classifier.h"', "classifier_classify(x)", library.inputs.c_type, rows)
