"""Circuits with registers: unrolled edge by edge, and compared with the circuit that they are to answer like."""

from __future__ import annotations

import numpy as np
import pytest

from tinydwn.errors import NetlistError, ProgramError
from tinydwn.export.pipeline import to_pipeline
from tinydwn.export.ports import Ports
from tinydwn.export.testbench import to_testbench, to_vectors
from tinydwn.export.verilog import to_verilog
from tinydwn.export.wrapper import to_wrapper
from tinydwn.netlist import Netlist, NetlistBuilder, Node, simulate
from tinydwn.netlist.pipeline import cut_into_stages
from tinydwn.netlist.simulate import every_pattern
from tinydwn.verify.clocked import Clocked, read_clocked, unrolled
from tinydwn.verify.gate_level import simulate_gates
from tinydwn.verify.verdict import Outcome
from tinydwn.verify.wrapped import prove_wrapped


def adder() -> Netlist:
    """Return an adder of two words of three bits that carries from bit to bit."""
    builder = NetlistBuilder("adder")
    a, b = ([builder.input(f"{word}[{k}]") for k in range(3)] for word in ("left", "right"))
    carry = 0
    for k, (one, other) in enumerate(zip(a, b, strict=True)):
        total, carry = builder.full_adder(one, other, carry)
        builder.output(f"sum[{k}]", total)
    builder.output("sum[3]", carry)
    return builder.build()


def pipelined(style: str, stages: int) -> tuple[Netlist, Ports, str]:
    chip = adder()
    ports = Ports.of(chip)
    text = to_pipeline(cut_into_stages(chip, stages), ports, style=style)
    return chip, ports, text + to_wrapper(ports, style=style, clocked=True)


@pytest.mark.parametrize("style", ["parallel", "serial"])
def test_a_pipeline_in_a_wrapper_answers_as_the_chip_from_every_state(style):
    chip, ports, text = pipelined(style, 3)
    assert prove_wrapped(chip, text, ports=ports, style=style, stages=3).outcome is Outcome.EQUIVALENT


@pytest.mark.parametrize(("stages", "told"), [(3, 2), (2, 3)])
def test_a_pipeline_that_answers_sooner_or_later_than_told_is_different(stages, told):
    chip, ports, text = pipelined("parallel", stages)
    assert prove_wrapped(chip, text, ports=ports, style="parallel", stages=told).outcome is Outcome.DIFFERENT


def test_a_register_that_is_left_out_of_one_way_is_found():
    chip, ports, text = pipelined("parallel", 2)
    broken = text.replace("cut1_q <= cut1_d;", "cut1_q <= {cut1_d[0], cut1_d} >> 1;")
    assert broken != text
    assert prove_wrapped(chip, broken, ports=ports, style="parallel", stages=2).outcome is Outcome.DIFFERENT


@pytest.mark.parametrize("style", ["parallel", "serial"])
def test_a_pipeline_plays_its_vectors_cycle_by_cycle(style):
    chip, ports, text = pipelined(style, 3)
    inputs = every_pattern(6)
    files = {
        "testbench.v": to_testbench(ports, vectors=len(inputs), style=style, stages=3),
        "vectors.hex": to_vectors(chip, ports, inputs, simulate(chip, inputs)),
        "design.v": text,
    }
    found = simulate_gates(files, subject="pipeline")
    assert (found.compared, found.mismatches) == (64, 0)
    files["testbench.v"] = to_testbench(ports, vectors=len(inputs), style=style, stages=2)
    assert simulate_gates(files, subject="pipeline").mismatches > 0


def test_an_unrolled_counter_counts_its_edges():
    names = ("q[0]", "q[1]")
    nodes = (Node(0b01, (2,)), Node(0b0110, (2, 3)))
    counter = Clocked(
        Netlist("counter", names, nodes, (("y", 3), ("q[0]$next", 4), ("q[1]$next", 5))), names
    )  # fmt: skip
    for edges in range(5):
        after = unrolled(counter, [{}] * edges)
        given = np.zeros((1, len(after.inputs)), dtype=bool)
        assert simulate(after, given)[0, 0] == (edges >> 1 & 1)


def test_what_is_at_the_pins_may_be_named_constant_or_free():
    held = Netlist("held", ("d", "q"), (Node(0b1000, (2, 3)),), (("y", 4), ("q$next", 2)))
    clocked = Clocked(held, ("q",))
    assert unrolled(clocked, [{"d": "x"}], inputs=["x"], after={"d": True}).outputs == (("y", 2),)
    assert unrolled(clocked, [{"d": False}]).outputs == (("y", 0),)
    assert unrolled(clocked, [{}]).inputs == ("d@0", "d@1")
    assert unrolled(clocked, []).inputs == ("d@0", "q@0")


def test_registers_that_no_one_clock_drives_are_refused():
    text = "module m (input clk, ck2, d, output reg q, r); always @(posedge clk) q <= d;"
    with pytest.raises(NetlistError, match="1 registers do not stand on the rising edge of 'clk'"):
        read_clocked(f"{text} always @(posedge ck2) r <= q; endmodule", top="m", clock="clk")
    with pytest.raises(NetlistError, match="registers do not stand on the rising edge of 'clk'"):
        read_clocked(f"{text} always @(negedge clk) r <= q; endmodule", top="m", clock="clk")
    with pytest.raises(ProgramError):
        read_clocked(
            f"{text} always @(posedge clk or posedge ck2) if (ck2) r <= 0; else r <= q; endmodule", top="m", clock="clk"
        )
    with pytest.raises(NetlistError, match="reads 'clk'"):
        read_clocked(f"{text} always @(posedge clk) r <= clk; endmodule", top="m", clock="clk")


def test_a_combinational_module_is_compared_as_it_is():
    chip = adder()
    ports = Ports.of(chip)
    assert prove_wrapped(chip, to_verilog(chip), ports=ports).outcome is Outcome.EQUIVALENT
    wrong = to_verilog(chip).replace("^", "|", 1)
    assert prove_wrapped(chip, wrong, ports=ports).outcome is Outcome.DIFFERENT


def test_a_state_without_its_next_one_is_refused():
    with pytest.raises(NetlistError, match="netlist 'n' lacks the state or the next state of a register"):
        Clocked(Netlist("n", ("q",), (), (("y", 2),)), ("q",))
