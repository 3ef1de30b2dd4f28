"""Compiled classifiers and circuits answer as the model does, next to every threshold too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.bench.random_classifier import random_classifier
from tinydwn.encoder import Encoder, FixedPoint
from tinydwn.errors import DataError, NetlistError
from tinydwn.lowering import lower_core
from tinydwn.lowering.lift import lift_core
from tinydwn.model import Classifier, Reduction, classify
from tinydwn.netlist import Netlist, NetlistBuilder
from tinydwn.targets import compile_circuit, compile_classifier
from tinydwn.targets.compile import NO_CLASS
from tinydwn.targets.steps import steps_of

COUNTS = (0, 1, 64, 300, 4500)
GRID = FixedPoint(offset=np.zeros(2), step=np.ones(2), input_bits=np.array([4, 4]))
TWO = Encoder(("a", "b"), GRID, feature=np.array([0, 1, 1]), constant=np.array([3, 3, 9]))


def samples(classifier: Classifier, count: int, seed: int) -> np.ndarray:
    """Return values on both sides of every threshold, on it, and far away."""
    rng = np.random.default_rng(seed)
    encoder = classifier.encoder
    table = rng.normal(scale=10.0, size=(count, len(encoder.feature_names)))
    for feature in range(table.shape[1]):
        edges = encoder.thresholds[encoder.feature == feature]
        near = np.concatenate([edges, np.nextafter(edges, np.inf), np.nextafter(edges, -np.inf), [0.0, -0.0, 1e300]])
        chosen = rng.random(count) < 0.8
        table[chosen, feature] = rng.choice(near, int(chosen.sum()))
    return table


def check(seed: int, backend: Any, counts: tuple[int, ...]) -> None:
    classifier = random_classifier(seed)
    compiled = compile_classifier(classifier, backend=backend)
    assert compiled.backend == backend
    for count in counts:
        features = samples(classifier, count, seed)
        found = compiled.classify(features)
        assert found.dtype == np.int64
        assert np.array_equal(found, classify(classifier, features))


@settings(max_examples=50)
@given(st.integers(0, 100_000), st.sampled_from(COUNTS))
def test_the_compiled_loop_answers_as_the_model_does(seed: int, count: int) -> None:
    check(seed, "numba", (count,))


def _lifted(netlist: Netlist) -> Classifier:
    """Return a core over bits of a, with a layer for each level of it and tables that pass values on."""
    return lift_core(netlist, TWO, reduction=Reduction.CODED, class_names=("none", "some", "more", "all"))


def _deep(depth: int) -> Netlist:
    builder = NetlistBuilder("core")
    a, low, high = (builder.input(name) for name in TWO.bit_names)
    net = builder.and_(a, low)
    for k in range(depth):
        net = builder.xor(net, high) if k % 2 else builder.or_(builder.and_(net, low), builder.invert(high))
    builder.output("class[0]", net)
    builder.output("class[1]", a)
    return builder.build()


@pytest.mark.parametrize("depth", [1, 3, 9, 30])
def test_many_thin_layers_take_no_more_operations_than_their_netlist(depth: int) -> None:
    netlist = _deep(depth)
    classifier = _lifted(netlist)
    assert len(classifier.layers) >= min(depth, 2)
    assert len(steps_of(lower_core(classifier).netlist).steps) <= len(steps_of(netlist).steps)


@pytest.mark.parametrize("backend", ["c", "numba"])
@pytest.mark.parametrize("constant", [False, True])
def test_circuits_of_a_search_answer_as_the_model_does(c_compiler: Path, backend: Any, constant: bool) -> None:
    whole = Netlist("core", (), (), (("class[0]", 1), ("class[1]", 0))) if constant else _deep(7)
    classifier = _lifted(whole)
    features = samples(classifier, 300, 1)
    found = compile_classifier(classifier, backend=backend).classify(features)
    assert np.array_equal(found, classify(classifier, features))
    assert not constant or set(found.tolist()) == {1}


@pytest.mark.parametrize("seed", range(6))
def test_compiled_c_answers_as_the_model_does(c_compiler: Path, seed: int) -> None:
    check(seed, "c", COUNTS)


@pytest.mark.parametrize("flag", ["-U__AVX512F__", "-U__AVX512F__ -U__AVX2__", "-DONE_WORD"])
def test_compiled_c_is_right_with_vectors_of_every_width(
    c_compiler: Path, monkeypatch: pytest.MonkeyPatch, flag: str
) -> None:
    monkeypatch.setenv("CC", f"{c_compiler} {flag}")
    check(7, "c", COUNTS)


@pytest.mark.parametrize("backend", ["c", "numba"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_finite_numbers_are_refused_as_the_encoder_does(
    c_compiler: Path, backend: Any, bad: float
) -> None:
    classifier = random_classifier(1)
    compiled = compile_classifier(classifier, backend=backend)
    features = samples(classifier, 700, 0)
    features[650, -1] = bad
    with pytest.raises(DataError) as expected:
        classify(classifier, features)
    with pytest.raises(DataError) as caught:
        compiled.classify(features)
    assert str(caught.value) == str(expected.value)
    assert np.array_equal(compiled.classify(features[:650]), classify(classifier, features[:650]))


@pytest.mark.parametrize("wrong", [np.zeros((3, 9)), np.zeros(4), [["text"]]])
def test_tables_of_another_shape_are_refused_as_the_encoder_does(wrong: Any) -> None:
    compiled = compile_circuit(
        TWO, Netlist("core", ("a > 4",), (), (("y", 2),)), np.eye(2, dtype=bool)[:, 1:], backend="numba"
    )
    with pytest.raises(DataError) as expected:
        TWO.encode(wrong)
    with pytest.raises(DataError) as caught:
        compiled.classify(wrong)
    assert str(caught.value) == str(expected.value)


@pytest.mark.parametrize("backend", ["c", "numba"])
def test_rows_may_be_lists_whole_numbers_or_every_second_column(c_compiler: Path, backend: Any) -> None:
    core = Netlist("core", ("b > 10", "a > 4"), (), (("low", 2), ("high", 3)))
    codes = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], dtype=bool)
    compiled = compile_circuit(TWO, core, codes, backend=backend)
    table = np.arange(60.0).reshape(15, 4)[:, ::2] % 16
    expected = [int(b >= 10) + 2 * int(a >= 4) for a, b in table.tolist()]
    assert compiled.classify(table).tolist() == expected
    assert compiled.classify(table.tolist()).tolist() == expected
    assert compiled.classify(table.astype(np.int8)).tolist() == expected


@pytest.mark.parametrize("backend", ["c", "numba"])
def test_codes_are_looked_up_and_others_are_no_class(c_compiler: Path, backend: Any) -> None:
    builder = NetlistBuilder("core")
    a, b = builder.input("a > 4"), builder.input("b > 10")
    for k, net in enumerate((builder.and_(a, b), builder.xor(a, b), 1)):
        builder.output(f"y{k}", net)
    codes = np.array([[1, 0, 1], [0, 0, 1]], dtype=bool)
    compiled = compile_circuit(TWO, builder.build(), codes, backend=backend)
    assert compiled.classify([[0, 0], [15, 0], [0, 15], [15, 15]]).tolist() == [1, NO_CLASS, NO_CLASS, 0]


def test_one_output_per_class_gives_the_same_classes() -> None:
    for seed in range(12):
        classifier = random_classifier(seed)
        core = lower_core(classifier, output="onehot").netlist
        features = samples(classifier, 200, seed)
        compiled = compile_circuit(classifier.encoder, core, np.eye(classifier.classes, dtype=bool), backend="numba")
        assert np.array_equal(compiled.classify(features), classify(classifier, features))


@pytest.mark.parametrize(
    ("core", "codes", "message"),
    [
        (
            Netlist("core", ("c > 1",), (), (("y", 2),)),
            np.eye(2, dtype=bool)[:, :1],
            "the netlist's input 'c > 1' is no thermometer bit of the encoder\n\n"
            "hint: give the core and the encoder that it was made for",
        ),
        (
            Netlist("core", ("a > 4",), (), (("y", 2),)),
            np.eye(2, dtype=bool),
            "netlist 'core' has 1 outputs, the codes have shape (2, 2)\n\nhint: give (classes, outputs)",
        ),
        (
            Netlist("core", ("a > 4",), (), (("y", 2),)),
            np.zeros((2, 1), dtype=bool),
            "two classes have the same code\n\nhint: give every class a code of its own",
        ),
        (
            Netlist("core", (), (), tuple((f"y{k}", 0) for k in range(63))),
            np.eye(63, dtype=bool),
            "netlist 'core' has 63 outputs\n\nhint: give one of at most 62",
        ),
    ],
)
def test_circuits_that_do_not_fit_are_refused(core: Netlist, codes: np.ndarray, message: str) -> None:
    with pytest.raises(NetlistError) as caught:
        compile_circuit(TWO, core, codes)
    assert str(caught.value) == message
