from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from tinydwn.model import classify, load_classifier

BLIF = """.model vote
.inputs a b c
.outputs y
.names a b c y
11- 1
1-1 1
-11 1
.end
"""


@pytest.fixture
def saved(tmp_path):
    """Return a file of a small torch_dwn model with two inputs per table."""
    rng = np.random.default_rng(0)
    state = {
        "0.luts": torch.from_numpy(rng.uniform(-1, 1, (6, 4))),
        "0.mapping": torch.from_numpy(rng.integers(0, 4, (6, 2)).astype(np.int32)),
    }
    torch.save(state, tmp_path / "model.pt")
    np.save(tmp_path / "thresholds.npy", np.array([[0.25, 0.5], [1.0, 2.0]]))
    return tmp_path / "model.pt"


def test_a_blif_becomes_a_model_file(tinydwn, tmp_path):
    (tmp_path / "vote.blif").write_text(BLIF)
    ended = tinydwn("import", tmp_path / "vote.blif", "--out", tmp_path / "vote.npz", "--classes", "no,yes")
    assert ended.code == 0, ended.err
    assert ended.out == "vote.blif: 1 lookup tables in 1 layers, 3 bits of 3 features, 2 classes\n"
    assert ended.err == f"next: tinydwn synth {tmp_path / 'vote.npz'} --out {tmp_path / 'vote'}\n"
    found = load_classifier(tmp_path / "vote.npz")
    assert classify(found, np.array([[1.0, 1, 0], [0, 0, 1]])).tolist() == [1, 0]
    assert found.class_names == ("no", "yes")


@pytest.mark.parametrize("words", [(), ("--classes", "2")])
def test_the_classes_of_a_single_output_are_0_and_1(tinydwn, tmp_path, words):
    (tmp_path / "vote.blif").write_text(BLIF)
    ended = tinydwn("import", tmp_path / "vote.blif", "--out", tmp_path / "vote.npz", *words)
    assert ended.code == 0, ended.err
    assert load_classifier(tmp_path / "vote.npz").class_names == ("0", "1")


def test_a_torch_dwn_model_becomes_a_model_file(tinydwn, saved, tmp_path):
    words = ("import", saved, "--out", tmp_path / "model.npz", "--kind", "torch-dwn", "--classes", "3", "--json")
    ended = tinydwn(*words, "--thresholds", tmp_path / "thresholds.npy", "--resolution", "0.25")
    assert ended.code == 0, ended.err
    found = load_classifier(tmp_path / "model.npz")
    assert json.loads(ended.out) == {
        "schema": "tinydwn.import/1",
        "model": str(tmp_path / "model.npz"),
        "digest": found.digest,
        "luts": 6,
    }
    assert found.encoder.thresholds.round(3).tolist() == [0.375, 0.625, 1.125, 2.125]


def test_a_trusted_pickle_is_warned_about(tinydwn, tmp_path):
    torch.save(
        {"state_dict": {"0.luts": torch.zeros(2, 4), "0.mapping": torch.zeros(2, 2)}, "x": tmp_path}, tmp_path / "m.pt"
    )
    words = ("import", tmp_path / "m.pt", "--out", tmp_path / "m.npz", "--kind", "torch-dwn", "--classes", "2")
    refused = tinydwn(*words)
    assert refused.code == 1
    assert "holds pickled objects, which are not loaded, or is damaged" in refused.err
    trusted = tinydwn(*words, "--trust-pickle")
    assert trusted.code == 0
    assert f"warning: '{tmp_path / 'm.pt'}' is unpickled because it was said to be trusted" in trusted.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("m.blif", "--thresholds", "t.npy"),
            "--thresholds means nothing to the kind netlist\n\nhint: leave it out: it is for torch-dwn and difflogic",
        ),
        (
            ("m.blif", "--trust-pickle"),
            "--trust-pickle means nothing to the kind netlist\n\nhint: leave it out: it is for torch-dwn and difflogic",
        ),
        (
            ("m.blif", "--resolution", "0.1"),
            "--resolution means nothing to the kind netlist\n\nhint: leave it out: it is for torch-dwn and difflogic",
        ),
        (
            ("m.blif", "--input-bits", "16"),
            "--input-bits means nothing to the kind netlist\n\nhint: leave it out: it is for torch-dwn and difflogic",
        ),
        (
            ("m.pt", "--kind", "torch-dwn", "--classes", "3", "--one-hot"),
            "--one-hot means nothing to the kind torch-dwn\n\nhint: leave it out: it is for netlist",
        ),
        (
            ("m.pt", "--kind", "difflogic", "--classes", "3", "--one-hot"),
            "--one-hot means nothing to the kind difflogic\n\nhint: leave it out: it is for netlist",
        ),
        (
            ("m.blif", "--classes", "1000000"),
            "1000000 classes are too many for 1 outputs\n\nhint: give --classes 2 at most",
        ),
        (
            ("m.blif", "--classes", "9" * 5000),
            "--classes is a number of 5000 digits\n\nhint: give a number of classes, or names",
        ),
        (
            ("mute.blif", "--classes", "2"),
            "netlist 'mute' has no outputs\n\nhint: a classifier needs one to tell the class",
        ),
        (
            ("model.pt", "--kind", "torch-dwn", "--classes", "1000000"),
            "the last layer has 6 tables, which cannot vote for 1000000 classes\n\n"
            "hint: a class needs at least one table, and there are two classes or more",
        ),
    ],
)
def test_options_that_mean_nothing_to_the_network_are_refused(tinydwn, saved, monkeypatch, words, message):
    monkeypatch.chdir(saved.parent)
    (saved.parent / "m.blif").write_text(BLIF)
    (saved.parent / "mute.blif").write_text(".model mute\n.inputs a\n.outputs\n.end\n")
    ended = tinydwn("import", *words, "--out", "m.npz")
    assert (ended.code, ended.err) == (1, f"error: {message}\n")


def claims_many_rows(path):
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": (10**14, 2)})


def holds_an_archive(path):
    with path.open("wb") as file:
        np.savez(file, thresholds=np.zeros((1, 1)))


@pytest.mark.parametrize(
    ("write", "why"),
    [
        (
            claims_many_rows,
            "Unable to allocate 1.42 PiB for an array with shape (200000000000000,) and data type float64",
        ),
        (lambda path: np.save(path, np.array([["a"]])), "they are no real numbers"),
        (lambda path: np.save(path, np.array([[1j]])), "they are no real numbers"),
        (holds_an_archive, "they are no real numbers"),
        (lambda path: path.write_bytes(b""), "No data left in file"),
    ],
)
def test_a_file_without_thresholds_is_told(tinydwn, saved, write, why):
    path = saved.parent / "t.npy"
    write(path)
    words = ("import", saved, "--out", saved.parent / "m.npz", "--kind", "torch-dwn", "--classes", "3")
    ended = tinydwn(*words, "--thresholds", path)
    assert ended.code == 1
    assert ended.err == (
        f"error: '{path}' does not hold thresholds: {why}\n\n"
        "hint: give a .npy or .csv file of numbers, a row per feature\n"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("m.pt", "--out", "m.txt"), "the model file 'm.txt' does not end in .npz"),
        (("m.pt", "--out", "m.npz"), "unknown kind of network None"),
        (("m.pt", "--out", "m.npz", "--kind", "torch-dwn"), "the file does not say how many classes vote"),
        (("m.blif", "--out", "m.npz"), "the netlist file 'm.blif' "),
        (
            ("m.pt", "--out", "m.npz", "--kind", "torch-dwn", "--classes", "2", "--thresholds", "none.csv"),
            "'none.csv' does not hold thresholds",
        ),
    ],
)
def test_what_cannot_be_imported_is_told(tinydwn, tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    ended = tinydwn("import", *words)
    assert ended.code == 1
    assert ended.err.startswith(f"error: {message}")
    assert "\n\nhint: " in ended.err
