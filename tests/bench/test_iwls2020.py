"""The contest's measurement: functions read, learnt and counted on planted ones, and the sums of its rows."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.made_up import again, studied
from tinydwn.bench import contest_circuits
from tinydwn.bench.contest_circuits import Point, Solved, Task, solve
from tinydwn.bench.contest_function import functions_in, load_function
from tinydwn.bench.studies import iwls2020
from tinydwn.bench.studies.iwls2020 import Asked, published
from tinydwn.bench.study import HERE, measure
from tinydwn.errors import ConfigError, DataError
from tinydwn.refine.options import EFFORTS

SHARED = Path(__file__).parents[2] / ".." / "shared" / "iwls2020"


def write_function(folder: Path, name: str, *, inputs: int, samples: int, says) -> None:
    """Write a function in the form of the contest's files."""
    rng = np.random.default_rng(len(name) + inputs)
    stored = {"inputs": inputs}
    for part in ("train", "valid", "test"):
        bits = rng.random((samples, inputs)) < 0.5
        stored |= {
            f"{part}_rows": samples,
            f"{part}_bits": np.packbits(bits, axis=1),
            f"{part}_label": np.packbits(says(bits)),
        }
    np.savez(folder / f"{name}.npz", **stored)


@given(inputs=st.integers(1, 20), samples=st.integers(1, 30), seed=st.integers(0, 99))
@settings(max_examples=20)
def test_what_is_packed_is_read_bit_by_bit(tmp_path_factory, inputs, samples, seed):
    folder = tmp_path_factory.mktemp("functions")
    write_function(folder, "ex07", inputs=inputs, samples=samples, says=lambda bits: bits[:, seed % inputs])
    function = load_function(folder, "ex07")
    assert len(function.inputs) == inputs
    for part in (function.train, function.valid, function.test):
        assert part.bits.shape == (samples, inputs)
        assert (part.labels == part.bits[:, seed % inputs]).all()
    both = function.split(with_valid=True, seed=0)
    assert (both.train_features[samples:] == function.valid.bits).all()
    assert len(function.split(with_valid=False, seed=0).train_labels) == samples


@pytest.fixture
def short(monkeypatch):
    """Let searches end soon."""
    monkeypatch.setitem(EFFORTS, "fast", 0.3)


def test_a_planted_function_is_found(tmp_path, short):
    write_function(tmp_path, "ex01", inputs=6, samples=300, says=lambda bits: bits[:, 1] ^ (bits[:, 2] & bits[:, 5]))
    task = Task(tmp_path, "ex01", "", "fast", 0)
    found = solve(task)
    assert found.test_accuracy == found.validation_accuracy == 1.0
    assert found.and_nodes == 4
    assert found.front[0].and_nodes == 0
    assert [point.and_nodes for point in found.front] == sorted(point.and_nodes for point in found.front)


def test_a_test_part_of_other_labels_changes_nothing_else(tmp_path, short, monkeypatch):
    monkeypatch.setattr(contest_circuits, "SEARCHED_NODES", 20)
    says = lambda bits: bits[:, 0] & bits[:, 1]  # noqa: E731
    write_function(tmp_path, "ex02", inputs=4, samples=100, says=says)
    with np.load(tmp_path / "ex02.npz") as stored:
        flipped = {**stored, "test_label": np.packbits(~np.unpackbits(stored["test_label"])[:100].astype(bool))}
    first = solve(Task(tmp_path, "ex02", "", "fast", 0))
    np.savez(tmp_path / "ex02.npz", **flipped)
    second = solve(Task(tmp_path, "ex02", "", "fast", 0))
    assert second.test_accuracy == pytest.approx(1 - first.test_accuracy)
    assert (first.and_nodes, first.validation_accuracy) == (second.and_nodes, second.validation_accuracy)


def solved(name: str, *front: Point) -> Solved:
    last = front[-1]
    return Solved(name, 8, "a tree", last.and_nodes, 5, 3.0, last.validation_accuracy, last.test_accuracy, front, 2.0)


def test_means_budgets_and_rivals_are_those_of_the_rows(tmp_path, monkeypatch):
    fronts = {
        "ex00": (Point(0, 0.5, 0.5), Point(40, 0.9, 0.98), Point(120, 0.95, 0.99)),
        "ex99": (Point(0, 0.6, 0.6), Point(900, 0.8, 0.7)),
    }
    for name in fronts:
        write_function(tmp_path, name, inputs=3, samples=10, says=lambda bits: bits[:, 0])
    study = studied(monkeypatch, iwls2020, lambda task: solved(task.function, *fronts[task.function]))
    found = measure(study, Asked(tmp_path), cluster=HERE)
    said = found.summary
    assert said["test_accuracy"] == pytest.approx((0.99 + 0.7) / 2)
    assert said["and_nodes"] == 510
    assert said["within"]["50"] == [pytest.approx((0.98 + 0.6) / 2), 20]
    assert said["within"]["5000"] == [pytest.approx((0.99 + 0.7) / 2), 510]
    assert said["rivals"]["ufpel"] == [pytest.approx(0.9766), 429]
    assert said["at_ufpel"] == [pytest.approx(40 / 429), 1]
    assert again(found) == found
    assert "97.66 @ 429" in found.to_text()


def test_a_function_whose_file_has_changed_is_learnt_anew(tmp_path, monkeypatch):
    done = []
    made_up = lambda task: done.append(task.function) or solved(task.function, Point(1, 0.5, 0.5))  # noqa: E731
    study, store = studied(monkeypatch, iwls2020, made_up), tmp_path / "s.json"
    (tmp_path / "functions").mkdir()
    for name in ("ex01", "ex02", "ex02"):
        write_function(tmp_path / "functions", name, inputs=3 + len(done), samples=10, says=lambda bits: bits[:, 0])
        measure(study, Asked(tmp_path / "functions"), store=store, cluster=HERE)
    assert done == ["ex01", "ex02", "ex02"]
    (tmp_path / "functions").rename(tmp_path / "elsewhere")
    measure(study, Asked(tmp_path / "elsewhere"), store=store, cluster=HERE)
    assert len(done) == 3


def test_folders_and_files_of_something_else_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="there is no folder"):
        functions_in(tmp_path / "none")
    with pytest.raises(ConfigError, match="holds no functions"):
        functions_in(tmp_path)
    write_function(tmp_path, "ex05", inputs=3, samples=10, says=lambda bits: bits[:, 0])
    with pytest.raises(ConfigError, match="has no function 'ex06'\n\nhint: choose among ex05"):
        functions_in(tmp_path, ("ex06",))
    (tmp_path / "ex08.npz").write_bytes(b"PK")
    np.savez(tmp_path / "ex09.npz", inputs=3)
    np.save(tmp_path / "ex10.npy", np.zeros(3))
    (tmp_path / "ex10.npy").rename(tmp_path / "ex10.npz")
    whole = (tmp_path / "ex05.npz").read_bytes()
    (tmp_path / "ex11.npz").write_bytes(whole[: len(whole) // 2])
    for name in ("ex08", "ex09", "ex10", "ex11"):
        with pytest.raises(DataError, match="holds no function of the contest"):
            load_function(tmp_path, name)
    with pytest.raises(ConfigError, match="unknown effort"):
        Asked(tmp_path, effort="none")
    with pytest.raises(ConfigError, match="has no function 'ex06'"):
        Asked(tmp_path, ("ex06",))


@pytest.mark.skipif(not SHARED.is_dir() and not os.environ.get("TINYDWN_REQUIRE"), reason="the functions are not there")
def test_the_published_figures_are_for_functions_of_the_folder():
    assert set(published()) == set(functions_in(SHARED))
    function = load_function(SHARED, "ex74")
    parity = function.train.bits.sum(axis=1) % 2 == 1
    assert (parity == function.train.labels).all() or (parity != function.train.labels).all()
