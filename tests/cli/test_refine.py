from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinydwn.export.bundle import read_bundle
from tinydwn.flow.timing import Timing
from tinydwn.flow.timing_file import write_timings


def test_circuits_are_refined_proven_and_written(
    tinydwn: Callable[..., Any], fruit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinydwn.refine.options.EFFORTS", {"fast": 0.2, "normal": 1.0, "high": 1.0})
    out = tmp_path / "small"
    ended = tinydwn("refine", fruit, "--effort", "fast", "--max-area", "6", "--out", out, "--json")
    assert ended.code == 0
    document = json.loads(ended.out)
    assert document["schema"] == "tinydwn.refined/1"
    for cut in ("core", "chip"):
        told = document["cuts"][cut]
        chosen = told["points"][told["chosen"]]
        assert chosen["nand2_equivalent"] <= 6
        assert chosen["test_accuracy"] > 0.9
        files = {path.name for path in (out / cut).iterdir()}
        assert {"lowered.blif", "netlist.blif", "netlist.v", "testbench.v", "nangate45", "order.json"} <= files
        assert len(list((out / "front").glob(f"{cut}-*.blif"))) == len(told["points"])
    assert {path.name for path in out.iterdir()} == {
        "MANIFEST.json", "core", "chip", "front", "front.svg", "report.html", "report.json", "report.md",
    }  # fmt: skip
    assert json.loads((out / "report.json").read_text()) == document
    verified = tinydwn("verify", out, "--json")
    assert verified.code == 0
    verdicts = {one["subject"]: one["outcome"] for one in json.loads(verified.out)["verdicts"]}
    assert verdicts["chip/nangate45/mapped.v = chip/lowered.blif"] == "EQUIVALENT"
    assert set(verdicts.values()) == {"EQUIVALENT"}
    assert all(len(set(subject.split(" = "))) == 2 for subject in verdicts)
    text = (out / "core" / "order.json").read_text()
    assert json.loads(text)["schema"] == "tinydwn.order/1"
    shown = tinydwn("refine", fruit, "--effort", "fast", "--max-area", "6", "--out", out, "-q")
    assert (shown.code, shown.err) == (0, "")
    assert "is a different function from the trained network" in " ".join(shown.out.split())
    again = tinydwn("report", out)
    assert (again.code, again.out) == (0, shown.out)
    assert tinydwn("report", out, "--markdown").out.rstrip() == (out / "report.md").read_text().rstrip()
    assert json.loads(tinydwn("report", out, "--json").out) == json.loads((out / "report.json").read_text())
    assert tinydwn("report", out, "--html").out.rstrip() == (out / "report.html").read_text().rstrip()
    assert "var(" not in (out / "front.svg").read_text()
    timing = Timing(read_bundle(out).digest, "chip", "nangate45", "OpenSTA", "by hand", (), ("no figure",))
    write_timings((timing,), out)
    for form in ((), ("--markdown",), ("--html",)):
        assert "Timing of the chip in nangate45" in tinydwn("report", out, *form).out
    assert tinydwn("compare", out, out).err == (
        f"error: '{out}' holds refined circuits, not the result of a synthesis\n\n"
        "hint: name a folder that 'tinydwn synth' wrote, or the report.json in it\n"
    )
    (tmp_path / "r.json").write_text((out / "report.json").read_text().replace('"chosen": ', '"chosen": 9'))
    assert ".chosen is no point of the front" in tinydwn("report", tmp_path / "r.json").err
    damaged = json.loads((out / "report.json").read_text())
    for value, said in (
        (float("nan"), "NaN is not a number of JSON"),
        (7e300, "an accuracy that is none"),
        (10**400, ""),
    ):
        damaged["cuts"]["core"]["points"][0]["test_accuracy"] = value
        (tmp_path / "r.json").write_text(json.dumps(damaged))
        ended = tinydwn("report", tmp_path / "r.json", "--json")
        assert (ended.code, said in ended.err) == (1, True)
        assert ended.err.endswith("run 'tinydwn refine' again to write the folder anew\n")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (
            ("--accuracy-drop", "0.1", "--max-area", "3"),
            "error: --accuracy-drop and --max-area both choose a circuit\n\nhint: give one of them\n",
        ),
        (("--effort", "heroic"), "error: unknown effort 'heroic'\n\nhint: choose one of fast, normal, high\n"),
        (("--most", "0"), "error: circuits of at most 0 NAND2\n\nhint: choose a number above 0\n"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    tinydwn: Callable[..., Any], fruit: Path, tmp_path: Path, words: tuple[str, ...], error: str
) -> None:
    ended = tinydwn("refine", fruit, "--out", tmp_path / "x", *words)
    assert (ended.code, ended.out, ended.err) == (1, "", error)
    assert not (tmp_path / "x").exists()
