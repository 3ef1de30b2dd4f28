from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.errors import ModelError
from tinydwn.model import Classifier, LutLayer, Reduction

XOR = LutLayer([[False, True, True, False]], [[0, 1]])


def message(raised) -> str:
    return str(raised.value)


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000))
def test_the_digest_is_equal_exactly_for_equal_content(make_classifier, seed):
    one, again, other = make_classifier(seed), make_classifier(seed), make_classifier(seed + 1)
    assert one == again
    assert hash(one) == hash(again)
    assert one.digest == again.digest
    assert one.digest != other.digest
    assert one != other


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), data=st.data())
def test_every_flipped_table_bit_and_moved_input_changes_the_digest(make_classifier, seed, data):
    whole = make_classifier(seed)
    place = data.draw(st.integers(0, len(whole.layers) - 1))
    layer = whole.layers[place]
    node = data.draw(st.integers(0, layer.nodes - 1))
    tables, mapping = layer.tables.copy(), layer.mapping.copy()
    if data.draw(st.booleans()):
        tables[node, data.draw(st.integers(0, tables.shape[1] - 1))] ^= True
    else:
        below = whole.layers[place - 1].nodes if place else whole.encoder.bits
        mapping[node, data.draw(st.integers(0, mapping.shape[1] - 1))] += 1
        mapping %= below
    changed = LutLayer(tables, mapping)
    layers = (*whole.layers[:place], changed, *whole.layers[place + 1 :])
    other = Classifier(whole.encoder, layers, whole.reduction, whole.class_names)
    assert (other.digest == whole.digest) == (changed == layer)


def test_the_digest_changes_with_names_and_reduction(two_bits):
    two = LutLayer(np.eye(4, dtype=bool)[:3], [[0, 1]] * 3)
    whole = Classifier(two_bits, (two,), Reduction.POPCOUNT, ("x", "y", "z"))
    assert whole.digest != Classifier(two_bits, (two,), Reduction.LEARNABLE, ("x", "y", "z")).digest
    assert whole.digest != Classifier(two_bits, (two,), Reduction.POPCOUNT, ("x", "y", "w")).digest


def test_arrays_are_copied_and_read_only():
    tables, mapping = np.array([[False, True]]), np.array([[0]])
    layer = LutLayer(tables, mapping)
    tables[0, 0] = True
    mapping[0, 0] = 7
    assert layer.tables.tolist() == [[False, True]]
    assert layer.mapping.tolist() == [[0]]
    with pytest.raises(ValueError, match="read-only"):
        layer.tables[0, 0] = True
    with pytest.raises(ValueError, match="read-only"):
        layer.mapping[0, 0] = 1


def test_a_classifier_knows_its_sizes(two_bits):
    whole = Classifier(two_bits, (LutLayer([[0, 1]] * 4, [[0]] * 4), XOR), Reduction.LEARNABLE, ("no", "yes"))
    assert (whole.luts, whole.classes) == (5, 2)
    assert whole != "no classifier"
    assert XOR != "no layer"
    assert len({XOR, LutLayer([[0, 1, 1, 0]], [[0, 1]])}) == 1


@pytest.mark.parametrize(
    ("tables", "mapping", "text"),
    [
        (
            [[0, 1], [1, 0]],
            [[0]],
            "tables of shape (2, 2) do not fit a mapping of shape (1, 1)\n\n"
            "hint: tables are (nodes, 2**n) and the mapping is (nodes, n)",
        ),
        (
            [0, 1],
            [[0]],
            "tables of shape (2,) do not fit a mapping of shape (1, 1)\n\n"
            "hint: tables are (nodes, 2**n) and the mapping is (nodes, n)",
        ),
        ([[0, 1, 1]], [[0, 1]], "a lookup table of 2 inputs has 3 entries\n\nhint: it needs 2**2 = 4"),
        (
            np.zeros((1, 1), dtype=bool),
            np.zeros((1, 0), dtype=int),
            "a lookup table reads 0 inputs\n\nhint: tables of 1 to 10 inputs are supported",
        ),
        (
            np.zeros((1, 2048), dtype=bool),
            np.zeros((1, 11), dtype=int),
            "a lookup table reads 11 inputs\n\nhint: tables of 1 to 10 inputs are supported",
        ),
        (
            np.zeros((0, 2), dtype=bool),
            np.zeros((0, 1), dtype=int),
            "a layer has no lookup tables\n\nhint: leave the layer out",
        ),
        (
            [[0.5, 1.0]],
            [[0]],
            "a table holds values that are not bits\n\nhint: give tables as bool, or as integers 0 and 1",
        ),
        (
            [[0, 2]],
            [[0]],
            "a table holds values that are not bits\n\nhint: give tables as bool, or as integers 0 and 1",
        ),
        ([[0, 1]], [[0.0]], "a mapping holds float64 values\n\nhint: give the numbers of the bits as integers"),
    ],
)
def test_a_layer_that_does_not_fit_is_refused(tables, mapping, text):
    with pytest.raises(ModelError) as raised:
        LutLayer(tables, mapping)
    assert message(raised) == text


def test_tables_of_one_and_of_ten_inputs_are_accepted():
    assert LutLayer([[0, 1]], [[0]]).inputs_per_lut == 1
    assert LutLayer(np.zeros((1, 1024), dtype=bool), [range(10)]).inputs_per_lut == 10


@pytest.mark.parametrize(
    ("layers", "reduction", "names", "text"),
    [
        (
            (XOR,),
            Reduction.LEARNABLE,
            ("a",),
            "a classifier needs two classes or more, not 1\n\nhint: name every class",
        ),
        (
            (XOR,),
            Reduction.LEARNABLE,
            ("a", "a"),
            "two classes are named 'a'\n\nhint: name every class differently",
        ),
        (
            (),
            Reduction.LEARNABLE,
            ("a", "b"),
            "a classifier needs a layer of lookup tables\n\nhint: add at least one LutLayer",
        ),
        (
            (LutLayer([[0, 1]], [[2]]),),
            Reduction.LEARNABLE,
            ("a", "b"),
            "input 0 of lookup table 0 in layer 0 reads bit 2, but the encoder gives 2 bits\n\n"
            "hint: a mapping holds numbers from 0 to 1 here",
        ),
        (
            (XOR, LutLayer([[0, 0, 1, 1]], [[0, -1]])),
            Reduction.LEARNABLE,
            ("a", "b"),
            "input 1 of lookup table 0 in layer 1 reads bit -1, but layer 0 gives 1 bits\n\n"
            "hint: a mapping holds numbers from 0 to 0 here",
        ),
        (
            (XOR,),
            Reduction.POPCOUNT,
            ("a", "b"),
            "the last layer's 1 lookup tables cannot be shared equally by 2 classes\n\n"
            "hint: popcount needs a multiple of 2",
        ),
        (
            (LutLayer([[0, 1]] * 2, [[0]] * 2),),
            Reduction.LEARNABLE,
            ("a", "b"),
            "the last layer has 2 lookup tables, but the learnable reduction to 2 classes ends in 1\n\n"
            "hint: one bit for two classes, one bit per class otherwise",
        ),
        (
            (XOR,),
            Reduction.LEARNABLE,
            ("a", "b", "c"),
            "the last layer has 1 lookup tables, but the learnable reduction to 3 classes ends in 3\n\n"
            "hint: one bit for two classes, one bit per class otherwise",
        ),
    ],
)
def test_a_classifier_whose_parts_do_not_fit_is_refused(two_bits, layers, reduction, names, text):
    with pytest.raises(ModelError) as raised:
        Classifier(two_bits, layers, reduction, names)
    assert message(raised) == text


def test_importing_the_model_loads_no_heavy_package():
    code = "import sys, tinydwn.model; print([m for m in ('torch', 'pandas', 'sklearn', 'scipy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
