"""Text of netlists, whole; what it means is checked in tests/verify."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import ConfigError, LibraryError
from tinydwn.export.cell_models import cell_models
from tinydwn.export.gate_blif import to_gate_blif
from tinydwn.export.structural import to_structural_verilog
from tinydwn.export.verilog import expression, to_verilog
from tinydwn.mapping.mapped import Instance, MappedNetlist
from tinydwn.netlist import Netlist, NetlistBuilder
from tinydwn.technology import Library, load_library
from tinydwn.technology.library import Cell

CHIP = """\
module chip (
  input  wire [1:0] petal_width,  // 'petal width'
  input  wire reg_,  // 'reg'
  output wire [1:0] class_,  // 'class'
  output wire mux,
  output wire one,
  output wire same
);
  wire n5, n6, n7, n8;
  assign n5 = petal_width[0] ^ petal_width[1];
  assign n6 = reg_ ^ n5;
  assign n7 = (petal_width[0] & petal_width[1]) | (petal_width[0] & reg_) | (petal_width[1] & reg_);
  assign n8 = reg_ ? petal_width[1] : petal_width[0];
  assign class_[0] = n6;
  assign class_[1] = n7;
  assign mux = n8;
  assign one = 1'b1;
  assign same = reg_;
endmodule
"""

TIED = """\
module tied (
  input  wire a,
  input  wire b,
  output wire y,
  output wire also_y,  // 'also y'
  output wire a_again,  // 'a again'
  output wire hi,
  output wire lo,
  output wire inner
);
  NAND2 g4 (.A(a), .B(b), .Y(inner));
  INV g5 (.A(inner), .Y(y));
  TIE g6 (.HI(hi));
  TIE g7 (.LO(lo));
  assign also_y = y;
  assign a_again = a;
endmodule
"""

CELLS = """\
// Cells of tied: logic alone, no timing.
module INV (input wire A, output wire Y);
  assign Y = ~A;
endmodule
module NAND2 (input wire A, input wire B, output wire Y);
  assign Y = ~A | ~B;
endmodule
module TIE (output wire HI, output wire LO);
  assign HI = 1'b1;
  assign LO = 1'b0;
endmodule
"""

BLIF = """\
.model tied
.inputs a b
.outputs y also%20y a%20again hi lo inner
.gate NAND2 A=a B=b Y=inner
.gate INV A=inner Y=y
.gate TIE HI=hi
.gate TIE LO=lo
.names y also%20y
1 1
.names a a%20again
1 1
.end
"""


def test_a_netlist_is_written_as_assignments(chip: Netlist) -> None:
    assert to_verilog(chip) == CHIP
    assert to_verilog(chip, module="my core").splitlines()[0] == "module my_core ("


def test_a_mapped_netlist_is_written_as_instances(tied: MappedNetlist) -> None:
    assert to_structural_verilog(tied) == TIED


def test_cells_are_written_with_all_outputs_in_use(tied: MappedNetlist) -> None:
    assert cell_models(tied) == CELLS


def test_a_mapped_netlist_is_written_as_gates(tied: MappedNetlist) -> None:
    assert to_gate_blif(tied) == BLIF


def test_a_mapped_netlist_without_cells_has_no_models() -> None:
    wire = MappedNetlist("wire", load_library("nand2"), ("a",), (), (("y", 2),))
    assert cell_models(wire) == "// Cells of nand2: logic alone, no timing.\n"


def test_no_line_is_long_and_none_is_a_directive() -> None:
    builder = NetlistBuilder("wide")
    nets = [builder.input(f"synopsys translate_off {k} {'n' * 80}") for k in range(10)]
    builder.output("y\\", builder.node(0x123456789ABCDEF0 << 900, nets))
    text = to_verilog(builder.build())
    assert max(len(line) for line in text.splitlines() if "//" not in line) <= 110
    for line in text.splitlines():
        assert not re.search(r"//\s*(synopsys|synthesis|pragma|verilator)", line)
        assert not line.endswith("\\")


def test_a_long_name_is_cut_in_its_comment() -> None:
    for name, cut in (("n n" * 100, ("n n" * 100)[:78]), ("\u00e9 " * 100, "\u00e9 " * 15)):
        text = to_verilog(Netlist("m", (f"{name}[0]", f"{name}[1]"), (), (("y", 2),)))
        comment = text.splitlines()[1].partition("  // ")[2]
        assert comment == f"{cut!a}..."
        assert len(comment) <= 83


def test_nets_step_aside_for_ports_with_their_names() -> None:
    builder = NetlistBuilder("m")
    a, b = builder.input("n4"), builder.input("g4")
    builder.output("y", builder.xor(builder.and_(a, b), a))
    text = to_verilog(builder.build())
    assert "wire n_4, n_5;" in text


@given(st.integers(0, 4).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, (1 << (1 << n)) - 1))))
def test_an_expression_has_the_value_of_its_table(case: tuple[int, int]) -> None:
    n, table = case
    names = [f"x{k}" for k in range(n)]
    text = expression(table, names).replace("1'b", "")
    python = re.sub(r"(\w+) \? (\w+) : (\w+)", r"(\2 if \1 else \3)", text)
    for address, values in enumerate(product((0, 1), repeat=n)):
        bits = dict(zip(names, reversed(values), strict=True))
        assert eval(python, {}, bits) & 1 == table >> address & 1


def cells_named(cell: str, pin: str = "A") -> MappedNetlist:
    rule = load_library("nand2")
    inverter = Cell(cell, 1.0, (pin,), "Y", 0b01)
    library = Library("odd", (inverter, rule.cell("NAND2")))
    return MappedNetlist("m", library, ("a",), (Instance(inverter, (2,)),), (("y", 3),))


@pytest.mark.parametrize("write", [to_structural_verilog, cell_models, to_gate_blif])
def test_cells_that_cannot_be_written_are_refused(write: object) -> None:
    with pytest.raises(LibraryError) as cell:
        write(cells_named("NOT-1"))  # type: ignore[operator]
    assert str(cell.value) == (
        "cell 'NOT-1' of library 'odd' cannot be written in Verilog: 'NOT-1' is no plain name\n\n"
        "hint: rename it in the library, or mark the cell dont_use"
    )
    with pytest.raises(LibraryError) as pin:
        write(cells_named("INV", "input"))  # type: ignore[operator]
    assert pin.value.message == "cell 'INV' of library 'odd' cannot be written in Verilog: 'input' is no plain name"


def test_a_module_cannot_have_the_name_of_a_cell_in_it() -> None:
    with pytest.raises(ConfigError) as caught:
        to_structural_verilog(cells_named("INV"), module="INV")
    assert str(caught.value) == (
        "the module 'INV' has the name of a cell of library 'odd'\n\nhint: choose another module name"
    )
