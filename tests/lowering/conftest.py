"""A second reference for what a classifier means: pure Python on plain lists, nothing shared with the package."""

from __future__ import annotations

from collections.abc import Callable

import pytest


def _naive_class(classifier, word: list[int]) -> int:
    feature, constant = classifier.encoder.feature.tolist(), classifier.encoder.constant.tolist()
    bits = [1 if word[f] > c else 0 for f, c in zip(feature, constant, strict=True)]
    for layer in classifier.layers:
        tables, mapping = layer.tables.tolist(), layer.mapping.tolist()
        result = []
        for table, sources in zip(tables, mapping, strict=True):
            address = int("0" + "".join(str(bits[source]) for source in reversed(sources)), 2)
            result.append(1 if table[address] else 0)
        bits = result
    classes = len(classifier.class_names)
    if classifier.reduction.value == "popcount":
        size = len(bits) // classes
        votes = [bits[k * size : (k + 1) * size].count(1) for k in range(classes)]
        return votes.index(max(votes))
    if classifier.reduction.value == "coded":
        code = int("".join(map(str, reversed(bits))), 2)
        return code if code < classes else code - int("1" + "0" * (len(bits) - 1), 2)
    if classes == 2:
        return bits[0]
    return bits.index(1) if 1 in bits else 0


@pytest.fixture(scope="session")
def naive_classes() -> Callable:
    """Return a function from a classifier and rows of words to a list of classes."""
    return lambda classifier, words: [_naive_class(classifier, word) for word in words.tolist()]
