"""A whole run on an FPGA with the real tools, and what happens to it the second time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tinydwn.errors import FlowError
from tinydwn.flow.run_dir import alone_in
from tinydwn.fpga.launch import prepare_source, run_fpga
from tinydwn.fpga.options import FpgaOptions
from tinydwn.fpga.part import part_of
from tinydwn.fpga.source import to_source


def test_a_pipeline_is_proven_played_routed_and_done_once(chip, vectors, tmp_path):
    source = to_source(chip, circuit="registered", stages=2, vectors=vectors)
    options = FpgaOptions(stages=2)
    prepared = prepare_source(source, part_of("ice40"), tmp_path / "run", options=options)
    outcome = run_fpga(prepared, timeout_s=300)
    assert outcome.verdict.outcome.name == "EQUIVALENT"
    assert (outcome.simulation, outcome.faults) == ("PASS: 64 vectors", ())
    assert outcome.value("lut4") >= 2
    assert outcome.value("registers") >= 8
    assert outcome.value("latency") == pytest.approx(3000 / outcome.value("fmax"))
    assert (tmp_path / "run/pack/design.bin").stat().st_size > 1000
    assert set(outcome.files) >= {"pack/design.bin", "route/report.json", "synth/netlist.v"}
    events = []

    def hear(step):
        events.append((step.stage, step.text))
        with pytest.raises(FlowError, match="another run is at work"), alone_in(tmp_path / "run"):
            pass

    again = run_fpga(prepared, timeout_s=300, on_event=hear)
    assert [stage for stage, _ in events[3:]] == ["check", "check"]
    assert events[:3] == [("synth", "done before"), ("route", "done before"), ("pack", "done before")]
    assert again.document == outcome.document
    asked = replace(again, options=replace(options, target_mhz=5000.0))
    assert asked.faults == (f"{again.value('fmax'):.1f} MHz reached of 5000 MHz asked for",)


def test_a_netlist_that_answers_wrongly_is_no_equal_and_fails_its_vectors(chip, vectors, tmp_path):
    wrong = to_source(chip, circuit="registered", vectors=vectors)
    swapped = wrong.verilog.replace(".left(left_q)", ".left(right_q)").replace(".right(right_q)", ".right(left_q)")
    assert swapped != wrong.verilog
    prepared = prepare_source(
        replace(wrong, verilog=swapped), part_of("ice40"), tmp_path / "run", options=FpgaOptions()
    )
    outcome = run_fpga(prepared, timeout_s=300)
    assert outcome.verdict.outcome.name == "DIFFERENT"
    assert outcome.faults == (
        f"the synthesized netlist answers test vectors wrongly: {outcome.simulation}",
    )  # fmt: skip


def test_a_stage_that_fails_is_an_error_with_what_it_said(chip, tmp_path, monkeypatch):
    program = tmp_path / "nextpnr"
    program.write_text("#!/bin/sh\necho 'ERROR: no such part'; exit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("TINYDWN_NEXTPNR_ICE40", str(program))
    source = to_source(chip, circuit="registered")
    prepared = prepare_source(source, part_of("ice40"), tmp_path / "run", options=FpgaOptions())
    with pytest.raises(FlowError) as caught:
        run_fpga(prepared, timeout_s=300)
    assert caught.value.message.startswith("stage 'route' failed in nextpnr-ice40:\n    exit status 1\n")
    assert "ERROR: no such part" in caught.value.hint
