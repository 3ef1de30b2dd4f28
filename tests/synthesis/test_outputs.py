"""Circuits of several outputs: a whole function is found again, its outputs keep names and order, opinions agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from tinydwn.data import Reading, Split, load_dataset
from tinydwn.data.pattern_names import pattern_names
from tinydwn.export.chip_interface import ChipInterface
from tinydwn.lowering import lower, lower_core
from tinydwn.model.reference import classify
from tinydwn.model.store import from_bytes, to_bytes
from tinydwn.netlist import from_aiger, from_blif, simulate, to_aag, to_blif
from tinydwn.refine import RefineOptions
from tinydwn.synthesis import start_trees
from tinydwn.synthesis.candidates import Candidates, feature_grid
from tinydwn.synthesis.outputs_teacher import outputs_teacher
from tinydwn.synthesis.references import references_of
from tinydwn.synthesis.refining import Searched, search_split
from tinydwn.synthesis.start_structures import structure_starts
from tinydwn.synthesis.start_trees import output_tree_starts
from tinydwn.technology import load_library

OUTPUTS = ("sum", "any", "carry")
POINTS = np.array(list(product((0, 1), repeat=5)))
SHORT = RefineOptions(effort="fast", circuits=2_000, most_nand2=400.0, points=6)


def split_of(answers: np.ndarray, folder: Path) -> Split:
    """Return a function of five inputs, (32, outputs), read from its PLA, all of it in both parts."""
    rows = [f"{''.join(map(str, one))} {''.join(map(str, said))}" for one, said in zip(POINTS, answers, strict=True)]
    names = f".ilb a b c d e\n.ob {' '.join(OUTPUTS)}\n"
    path = folder / "f.pla"
    path.write_text(f".i 5\n.o {answers.shape[1]}\n{names}.type f\n" + "\n".join([*rows, ".e\n"]))
    return load_dataset(path, Reading(test=path)).split()


@pytest.fixture(scope="module", autouse=True)
def trees_of_any_size() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(start_trees, "TREE_LEAVES", (4, 32))
        yield


@pytest.fixture(scope="module", params=[0, 1])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[np.ndarray, Searched]:
    answers = np.random.default_rng(request.param).integers(0, 2, (32, 3))
    split = split_of(answers, tmp_path_factory.mktemp("outputs"))
    return answers, search_split(split, load_library("nangate45"), SHORT, cut="core", labels_are_right=True)


def test_a_random_function_is_found_whole_and_its_files_answer_by_name(found: tuple[np.ndarray, Searched]) -> None:
    answers, searched = found
    netlist = max(searched.explored.found, key=lambda one: one.accuracy).mapped.functions()
    for read in (netlist, from_blif(to_blif(netlist)), from_aiger(to_aag(netlist).encode())):
        assert read.output_names == OUTPUTS
        places = ["abcde".index(name) for name in read.inputs]
        assert np.array_equal(simulate(read, POINTS[:, places].astype(bool)), answers.astype(bool))


def test_its_classifier_keeps_the_names_of_its_outputs(found: tuple[np.ndarray, Searched]) -> None:
    answers, searched = found
    netlist = max(searched.explored.found, key=lambda one: one.accuracy).mapped.functions()
    classifier = from_bytes(to_bytes(searched.candidates.classifier(netlist)))
    assert classifier.class_names == pattern_names(OUTPUTS)
    assert classify(classifier, POINTS.astype(float)).tolist() == (answers @ [1, 2, 4]).tolist()
    assert lower_core(classifier).netlist.output_names == OUTPUTS
    chip = lower(classifier)
    interface = ChipInterface.of(classifier.encoder, chip, classifier.class_names, "index")
    assert interface.outputs == OUTPUTS
    assert interface.head().splitlines()[-4:] == [
        "// The class is the pattern of its outputs:",
        "//   port sum is 'sum'",
        "//   port any is 'any'",
        "//   port carry is 'carry'",
    ]


def test_outputs_of_their_own_are_known_by_small_circuits(tmp_path: Path) -> None:
    ones = POINTS[:, :4].sum(axis=1)
    split = split_of(np.stack([ones & 1, ones * 0 + 1, ones > 2], axis=1).astype(int), tmp_path)
    candidates = Candidates.of(split, cut="core", grid=feature_grid(split, input_bits=16))
    times = np.tile(np.arange(32), 4)
    examples = candidates.examples(split.train_features[times], split.train_labels[times])
    (whole,) = structure_starts(examples, SHORT, apart=True)
    assert whole.netlist.output_names == OUTPUTS
    assert examples.accuracy(whole.netlist) == 1.0
    assert structure_starts(examples, SHORT) == ()
    trees = output_tree_starts(examples, SHORT)
    assert [examples.accuracy(one.netlist) for one in trees][-1] == 1.0
    assert all(one.netlist.output_names == OUTPUTS for one in trees)


def test_a_pattern_is_as_likely_as_its_outputs_together() -> None:
    rng = np.random.default_rng(0)
    features = rng.integers(0, 2, (48, 3)).astype(float)
    first, labels = features[:, 0].astype(np.int64), features[:, 0].astype(np.int64) + 4
    teacher = outputs_teacher(features, labels, outputs=3, seed=0)
    assert teacher.likely.shape == (48, 8)
    assert np.allclose(teacher.likely.sum(axis=1), 1)
    assert not teacher.likely[:, [0, 1, 2, 3, 6, 7]].any()
    assert (teacher.asked(features).argmax(axis=1) == labels).all()
    own = teacher.of_output[0].asked(features)
    assert np.allclose(teacher.asked(features)[:, [4, 5]], own)
    assert (own.argmax(axis=1) == first).all()


def test_boosting_learns_each_output_by_itself(tmp_path: Path) -> None:
    split = split_of(np.stack([POINTS[:, 0], POINTS[:, 0] * 0, POINTS[:, 1]], axis=1), tmp_path)
    times = np.tile(np.arange(32), 4)
    learnt = replace(split, train_features=split.train_features[times], train_labels=split.train_labels[times])
    (one,) = references_of(learnt, seed=0)
    assert one.test == 1.0
