"""`tinydwn explore` from a table to a bundle."""

from __future__ import annotations

import json
import shlex
import shutil
from dataclasses import replace

import pytest

from tinydwn.explore.circuit import Found, packed
from tinydwn.explore.judge import Judge
from tinydwn.explore.trial import digest_of, split_of
from tinydwn.refine.options import EFFORTS
from tinydwn.synthesis import SynthesisOptions
from tinydwn.synthesis.front import Size
from tinydwn.training import TrainingConfig, train

SMALL = (
    "--most",
    "16",
    "--vary",
    "luts=4",
    "--vary",
    "epochs=2",
    "--vary",
    "library=sky130_fd_sc_hd,egfet",
    "--seed",
    "3",
)
HERE = ("--processes", "0", "--trials", "1")


@pytest.fixture
def explored(tinydwn, fruit, tmp_path, monkeypatch):
    """Return a folder with a table, and how its exploration of one trial ended."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(EFFORTS, "fast", EFFORTS["fast"] / 4)
    shutil.copy(fruit, "fruit.csv")
    return tinydwn("explore", "fruit.csv", "--target", "kind", "--out", "found", *SMALL, *HERE)


def test_a_table_is_explored_and_a_circuit_made_into_a_bundle_as_it_was_counted(tinydwn, explored, tmp_path):
    assert explored.code == 0, explored.err
    document = json.loads((tmp_path / "found/explore.json").read_text(encoding="utf-8"))
    front, chosen = document["front"], document["chosen"]
    assert document["schema"] == "tinydwn.explore/1"
    assert [one["options"] for one in document["trials"]] == [
        {"luts": "4", "epochs": "2", "library": "sky130_fd_sc_hd"}
    ]
    command = front[chosen]["commands"]["bundle"]
    assert f"next: {command}\n" in explored.err
    assert explored.err.startswith("explore: 1 trial, given up after 1 h each; how long they take is told once one ")
    assert "\n  trial 0 (luts 4, epochs 2, library sky130_fd_sc_hd) begins\n" in explored.err
    assert f"\ncommands are to be run in {tmp_path}\n" in explored.err
    assert document["commands_run_in"] == str(tmp_path)
    page = (tmp_path / "found/explore.html").read_text(encoding="utf-8")
    assert command in page
    assert f"<code>{tmp_path}</code>" in page
    assert "--most 16 " in page
    assert "--most 16.0" not in page
    assert page.count("<svg") == 2
    for one in front:
        assert (tmp_path / "found" / one["model"]).is_file()

    made = tinydwn(*shlex.split(command)[1:], "--json")
    assert made.code == 0, made.err
    report = json.loads(made.out)
    point = report["fronts"]["chip"][0]
    told = front[chosen]["chip"]["area_um2"], front[chosen]["expected"], front[chosen]["test"]
    assert (round(point["area_um2"], 6), point["expected_accuracy"], point["test_accuracy"]) == told
    assert report["options"]["seed"] == 3

    (tmp_path / "found/circuits/77.npz").write_bytes(b"of a front that was larger")
    again = tinydwn("explore", "fruit.csv", "--target", "kind", "--out", "found", *SMALL, *HERE, "--json")
    assert json.loads(again.out) == document
    assert "(stored)" in again.err
    assert {one["model"] for one in front} == {
        f"circuits/{one.name}" for one in (tmp_path / "found/circuits").iterdir()
    }
    other = tinydwn("explore", "fruit.csv", "--target", "kind", "--out", "found", *SMALL, *HERE, "--seed", "4")
    assert (other.code, other.out) == (1, "")
    assert "error: the study 'fruit.csv' in sqlite:///found/trials.db was asked with another training part" in other.err


def test_what_is_expected_never_looks_at_the_test_part():
    split = split_of("iris", SynthesisOptions())
    other = replace(split, test_labels=(split.test_labels + 1) % 3)
    learnt = train(split, TrainingConfig(layers=(3,), epochs=1, bits_per_feature=2)).classifier
    size = Size(1, 1.0, 1.0)
    found = Found(1, "network", "", size, size, 1.0, (), packed(learnt))
    one, another = Judge(split, SynthesisOptions()), Judge(other, SynthesisOptions())
    assert one.judged(found) == another.judged(found)
    assert one.measured(found) != another.measured(found)
    assert digest_of(split) == digest_of(other)


def test_what_cannot_be_explored_is_told(tinydwn, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.csv").touch()
    (tmp_path / "small.csv").write_text("width,kind\n1,a\n2,b\n3,a\n4,b\n")
    (tmp_path / "circuit.blif").write_text(".model m\n.inputs a\n.outputs b\n.names a b\n1 1\n.end\n")
    for words, code, message in (
        (("circuit.blif",), 1, "'circuit.blif' is no table of samples"),
        (("iris", "--vary", "bits"), 1, "--vary is 'bits'"),
        (("iris", "--vary", "bits=1..900"), 1, "--vary is 'bits=1..900'"),
        (("iris", "--trials", "0"), 1, "an exploration of 0 trials"),
        (("iris", "--processes", "1", "--scheduler", "tcp://localhost:1"), 1, "both processes and a scheduler"),
        (("iris", "--storage", "trials.db"), 1, "--storage is no URL of a database"),
        (("nowhere.csv",), 1, "nowhere.csv"),
        (("small.csv", "--target", "sort"), 1, "sort"),
        (("empty.csv",), 1, "empty.csv"),
        (("iris", "--vary", "bits=much"), 1, "bits"),
        (("iris", "--vary", "library=nowhere"), 1, "nowhere"),
        (("iris", "--storage", "sqlite:///not/there.db"), 1, "--storage is 'sqlite:///not/there.db'"),
    ):
        ended = tinydwn("explore", *words, "--out", "some/found")
        assert (ended.code, ended.out) == (code, "")
        assert message in ended.err
        assert "trials" not in ended.err.partition("error:")[0]
        assert not (tmp_path / "some").exists()
