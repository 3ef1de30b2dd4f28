from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.baselines import EvolutionOptions, evolve_tiny_classifier
from tinydwn.baselines.evolution import GATE_SAMPLES, cases_of, lost, mutation_counts
from tinydwn.baselines.genotype import active_gates, random_genotype
from tinydwn.data.held_out import held_out
from tinydwn.errors import ConfigError, DataError
from tinydwn.mapping import map_to_cells
from tinydwn.minimize import recipe, run_recipe
from tinydwn.netlist.simulate import simulate
from tinydwn.technology import load_library
from tinydwn.verify import prove_equivalent

SHORT = EvolutionOptions(
    generations=4000, stagnation=1500, standard_errors=1.0, encodings=((2, "quantile"), (2, "uniform")), seed=3
)


@pytest.fixture(scope="module")
def samples():
    """Three classes by two of four features; one label in twenty is drawn anew."""
    rng = np.random.default_rng(1)
    features = rng.normal(size=(700, 4))
    labels = np.where(features[:, 1] > 0.5, 2, features[:, 3] > 0.0).astype(np.int64)
    return features, np.where(rng.random(700) < 0.05, rng.integers(0, 3, 700), labels)


@pytest.fixture(scope="module")
def tiny(samples):
    heard = []
    found = evolve_tiny_classifier(
        *samples,
        classes=3,
        options=SHORT,
        feature_names=("a", "b", "c", "d"),
        on_generations=lambda done, of: heard.append((done, of)),
    )
    assert heard[-1] == (8000, 8000)
    assert heard == sorted(heard)
    return found


def naive_accuracy(right, labels, balanced):
    if not balanced:
        return sum(right) / len(right)
    by_class = {label: [ok for ok, one in zip(right, labels, strict=True) if one == label] for label in set(labels)}
    return sum(sum(oks) / len(oks) for oks in by_class.values()) / len(by_class)


@settings(max_examples=12)
@given(
    seed=st.integers(0, 10**6),
    size=st.sampled_from([1, 63, 64, 1000, 1024, 1025, 2100]),
    outputs=st.integers(1, 2),
    balanced=st.booleans(),
)
def test_what_is_lost_is_what_a_naive_count_says(seed, size, outputs, balanced, answers):
    rng = np.random.default_rng(seed)
    bits, targets = rng.random((size, 4)) < 0.5, rng.random((size, outputs)) < 0.4
    classes = targets @ (1 << np.arange(outputs))
    genotype = random_genotype(inputs=4, gates=12, outputs=outputs, rng=rng)
    cases = cases_of(bits, targets, classes, gates=12, balanced=balanced)
    cone, counts = np.zeros(12, dtype=np.int32), np.zeros(3, dtype=np.int64)
    active = active_gates(genotype, 4, np.zeros(12, dtype=bool), cone)
    right = [answers(genotype, row) == wanted for row, wanted in zip(bits, targets.tolist(), strict=True)]
    found = lost(genotype, cases, cone, active, np.inf, counts)
    assert found == pytest.approx(1 - naive_accuracy(right, classes.tolist(), balanced))
    assert counts[GATE_SAMPLES] == active * size
    assert found == 0 or lost(genotype, cases, cone, active, found / 2, counts) > found / 2


@pytest.mark.parametrize(("genes", "rate"), [(5, 0.3), (901, 0.005), (901, 0.9)])
def test_the_number_of_mutations_is_binomial(genes, rate):
    chances = np.diff(mutation_counts(genes, rate) / 2**40, prepend=0.0)
    numbers = np.arange(len(chances))
    mean = numbers @ chances
    assert (chances >= 0).all()
    assert mean == pytest.approx(genes * rate, rel=1e-6)
    assert (numbers - mean) ** 2 @ chances == pytest.approx(genes * rate * (1 - rate), rel=1e-5)


def test_accuracies_are_those_of_a_recount(tiny, samples):
    features, labels = samples
    held = held_out(labels, SHORT.validation_fraction, np.random.default_rng([SHORT.seed, 0]))
    right = []
    for row, label in zip(tiny.encode(features).tolist(), labels.tolist(), strict=True):
        nets = [False, True, *row]
        for node in tiny.netlist.nodes:
            nets.append(bool(node.table >> (nets[node.fanin[0]] + 2 * nets[node.fanin[1]]) & 1))
        right.append([nets[net] for net in tiny.netlist.output_nets] == [bool(label & 1), bool(label & 2)])
    assert tiny.fit_accuracy == pytest.approx(np.mean(np.array(right)[~held]))
    assert tiny.validation_accuracy == pytest.approx(np.mean(np.array(right)[held]))
    np.testing.assert_array_equal(tiny.predict(features) == labels, right)


def test_the_smallest_circuit_within_a_standard_error_of_the_best_is_taken(tiny, samples):
    held = held_out(samples[1], SHORT.validation_fraction, np.random.default_rng([SHORT.seed, 0])).sum()
    assert [(trial.bits, trial.bins) for trial in tiny.trials] == list(SHORT.encodings)
    best = max(trial.best_validation_accuracy for trial in tiny.trials)
    margin = (best * (1 - best) / held) ** 0.5
    assert best - margin - 1e-9 <= tiny.validation_accuracy <= best
    for trial in tiny.trials:
        if trial.validation_accuracy >= best - margin:
            assert tiny.active_gates <= trial.active_gates
    assert tiny.active_gates <= tiny.budget == 300


def test_without_standard_errors_the_best_on_validation_is_taken(tiny, samples):
    best = evolve_tiny_classifier(*samples, classes=3, options=replace(SHORT, standard_errors=0.0))
    assert best.validation_accuracy == max(trial.best_validation_accuracy for trial in tiny.trials)
    assert best.active_gates >= tiny.active_gates


def test_a_trial_says_what_was_spent(tiny):
    assert tiny.validation_accuracy > 0.8
    assert tiny.generations == 8000
    assert all(trial.runs >= 1 and trial.generations == 4000 for trial in tiny.trials)
    assert tiny.gate_evaluations == sum(trial.gate_evaluations for trial in tiny.trials) > 10**6
    assert tiny.seconds > 0


def test_an_evolution_that_stagnates_starts_again(samples):
    options = replace(SHORT, stagnation=100, generations=2000)
    for trial in evolve_tiny_classifier(*samples, classes=3, options=options).trials:
        assert 2 <= trial.runs <= 20
        assert trial.generations == 2000


def test_the_circuit_goes_down_the_road_of_all_circuits(tiny):
    smaller = run_recipe(tiny.netlist, recipe("fast")).netlist
    cells = map_to_cells(smaller, load_library("nangate45"), effort="fast")
    prove_equivalent(tiny.netlist, smaller).require()
    prove_equivalent(tiny.netlist, cells.functions()).require()


def test_the_same_seed_gives_the_same_circuit(tiny, samples):
    again = evolve_tiny_classifier(*samples, classes=3, options=SHORT, feature_names=("a", "b", "c", "d"))
    assert again == tiny
    other = evolve_tiny_classifier(*samples, classes=3, options=replace(SHORT, seed=4))
    assert other.netlist.nodes != tiny.netlist.nodes


def test_more_generations_never_lower_what_is_reached(samples):
    found = [
        evolve_tiny_classifier(*samples, classes=3, options=replace(SHORT, generations=generations)).trials
        for generations in (10, 100, 1000, 3000)
    ]
    for shorter, longer in pairwise(found):
        for before, after in zip(shorter, longer, strict=True):
            assert after.evolved_fit_accuracy >= before.evolved_fit_accuracy
            assert after.best_validation_accuracy >= before.best_validation_accuracy
    assert found[-1][0].evolved_fit_accuracy > found[0][0].evolved_fit_accuracy


def test_the_parity_of_three_bits_is_learned():
    patterns = (np.arange(400)[:, None] >> np.arange(5) & 1).astype(float)
    labels = patterns[:, [0, 2, 3]].sum(axis=1).astype(int) % 2
    options = EvolutionOptions(generations=40_000, stagnation=10_000, encodings=((1, "uniform"),))
    tiny = evolve_tiny_classifier(patterns, labels, classes=2, options=options)
    np.testing.assert_array_equal(tiny.predict(patterns), labels)
    assert simulate(tiny.netlist, tiny.encode(patterns)).shape == (400, 1)


def test_a_settled_circuit_reads_no_bit_that_is_never_set_and_answers_alike():
    rng = np.random.default_rng(3)
    features = np.column_stack([rng.integers(0, 2, 600), rng.integers(0, 5, 600), rng.random(600)]).astype(float)
    labels = ((features[:, 0] > 0) ^ (features[:, 1] > 2)).astype(int)
    tiny = evolve_tiny_classifier(features, labels, classes=2, options=replace(SHORT, encodings=((4, "quantile"),)))
    assert tiny.code.never_set == ("x0 bit 1", "x0 bit 2", "x0 bit 3", "x1 bit 3")
    assert set(tiny.settled.inputs) == set(tiny.code.bit_names) - set(tiny.code.never_set)
    encoded = tiny.encode(features)
    read = [tiny.code.bit_names.index(name) for name in tiny.settled.inputs]
    np.testing.assert_array_equal(simulate(tiny.settled, encoded[:, read]), simulate(tiny.netlist, encoded))
    assert len(tiny.settled.nodes) <= tiny.active_gates


def test_balanced_fitness_does_not_give_the_rare_class_up():
    rng = np.random.default_rng(5)
    features = rng.random((1500, 2))
    labels = ((features[:, 0] > 0.75) & (rng.random(1500) < 0.4)).astype(int)
    recall = {}
    for balanced in (False, True):
        options = replace(SHORT, balanced=balanced, encodings=((2, "quantile"),), generations=2000)
        tiny = evolve_tiny_classifier(features, labels, classes=2, options=options)
        recall[balanced] = (tiny.predict(features) == 1)[labels == 1].mean()
    assert recall[True] > 0.95
    assert recall[False] < 0.2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"gates": 0}, "gates of an evolution: 0\n\nhint: choose at least 1"),
        ({"generations": 0}, "generations of an evolution: 0\n\nhint: choose at least 1"),
        ({"mutation_rate": 1.0}, "mutation_rate of an evolution: 1\n\nhint: choose one between 0 and 1"),
        ({"validation_fraction": 0.0}, "validation_fraction of an evolution: 0\n\nhint: choose one between 0 and 1"),
        (
            {"encodings": ()},
            "an evolution without an encoding\n\nhint: choose bits and bins, such as (4, 'quantile')",
        ),
        ({"standard_errors": -1.0}, "-1 standard errors\n\nhint: choose 0 or a small positive number"),
        ({"seed": -1}, "the seed is -1\n\nhint: choose a whole number from 0 upwards"),
    ],
)
def test_options_that_make_no_sense_are_refused(options, said):
    with pytest.raises(ConfigError) as raised:
        EvolutionOptions(**options)
    assert str(raised.value) == said


@pytest.mark.parametrize(
    ("features", "labels", "classes", "error", "said"),
    [
        ([[1.0]], [0], 1, ConfigError, "a classifier of 1 classes\n\nhint: choose at least 2"),
        ([[1.0]], [0, 1], 2, DataError, "features of shape (1, 1) for labels of shape (2,)"),
        ([[1.0]], [0.5], 2, DataError, "the labels are float64, expected the numbers of classes"),
        ([[1.0], [2.0]], [0, 2], 2, DataError, "a label is not a number from 0 to 1"),
        (
            [[1.0], [2.0]],
            [0, 1],
            2,
            DataError,
            "2 samples are too few to hold some out for validation\n\nhint: give more samples",
        ),
    ],
)
def test_samples_that_nothing_can_be_evolved_on_are_refused(features, labels, classes, error, said):
    with pytest.raises(error) as raised:
        evolve_tiny_classifier(features, labels, classes=classes)
    assert str(raised.value) == said
