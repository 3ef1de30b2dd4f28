"""Our models of the cells of FPGAs against those that Yosys has of their makers."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from tinydwn.errors import NetlistError
from tinydwn.fpga.cells import MAKERS, MODELS, cell_models
from tinydwn.fpga.part import Family
from tinydwn.verify.clocked import read_clocked
from tinydwn.verify.formal import prove_equivalent

_HEAD = re.compile(r"module (\w+) (?:#\(.*?\) )?\((.*?)\);", re.DOTALL)
_CLOCKS = ("C", "CLK")
_TRELLIS = (
    '.CEMUX("CE"), .LSRMUX("LSR"), .REGSET("RESET")',
    '.CEMUX("INV"), .LSRMUX("INV"), .REGSET("SET")',
    '.CEMUX("1"), .LSRMUX("LSR"), .REGSET("SET")',
)


def design(family: Family) -> str:
    """Return a module with every modelled cell, each with pins of its own, in every form that is modelled."""
    ports, bodies = ["input clk"], []
    for name, text in MODELS[family].items():
        pins = _HEAD.search(text)[2]
        outputs = re.findall(r"output (?:reg )?(\w+)", pins)
        inputs = [pin for pin in re.findall(r"\w+", pins) if pin not in (*outputs, "input", "output", "reg")]
        for number, settings in enumerate(forms(name, text)):
            own = f"{name}_{number}"
            ports += [f"input {own}_{pin}" for pin in inputs if not clocks(pin, text)]
            ports += [f"output {own}_{pin}" for pin in outputs]
            joined = [f".{pin}({'clk' if clocks(pin, text) else f'{own}_{pin}'})" for pin in (*inputs, *outputs)]
            bodies.append(f"  {name} #({settings}) {own} ({', '.join(joined)});")
    return "\n".join([f"module cells ({', '.join(ports)});", *bodies, "endmodule", ""])


def clocks(pin: str, text: str) -> bool:
    return pin in _CLOCKS and "posedge" in text


def forms(name: str, text: str) -> tuple[str, ...]:
    if name == "TRELLIS_FF":
        return _TRELLIS
    table = re.search(r"parameter \[(\d+):0\] (\w+)", text)
    if table is None:
        return ("",)
    width = int(table[1]) + 1
    return tuple(f".{table[2]}({width}'h{value % (1 << width):x})" for value in (0x6AC9_35F1_0E72_8DB4, 0x8001 << 2))


@pytest.mark.parametrize("family", get_args(Family))
def test_our_models_mean_what_the_makers_models_mean(family):
    text = design(family)
    ours = read_clocked(text + "".join(MODELS[family].values()), top="cells", clock="clk")
    theirs = read_clocked(text, top="cells", clock="clk", models=MAKERS[family])
    assert ours.registers == theirs.registers
    assert len(ours.registers) == sum(line.count("posedge") > 0 for line in MODELS[family].values()) + (
        2 if family == "ecp5" else 0
    )
    assert prove_equivalent(ours.netlist, theirs.netlist).outcome.name == "EQUIVALENT"


def test_a_table_that_reads_another_input_is_found():
    text = design("ice40")
    turned = MODELS["ice40"]["SB_LUT4"].replace("= I3 ?", "= I2 ?", 1)
    assert turned != MODELS["ice40"]["SB_LUT4"]
    models = "".join({**MODELS["ice40"], "SB_LUT4": turned}.values())
    ours = read_clocked(text + models, top="cells", clock="clk")
    theirs = read_clocked(text, top="cells", clock="clk", models=MAKERS["ice40"])
    assert prove_equivalent(ours.netlist, theirs.netlist).outcome.name == "DIFFERENT"


def test_a_cell_without_a_model_is_told_by_its_name():
    with pytest.raises(NetlistError) as caught:
        cell_models("ice40", {"SB_LUT4", "SB_CARRY"})
    expected = "cell 'SB_CARRY' of ice40 has no model here\n\nhint: the proof reads the makers' models"
    assert str(caught.value) == expected
