"""Trees and their ensembles as C by emlearn, m2cgen and micromlgen, and boosted trees in whole numbers."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tinydwn.baselines.accuracy_only import require_xgboost
from tinydwn.bench.microcontroller.data import Parts
from tinydwn.bench.microcontroller.firmware import Code
from tinydwn.bench.microcontroller.integer_trees import integer_boosting
from tinydwn.bench.microcontroller.ours import Model
from tinydwn.errors import ProgramMissing

LEAVES = (8, 32, 128, 512)
FORESTS = ((3, 8), (10, 16), (10, 64), (20, 32), (40, 32), (100, 16))
"""Trees of a forest, and the most leaves of each."""
MOST_LEAVES_IN_VECTORS = 160
"""m2cgen writes a vector of shares for each leaf: larger forests do not fit."""
BOOSTED = ((3, 2), (5, 3), (10, 4), (20, 3), (40, 3), (20, 6), (80, 3))
"""Trees for each class, in all for two classes, and their depth."""
PACKAGES = ("emlearn", "m2cgen", "micromlgen")
_WRAP = "uint16_t classify(const input_t *x);"
_ARGMAX = """\
uint16_t classify(const input_t *x) {{
  double out[{classes}];
  score((double *)x, out);
  uint16_t best = 0;
  for (uint16_t k = 1; k < {classes}; k++)
    if (out[k] > out[best])
      best = k;
  return best;
}}
"""
_WHOLE = "uint16_t classify(const input_t *x) {{\n  return (uint16_t)model_predict(x, {features});\n}}\n"
_OBJECT = """\
extern "C" uint16_t classify(const float *x) {{
  Eloquent::ML::Port::{name} model;
  return (uint16_t)model.predict((float *)x);
}}
"""


class Fitted(Protocol):
    """A fitted model, as scikit-learn has them."""

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the class of each row of features, (samples, features)."""


def require_generators() -> None:
    """Raise `ProgramMissing` where a package that writes the C of others is not installed."""
    require_xgboost()
    for name in PACKAGES:
        try:
            _imported(name)
        except ImportError as error:
            raise ProgramMissing(f"{name} is not installed", hint="pip install 'tinydwn[bench]'") from error


def _imported(name: str) -> ModuleType:
    """Return a package; emlearn lets numpy raise on every underflow from then on, which is taken back."""
    with np.errstate():
        return importlib.import_module(name)


def trees(parts: Parts, seed: int) -> Iterator[Model]:
    """Yield decision trees of growing size."""
    from sklearn.tree import DecisionTreeClassifier

    for leaves in LEAVES:
        fitted = DecisionTreeClassifier(max_leaf_nodes=leaves, random_state=seed).fit(*_shifted(parts))
        yield Model("decision tree", f"at most {leaves} leaves", _moved(fitted), (_by_emlearn(fitted, parts),))


def forests(parts: Parts, seed: int) -> Iterator[Model]:
    """Yield random forests of growing size: by emlearn, which lets trees vote, and by tools that add shares."""
    from sklearn.ensemble import RandomForestClassifier

    for count, leaves in FORESTS:
        fitted = RandomForestClassifier(count, max_leaf_nodes=leaves, random_state=seed, n_jobs=1)
        fitted.fit(*_shifted(parts))
        settings = f"{count} trees, at most {leaves} leaves"

        def votes(features: NDArray[np.float64], trees: Sequence[Fitted] = fitted.estimators_) -> NDArray[np.int64]:
            each = np.array([one.predict(features + 1).astype(np.int64) for one in trees])
            counts = (each[:, :, None] == np.arange(parts.classes)).sum(axis=0)
            return np.asarray(counts.argmax(axis=1), dtype=np.int64)

        generators = (_by_emlearn(fitted, parts), _by_micromlgen(fitted, "RandomForest", shift=1))
        yield Model("random forest, votes", settings, votes, generators)
        if count * leaves <= MOST_LEAVES_IN_VECTORS:
            yield Model("random forest, shares", settings, _moved(fitted), (_by_m2cgen(fitted, parts, shift=1),))


def boosted(parts: Parts, seed: int) -> Iterator[Model]:
    """Yield XGBoost's ensembles of growing size."""
    from xgboost import XGBClassifier

    for count, depth in BOOSTED:
        # m2cgen reads these two from the arguments, and later versions of XGBoost have others by default.
        options: dict[str, Any] = {"base_score": 0.5, "num_parallel_tree": 1, "n_jobs": 1, "random_state": seed}
        fitted = XGBClassifier(n_estimators=count, max_depth=depth, **options)
        fitted.fit(parts.fit.train_features, parts.fit.train_labels)
        settings = f"{count} of depth {depth}"
        generators = [_by_m2cgen(fitted, parts, shift=0)]
        if parts.classes > 2:
            generators.append(_by_micromlgen(fitted, "XGBClassifier", shift=1))
        yield Model("XGBoost", settings, _plain(fitted), tuple(generators))
        whole = integer_boosting(fitted, parts.classes)
        yield Model("XGBoost in whole numbers", settings, whole.predict, (("own", whole.code),))


def _shifted(parts: Parts) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return words plus 1: emlearn writes `x < trunc(t)` for `x <= t`, which is right for the words themselves."""
    return parts.fit.train_features + 1, parts.fit.train_labels


def _moved(fitted: Fitted) -> Callable[[NDArray[np.float64]], NDArray[np.int64]]:
    return lambda features: np.asarray(fitted.predict(features + 1), dtype=np.int64)


def _plain(fitted: Fitted) -> Callable[[NDArray[np.float64]], NDArray[np.int64]]:
    return lambda features: np.asarray(fitted.predict(features), dtype=np.int64)


def _by_emlearn(fitted: Fitted, parts: Parts) -> tuple[str, Callable[[NDArray[np.float64]], Code]]:
    def code(features: NDArray[np.float64]) -> Code:
        emlearn = _imported("emlearn")
        text = emlearn.convert(fitted, method="inline", dtype="int16_t").save(name="model", include_proba=False)
        wrap = _WHOLE.format(features=len(parts.fit.feature_names))
        return Code(
            {"model.c": f'#include "model.h"\n{text}\n{wrap}'}, _WRAP, "classify(x)", "int16_t", _int16(features)
        )

    return "emlearn", code


def _by_m2cgen(fitted: Fitted, parts: Parts, *, shift: int) -> tuple[str, Callable[[NDArray[np.float64]], Code]]:
    def code(features: NDArray[np.float64]) -> Code:
        text = importlib.import_module("m2cgen").export_to_c(fitted)
        wrap = _ARGMAX.format(classes=parts.classes)
        rows = (features + shift).astype(np.float32)
        return Code({"model.c": f'#include "model.h"\n{text}\n{wrap}'}, _WRAP, "classify(x)", "double", rows)

    return "m2cgen", code


def _by_micromlgen(fitted: Fitted, name: str, *, shift: int) -> tuple[str, Callable[[NDArray[np.float64]], Code]]:
    """Micromlgen writes `x <= t` for XGBoost's `x < t`: words plus 1 are answered as XGBoost answers the words."""

    def code(features: NDArray[np.float64]) -> Code:
        # avr-gcc has no C++ library; nothing of this header is used.
        text = importlib.import_module("micromlgen").port(fitted).replace("#include <cstdarg>", "#include <stdint.h>")
        sources = {"model.cpp": f"{text}\n{_OBJECT.format(name=name)}"}
        return Code(sources, _WRAP, "classify(x)", "float", (features + shift).astype(np.float32))

    return "micromlgen", code


def _int16(features: NDArray[np.float64]) -> NDArray[np.int16]:
    return features.astype(np.int16)
