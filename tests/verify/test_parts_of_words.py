"""Chips whose ports are parts of words, under names that are hard to write down, mean what their netlists mean."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bundles import completed
from tinydwn.bench.random_classifier import random_classifier
from tinydwn.encoder import Encoder, FixedPoint
from tinydwn.errors import NetlistError
from tinydwn.export.bundle import Bundle
from tinydwn.export.cell_models import cell_models
from tinydwn.export.chip_interface import ChipInterface
from tinydwn.export.core_head import core_head
from tinydwn.export.gate_blif import to_gate_blif
from tinydwn.export.ports import Ports
from tinydwn.export.structural import to_structural_verilog
from tinydwn.export.testbench import to_testbench, to_vectors
from tinydwn.export.verilog import to_verilog
from tinydwn.export.wrapper import STYLES, to_wrapper
from tinydwn.lowering import lower, lower_core, read_ports
from tinydwn.mapping import map_to_cells
from tinydwn.minimize import minimize
from tinydwn.model import Classifier, LutLayer, Reduction
from tinydwn.netlist import Netlist, simulate, to_blif
from tinydwn.technology import load_library
from tinydwn.tools.yosys import run_yosys
from tinydwn.verify import Outcome, prove_equivalent
from tinydwn.verify.delivered import prove_files
from tinydwn.verify.gate_level import simulate_gates
from tinydwn.verify.read_back import prove_gate_blif, prove_verilog

METHODS = ["abc", "yosys", "exhaustive"]
NASTY = (
    "*/ endmodule",
    "synopsys translate_off",
    'a\n`include "x"',
    "b\\",
    "größe (µm)",
    "x // y",
    "(* keep *)",
    "q\"'%d\0",
    "verilator lint_off",
    "module",
    "[3]",
    "\u2028",
    "n" * 200,
)
names = st.lists(
    st.one_of(st.sampled_from(NASTY), st.text(min_size=1, max_size=12)), min_size=2, max_size=2, unique=True
)


def classifier(features: tuple[str, str], classes: tuple[str, str], *, table: int = 0b0110) -> Classifier:
    """Return a classifier of two features with words of 6 bits, of which the lowest are not read."""
    grid = FixedPoint(np.zeros(2), np.full(2, 0.5), np.array([6, 6]))
    encoder = Encoder(features, grid, np.array([0, 0, 1]), np.array([7, 39, 31]))
    tables = [[bool(table >> k & 1) for k in range(4)], [bool(0b1000 >> k & 1) for k in range(4)]]
    layers = (LutLayer(tables, [[0, 2], [1, 2]]), LutLayer([[False, True, True, False]], [[0, 1]]))
    return Classifier(encoder, layers, Reduction.LEARNABLE, classes)


def with_head(model: Classifier, chip: Netlist) -> str:
    head = ChipInterface.of(model.encoder, chip, model.class_names, "index").head()
    return to_verilog(chip, head=head)


@settings(max_examples=25, deadline=None)
@given(names, names)
def test_heads_of_any_names_leave_the_meaning_alone(features: list[str], classes: list[str]) -> None:
    try:
        model = classifier(tuple(features), tuple(classes))  # type: ignore[arg-type]
        chip = lower(model)
    except NetlistError:
        return  # half of a surrogate pair names no input
    assert set(chip.inputs) == {*(f"{features[0]}[{k}]" for k in (3, 4, 5)), f"{features[1]}[5]"}
    verdict = prove_verilog(chip, with_head(model, chip), ports=Ports.of(chip))
    assert verdict.outcome is Outcome.EQUIVALENT


@pytest.mark.parametrize("seed", range(6))
def test_all_texts_of_a_random_chip_read_back(seed: int) -> None:
    model = random_classifier(seed)
    golden = lower(model, all_features=True)
    chip = read_ports(minimize(lower(model), "fast").netlist, model.encoder)
    mapped = map_to_cells(chip, load_library("nangate45"), effort="fast")
    head = ChipInterface.of(model.encoder, chip, model.class_names, "index").head()
    cells = cell_models(mapped)
    for text in (to_verilog(chip, head=head), to_structural_verilog(mapped, head=head) + cells):
        for against in (golden, chip):
            assert prove_verilog(against, text, ports=Ports.of(chip)).outcome is Outcome.EQUIVALENT
    assert prove_gate_blif(golden, to_gate_blif(mapped), cells).outcome is Outcome.EQUIVALENT
    core = lower_core(model).netlist
    text = to_verilog(core, head=core_head(model.encoder, core, model.class_names, "index"))
    assert prove_verilog(core, text, ports=Ports.of(core)).outcome is Outcome.EQUIVALENT


@pytest.mark.parametrize("style", ["", *STYLES])
def test_wrappers_and_testbenches_with_heads_are_read(style: str) -> None:
    model = classifier(NASTY[:2], NASTY[2:4])  # type: ignore[arg-type]
    chip = lower(model)
    ports = Ports.of(chip)
    head = ChipInterface.of(model.encoder, chip, model.class_names, "index").head(style=style)
    text = to_testbench(ports, vectors=1, style=style, head=head)
    assert head in text
    if style:
        wrapper = to_wrapper(ports, style=style, head=head)
        assert wrapper.startswith(head)
        run_yosys(
            "read_verilog d.v\nhierarchy -check -auto-top\nproc\ncheck -assert",
            files={"d.v": wrapper + with_head(model, chip)},
        )


@pytest.mark.parametrize("style", ["", *STYLES])
def test_chips_with_heads_are_played(style: str, icarus: Path) -> None:
    model = classifier(NASTY[:2], NASTY[2:4])  # type: ignore[arg-type]
    chip = lower(model)
    ports = Ports.of(chip)
    head = ChipInterface.of(model.encoder, chip, model.class_names, "index").head(style=style)
    bits = (np.arange(16)[:, None] >> np.arange(4) & 1).astype(bool)
    files = {
        "netlist.v": with_head(model, chip),
        "testbench.v": to_testbench(ports, vectors=16, style=style, head=head),
        "vectors.hex": to_vectors(chip, ports, bits, simulate(chip, bits)),
    }
    if style:
        files["wrapper.v"] = to_wrapper(ports, style=style, head=head)
    agreement = simulate_gates(files, subject="chip")
    assert (agreement.compared, agreement.mismatches) == (16, 0)


@pytest.mark.parametrize("method", METHODS)
def test_an_input_that_is_missing_is_not_read(method: str) -> None:
    wide = Netlist("wide", ("a", "b", "c"), (), (("y", 3),))
    for inputs, net, wanted in ((("b",), 2, "EQUIVALENT"), (("a", "b"), 3, "EQUIVALENT"), (("a",), 2, "DIFFERENT")):
        narrow = Netlist("narrow", inputs, (), (("y", net),))
        verdict = prove_equivalent(wide, narrow, method=method)  # type: ignore[arg-type]
        assert verdict.outcome.name == wanted
        assert verdict.witness is None or set(verdict.witness) == {"a", "b", "c"}


def test_an_input_too_many_is_refused() -> None:
    wide, narrow = Netlist("wide", ("a", "b"), (), (("y", 2),)), Netlist("narrow", ("a",), (), (("y", 2),))
    with pytest.raises(NetlistError, match="different inputs: 1 against 2"):
        prove_equivalent(narrow, wide)
    with pytest.raises(NetlistError, match="'a' against 'b' at place 0"):
        prove_equivalent(wide, Netlist("turned", ("b", "a"), (), (("y", 3),)))
    with pytest.raises(NetlistError, match="'b' is left over"):
        prove_verilog(narrow, to_verilog(wide), ports=Ports.of(wide, module="wide"))


def test_a_text_with_other_outputs_than_the_netlist_is_refused() -> None:
    netlist, other = Netlist("m", ("a",), (), (("y", 2),)), Netlist("m", ("a",), (), (("z", 2),))
    with pytest.raises(NetlistError, match="'y' is missing"):
        prove_verilog(netlist, to_verilog(other), ports=Ports.of(other))


def bundle(model: Classifier, *, all_features: bool) -> Bundle:
    files: dict[str, bytes] = {}
    lowered = {
        "core": lower_core(model).netlist,
        "chip": lower(model, all_features=all_features),
    }
    for cut, netlist in lowered.items():
        smaller = minimize(netlist, "fast").netlist
        if cut == "chip":
            smaller = read_ports(smaller, model.encoder, all_features=all_features)
        mapped = map_to_cells(smaller, load_library("nangate45"), effort="fast")
        texts = {
            "lowered.blif": to_blif(netlist),
            "netlist.blif": to_blif(smaller),
            "netlist.v": to_verilog(smaller),
            "nangate45/mapped.v": to_structural_verilog(mapped),
            "nangate45/mapped.blif": to_gate_blif(mapped),
            "nangate45/cells.v": cell_models(mapped),
        }
        files |= {f"{cut}/{name}": text.encode() for name, text in texts.items()}
    return Bundle(completed(files, model))


@pytest.mark.parametrize("all_features", [False, True])
@pytest.mark.parametrize("features", [("a b", "a-b"), NASTY[:2]])
@pytest.mark.parametrize("table", [0b0110, 0b0000])
def test_a_bundle_with_fewer_ports_is_proven_from_its_files(
    table: int, features: tuple[str, str], all_features: bool
) -> None:
    verdicts = prove_files(bundle(classifier(features, ("no", "yes"), table=table), all_features=all_features))
    assert {verdict.outcome for verdict in verdicts} == {Outcome.EQUIVALENT}


def test_ports_that_were_exchanged_are_found() -> None:
    whole = bundle(classifier(("a b", "a-b"), ("no", "yes"), table=0b0010), all_features=True)
    wrong = whole.files["chip/netlist.v"].replace(b"a_b_2[", b"A[").replace(b"a_b[", b"a_b_2[").replace(b"A[", b"a_b[")
    verdicts = prove_files(Bundle({**whole.files, "chip/netlist.v": wrong}))
    found = {verdict.subject: verdict.outcome for verdict in verdicts if verdict.outcome is not Outcome.EQUIVALENT}
    assert found == {"chip/netlist.v = model.npz": Outcome.DIFFERENT}
