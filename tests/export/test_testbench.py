"""Vectors, testbenches and wrappers as text; that they run is checked in tests/verify."""

from __future__ import annotations

import numpy as np
import pytest

from tinydwn.errors import ConfigError, NetlistError
from tinydwn.export.ports import Ports
from tinydwn.export.testbench import to_testbench, to_vectors
from tinydwn.export.wrapper import to_wrapper
from tinydwn.netlist import Netlist

WRAPPER = """\
module chip_registered (
  input  wire clk,
  input  wire [1:0] petal_width,
  input  wire reg_,
  output reg  [1:0] class_,
  output reg  mux,
  output reg  one,
  output reg  same
);
  reg  [1:0] petal_width_q;
  reg  reg_q;
  wire [1:0] class_d;
  wire mux_d;
  wire one_d;
  wire same_d;
  chip chip_i (
    .petal_width(petal_width_q),
    .reg_(reg_q),
    .class_(class_d),
    .mux(mux_d),
    .one(one_d),
    .same(same_d)
  );
  always @(posedge clk) begin
    petal_width_q <= petal_width;
    reg_q <= reg_;
    class_ <= class_d;
    mux <= mux_d;
    one <= one_d;
    same <= same_d;
  end
endmodule
"""


def test_vectors_stand_in_port_order_outputs_above_inputs() -> None:
    netlist = Netlist("n", ("x[1]", "a", "x[0]"), (), (("y[0]", 2), ("y[1]", 3)))
    inputs = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=bool)
    outputs = np.array([[0, 0], [1, 0], [1, 1]], dtype=bool)
    # bit 0 is x[0], 1 is x[1], 2 is a, 3 is y[0], 4 is y[1]
    assert to_vectors(netlist, Ports.of(netlist), inputs, outputs) == "02\n0c\n19\n"


def test_wide_vectors_keep_every_digit() -> None:
    netlist = Netlist("n", tuple(f"x[{k}]" for k in range(65)), (), (("y", 2),))
    rng = np.random.default_rng(0)
    inputs, outputs = rng.integers(0, 2, (9, 65)).astype(bool), rng.integers(0, 2, (9, 1)).astype(bool)
    lines = to_vectors(netlist, Ports.of(netlist), inputs, outputs).splitlines()
    assert {len(line) for line in lines} == {17}
    for line, row, out in zip(lines, inputs, outputs, strict=True):
        assert int(line, 16) == sum(int(bit) << k for k, bit in enumerate([*row, *out]))


def test_vectors_that_do_not_fit_are_refused() -> None:
    netlist = Netlist("n", ("a", "b"), (), (("y", 2),))
    with pytest.raises(NetlistError) as caught:
        to_vectors(netlist, Ports.of(netlist), np.zeros((3, 2), dtype=bool), np.zeros((4, 1), dtype=bool))
    assert caught.value.message == "vectors of shape (3, 2) and (4, 1) do not fit netlist 'n'"


def test_testbenches_that_check_nothing_are_refused() -> None:
    netlist = Netlist("n", ("a",), (), (("y", 2),))
    with pytest.raises(ValueError, match="a testbench needs at least one vector"):
        to_testbench(Ports.of(netlist), vectors=0)
    with pytest.raises(NetlistError) as deaf:
        to_testbench(Ports.of(Netlist("n", ("a",), (), ())), vectors=1)
    assert deaf.value.message == "module 'n' has no outputs to compare"
    with pytest.raises(NetlistError) as twin:
        to_testbench(Ports.of(netlist, module="testbench"), vectors=1)
    assert twin.value.message == "module 'testbench' has the name of its testbench"


def test_a_testbench_says_how_to_run_it_and_sets_no_time_scale(chip: Netlist) -> None:
    plain, serial = (to_testbench(Ports.of(chip), vectors=1, style=style) for style in ("", "serial"))
    cells = "<library>/mapped.v <library>/cells.v && vvp chip.vvp"
    assert plain.splitlines()[2] == f"//   iverilog -o chip.vvp testbench.v {cells}"
    assert serial.splitlines()[2] == f"//   iverilog -o chip.vvp testbench_serial.v wrapper_serial.v {cells}"
    assert "`timescale" not in plain + serial


def test_a_parallel_wrapper_is_written_whole(chip: Netlist) -> None:
    assert to_wrapper(Ports.of(chip)) == WRAPPER


def test_a_serial_wrapper_takes_one_word_at_a_time(chip: Netlist) -> None:
    lines = to_wrapper(Ports.of(chip), style="serial").splitlines()
    assert lines[:4] == [
        "module chip_serial (",
        "  input  wire clk,",
        "  input  wire load,",
        "  input  wire [1:0] word,",
    ]
    assert "    if (load) petal_width_q <= reg_q;" in lines
    assert "    if (load) reg_q <= word;" in lines
    assert "    .reg_(reg_q[0])," in lines


def test_another_style_is_refused(chip: Netlist) -> None:
    with pytest.raises(ConfigError) as caught:
        to_wrapper(Ports.of(chip), style="optical")
    assert str(caught.value) == "unknown wrapper style 'optical'\n\nhint: choose one of parallel, serial"
