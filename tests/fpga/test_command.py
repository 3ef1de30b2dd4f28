"""`tinydwn flow` for FPGAs: what it writes, what it says, and how it ends."""

from __future__ import annotations

import json
import sys

import pytest

from tinydwn.cli.app import main
from tinydwn.export.bundle import Bundle, write_bundle
from tinydwn.netlist import to_blif


@pytest.fixture
def tinydwn(monkeypatch, capsys):
    """Return a function that runs one command as the shell would: its exit code and what it said."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["tinydwn", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def folder(chip, vectors, tmp_path):
    """Return the folder of a bundle of the chip."""
    files = {"chip/netlist.blif": to_blif(chip).encode(), "chip/vectors.hex": vectors.encode()}
    write_bundle(Bundle(files), tmp_path / "demo")
    return tmp_path / "demo"


def test_a_dry_run_writes_the_plan_beside_the_bundle(tinydwn, folder):
    code, out, err = tinydwn("flow", folder, "--plan", "ecp5", "--pipeline", "2", "--dry-run")
    assert code == 0, err
    assert out.startswith("chip_registered: 8 pins, 2 stages, on ECP5 LFE5U-25F, CABGA381\n")
    assert "route: place and route on ECP5 LFE5U-25F, CABGA381" in out
    run = folder.with_name("demo.ecp5")
    written = {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()}
    assert written == {".lock", ".written", "run.sh", "scripts/place.txt", "scripts/synth.ys", "source/design.v"}
    assert "module chip_stage2" in (run / "source/design.v").read_text()
    assert err.splitlines()[-1] == f"next: tinydwn flow {folder} --plan ecp5 --pipeline 2"


def test_a_dry_run_with_a_board_is_a_document_and_has_its_pins(tinydwn, folder, tmp_path):
    words = ("--plan", "ice40", "--board", "icebreaker", "--circuit", "serial", "--out", tmp_path / "run")
    code, out, err = tinydwn("flow", folder, *words, "--dry-run", "--json")
    assert code == 0, err
    document = json.loads(out)
    assert (document["schema"], document["plan"], document["lacking"]) == ("tinydwn.flow-plan/1", "ice40", [])
    assert [stage["name"] for stage in document["stages"]] == ["synth", "route", "pack"]
    assert (tmp_path / "run/scripts/pins.pcf").read_text().startswith("set_io clk 35\n")


def test_options_of_another_plan_are_refused(tinydwn, folder):
    assert tinydwn("flow", folder, "--plan", "ice40", "--utilization", "0.5")[0] == 1
    code, _, err = tinydwn("flow", folder, "--plan", "openroad", "--pipeline", "2")
    assert (code, err) == (1, "error: plan 'openroad' knows no --pipeline\n\nhint: leave it out\n")


def test_a_run_is_mapped_proven_and_told(tinydwn, folder):
    code, out, err = tinydwn("flow", folder, "--plan", "xilinx", "--circuit", "chip", "--quiet")
    assert code == 0, err
    assert out.startswith("chip on 7 series, mapped only")
    assert "chip for xilinx = chip of the bundle: EQUIVALENT by ABC cec" in out
    assert "test vectors on the synthesized netlist: PASS: 64 vectors" in out
    assert "LUT6 are counted after synthesis; nothing was placed or routed" in out
    result = json.loads((folder.with_name("demo.xilinx") / "result.json").read_text())
    assert (result["circuit"], result["cycles"], result["faults"]) == ("chip", 0, [])
