from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.baselines import PerceptronSize, QuantizedPerceptron, quantized_perceptrons
from tinydwn.baselines.quantized import Sums, signed_digits
from tinydwn.errors import ConfigError, DataError
from tinydwn.lowering import chip_stimulus
from tinydwn.netlist import simulate
from tinydwn.training.quantized import _Network


def _drawn_perceptron(seed, inputs, hidden, outputs, activation_bits):
    rng = np.random.default_rng(seed)
    widths = (inputs, *hidden, outputs)
    layers = tuple(
        Sums(rng.integers(-7, 8, (out, width)), rng.integers(-40, 41, out), int(rng.integers(0, 5)))
        for width, out in pairwise(widths)
    )
    return QuantizedPerceptron(layers, 2**activation_bits - 1)


def _by_hand(perceptron, sample):
    """The class of one sample, one weight at a time."""
    values, *layers = [int(word) for word in sample], *perceptron.layers
    for place, layer in enumerate(layers):
        sums = [
            int(plus) + sum(int(weight) * value for weight, value in zip(row, values, strict=True))
            for row, plus in zip(layer.weights, layer.plus, strict=True)
        ]
        if place == len(layers) - 1:
            return int(sums[0] > 0) if len(sums) == 1 else sums.index(max(sums))
        values = [min(max(total // 2**layer.cut, 0), perceptron.top) for total in sums]
    raise AssertionError


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10**6),
    widths=st.lists(st.integers(0, 4), min_size=1, max_size=4).filter(any),
    hidden=st.lists(st.integers(1, 4), max_size=2),
    outputs=st.integers(1, 5),
    activation_bits=st.integers(1, 5),
)
def test_netlist_and_prediction_are_what_arithmetic_by_hand_gives(seed, widths, hidden, outputs, activation_bits):
    perceptron = _drawn_perceptron(seed, len(widths), hidden, outputs, activation_bits)
    words = np.random.default_rng(seed).integers(0, 1 << np.array(widths), (24, len(widths)))
    wanted = [_by_hand(perceptron, sample) for sample in words]
    width = max(1, (outputs - 1).bit_length())
    names = [[f"x{k}[{bit}]" for bit in range(bits)] for k, bits in enumerate(widths)]
    netlist = perceptron.netlist(names, [f"y{k}" for k in range(width)])
    places = [(k, bit) for k, bits in enumerate(widths) for bit in range(bits)]
    stimulus = np.array([words[:, k] >> bit & 1 for k, bit in places], dtype=bool).reshape(len(places), -1).T
    assert perceptron.predict(words).tolist() == wanted
    assert (simulate(netlist, stimulus) @ (1 << np.arange(width))).tolist() == wanted


@given(st.integers(-300, 300))
def test_signed_digits_make_the_number_with_no_more_of_them_than_binary(number):
    digits = signed_digits(number)
    assert sum(sign << place for place, sign in digits) == number
    assert {abs(sign) for _, sign in digits} <= {1}
    assert len(digits) <= abs(number).bit_count()


@pytest.mark.parametrize(("classes", "hidden"), [(2, ()), (3, (6,))])
def test_a_fitted_perceptron_has_learned_within_its_bits_and_the_seed_alone_decides(classes, hidden):
    rng = np.random.default_rng(classes)
    words = rng.integers(0, 16, (300, 4))
    labels = np.digitize(words @ [2, -1, 1, 0], [8, 20][: classes - 1])
    fit = {"largest": np.full(4, 15), "classes": classes, "size": PerceptronSize(hidden, 3, 4), "epochs": 15}
    first, again = (QuantizedPerceptron.fit(words, labels, **fit, seed=5) for _ in range(2))
    for one, other in zip(first.layers, again.layers, strict=True):
        np.testing.assert_array_equal(one.weights, other.weights)
        np.testing.assert_array_equal(one.plus, other.plus)
        assert one.cut == other.cut
        assert np.abs(one.weights).max() <= 3
    frequent = np.bincount(labels).max() / len(labels)
    assert (first.predict(words) == labels).mean() > frequent + 0.15


@pytest.mark.parametrize("bits", [8, 17, 24, 40])
def test_what_is_trained_are_the_sums_in_whole_numbers_however_wide_the_words(bits):
    words = np.random.default_rng(bits).integers(0, 1 << bits, (60, 5))
    network = _Network(np.full(5, (1 << bits) - 1), (4, 2), 127, 15, torch.Generator().manual_seed(0))
    network.to(network.kind)
    inputs = torch.from_numpy(words).to(network.kind)
    network.center(inputs)
    weights, plus, cut = network.frozen()[0]
    assert np.abs(plus).max() > 1 << bits - 2
    sums = network._sums(0, inputs)
    np.testing.assert_array_equal(sums.detach().numpy().astype(np.int64), words @ weights.T + plus)
    answers = network._activation(0, sums).detach().numpy()
    np.testing.assert_array_equal(answers, np.clip(words @ weights.T + plus >> cut, 0, 15))


def test_wide_words_are_learned_from_and_too_wide_ones_are_refused():
    rng = np.random.default_rng(0)
    words = rng.integers(0, 1 << 30, (60, 3))
    labels = (words[:, 0] > words[:, 1]).astype(np.int64)
    fit = {"classes": 2, "size": PerceptronSize((3,), 8), "epochs": 2}
    found = QuantizedPerceptron.fit(words, labels, largest=np.full(3, (1 << 30) - 1), balanced=True, **fit)
    assert np.abs(found.layers[0].weights).max() > 100
    assert found.predict(words[:9]).tolist() == [_by_hand(found, sample) for sample in words[:9]]
    with pytest.raises(ConfigError) as refused:
        QuantizedPerceptron.fit(words, labels, largest=np.full(3, 1 << 50), **fit)
    assert str(refused.value) == (
        f"sums of up to {3 * 127 << 50} cannot be learned exactly\n\nhint: give narrower words, or fewer of them"
    )


def test_core_and_chip_answer_what_the_perceptron_does_and_become_cells(drawn, proven_cells):
    split, size = drawn(4, 3), PerceptronSize((3,), 3, 2)
    (opponent,) = quantized_perceptrons(split, sizes=[size], input_bits=3, epochs=2)
    assert opponent.settings == "3 hidden, 3-bit weights"
    assert proven_cells(opponent.core, opponent.assumption) > 0
    assert proven_cells(opponent.chip()) > 0
    grid = opponent.encoder.fixed_point
    perceptron = QuantizedPerceptron.fit(
        grid.words(split.train_features),
        split.train_labels,
        largest=grid.largest_word,
        classes=3,
        size=size,
        epochs=2,
    )
    words = grid.words(split.test_features)
    wanted = perceptron.predict(words)
    np.testing.assert_array_equal(opponent.predict(split.test_features), wanted)
    chip = opponent.chip()
    answers = simulate(chip, chip_stimulus(opponent.encoder, chip.inputs, words)) @ (1 << np.arange(2))
    np.testing.assert_array_equal(answers, wanted)
    hidden = np.random.default_rng(0).integers(0, 4, (50, 3))
    stimulus = (hidden[:, :, None] >> np.arange(2) & 1).astype(bool).reshape(50, 6)
    last = QuantizedPerceptron(perceptron.layers[-1:], perceptron.top)
    answers = simulate(opponent.reduction, stimulus) @ (1 << np.arange(2))
    np.testing.assert_array_equal(answers, last.predict(hidden))


def test_senseless_sizes_words_and_samples_are_refused(drawn):
    with pytest.raises(ConfigError) as refused:
        PerceptronSize(weight_bits=1)
    assert str(refused.value) == "weight_bits is 1\n\nhint: choose a whole number from 2 to 8"
    with pytest.raises(ConfigError) as refused:
        quantized_perceptrons(drawn(1, 2), input_bits=9)
    assert str(refused.value) == "words of 9 bits are too wide\n\nhint: choose at most 8 input_bits"
    words, labels = np.array([[3], [4]]), np.array([0, 1])
    with pytest.raises(DataError) as raised:
        QuantizedPerceptron.fit(words, labels, largest=np.array([3]), classes=2)
    assert str(raised.value) == "a word is negative or above the largest word of its feature"
    with pytest.raises(DataError) as raised:
        QuantizedPerceptron.fit(words[:0], labels[:0], largest=np.array([3]), classes=2)
    assert str(raised.value) == "words of shape (0, 1) are nothing to learn from"
