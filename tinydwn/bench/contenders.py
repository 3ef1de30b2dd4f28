"""Ways to answer many samples, side by side: the same network in several forms, and other classifiers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import ProgramError, VerificationError
from tinydwn.lowering import core_stimulus, lower_core
from tinydwn.model import Classifier, classify, classify_bits
from tinydwn.netlist.simulate import pack, simulate, simulate_words

if TYPE_CHECKING:
    from tinydwn.data import Split
    from tinydwn.targets.compile import Backend

BY_C, BY_NUMBA, BY_NUMPY, BY_TORCH = "C", "numba", "numpy", "torch"
TREE, XGBOOST = "decision tree", "XGBoost"
BATCHES = (256, 1024, 4096)
"""Samples that torch takes at a time; the quickest of these counts."""
LEAVES = (4, 8, 16, 32, 64, 128, 256, 512, 1024)
_COMPILE_S = 600.0


@dataclass(frozen=True, slots=True)
class Contender:
    """A way to answer: `answer` gives classes, or whatever `is_right` is asked about, for what is ready in memory."""

    name: str
    answer: Callable[[], NDArray[Any]]
    accuracy: float


@dataclass(frozen=True, slots=True)
class Contenders:
    """All ways to answer one question, and why some that were to be there are not."""

    present: tuple[Contender, ...]
    absent: Mapping[str, str] = field(default_factory=dict)


def from_bits(classifier: Classifier, features: NDArray[np.float64], accuracy: float) -> Contenders:
    """Return the forms of a network that read thermometer bits, each with the bits as it reads them.

    All that the core reads is packed, 64 samples to a word; torch reads float32. `VerificationError` where one answers
    otherwise than the model.
    """
    from tinydwn.targets import compile_netlist

    core = lower_core(classifier).netlist
    bits = classifier.encoder.encode(features)
    words = pack(core_stimulus(classifier.encoder, core.inputs, bits))
    expected, classes = simulate_words(core, words), classify_bits(classifier, bits)
    found, absent = [], {}
    for name, backend in _backends().items():
        try:
            compiled = compile_netlist(core, backend=backend, timeout_s=_COMPILE_S)
        except ProgramError as error:
            absent[name] = error.message
            continue
        found.append(_checked(name, lambda one=compiled: one.evaluate(words), expected, accuracy))  # type: ignore[misc]
    found.append(Contender(BY_NUMPY, lambda: simulate_words(core, words), accuracy))
    ready = bits.astype(np.float32)
    found += _by_torch(classifier, lambda: ready, classes, accuracy)
    return Contenders(tuple(found), absent)


def from_features(
    classifier: Classifier, split: Split, features: NDArray[np.float64], accuracy: float, *, seed: int
) -> Contenders:
    """Return the ways from features to classes: the network in its forms, a decision tree of its accuracy, XGBoost.

    tinydwn reads float64, the trees read float32, as they do inside. `VerificationError` where a form of the network
    answers otherwise than the model.
    """
    from tinydwn.targets import compile_classifier

    encoder, core = classifier.encoder, lower_core(classifier).netlist
    expected = classify(classifier, features)
    weights = 1 << np.arange(len(core.outputs))
    found, absent = [], {}
    for name, backend in _backends().items():
        try:
            compiled = compile_classifier(classifier, backend=backend, timeout_s=_COMPILE_S)
        except ProgramError as error:
            absent[name] = error.message
            continue
        found.append(_checked(name, lambda one=compiled: one.classify(features), expected, accuracy))  # type: ignore[misc]

    def by_numpy() -> NDArray[np.int64]:
        bits = core_stimulus(encoder, core.inputs, encoder.encode(features))
        return np.asarray(simulate(core, bits) @ weights, dtype=np.int64)

    found.append(_checked(BY_NUMPY, by_numpy, expected, accuracy))
    found += _by_torch(classifier, lambda: encoder.encode(features).astype(np.float32), expected, accuracy)
    found.append(_tree(split, features, accuracy, seed=seed))
    try:
        found.append(_xgboost(split, features, seed=seed))
    except ProgramError as error:
        absent[XGBOOST] = error.message
    return Contenders(tuple(found), absent)


def _backends() -> dict[str, Backend]:
    return {BY_C: "c", BY_NUMBA: "numba"}


def _checked(name: str, answer: Callable[[], NDArray[Any]], expected: NDArray[Any], accuracy: float) -> Contender:
    """Return a contender that was seen to answer right once; what it needs is in memory and compiled then."""
    if not np.array_equal(answer(), expected):
        raise VerificationError(f"'{name}' does not answer as the model does", hint="please report this defect")
    return Contender(name, answer, accuracy)


def _by_torch(
    classifier: Classifier, bits: Callable[[], NDArray[np.float32]], expected: NDArray[np.int64], accuracy: float
) -> list[Contender]:
    from tinydwn.training.evaluation import answers_by_torch

    made = []
    for batch in BATCHES:
        run = answers_by_torch(classifier, batch=batch)
        made.append(_checked(BY_TORCH, lambda run=run: run(bits()), expected, accuracy))  # type: ignore[misc]
    return made


def _tree(split: Split, features: NDArray[np.float64], wanted: float, *, seed: int) -> Contender:
    """Return the smallest decision tree that is as right on the test part as the network, else the most right one."""
    from sklearn.tree import DecisionTreeClassifier

    best, chosen = -1.0, DecisionTreeClassifier()
    for leaves in LEAVES:
        model = DecisionTreeClassifier(max_leaf_nodes=leaves, random_state=seed)
        model.fit(split.train_features, split.train_labels)
        accuracy = float(model.score(split.test_features, split.test_labels))
        if accuracy > best:
            best, chosen = accuracy, model
        if accuracy >= wanted:
            break
    ready = np.ascontiguousarray(features, dtype=np.float32)
    return Contender(TREE, lambda: np.asarray(chosen.predict(ready)), best)


def _xgboost(split: Split, features: NDArray[np.float64], *, seed: int) -> Contender:
    from tinydwn.baselines.accuracy_only import xgboost

    predict = xgboost(split, {}, seed=seed)
    accuracy = float((predict(split.test_features) == split.test_labels).mean())
    ready: Any = np.ascontiguousarray(features, dtype=np.float32)
    return Contender(XGBOOST, lambda: predict(ready), accuracy)
