"""Searches on splits: what circuits read and answer, what they are asked for, and what they are."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.data import Split, load_dataset
from tinydwn.errors import ConfigError
from tinydwn.lowering.comparators import word_bit_names
from tinydwn.model.reference import classify
from tinydwn.netlist import Netlist, NetlistBuilder
from tinydwn.netlist.simulate import simulate
from tinydwn.refine import RefineOptions
from tinydwn.synthesis.candidates import Candidates, class_codes, feature_grid
from tinydwn.synthesis.refining import Refined, refine_split, softened
from tinydwn.synthesis.starts import network_start
from tinydwn.technology import load_library
from tinydwn.training import TrainingConfig, train
from tinydwn.verify import prove_equivalent

LIBRARY = load_library("nangate45")
SHORT = RefineOptions(effort="fast", circuits=20_000, most_nand2=40.0, points=4)


@pytest.fixture(scope="module")
def flowers() -> Split:
    return load_dataset("iris").split(seed=0)


@pytest.fixture(scope="module")
def chip(flowers: Split) -> Refined:
    return refine_split(flowers, LIBRARY, SHORT, cut="chip", with_starts=True)


def test_a_chip_is_its_comparators_and_the_circuit_behind_them(chip: Refined, flowers: Split) -> None:
    words = chip.encoder.fixed_point.words(flowers.test_features)
    test = chip.examples_of(flowers.test_features, flowers.test_labels)
    for point in chip.front.points:
        prove_equivalent(chip.whole(point), point.mapped.functions()).require()
        place = {}
        for feature in range(4):
            place |= {name: (feature, bit) for bit, name in enumerate(word_bit_names(chip.encoder, feature))}
        columns = [place[name] for name in point.mapped.inputs]
        patterns = np.array([words[:, feature] >> bit & 1 for feature, bit in columns], dtype=bool).T
        patterns = patterns.reshape(len(words), len(columns))
        answers = simulate(point.mapped.functions(), patterns) @ (1 << np.arange(2))
        assert (answers == flowers.test_labels).mean() == test.accuracy(point.netlist)


def test_every_kind_of_start_is_there_and_told(chip: Refined) -> None:
    names = [point.start for point in chip.front.starts]
    assert names[:2] == [f"a decision tree of {leaves} leaves" for leaves in (4, 8)]
    assert (names[2], names[-1]) == ("3 voting trees of 8 leaves", "a DWN of 9 tables of 2 inputs, seed 0")
    assert names[3:-1]
    assert all(name.startswith("an additive score of ") for name in names[3:-1])
    assert max(point.accuracy for point in chip.front.points) > 0.9


def test_a_found_circuit_is_a_classifier_that_answers_as_it_does(chip: Refined, flowers: Split) -> None:
    test = chip.examples_of(flowers.test_features, flowers.test_labels)
    for point in chip.front.points:
        classifier = chip.candidates.classifier(point.netlist)
        answers = classify(classifier, flowers.test_features)
        bits = simulate(point.netlist, test.bits[:, test.places(point.netlist.inputs)])
        codes = bits @ (1 << np.arange(bits.shape[1]))
        # A code beyond the last of three classes loses its top bit: 3 is 1.
        assert (answers == np.where(codes < 3, codes, codes - 2)).all()
        assert (answers == flowers.test_labels).mean() >= test.accuracy(point.netlist)
        assert classifier.encoder.fixed_point == chip.encoder.fixed_point


def test_a_code_beyond_the_last_class_is_the_class_without_its_top_bit(flowers: Split) -> None:
    candidates = Candidates.of(flowers, cut="core", grid=feature_grid(flowers, input_bits=8))
    builder = NetlistBuilder("odd")
    first = builder.input(candidates.encoder.bit_names[0])
    for name in candidates.outputs:
        builder.output(name, first)
    classifier = candidates.classifier(builder.build())
    answers = classify(classifier, flowers.train_features)
    bits = candidates.encoder.encode(flowers.train_features)[:, 0]
    assert (answers == np.where(bits, 1, 0)).all()
    assert 0 < bits.sum() < len(bits)


def test_a_trained_network_among_the_candidates_keeps_its_function(flowers: Split) -> None:
    grid = feature_grid(flowers, input_bits=8)
    network = train(flowers, TrainingConfig(layers=(6,), epochs=3), fixed_point=grid).classifier
    candidates = Candidates.of(flowers, cut="chip", grid=grid, also=network.encoder)
    start = network_start("the network", network, candidates, timeout_s=60)
    lifted = candidates.classifier(start.netlist)
    for features in (flowers.train_features, flowers.test_features):
        assert (classify(lifted, features) == classify(network, features)).all()
    coarse = feature_grid(flowers, input_bits=4)
    other = train(flowers, TrainingConfig(layers=(6,), epochs=1), fixed_point=coarse).classifier
    with pytest.raises(ConfigError, match="two encoders have different words, so that their bits cannot be joined"):
        Candidates.of(flowers, cut="chip", grid=grid, also=other.encoder)


def half(seed: int = 0) -> tuple[Split, np.ndarray]:
    """Return samples whose class is whether a feature is above a half, and which of them have the wrong label."""
    rng = np.random.default_rng(seed)
    features = rng.random((400, 3))
    labels = (features[:, 1] > 0.5).astype(np.int64)
    flipped = rng.choice(400, 20, replace=False)
    labels[flipped] ^= 1
    split = Split("half", features, labels, features[:1], labels[:1], ("a", "b", "c"), ("no", "yes"), 0, 0.2)
    return split, flipped


def test_labels_that_nothing_supports_count_little() -> None:
    split, flipped = half()
    candidates = Candidates.of(split, cut="core", grid=feature_grid(split, input_bits=8))
    examples = candidates.examples(split.train_features, split.train_labels)
    likely = np.array([0.95, 0.05])[[1, 0]] * np.ones((400, 1))
    above = split.train_features[:, 1] > 0.5
    likely[~above] = likely[~above, ::-1]
    soft = softened(examples, class_codes(2), likely)
    sound = np.setdiff1d(np.arange(400), flipped)
    assert soft.weight[flipped] == pytest.approx(0.05)
    assert soft.weight[sound] == pytest.approx(0.95)
    assert (soft.targets[sound, 0] == split.train_labels[sound]).all()


@given(seed=st.integers(0, 10_000), classes=st.integers(2, 5))
def test_a_softened_sample_asks_for_its_likeliest_class_and_weighs_what_it_is_ahead(seed: int, classes: int) -> None:
    rng = np.random.default_rng(seed)
    split, _ = half()
    candidates = Candidates.of(
        replace(split, class_names=tuple("vwxyz"[:classes])), cut="core", grid=feature_grid(split, input_bits=4)
    )
    labels = rng.integers(0, classes, 400)
    examples = candidates.examples(split.train_features, labels)
    likely = rng.dirichlet(np.ones(classes), size=400)
    soft = softened(examples, candidates.codes, likely)
    for k in range(0, 400, 40):
        shares = [likely[k, c] / 2 + (c == labels[k]) / 2 for c in range(classes)]
        first, second = sorted(shares)[-1], sorted(shares)[-2]
        assert soft.classes[k] == shares.index(first)
        assert soft.weight[k] == pytest.approx(first - second)
    assert (soft.targets == candidates.codes[soft.classes]).all()


def test_a_feature_may_be_called_as_the_outputs_are(flowers: Split) -> None:
    split = replace(flowers, feature_names=("class", "b", "c", "d"))
    refined = refine_split(split, LIBRARY, replace(SHORT, circuits=2000, points=2), cut="chip")
    assert refined.examples.outputs == ("class_[0]", "class_[1]")
    prove_equivalent(refined.whole(refined.front.points[-1]), refined.front.points[-1].mapped.functions()).require()


def test_classes_are_numbered_in_binary_or_have_an_output_each() -> None:
    assert class_codes(2).tolist() == [[False], [True]]
    assert class_codes(3).tolist() == [[False, False], [True, False], [False, True]]
    assert class_codes(3, "onehot").tolist() == np.eye(3, dtype=bool).tolist()


def test_one_class_alone_is_refused(flowers: Split) -> None:
    one: Any = SimpleNamespace(class_names=("one",))
    with pytest.raises(ConfigError, match="there is only one class\n\nhint: give samples of two classes or more"):
        Candidates.of(one, cut="core", grid=feature_grid(flowers, input_bits=8))


def test_one_output_per_class_is_found_as_well(flowers: Split) -> None:
    refined = refine_split(flowers, LIBRARY, SHORT, form="onehot", with_starts=True)
    best: Netlist = refined.front.points[-1].netlist
    assert best.output_names == ("class_is[0]", "class_is[1]", "class_is[2]")
    test = refined.examples_of(flowers.test_features, flowers.test_labels)
    answers = simulate(best, test.bits[:, test.places(best.inputs)])
    right = (answers == (flowers.test_labels[:, None] == np.arange(3))).all(axis=1).mean()
    assert right == test.accuracy(best) > 0.85
    assert all(start.accuracy > 0.6 for start in refined.front.starts)
    point = refined.front.points[-1]
    prove_equivalent(best, point.mapped.functions(), assuming=refined.assumption(point)).require()
