"""Printed classifiers: the words of a split, the verdict on a front, and one small run as a whole."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from tests.made_up import again, studied
from tinydwn.bench import printed_chips
from tinydwn.bench.printed_chips import FAMILIES, OURS, TREE, WORD_BITS, Circuit, Task, measured_circuits, printed_split
from tinydwn.bench.studies import printed
from tinydwn.bench.studies.printed import Asked, published, reached
from tinydwn.bench.study import HERE, measure
from tinydwn.data import load_dataset
from tinydwn.errors import ConfigError
from tinydwn.refine import options
from tinydwn.synthesis import refining, start_trees, teacher


def circuit(family, area, test, *, chosen=True):
    return Circuit(family, "x", area, 2 * area, 0.9, 0.9, 0.01, test, 0.5, chosen)


def test_words_are_cut_from_the_range_of_the_training_part(monkeypatch):
    monkeypatch.setitem(WORD_BITS, "iris", 4)
    split, grid = printed_split("iris", 42)
    whole = load_dataset("iris")
    train, test, train_labels, test_labels = train_test_split(
        whole.features, whole.labels, test_size=0.3, random_state=42
    )
    assert (split.train_labels == train_labels).all()
    assert (split.test_labels == test_labels).all()
    for words, values in ((split.train_features, train), (split.test_features, test)):
        for row, given in zip(words.tolist(), values.tolist(), strict=True):
            for k, (word, value) in enumerate(zip(row, given, strict=True)):
                low, high = train[:, k].min(), train[:, k].max()
                assert word == min(max(int((value - low) / (high - low) * 16 // 1), 0), 15)
        assert (grid.words(words) == words).all()
    assert split.train_features.min(axis=0).tolist() == [0.0] * 4
    assert split.train_features.max(axis=0).tolist() == [15.0] * 4


def test_every_data_set_has_published_classifiers():
    assert published().keys() == WORD_BITS.keys()
    assert all(0 < one.accuracy < 100 and one.area_cm2 > 0 for rows in published().values() for one in rows)


@pytest.mark.parametrize(
    ("circuits", "front", "choice"),
    [
        ((circuit(OURS, 0.3, 0.95), circuit(TREE, 0.4, 0.95)), True, True),
        ((circuit(OURS, 0.3, 0.95), circuit(TREE, 0.2, 0.8)), True, True),
        ((circuit(OURS, 0.3, 0.8), circuit(OURS, 0.35, 0.95, chosen=False), circuit(TREE, 0.4, 0.95)), True, False),
        ((circuit(OURS, 0.3, 0.95), circuit(TREE, 0.2, 0.95)), False, False),
        ((circuit(OURS, 0.3, 0.94), circuit(TREE, 0.2, 0.9)), False, False),
    ],
)
def test_a_win_is_as_right_as_published_in_no_more_than_a_trees_area(monkeypatch, circuits, front, choice):
    study = studied(monkeypatch, printed, lambda _: circuits)
    found = measure(study, Asked(datasets=("balance-scale",), seeds=(42, 1)), cluster=HERE)
    (one,) = reached(found)
    assert (one.best.name, one.front_holds, one.choice_holds) == ("MLP", front, choice)
    beats = circuits[0].test >= circuits[-1].test and circuits[0].area_cm2 <= circuits[-1].area_cm2
    assert found.summary == {"datasets": 1, "front_holds": front, "choice_holds": choice, "beats_tree": beats}
    assert again(found) == found
    assert {row.seed for row in found.rows if not row.circuit.chosen} <= {42}
    assert f"{front:d} of 1 fronts, and {choice:d} of 1 circuits" in " ".join(found.to_text().split())


def test_other_data_sets_and_splits_without_the_published_one_are_refused():
    with pytest.raises(ConfigError, match="data set 'iris' is none of the printed ones\n\nhint: choose among cardio"):
        Asked(datasets=("iris",))
    with pytest.raises(ConfigError, match="split 42 is left out\n\nhint: give it"):
        Asked(seeds=(1, 2))


def test_all_families_are_measured_on_the_same_words(monkeypatch):
    monkeypatch.setitem(WORD_BITS, "iris", 4)
    monkeypatch.setitem(options.EFFORTS, "fast", 0.02)
    monkeypatch.setitem(teacher.FORESTS, "fast", (8, 2))
    monkeypatch.setattr(refining, "small_networks", lambda *_, **__: ())
    monkeypatch.setattr(start_trees, "TREE_LEAVES", (4,))
    monkeypatch.setattr(start_trees, "VOTING_TREES", ())
    monkeypatch.setattr(printed_chips, "LEAVES", (2, 3))
    monkeypatch.setattr(printed_chips, "DEPTHS", (2,))
    monkeypatch.setattr(printed_chips, "POINTS", 3)
    found = measured_circuits(Task("iris", 42, "fast"))
    assert list(dict.fromkeys(one.family for one in found))[:2] == list(FAMILIES[:2])
    for family in (OURS, TREE):
        own = [one for one in found if one.family == family]
        assert sum(one.chosen for one in own) == 1
        assert np.all(np.diff([one.area_cm2 for one in own]) >= 0)
    assert {one.made for one in found if one.family == TREE} == {"2 leaves", "3 leaves", "depth 2"}
    assert max(one.test for one in found if one.family == TREE) > 0.85
    assert all(one.static_power_mw > 0 for one in found if one.area_cm2)
