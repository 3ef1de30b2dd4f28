"""Circuits that answer fast in this process: by the C compiler where there is one, else by a compiled loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinydwn.encoder import Encoder
from tinydwn.encoder.fixed_point import checked_features
from tinydwn.errors import ConfigError, NetlistError, ProgramError
from tinydwn.lowering import lower_core
from tinydwn.model.classifier import Classifier
from tinydwn.netlist import Netlist
from tinydwn.netlist.simulate import Words, pack, unpack
from tinydwn.targets.c_classifier import NOT_FINITE, classifier_to_c
from tinydwn.targets.c_library import CFunction
from tinydwn.targets.c_text import to_c
from tinydwn.targets.comparisons import Comparisons
from tinydwn.targets.interpreter import Tape
from tinydwn.targets.steps import steps_of

Backend = Literal["auto", "c", "numba"]
NO_CLASS = -1
MOST_OUTPUTS = 62
_Made = TypeVar("_Made")
_ASKED = "it was asked for"


@dataclass(frozen=True, slots=True)
class CompiledNetlist:
    """A netlist that is evaluated by `backend`, "c" or "numba"; `reason` says why by that one."""

    netlist: Netlist
    backend: str
    reason: str
    _evaluate: Callable[[Words], Words] = field(repr=False, compare=False)

    def evaluate(self, words: Words) -> Words:
        """Return packed outputs, (outputs, words), for packed inputs, (inputs, words), as `simulate_words` does.

        It runs on one thread and lets others run. `NetlistError` for an array of another shape or type.
        """
        if words.ndim != 2 or len(words) != len(self.netlist.inputs) or words.dtype != np.uint64:
            raise NetlistError(
                f"netlist '{self.netlist.name}' has {len(self.netlist.inputs)} inputs, the words are {words.dtype} of "
                f"shape {words.shape}",
                hint="give packed samples, uint64 of shape (inputs, words)",
            )
        return self._evaluate(np.ascontiguousarray(words))

    def simulate(self, bits: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return outputs, (samples, outputs) bool, for inputs, (samples, inputs) bool."""
        if bits.ndim != 2:
            raise NetlistError(f"the samples have shape {bits.shape}", hint="give (samples, inputs)")
        return unpack(self.evaluate(pack(bits)), len(bits))


@dataclass(frozen=True, slots=True)
class CompiledClassifier:
    """An encoder's comparisons with the core behind them, evaluated by `backend`; `reason` says why by that one.

    `codes`, (classes,) int64, are the classes as numbers, output `k` of the core being bit `k`; None where an answer
    is the class itself.
    """

    encoder: Encoder
    core: Netlist
    backend: str
    reason: str
    codes: NDArray[np.int64] | None = field(repr=False, compare=False)
    _answer: Callable[[NDArray[np.float64]], NDArray[np.int64] | None] = field(repr=False, compare=False)

    def classify(self, features: ArrayLike) -> NDArray[np.int64]:
        """Return the class of each row of `features`, (samples, features), as (samples,) int64.

        `NO_CLASS` stands where the core answers what is the code of no class. It runs on one thread and lets others
        run. `DataError` for a wrong shape and for values that are not finite, as the encoder has it.
        """
        width = len(self.encoder.feature_names)
        ready = isinstance(features, np.ndarray) and features.dtype == np.float64 and features.shape[1:] == (width,)
        table = features if ready else checked_features(features, width)
        answers = self._answer(np.ascontiguousarray(table, dtype=np.float64))
        if answers is None:
            checked_features(table, width)
            raise AssertionError("a value was found not finite, and then was")
        return answers if self.codes is None else _decoded(answers, self.codes)


def compile_netlist(netlist: Netlist, *, backend: Backend = "auto", timeout_s: float = 120.0) -> CompiledNetlist:
    """Return a netlist in a form that answers many samples fast.

    "c" is compiled by the system's C compiler (CC, else cc, gcc or clang) within `timeout_s` seconds, and kept in the
    cache folder; "numba" takes no time to compile and is slower; "auto" is "c" where that works. `ProgramError` where
    "c" is asked for and does not work, `ConfigError` for another backend.

    >>> from tinydwn.netlist import Node
    >>> xor = compile_netlist(Netlist("xor", ("a", "b"), (Node(0b0110, (2, 3)),), (("y", 4),)), backend="numba")
    >>> xor.simulate(np.array([[0, 1], [1, 1]], dtype=bool)).tolist()
    [[True], [False]]
    """

    def by_c() -> Callable[[Words], Words]:
        function = CFunction(to_c(netlist, name="evaluate"), "evaluate", timeout_s=timeout_s)
        return partial(_words_by_c, function, len(netlist.outputs))

    def by_numba() -> Callable[[Words], Words]:
        return Tape.of(steps_of(netlist)).evaluate

    return CompiledNetlist(netlist, *_chosen(backend, by_c, by_numba))


def compile_classifier(
    classifier: Classifier, *, backend: Backend = "auto", timeout_s: float = 120.0
) -> CompiledClassifier:
    """Return a classifier in a form that answers many samples fast, and as `tinydwn.model.classify` does.

    Options and errors are those of `compile_netlist`.
    """
    core = lower_core(classifier).netlist
    return _compiled(classifier.encoder, core, None, backend, timeout_s)


def compile_circuit(
    encoder: Encoder,
    core: Netlist,
    codes: NDArray[np.bool_],
    *,
    backend: Backend = "auto",
    timeout_s: float = 120.0,
) -> CompiledClassifier:
    """Return a core that reads thermometer bits of an encoder, refined or other, in a form that answers fast.

    `codes`, (classes, outputs), is what the outputs are for each class. Options and errors are those of
    `compile_netlist`; `NetlistError` too for an input that is no bit of the encoder, for codes that do not fit the
    outputs or stand for two classes, and for more than 62 outputs.
    """
    outputs = len(core.outputs)
    if outputs > MOST_OUTPUTS:
        raise NetlistError(f"netlist '{core.name}' has {outputs} outputs", hint=f"give one of at most {MOST_OUTPUTS}")
    if codes.ndim != 2 or codes.shape[1] != outputs:
        raise NetlistError(
            f"netlist '{core.name}' has {outputs} outputs, the codes have shape {codes.shape}",
            hint="give (classes, outputs)",
        )
    numbers = codes.astype(np.int64) @ (np.int64(1) << np.arange(outputs))
    if len(np.unique(numbers)) < len(numbers):
        raise NetlistError("two classes have the same code", hint="give every class a code of its own")
    return _compiled(encoder, core, numbers, backend, timeout_s)


def _compiled(
    encoder: Encoder, core: Netlist, codes: NDArray[np.int64] | None, backend: Backend, timeout_s: float
) -> CompiledClassifier:
    comparisons = Comparisons.of(encoder, core)

    def by_c() -> Callable[[NDArray[np.float64]], NDArray[np.int64] | None]:
        function = CFunction(classifier_to_c(core, comparisons), "classify", timeout_s=timeout_s)
        return partial(_codes_by_c, function)

    def by_numba() -> Callable[[NDArray[np.float64]], NDArray[np.int64] | None]:
        return partial(Tape.of(steps_of(core)).answer, comparisons)

    chosen, reason, answer = _chosen(backend, by_c, by_numba)
    return CompiledClassifier(encoder, core, chosen, reason, codes, answer)


def _chosen(
    backend: Backend, by_c: Callable[[], _Made], by_numba: Callable[[], _Made]
) -> tuple[Literal["c", "numba"], str, _Made]:
    """Return which backend serves, why, and what it made."""
    if backend not in ("auto", "c", "numba"):
        raise ConfigError(f"unknown backend {backend!r}", hint="choose auto, c or numba")
    if backend == "numba":
        return "numba", _ASKED, by_numba()
    try:
        return "c", _ASKED if backend == "c" else "there is a C compiler", by_c()
    except ProgramError as error:
        if backend == "c":
            raise
        return "numba", error.message, by_numba()


def _words_by_c(function: CFunction, outputs: int, words: Words) -> Words:
    found = np.empty((outputs, words.shape[1]), dtype=np.uint64)
    function(words, found, words.shape[1])
    return found


def _codes_by_c(function: CFunction, features: NDArray[np.float64]) -> NDArray[np.int64] | None:
    codes = np.empty(len(features), dtype=np.int64)
    return None if function(features, codes, len(features)) == NOT_FINITE else codes


def _decoded(answers: NDArray[np.int64], codes: NDArray[np.int64]) -> NDArray[np.int64]:
    order = np.argsort(codes)
    place = np.minimum(np.searchsorted(codes, answers, sorter=order), len(codes) - 1)
    return np.where(codes[order[place]] == answers, order[place], NO_CLASS)
