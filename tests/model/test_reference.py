from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.errors import ModelError
from tinydwn.model import Classifier, LutLayer, Reduction, classify, classify_bits, last_layer_bits


def naive_class(classifier, row) -> int:
    """Answer for one sample in plain Python, from the words of the documentation."""
    grid, encoder = classifier.encoder.fixed_point, classifier.encoder
    signals = []
    for feature, constant in zip(encoder.feature.tolist(), encoder.constant.tolist(), strict=True):
        largest = 2 ** int(grid.input_bits[feature]) - 1
        word = (row[feature] - grid.offset[feature]) / grid.step[feature]
        word = 0 if word < 0 else largest if word > largest else int(word)
        signals.append(word > constant)
    for layer in classifier.layers:
        following = []
        for table, sources in zip(layer.tables.tolist(), layer.mapping.tolist(), strict=True):
            text = "".join("1" if signals[source] else "0" for source in reversed(sources))
            following.append(table[int(text, 2)])
        signals = following
    classes = len(classifier.class_names)
    if classifier.reduction is Reduction.LEARNABLE:
        if classes == 2:
            return 1 if signals == [True] else 0
        return signals.index(True) if True in signals else 0
    if classifier.reduction is Reduction.CODED:
        code = sum(2**place for place, bit in enumerate(signals) if bit)
        return code if code < classes else code - 2 ** (len(signals) - 1)
    size = len(signals) // classes
    votes = [signals[k * size : (k + 1) * size].count(True) for k in range(classes)]
    return votes.index(max(votes))


@settings(max_examples=150)
@given(seed=st.integers(0, 100_000))
def test_classify_agrees_with_a_naive_reading_of_the_contract(make_classifier, seed):
    classifier = make_classifier(seed)
    samples = np.random.default_rng(seed).normal(scale=20, size=(12, len(classifier.encoder.feature_names)))
    assert classify(classifier, samples).tolist() == [naive_class(classifier, row) for row in samples.tolist()]


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000))
def test_a_sample_is_classified_alone_as_in_company(make_classifier, seed):
    classifier = make_classifier(seed)
    bits = np.random.default_rng(seed).random((6, classifier.encoder.bits)) > 0.5
    together = classify_bits(classifier, bits)
    assert together.dtype == np.int64
    assert together.tolist() == [int(classify_bits(classifier, row[None, :])[0]) for row in bits]


def test_input_zero_is_the_lowest_bit_of_the_address(two_bits):
    only_a = Classifier(two_bits, (LutLayer([[0, 1, 0, 0]], [[0, 1]]),), Reduction.LEARNABLE, ("no", "yes"))
    assert classify(only_a, np.array([[0.0, 0], [1, 0], [0, 1], [1, 1]])).tolist() == [0, 1, 0, 0]


def test_a_tie_goes_to_the_lowest_class(two_bits):
    votes = LutLayer([[0, 1]] * 3, [[0], [1], [1]])
    classifier = Classifier(two_bits, (votes,), Reduction.POPCOUNT, ("a", "b", "c"))
    assert classify(classifier, np.array([[0.0, 0], [1, 0], [0, 1], [1, 1]])).tolist() == [0, 0, 1, 0]
    assert classify(
        Classifier(two_bits, (votes,), Reduction.LEARNABLE, ("a", "b", "c")), np.array([[0.0, 0], [0, 1]])
    ).tolist() == [0, 1]


def test_no_samples_give_no_classes(two_bits):
    classifier = Classifier(two_bits, (LutLayer([[0, 1]], [[0]]),), Reduction.LEARNABLE, ("no", "yes"))
    assert classify(classifier, np.zeros((0, 2))).tolist() == []
    assert last_layer_bits(classifier, np.zeros((0, 2), dtype=bool)).shape == (0, 1)


def test_bits_of_another_encoder_are_refused(two_bits):
    classifier = Classifier(two_bits, (LutLayer([[0, 1]], [[0]]),), Reduction.LEARNABLE, ("no", "yes"))
    with pytest.raises(ModelError) as raised:
        classify_bits(classifier, np.zeros((4, 3), dtype=bool))
    assert str(raised.value) == (
        "the classifier reads 2 bits per sample, but got an array of shape (4, 3)\n\n"
        "hint: encode the samples with the classifier's own encoder"
    )


@pytest.mark.parametrize("seed", range(12))
def test_no_samples_have_no_classes(make_classifier, seed):
    classifier = make_classifier(seed)
    assert classify(classifier, np.zeros((0, len(classifier.encoder.feature_names)))).shape == (0,)
