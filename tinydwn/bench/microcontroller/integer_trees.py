"""Boosted trees in whole numbers: what a careful programmer would make of XGBoost's by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tinydwn.bench.microcontroller.firmware import Code

_LARGEST = 30_000
"""What the leaves of all trees of a class may add up to, so that 16 bits hold it."""


class Booster(Protocol):
    """XGBoost's trees."""

    def get_dump(self, *, dump_format: str) -> list[str]:
        """Return every tree as text."""


class Boosted(Protocol):
    """XGBoost's classifier, fitted."""

    def get_booster(self) -> Booster:
        """Return its trees."""


@dataclass(frozen=True, slots=True, eq=False)
class IntegerBoosting:
    """An ensemble whose leaves are rounded to whole numbers of 16 bits."""

    predict: Callable[[NDArray[np.float64]], NDArray[np.int64]]
    code: Callable[[NDArray[np.float64]], Code]


def integer_boosting(fitted: Boosted, classes: int) -> IntegerBoosting:
    """Return XGBoost's ensemble, `fitted` with a base score of 0.5 to whole numbers, with rounded leaves.

    One score for two classes, the second where it is above 0; else the class of the largest score, the lowest of
    equals.
    """
    trees = [json.loads(text) for text in fitted.get_booster().get_dump(dump_format="json")]
    scores = 1 if classes == 2 else classes
    sums = np.zeros(scores)
    for k, tree in enumerate(trees):
        sums[k % scores] += max(abs(leaf) for leaf in _leaves(tree))
    factor = _LARGEST / max(float(sums.max()), 1e-9)

    def predict(features: NDArray[np.float64]) -> NDArray[np.int64]:
        total = np.zeros((len(features), scores), dtype=np.int64)
        for k, tree in enumerate(trees):
            _add(tree, features, np.arange(len(features)), total[:, k % scores], factor)
        return (total[:, 0] > 0).astype(np.int64) if scores == 1 else np.asarray(total.argmax(axis=1), dtype=np.int64)

    def code(features: NDArray[np.float64]) -> Code:
        lines = ['#include "model.h"', "uint16_t classify(const input_t *x) {", f"  int16_t s[{scores}] = {{0}};"]
        for k, tree in enumerate(trees):
            _write(tree, k % scores, factor, "  ", lines)
        end = ["  return s[0] > 0;"] if scores == 1 else _ARGMAX.format(classes=classes).splitlines()
        text = "\n".join([*lines, *end, "}", ""])
        head = "uint16_t classify(const input_t *x);"
        return Code({"model.c": text}, head, "classify(x)", "int16_t", features.astype(np.int16))

    return IntegerBoosting(predict, code)


_ARGMAX = """\
  uint8_t best = 0;
  for (uint8_t k = 1; k < {classes}; k++)
    if (s[k] > s[best])
      best = k;
  return best;"""


def _leaves(tree: dict[str, Any]) -> list[float]:
    if "leaf" in tree:
        return [float(tree["leaf"])]
    return [leaf for child in tree["children"] for leaf in _leaves(child)]


def _children(tree: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    by_id = {child["nodeid"]: child for child in tree["children"]}
    return by_id[tree["yes"]], by_id[tree["no"]]


def _question(tree: dict[str, Any]) -> tuple[int, int]:
    """Return the feature, and the constant that a whole number is below where the answer is yes."""
    return int(str(tree["split"]).removeprefix("f")), int(np.ceil(float(tree["split_condition"])))


def _add(
    tree: dict[str, Any],
    features: NDArray[np.float64],
    rows: NDArray[np.int64],
    total: NDArray[np.int64],
    factor: float,
) -> None:
    if "leaf" in tree:
        total[rows] += round(float(tree["leaf"]) * factor)
        return
    feature, constant = _question(tree)
    below = features[rows, feature] < constant
    yes, no = _children(tree)
    _add(yes, features, rows[below], total, factor)
    _add(no, features, rows[~below], total, factor)


def _write(tree: dict[str, Any], score: int, factor: float, indent: str, lines: list[str]) -> None:
    if "leaf" in tree:
        lines.append(f"{indent}s[{score}] += {round(float(tree['leaf']) * factor)};")
        return
    feature, constant = _question(tree)
    yes, no = _children(tree)
    lines.append(f"{indent}if (x[{feature}] < {constant}) {{")
    _write(yes, score, factor, indent + "  ", lines)
    lines.append(f"{indent}}} else {{")
    _write(no, score, factor, indent + "  ", lines)
    lines.append(f"{indent}}}")
