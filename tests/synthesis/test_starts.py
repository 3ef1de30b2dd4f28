"""Where searches start: each circuit once, and hypotheses only where samples can judge them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tinydwn.data import dataset_of
from tinydwn.minimize.size import size
from tinydwn.netlist import Netlist, Node
from tinydwn.refine import Examples, RefineOptions, Start
from tinydwn.synthesis.candidates import WORD_BITS, Candidates, feature_grid
from tinydwn.synthesis.starts import different, structure_starts

BOTH = Netlist("both", ("a", "b"), (Node(0b1000, (2, 3)),), (("y", 4),))


def test_each_circuit_is_started_from_once_under_the_name_it_had_first() -> None:
    either = replace(BOTH, nodes=(Node(0b1110, (2, 3)),))
    named = replace(BOTH, outputs=(("z", 4),))
    starts = [Start("one", BOTH), Start("two", either), Start("three", replace(BOTH, name="again")), Start("z", named)]
    assert [start.name for start in different(starts)] == ["one", "two", "z"]


def _majority(samples: int, classes: int = 2) -> Examples:
    """Return samples of three features, of which most are above a half, as examples."""
    features = np.random.default_rng(0).random((samples, 3)).round(2)
    labels = np.minimum((features > 0.5).sum(axis=1) // 2 + (features[:, 0] > 0.9), classes - 1)
    split = dataset_of(features, labels).split(test_fraction=0.2, seed=0)
    grid = feature_grid(split, input_bits=WORD_BITS["core"])
    candidates = Candidates.of(split, cut="core", grid=grid, form="index")
    return candidates.examples(split.train_features, split.train_labels)


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
