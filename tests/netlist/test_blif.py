"""BLIF: what is written is read back, what is foreign is read, what is broken is refused with its line."""

from itertools import product
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import NetlistError
from tinydwn.netlist import Netlist, NetlistBuilder, from_blif, to_blif

ANY_NAME = st.text(min_size=1, max_size=20).filter(lambda name: all(not 0xD800 <= ord(c) < 0xE000 for c in name))


def tidied(netlist: Netlist) -> Netlist:
    builder = NetlistBuilder(netlist.name)
    nets = builder.insert(netlist, [builder.input(name) for name in netlist.inputs])
    for name, net in zip(netlist.output_names, nets, strict=True):
        builder.output(name, net)
    return builder.build()


@given(st.data())
def test_what_is_written_is_read_back(netlists: Any, data: st.DataObject) -> None:
    netlist = tidied(data.draw(netlists(names=ANY_NAME)))
    assert from_blif(to_blif(netlist)) == netlist


@given(st.data())
def test_any_netlist_is_read_back_with_the_same_outputs(netlists: Any, every: Any, data: st.DataObject) -> None:
    netlist = data.draw(netlists())
    read = from_blif(to_blif(netlist))
    assert (read.inputs, read.output_names) == (netlist.inputs, netlist.output_names)
    assert every(read) == every(netlist)


def test_names_of_300_characters_and_signs_survive() -> None:
    names = ("x" * 300, "a b#c\\", "größe=1 ", "$7", ".names")
    netlist = Netlist("odd names", names, (), (("out put", 2), ("\n", 6)))
    text = to_blif(netlist)
    assert from_blif(text) == netlist
    assert text.isascii()


def test_a_foreign_text_is_read() -> None:
    text = """# by hand
.model top  # a comment
.inputs a b \\
        c
.outputs y z w
.names t c y
11 1
.names a b t
0- 1
-0 1
.names z
1
.names c w
1 1
.end
"""
    netlist = from_blif(text)
    assert netlist.inputs == ("a", "b", "c")
    assert netlist.outputs == (("y", 6), ("z", 1), ("w", 4))
    assert [(node.table, node.fanin) for node in netlist.nodes] == [(0b0111, (2, 3)), (0b1000, (5, 4))]


def test_a_table_of_many_inputs_becomes_small_nodes(naive: Any) -> None:
    names = [f"x{k}" for k in range(14)]
    text = f".model wide\n.inputs {' '.join(names)}\n.outputs y\n.names {' '.join(names)} y\n"
    text += f"{'1' * 14} 0\n{'0' * 14} 0\n.end\n"
    netlist = from_blif(text)
    assert max(len(node.fanin) for node in netlist.nodes) == 2
    for ones in (0, 1, 13, 14):
        assert naive(netlist, [1] * ones + [0] * (14 - ones)) == [0 < ones < 14]


HEAD = ".model m\n.inputs a b\n.outputs y\n"
CHECK = "check the file"
CUT = "the file may be truncated"
BROKEN = [
    ("", "not a BLIF text: it has no .model line", "a BLIF file begins with '.model NAME'"),
    ("module m; endmodule\n", "line 1 of the BLIF text: a cover row outside of .names: 'module m; endmodule'", CHECK),
    (HEAD + ".names a b y\n11 1\n", "the BLIF text breaks off: it has no .end line", CUT),
    (HEAD + ".end\n", "BLIF output 'y' is not driven", CUT),
    (HEAD + ".names a q y\n11 1\n.end\n", "line 4 of the BLIF text: net 'q' is read but not driven", CUT),
    (
        HEAD + ".names a y y\n11 1\n.end\n",
        "line 4 of the BLIF text: net 'y' depends on itself",
        "only combinational circuits are read",
    ),
    (
        HEAD + ".names p y\n1 1\n.names y p\n1 1\n.end\n",
        "line 6 of the BLIF text: net 'y' depends on itself",
        "only combinational circuits are read",
    ),
    (
        HEAD + ".names a y\n1 1\n.names b y\n1 1\n.end\n",
        "line 6 of the BLIF text: net 'y' is driven twice",
        "rename one of the two",
    ),
    (HEAD + ".names b a\n1 1\n.end\n", "line 4 of the BLIF text: net 'a' is driven twice", "rename one of the two"),
    (
        HEAD + ".latch a y 0\n.end\n",
        "line 4 of the BLIF text: '.latch' is not supported",
        "only combinational models of .names are read",
    ),
    (
        HEAD + ".subckt sub a=a\n.end\n",
        "line 4 of the BLIF text: '.subckt' is not supported",
        "only combinational models of .names are read",
    ),
    (HEAD + ".model n\n.end\n", "line 4 of the BLIF text: a second .model", "flatten the design first"),
    (HEAD + ".names\n.end\n", "line 4 of the BLIF text: .names without a net", "name the driven net last"),
    (
        HEAD + ".names a b y\n111 1\n.end\n",
        "line 5 of the BLIF text: a cover row that does not fit 2 inputs: '111 1'",
        CHECK,
    ),
    (
        HEAD + ".names a b y\n1x 1\n.end\n",
        "line 5 of the BLIF text: a cover row that does not fit 2 inputs: '1x 1'",
        CHECK,
    ),
    (
        HEAD + ".names a b y\n11 1\n00 0\n.end\n",
        "line 6 of the BLIF text: a cover that mixes rows for 0 and for 1",
        "list either the ones or the zeros",
    ),
    (
        HEAD + ".names a y\n1 1\n.end\n.model again\n",
        "line 7 of the BLIF text: text after .end",
        "give one combinational model per file",
    ),
]


@pytest.mark.parametrize(("text", "message", "hint"), BROKEN)
def test_a_broken_text_is_refused(text: str, message: str, hint: str) -> None:
    with pytest.raises(NetlistError) as caught:
        from_blif(text)
    assert str(caught.value) == f"{message}\n\nhint: {hint}"


@given(st.data())
def test_a_truncated_text_is_refused_or_means_less_never_crashes(netlists: Any, data: st.DataObject) -> None:
    text = to_blif(data.draw(netlists()))
    cut = data.draw(st.integers(0, len(text) - len(".end\n")))
    with pytest.raises(NetlistError):
        from_blif(text[:cut])


@given(st.text(alphabet=".modelnaputsi01- \n\\#", max_size=80))
def test_any_text_is_a_netlist_or_a_clear_error(text: str) -> None:
    try:
        from_blif(text)
    except NetlistError as error:
        assert error.message  # noqa: PT017


class Cell(NamedTuple):
    name: str
    inputs: tuple[str, ...]
    output: str
    table: int


CELLS = (
    Cell("ND2", ("A", "B"), "Y", 0b0111),
    Cell("MUX", ("S", "A", "B"), "Y", 0b11100100),
    Cell("TIE", (), "HI", 1),
    Cell("TIE", (), "LO", 0),
)
GATES = """.model m
.inputs a b
.outputs y z
.gate ND2 B=b A=t Y=y  # pins in any order
.gate MUX Y=t S=a A=b B=lo
.gate TIE LO=lo
.short y z
.end
"""


def test_gates_are_read_with_the_cells_of_a_library(naive: Any) -> None:
    netlist = from_blif(GATES, cells=CELLS)
    for a, b in product((0, 1), repeat=2):
        t = 0 if a else b
        assert naive(netlist, [a, b]) == [1 - (t & b)] * 2


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        (".gate XOR A=a B=b Y=y", "no cell 'XOR' is known", "it is in no given library"),
        (".gate ND2 A=a B=b Q=y", "other pins than those of 'ND2'", "it has A, B, Y"),
        (".gate ND2 A=a Y=y", "other pins than those of 'ND2'", "it has A, B, Y"),
        (".gate ND2 a b y", "not a gate: '.gate ND2 a b y'", "write '.gate CELL PIN=NET ...', each pin once"),
        (".gate", "not a gate: '.gate '", "write '.gate CELL PIN=NET ...', each pin once"),
        (
            ".gate ND2 A=a A=b Y=y",
            "not a gate: '.gate ND2 A=a A=b Y=y'",
            "write '.gate CELL PIN=NET ...', each pin once",
        ),
        (".short y", ".short without two nets", "name the net that is read and the net that is driven"),
        (".gate ND2 A=a B=b Y=y\n11 1", "a cover row outside of .names: '11 1'", CHECK),
    ],
)
def test_gates_that_do_not_fit_are_refused(line: str, message: str, hint: str) -> None:
    with pytest.raises(NetlistError) as caught:
        from_blif(HEAD + line + "\n.end\n", cells=CELLS)
    place = 4 + line.count("\n")
    assert (caught.value.message, caught.value.hint) == (f"line {place} of the BLIF text: {message}", hint)


def test_a_gate_without_a_library_asks_for_one() -> None:
    with pytest.raises(NetlistError) as caught:
        from_blif(GATES)
    assert caught.value.hint == "name the library that it is of with --library"
