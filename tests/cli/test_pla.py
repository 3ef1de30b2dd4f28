"""synth on samples of 0 and 1 that are no table, and every command behind it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tinydwn import load_bundle
from tinydwn.data import Reading, load_dataset
from tinydwn.export.bundle import read_bundle
from tinydwn.netlist import NetlistBuilder, from_aiger, from_blif, simulate, to_aag
from tinydwn.report.accuracy_tables import outputs_table
from tinydwn.report.run_report import from_text
from tinydwn.report.wording import percent_text


def pla_of(inputs: np.ndarray, outputs: np.ndarray) -> str:
    """Return samples, (samples, inputs) and (samples,), as a PLA of type fr."""
    rows = ["".join(map(str, row)) + f" {value}" for row, value in zip(inputs.tolist(), outputs.tolist(), strict=True)]
    return "\n".join([f".i {inputs.shape[1]}", ".o 1", ".type fr", f".p {len(rows)}", *rows, ".e", ""])


def wanted(inputs: np.ndarray) -> np.ndarray:
    return inputs[:, 1] & (inputs[:, 3] ^ inputs[:, 4])


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory, short_main: str) -> tuple[Path, Any]:
    """Return the folder with PLAs and what synth made of them, and how it ended."""
    folder = tmp_path_factory.mktemp("pla")
    rng = np.random.default_rng(0)
    for name, samples in (("train", 200), ("valid", 100), ("test", 150)):
        inputs = rng.integers(0, 2, (samples, 6))
        (folder / f"{name}.pla").write_text(pla_of(inputs, wanted(inputs)))
    words = ["synth", "train.pla", "--validation", "valid.pla", "--test", "test.pla", "--out", "out"]
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            short_main,
            *words,
            "--exact",
            "--library",
            "nangate45",
            "--luts",
            "6",
            "--epochs",
            "4",
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=folder,
    )
    return folder, done


def test_samples_become_a_circuit_whose_chip_is_its_core(road: tuple[Path, Any]) -> None:
    folder, ended = road
    assert ended.returncode == 0, ended.stderr
    report = from_text(read_bundle(folder / "out").files["report.json"].decode())
    assert report.data is not None
    assert (report.data.train_samples, report.data.test_samples) == (300, 150)
    assert (report.options["test"], report.options["validation"]) == ("test.pla", "valid.pla")
    assert report.all_equivalent
    core, chip = (from_blif((folder / f"out/{cut}/lowered.blif").read_text()) for cut in ("core", "chip"))
    assert core.nodes == chip.nodes
    assert chip.inputs == tuple(f"x{k}[0]" for k in range(6))
    said = load_bundle(folder / "out").read(folder / "test.pla")
    right = np.array(said.labels) == load_bundle(folder / "out").answers(said.features)
    assert report.accuracy.test == right.mean()


def test_its_aiger_answers_as_the_circuit_predicts(road: tuple[Path, Any]) -> None:
    folder, _ = road
    bundle = load_bundle(folder / "out")
    inputs = load_dataset(folder / "test.pla").features
    said = bundle.predict(inputs)
    for cut in ("core", "chip"):
        netlist = from_aiger(read_bundle(folder / "out").files[f"{cut}/netlist.aig"])
        read = [int(name[1]) for name in netlist.inputs]
        assert simulate(netlist, inputs[:, read].astype(bool))[:, 0].tolist() == (said == "1").tolist()


def test_every_command_takes_the_folder(tinydwn: Callable[..., Any], road: tuple[Path, Any]) -> None:
    folder, _ = road
    ended = tinydwn("verify", folder / "out")
    assert ended.code == 0, ended.err
    for cut in ("core", "chip"):
        assert f"{cut}/netlist.aig = model.npz" in ended.out
    ended = tinydwn("predict", folder / "out", folder / "test.pla")
    assert ended.code == 0
    assert ended.err.endswith(" % of 150 samples right\n")
    assert ended.out.startswith("row,class\n1,")
    assert tinydwn("choose", folder / "out", "--list").code == 0


@pytest.mark.parametrize(
    ("left", "right", "more"),
    [
        ("out", "out/chip/netlist.aig", ()),
        ("out/chip/netlist.v", "out/chip/lowered.blif", ()),
        ("out/chip/nangate45/mapped.blif", "out", ("--library", "nangate45")),
        ("out/core/netlist.aig", "own.aag", ()),
    ],
)
def test_two_designs_are_proven_equal(
    tinydwn: Callable[..., Any], road: tuple[Path, Any], left: str, right: str, more: tuple[str, ...]
) -> None:
    folder, _ = road
    (folder / "own.aag").write_text(to_aag(from_blif((folder / "out/core/netlist.blif").read_text())))
    ended = tinydwn("verify", folder / left, folder / right, *more, "--json")
    assert ended.code == 0, ended.err
    assert [one["outcome"] for one in json.loads(ended.out)["verdicts"]] == ["EQUIVALENT"] * 2


def test_designs_that_differ_are_told_with_an_example(tinydwn: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "and.aag").write_text("aag 3 2 0 1 1\n2\n4\n6\n6 2 4\n")
    (tmp_path / "or.v").write_text("module or_ (input [1:0] a, output y); assign y = |a; endmodule\n")
    ended = tinydwn("verify", tmp_path / "and.aag", tmp_path / "or.v")
    assert ended.code == 3
    assert "note: inputs have other names and were matched by their place" in ended.out
    assert "and.aag = or.v: DIFFERENT by ABC cec: output 'o0' is 0 against 1; for example where" in ended.err
    assert "hint: the two designs do not mean the same" in ended.err


def test_designs_that_do_not_match_are_refused(tinydwn: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "one.aag").write_text("aag 1 1 0 1 0\n2\n2\ni0 a\n")
    (tmp_path / "two.aag").write_text("aag 2 2 0 1 0\n2\n4\n2\ni0 b\n")
    for right, message in (
        ("two.aag", "the designs have other inputs: 'a' is in one of them alone (1 against 2)"),
        ("none.blif", f"the netlist file '{tmp_path / 'none.blif'}' does not exist"),
        ("none.v", f"the Verilog file '{tmp_path / 'none.v'}' cannot be read"),
        ("what.txt", f"'{tmp_path / 'what.txt'}' is no design that is read"),
    ):
        ended = tinydwn("verify", tmp_path / "one.aag", tmp_path / right)
        assert ended.code == 1
        assert ended.err.startswith(f"error: {message}")


def test_an_aiger_is_imported_and_a_blif_of_gates_needs_its_library(
    tinydwn: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "vote.aag").write_text("aag 3 2 0 1 1\n2\n4\n7\n6 2 4\n")
    ended = tinydwn("import", tmp_path / "vote.aag", "--out", tmp_path / "vote.npz", "--classes", "no,yes")
    assert (ended.code, ended.out) == (
        0,
        "vote.aag: 1 lookup tables in 1 layers, 2 bits of 2 features, 2 classes\n",
    )
    (tmp_path / "g.blif").write_text(".model g\n.inputs a b\n.outputs y\n.gate NAND2_X1 A1=a A2=b ZN=y\n.end\n")
    words = ("import", tmp_path / "g.blif", "--out", tmp_path / "g.npz")
    assert tinydwn(*words, "--library", "nangate45").code == 0
    assert tinydwn(*words).err.endswith("hint: name the library that it is of with --library\n")
    assert tinydwn("verify", tmp_path / "g.blif", tmp_path / "vote.aag", "--library", "nangate45").code == 0


def test_several_outputs_are_one_circuit_that_names_them(tinydwn: Callable[..., Any], tmp_path: Path) -> None:
    inputs = np.array(list(product((0, 1), repeat=4)))
    rows = [f"{''.join(map(str, row))} {row[0] | row[1]}{row[2]}" for row in inputs.tolist()]
    (tmp_path / "two.pla").write_text("\n".join([".i 4", ".o 2", ".ob either third", ".type f", *rows, ".e", ""]))
    file, out = tmp_path / "two.pla", tmp_path / "out"
    words = ("--exact", "--library", "nangate45", "--luts", "8", "--epochs", "6")
    ended = tinydwn("synth", file, "--test", file, "--out", out, *words)
    assert ended.code == 0, ended.err
    files = read_bundle(out).files
    for cut in ("core", "chip"):
        assert from_blif(files[f"{cut}/netlist.blif"].decode()).output_names == ("either", "third")
        assert from_aiger(files[f"{cut}/netlist.aig"]).output_names == ("either", "third")
    assert json.loads(files["interface.json"])["outputs"] == ["either", "third"]
    said = load_bundle(out).predict(inputs.astype(float)).tolist()
    wanted = [f"either={row[0] | row[1]} third={row[2]}" for row in inputs.tolist()]
    report = from_text(files["report.json"].decode())
    assert report.accuracy.test == np.mean([one == other for one, other in zip(said, wanted, strict=True)])
    table = outputs_table(report)
    assert table is not None
    assert [row[:2] for row in table.rows] == [("either", "12"), ("third", "8")]
    bits = [
        np.mean([one.split()[j] == other.split()[j] for one, other in zip(said, wanted, strict=True)]) for j in (0, 1)
    ]
    assert [row[2] for row in table.rows] == [percent_text(float(one)) for one in bits]
    assert "## Outputs" in files["report.md"].decode()
    assert tinydwn("verify", out).code == 0
    assert tinydwn("predict", out, file).err.endswith(" % of 16 samples right\n")


def test_a_contest_function_is_read_as_it_is(shared: Path, tmp_path: Path) -> None:
    """ex25 of the IWLS 2020 contest, two of whose 64 inputs decide, is three ANDs."""
    stored = np.load(shared / "iwls2020" / "ex25.npz")
    for part in ("train", "test"):
        bits = np.unpackbits(stored[f"{part}_bits"], axis=1, count=int(stored["inputs"]))
        labels = np.unpackbits(stored[f"{part}_label"], count=len(bits))
        (tmp_path / f"{part}.pla").write_text(pla_of(bits, labels))
    split = load_dataset(tmp_path / "train.pla", Reading(test=tmp_path / "test.pla")).split()
    assert np.array_equal(split.test_features, bits)
    assert np.array_equal(split.test_labels, labels)
    builder = NetlistBuilder("ex25")
    nets = [builder.input(name) for name in split.feature_names]
    builder.output("y0", builder.xor(nets[31], nets[63]))
    assert to_aag(builder.build()).startswith("aag 67 64 0 1 3\n")
    read = from_aiger(to_aag(builder.build()).encode())
    assert np.array_equal(simulate(read, split.test_features.astype(bool))[:, 0], split.test_labels.astype(bool))
