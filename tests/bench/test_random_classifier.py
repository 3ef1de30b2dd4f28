from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tinydwn.bench.random_classifier import random_classifier, random_words, synthetic_classifier
from tinydwn.errors import ConfigError
from tinydwn.model import Reduction, classify_bits


def test_the_same_seed_gives_the_same_classifier_and_another_seed_another():
    assert random_classifier(3) == random_classifier(3)
    assert len({random_classifier(seed).digest for seed in range(50)}) == 50


def test_what_is_drawn_covers_the_whole_range():
    drawn = [random_classifier(seed) for seed in range(300)]
    assert {classifier.layers[0].inputs_per_lut for classifier in drawn} == {2, 3, 4, 5, 6}
    assert {len(classifier.layers) for classifier in drawn} == {1, 2, 3}
    assert {classifier.classes for classifier in drawn} == set(range(2, 11))
    assert {classifier.reduction for classifier in drawn} == set(Reduction)
    assert {int(bits) for c in drawn for bits in c.encoder.fixed_point.input_bits} == set(range(1, 9))
    per_feature = [len(set(Counter(c.encoder.feature.tolist()).values())) for c in drawn]
    assert max(per_feature) > 3


def test_what_is_given_is_kept():
    classifier = random_classifier(5, n=4, layers=2, reduction=Reduction.LEARNABLE, classes=7)
    assert [layer.inputs_per_lut for layer in classifier.layers] == [4, 4]
    assert (classifier.classes, classifier.reduction) == (7, Reduction.LEARNABLE)


def test_most_random_classifiers_give_more_than_one_class():
    varied = 0
    for seed in range(100):
        classifier = random_classifier(seed)
        words = random_words(np.random.default_rng(seed), classifier.encoder, 200)
        varied += len(np.unique(classify_bits(classifier, classifier.encoder.encode_words(words)))) > 1
    assert varied > 80


def test_the_benchmark_classifier_has_the_size_of_the_mnist_example():
    classifier = synthetic_classifier()
    assert classifier.encoder.bits == 2352
    assert [layer.nodes for layer in classifier.layers] == [2000, 1000]
    assert (classifier.classes, classifier.reduction) == (10, Reduction.POPCOUNT)
    assert classifier == synthetic_classifier(seed=0)
    assert classifier != synthetic_classifier(seed=1)


@pytest.mark.parametrize(
    ("luts", "inputs", "message"),
    [
        (
            (20, 15),
            30,
            "layers of 20, 15 lookup tables cannot vote for 10 classes\n\nhint: end with a multiple of 10",
        ),
        ((), 30, "layers of no lookup tables cannot vote for 10 classes\n\nhint: end with a multiple of 10"),
        ((10,), 31, "31 thermometer bits cannot be 3 per feature\n\nhint: choose a multiple of 3"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(luts, inputs, message):
    with pytest.raises(ConfigError) as error:
        synthetic_classifier(luts, inputs=inputs)
    assert str(error.value) == message
