"""Comparison on samples refutes, and never proves; gates are played in Icarus Verilog."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tinydwn.errors import ProgramError, ProgramMissing, VerificationError
from tinydwn.export.cell_models import cell_models
from tinydwn.export.ports import Ports
from tinydwn.export.structural import to_structural_verilog
from tinydwn.export.testbench import to_testbench, to_vectors
from tinydwn.export.verilog import to_verilog
from tinydwn.export.wrapper import STYLES, to_wrapper
from tinydwn.mapping import map_to_cells
from tinydwn.netlist import Netlist, simulate
from tinydwn.technology import load_library
from tinydwn.verify.gate_level import simulate_gates
from tinydwn.verify.simulation import Agreement, compare_on_samples

Draw = Callable[..., Netlist]
VECTORS = 100


def samples(netlist: Netlist, count: int = VECTORS) -> tuple[np.ndarray, np.ndarray]:
    bits = np.random.default_rng(0).integers(0, 2, size=(count, len(netlist.inputs))).astype(bool)
    return bits, simulate(netlist, bits)


def gate_files(netlist: Netlist, library: str = "nangate45", *, expected: np.ndarray | None = None) -> dict[str, str]:
    mapped = map_to_cells(netlist, load_library(library), effort="fast")
    bits, outputs = samples(netlist)
    ports = Ports.of(netlist)
    return {
        "mapped.v": to_structural_verilog(mapped),
        "cells.v": cell_models(mapped),
        "testbench.v": to_testbench(ports, vectors=VECTORS),
        "vectors.hex": to_vectors(netlist, ports, bits, outputs if expected is None else expected),
    }


def test_samples_count_what_differs(drawn: Draw) -> None:
    netlist = drawn(0)
    bits, outputs = samples(netlist)
    agreement = compare_on_samples(netlist, bits, outputs, subject="n = n")
    assert agreement == Agreement("n = n", "simulation", VECTORS, 0)
    assert agreement.agrees
    agreement.require()
    outputs[[3, 5, 5], [0, 1, 2]] ^= True
    agreement = compare_on_samples(netlist, bits, outputs, subject="n = n")
    assert (agreement.mismatches, agreement.agrees) == (2, False)
    with pytest.raises(VerificationError) as caught:
        agreement.require()
    assert str(caught.value) == (
        "n = n: 2 of 100 samples differ by simulation\n\n"
        "hint: this is a defect of tinydwn or of an input file; please report it"
    )


def test_nothing_compared_is_no_agreement() -> None:
    assert not Agreement("gates = model", "Icarus Verilog", 0, 0, note="not simulated").agrees


def test_a_flipped_bit_of_a_netlist_is_found_by_samples(drawn: Draw, flipped: Callable[..., Netlist]) -> None:
    netlist = drawn(1, nodes=1, outputs=1)
    bits, outputs = samples(netlist)
    for address in range(1 << len(netlist.nodes[0].fanin)):
        wrong = flipped(netlist, 0, address)
        found = compare_on_samples(wrong, bits, outputs, subject="n").mismatches
        assert found == (simulate(wrong, bits) != outputs).sum()
    assert compare_on_samples(flipped(netlist, 0, 0), bits, outputs, subject="n").mismatches > 0


@pytest.mark.parametrize("library", ["sky130_fd_sc_hd", "ihp-sg13g2", "egfet"])
def test_gates_agree_on_all_vectors(library: str, icarus: Path, drawn: Draw) -> None:
    agreement = simulate_gates(gate_files(drawn(2), library), subject="gates = model")
    assert agreement == Agreement("gates = model", "Icarus Verilog", VECTORS, 0)


def test_a_flipped_bit_in_a_vector_is_found_and_counted(icarus: Path, drawn: Draw) -> None:
    netlist = drawn(2)
    _, outputs = samples(netlist)
    outputs[[7, 8, 99], [0, 1, 2]] ^= True
    agreement = simulate_gates(gate_files(netlist, expected=outputs), subject="gates = model")
    assert (agreement.compared, agreement.mismatches) == (VECTORS, 3)


def test_a_flipped_bit_in_a_cell_is_found(icarus: Path, drawn: Draw) -> None:
    files = gate_files(drawn(2), "nand2")
    files["cells.v"] = files["cells.v"].replace("~A | ~B", "~A & ~B")
    assert simulate_gates(files, subject="gates = model").mismatches > 0


def test_a_disconnected_gate_is_found(icarus: Path, drawn: Draw) -> None:
    files = gate_files(drawn(2), "nand2")
    first = next(line for line in files["mapped.v"].splitlines() if line.startswith("  NAND2"))
    files["mapped.v"] = files["mapped.v"].replace(f"{first}\n", "")
    assert simulate_gates(files, subject="gates = model").mismatches > 0


@pytest.mark.parametrize("kept", [1, VECTORS - 1])
def test_missing_vectors_never_pass(kept: int, icarus: Path, drawn: Draw) -> None:
    files = gate_files(drawn(2))
    files["vectors.hex"] = "".join(files["vectors.hex"].splitlines(keepends=True)[:kept])
    assert simulate_gates(files, subject="gates = model").mismatches == VECTORS - kept


@pytest.mark.parametrize("there", [False, True])
def test_a_missing_or_empty_file_of_vectors_is_named(there: bool, icarus: Path, drawn: Draw) -> None:
    files = gate_files(drawn(2))
    del files["vectors.hex"]
    with pytest.raises(ProgramError) as caught:
        simulate_gates(files | ({"vectors.hex": "\n"} if there else {}), subject="gates = model")
    assert caught.value.message == "the testbench ended without a count"
    assert "vectors.hex was not found: run this in the folder that holds it\n" in caught.value.hint
    assert "FAIL" not in caught.value.hint


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("seed", range(3))
def test_wrappers_give_the_class_after_their_latency(style: str, seed: int, icarus: Path, drawn: Draw) -> None:
    names = ("clk[0]", "clk[1]", "load", "word[0]", "word[1]", "word[2]")
    chip = drawn(seed)
    chip = chip.renamed(name="chip", inputs=dict(zip(chip.inputs, names, strict=True)))
    bits, outputs = samples(chip)
    ports = Ports.of(chip)
    files = {
        "netlist.v": to_verilog(chip),
        "wrapper.v": to_wrapper(ports, style=style),
        "testbench.v": to_testbench(ports, vectors=VECTORS, style=style),
        "vectors.hex": to_vectors(chip, ports, bits, outputs),
    }
    assert simulate_gates(files, subject="wrapper = model") == Agreement(
        "wrapper = model", "Icarus Verilog", VECTORS, 0
    )
    outputs[50, 1] ^= True
    files["vectors.hex"] = to_vectors(chip, ports, bits, outputs)
    assert simulate_gates(files, subject="wrapper = model").mismatches == 1


PARTS_OF_WORDS = ("far[7]", "far[3]", "near[2]", "near[3]", "lone[5]", "word")


@pytest.mark.parametrize("style", ["", *STYLES])
@pytest.mark.parametrize("seed", range(2))
def test_parts_of_words_are_played_as_whole_words(style: str, seed: int, icarus: Path, drawn: Draw) -> None:
    chip = drawn(seed)
    chip = chip.renamed(name="chip", inputs=dict(zip(chip.inputs, PARTS_OF_WORDS, strict=True)))
    bits, outputs = samples(chip)
    ports = Ports.of(chip)
    files = {
        "netlist.v": to_verilog(chip),
        "testbench.v": to_testbench(ports, vectors=VECTORS, style=style, head="// a comment\n"),
        "vectors.hex": to_vectors(chip, ports, bits, outputs),
    }
    if style:
        files["wrapper.v"] = to_wrapper(ports, style=style, head="// a comment\n")
    assert simulate_gates(files, subject="chip").mismatches == 0
    outputs[50, 1] ^= True
    files["vectors.hex"] = to_vectors(chip, ports, bits, outputs)
    assert simulate_gates(files, subject="chip").mismatches == 1


@pytest.mark.parametrize("style", ["", *STYLES])
def test_a_module_without_inputs_is_played_too(style: str, icarus: Path) -> None:
    constant = Netlist("chip", (), (), (("class[0]", 1), ("class[1]", 0)))
    ports = Ports.of(constant)
    bits = np.zeros((4, 0), dtype=bool)
    files = {
        "netlist.v": to_verilog(constant),
        "testbench.v": to_testbench(ports, vectors=4, style=style),
        "vectors.hex": to_vectors(constant, ports, bits, np.array([[True, False]] * 3 + [[False, True]])),
    }
    if style:
        files["wrapper.v"] = to_wrapper(ports, style=style)
    assert simulate_gates(files, subject="constant").mismatches == 1


def test_a_simulator_that_is_missing_is_named(drawn: Draw, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TINYDWN_IVERILOG", str(tmp_path / "gone"))
    monkeypatch.setenv("TINYDWN_VVP", str(tmp_path / "gone"))
    with pytest.raises(ProgramMissing) as caught:
        simulate_gates(gate_files(drawn(2)), subject="gates = model")
    assert caught.value.message == (
        f"Icarus Verilog cannot be started: {tmp_path}/gone (from TINYDWN_IVERILOG): No such file or directory"
    )


@pytest.mark.parametrize(
    "said", ["", "all is well", "PASS: 3 vectors\nPASS: 3 vectors", "PASS: 3 vectors\nFAIL: 1 of 3 vectors"]
)
def test_a_testbench_that_does_not_count_once_is_no_pass(
    said: str, drawn: Draw, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    compiler, engine = tmp_path / "iverilog", tmp_path / "vvp"
    compiler.write_text("#!/bin/sh\ntouch design.vvp\n")
    engine.write_text(f"#!/bin/sh\ncat <<'END'\n{said}\nEND\n")
    for program in (compiler, engine):
        program.chmod(0o755)
    monkeypatch.setenv("TINYDWN_IVERILOG", str(compiler))
    monkeypatch.setenv("TINYDWN_VVP", str(engine))
    with pytest.raises(ProgramError) as caught:
        simulate_gates({"testbench.v": ""}, subject="gates = model")
    assert caught.value.message == "the testbench ended without a count"
