"""Where searches start: each circuit once, and hypotheses only where samples can judge them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from tinydwn.data import dataset_of
from tinydwn.errors import ProgramTimeout
from tinydwn.minimize.size import size
from tinydwn.netlist import Netlist, Node
from tinydwn.refine import Examples, RefineOptions, Start
from tinydwn.synthesis import start_trees
from tinydwn.synthesis.candidates import WORD_BITS, Candidates, feature_grid
from tinydwn.synthesis.start_structures import score_starts, structure_starts
from tinydwn.synthesis.start_trees import optimal_tree_starts
from tinydwn.synthesis.starts import different, searchable

BOTH = Netlist("both", ("a", "b"), (Node(0b1000, (2, 3)),), (("y", 4),))


def test_each_circuit_is_started_from_once_under_the_name_it_had_first() -> None:
    either = replace(BOTH, nodes=(Node(0b1110, (2, 3)),))
    named = replace(BOTH, outputs=(("z", 4),))
    found = [Start("one", BOTH), Start("two", either), Start("three", replace(BOTH, name="again")), Start("z", named)]
    assert [start.name for start in different(found)] == ["one", "two", "z"]


def _candidates(samples: int, classes: int = 2) -> tuple[Candidates, Examples]:
    """Return samples of three features, of which most are above a half, as examples, and what they may read."""
    features = np.random.default_rng(0).random((samples, 3)).round(2)
    labels = np.minimum((features > 0.5).sum(axis=1) // 2 + (features[:, 0] > 0.9), classes - 1)
    split = dataset_of(features, labels).split(test_fraction=0.2, seed=0)
    grid = feature_grid(split, input_bits=WORD_BITS["core"])
    candidates = Candidates.of(split, cut="core", grid=grid, form="index")
    return candidates, candidates.examples(split.train_features, split.train_labels)


def _majority(samples: int, classes: int = 2) -> Examples:
    return _candidates(samples, classes)[1]


def test_effort_fast_starts_alike_with_and_without_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start_trees, "streed_is_here", lambda: True)
    options = RefineOptions(effort="fast")
    assert optimal_tree_starts(*_candidates(40), options, tell=lambda *_, **__: pytest.fail("told")) == ()


@pytest.mark.parametrize("classes", [2, 3])
def test_optimal_trees_answer_no_fewer_training_samples_than_grown_ones(
    classes: int, streed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start_trees, "OPTIMAL_DEPTHS", (2, 3))
    candidates, examples = _candidates(125, classes)
    options, told = RefineOptions(effort="normal"), []
    found = optimal_tree_starts(candidates, examples, options, tell=lambda text, **_: told.append(text))
    assert [(start.name, start.kind) for start in found] == [
        ("an optimal tree of depth 2", "tree"),
        ("an optimal tree of depth 3", "tree"),
    ]
    assert told == ["solving for optimal trees"]
    right = [examples.accuracy(start.netlist) for start in found]
    of_each = [np.flatnonzero(examples.feature == k) for k in range(3)]
    spread = [places[np.linspace(0, len(places) - 1, 10).round().astype(int)] for places in of_each]
    few = examples.bits[:, np.concatenate(spread)], examples.classes
    grown = [DecisionTreeClassifier(max_depth=depth).fit(*few).score(*few) for depth in (2, 3)]
    assert all(one >= other for one, other in zip(right, grown, strict=True))
    assert right[1] > right[0]
    again = optimal_tree_starts(candidates, examples, options, tell=lambda *_, **__: None)
    assert [start.netlist for start in again] == [start.netlist for start in found]


def test_an_optimal_tree_that_takes_too_long_is_left_out_and_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def solve(*_: object, depth: int, **__: object) -> Netlist:
        if depth == 3:
            raise ProgramTimeout("STreeD did not end within 600 s and was stopped")
        return BOTH

    monkeypatch.setattr(start_trees, "OPTIMAL_DEPTHS", (2, 3))
    monkeypatch.setattr(start_trees, "streed_is_here", lambda: True)
    monkeypatch.setattr(start_trees, "optimal_tree_netlist", solve)
    told: list[str] = []
    found = optimal_tree_starts(*_candidates(40), RefineOptions(), tell=lambda text, **_: told.append(text))
    assert [start.name for start in found] == ["an optimal tree of depth 2"]
    late = "an optimal tree of depth 3 is left out: STreeD did not end within 600 s and was stopped"
    assert told == ["solving for optimal trees", late]


def test_there_are_no_optimal_trees_without_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start_trees, "OPTIMAL_DEPTHS", (2, 3))
    monkeypatch.setattr(start_trees, "streed_is_here", lambda: False)
    assert optimal_tree_starts(*_candidates(40), RefineOptions(), tell=lambda *_, **__: pytest.fail("told")) == ()


def test_hypotheses_are_small_for_the_samples_that_speak_for_them() -> None:
    examples = _majority(125)
    found = structure_starts(examples, RefineOptions())
    assert found
    assert {start.kind for start in found} == {"structure"}
    assert {start.netlist.output_names for start in found} == {examples.outputs}
    assert max(size(start.netlist).gates for start in found) <= 4 * len(examples)


@pytest.mark.parametrize(("samples", "classes"), [(70, 2), (9, 2), (125, 3)])
def test_there_are_none_for_few_samples_or_several_outputs(samples: int, classes: int) -> None:
    assert structure_starts(_majority(samples, classes), RefineOptions()) == ()


def test_scores_of_several_classes_are_more_right_the_larger_they_are() -> None:
    examples = _majority(125, 3)
    found = score_starts(examples, RefineOptions())
    assert found
    assert {(start.kind, start.netlist.output_names) for start in found} == {("structure", examples.outputs)}
    gates = [size(start.netlist).gates for start in found]
    right = [examples.accuracy(start.netlist) for start in found]
    assert gates == sorted(set(gates))
    assert right == sorted(set(right))
    assert right[-1] > 0.9


@pytest.mark.parametrize(("samples", "classes"), [(125, 2), (70, 3)])
def test_there_are_no_scores_of_two_classes_or_of_few_samples(samples: int, classes: int) -> None:
    assert score_starts(_majority(samples, classes), RefineOptions()) == ()


def test_what_is_far_too_large_for_its_samples_is_not_searched_from() -> None:
    start = Start("small", BOTH)
    nodes = len(BOTH.nodes)
    assert searchable(start, samples=10**9 // nodes)
    assert not searchable(start, samples=10**9 // nodes + 1)
    large = replace(BOTH, nodes=BOTH.nodes * (20_000 // nodes + 1))
    assert not searchable(Start("large", large), samples=1)
