"""AIGER: both forms are read back with the same function, ABC agrees, what is broken is refused with its place."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import NetlistError
from tinydwn.netlist import Netlist, Node, from_aiger, from_blif, to_aag, to_aig, to_blif
from tinydwn.netlist.and_inverter import to_ands
from tinydwn.tools.abc import run_abc

ANY_NAME = st.text(min_size=1, max_size=20).filter(lambda name: all(not 0xD800 <= ord(c) < 0xE000 for c in name))


def answers_of_ascii(text: str, inputs: int) -> list[list[int]]:
    """Evaluate ASCII AIGER line by line as its definition says, with nothing of the package."""
    lines = text.splitlines()
    _, _, given, _, outputs, ands = (int(word) if word.isdigit() else word for word in lines[0].split())
    assert given == inputs
    body = [[int(word) for word in line.split()] for line in lines[1 : 1 + given + outputs + ands]]
    found = []
    for pattern in range(1 << inputs):
        values = {0: 0} | {line[0] >> 1: pattern >> k & 1 for k, line in enumerate(body[:given])}

        def value(literal: int, values: dict[int, int] = values) -> int:
            return values[literal >> 1] ^ literal & 1

        for own, left, right in body[given + outputs :]:
            values[own >> 1] = value(left) & value(right)
        found.append([value(line[0]) for line in body[given : given + outputs]])
    return found


@given(st.data())
def test_what_is_written_computes_the_same_and_is_read_back(netlists: Any, every: Any, data: st.DataObject) -> None:
    netlist = data.draw(netlists(names=ANY_NAME, max_inputs=4))
    text = to_aag(netlist)
    assert answers_of_ascii(text, len(netlist.inputs)) == every(netlist)
    for content in (text.encode(), to_aig(netlist)):
        read = from_aiger(content, name=netlist.name)
        assert (read.name, read.inputs, read.output_names) == (netlist.name, netlist.inputs, netlist.output_names)
        assert every(read) == every(netlist)
        assert to_aag(from_aiger(to_aag(read).encode(), name=read.name)) == to_aag(read)


@given(st.integers(0, 2**32 - 1))
def test_a_table_of_five_inputs_keeps_its_meaning(every: Any, table: int) -> None:
    netlist = Netlist("t", tuple("abcde"), (Node(table, (6, 2, 4, 3, 5)),), (("y", 7),))
    assert every(from_aiger(to_aig(netlist))) == every(netlist)


@pytest.mark.parametrize(
    ("table", "width", "ands"), [(0b0110, 2, 3), (0b1110, 2, 1), (0b01, 1, 0), (0b11101000, 3, 4), (1 << 1023, 10, 9)]
)
def test_a_table_takes_so_many_ands(table: int, width: int, ands: int) -> None:
    inputs = tuple(f"x{k}" for k in range(width))
    netlist = Netlist("t", inputs, (Node(table, tuple(range(2, 2 + width))),), (("y", 2 + width),))
    assert len(to_ands(netlist)[0].ands) == ands


def wide(nodes: int) -> Netlist:
    """Return a netlist with ANDs so far from their inputs that deltas take two bytes."""
    spread = [Node(0b0111 if k % 3 else 0b0110, (2 + k % 9, 11 + k - 1 if k else 2)) for k in range(nodes)]
    return Netlist("wide", tuple(f"x {k}" for k in range(9)), tuple(spread), (("y", 10 + nodes), ("z", 30)))


CONSTANTS = Netlist("c", ("a", "b"), (Node(0b0001, (2, 3)),), (("n", 4), ("zero", 0), ("one", 1), ("a again", 2)))


@pytest.mark.parametrize("netlist", [wide(200), CONSTANTS], ids=["wide", "constants"])
def test_abc_reads_ours_and_we_read_abc(every: Any, tmp_path: Path, netlist: Netlist) -> None:
    ours, theirs = tmp_path / "ours.aig", tmp_path / "theirs.aig"
    ours.write_bytes(to_aig(netlist))
    script = f"read_aiger {ours}; write_blif read.blif; cec -n own.blif read.blif"
    script += f"; read_blif own.blif; strash; write_aiger -s {theirs}"
    run = run_abc(script, files={"own.blif": to_blif(netlist)}, results=["read.blif"])
    assert "Networks are equivalent" in run.text
    assert from_blif(run.files["read.blif"]).inputs == netlist.inputs
    assert from_blif(run.files["read.blif"]).output_names == netlist.output_names
    read = from_aiger(theirs.read_bytes())
    assert (read.inputs, read.output_names) == (netlist.inputs, netlist.output_names)
    assert every(read) == every(netlist)


HEAD = "aag 3 2 0 1 1\n2\n4\n6\n"
CUT, CHECK = "the file may be truncated", "check the file"
NAMED, EVEN = "names are lines such as 'i0 NAME'", "give even literals from 2 to 2 * M"
BEGIN = "an AIGER file begins with 'aag M I L O A' or 'aig M I L O A'"
COMBINATIONAL = "only combinational circuits are read"
BROKEN: Sequence[tuple[bytes, str, str]] = [
    (b"", "not an AIGER file by its first line", BEGIN),
    (b".model m\n", "not an AIGER file by its first line", BEGIN),
    (b"aag 1 1 0 1 0", "the AIGER file breaks off where its first line should be", CUT),
    (b"aag 1 x 0 1 0\n", "line 1: a count that is no number, or too large", BEGIN),
    (b"aag 1 0 1 0 0\n2 3\n", "line 1: 1 latches", COMBINATIONAL),
    (b"aag 1 1 0 0 0 1\n2\n2\n", "line 1: 1 bad states", COMBINATIONAL),
    (b"aag 1 1 0 1 1\n", "line 1: 2 variables are defined, and the largest is 1", CHECK),
    (b"aig 5 1 0 1 1\n", "line 1: 2 variables are defined, and the largest is 5", CHECK),
    (b"aag 999999999999 999999999999 0 0 0\n", "line 1: more inputs, outputs and ANDs than the file has room for", CUT),
    (b"aig 999999999 999999999 0 0 0\n", "line 1: 999999999 inputs", "at most 1048576 are read"),
    (b"aag 1 1 0 1 0\n2\n", "the AIGER file breaks off where the literal of an output should be", CUT),
    (b"aag 1 1 0 1 0\n2 4\n2\n", "line 2: not the literal of an input", CHECK),
    (b"aag 1 1 0 1 0\n3\n2\n", "line 2: literal 3 cannot be defined", EVEN),
    (b"aag 2 2 0 0 0\n2\n2\n", "line 3: literal 2 is defined twice", CHECK),
    (b"aag 1 1 0 1 0\n2\n9\n", "line 3: literal 9 is out of range", "the largest is 3"),
    (b"aag 2 1 0 1 0\n2\n4\n", "line 3: literal 4 is not defined", CUT),
    (HEAD.encode() + b"6 7 2\n", "line 5: literal 6 depends on itself", COMBINATIONAL),
    (HEAD.encode() + b"6 2\n\n\n", "line 5: not the three literals of an AND", CHECK),
    (HEAD.encode() + b"6 2 4", "the AIGER file breaks off where the three literals of an AND should be", CUT),
    (b"aag 4 1 0 0 2\n2\n4 6 2\n6 4 2\n", "line 3: literal 4 depends on itself", COMBINATIONAL),
    (b"aag 4 1 0 0 1\n2\n4 8 2\n", "line 3: literal 8 is not defined", CUT),
    (HEAD.encode() + b"6 2 4\ni2 x\n", "line 6: a name for i2, which there is not", CHECK),
    (HEAD.encode() + b"6 2 4\ni0 x\ni0 z\n", "line 7: a second name for i0", CHECK),
    (HEAD.encode() + b"6 2 4\nhello\n", "line 6: b'hello' is no name of an input or output", NAMED),
    (HEAD.encode() + b"6 2 4\ni0 \xff\n", "line 6: a name that is no text in UTF-8", CHECK),
    (HEAD.encode() + b"6 2 4\ni0 x", "the AIGER file breaks off where the name of an input or output should be", CUT),
    (b"aig 3 2 0 1 1\n6\n\x02", "the AIGER file breaks off among its ANDs", CUT),
    (b"aig 3 2 0 1 1\n6\n\x82", "the AIGER file breaks off among its ANDs", CUT),
    (b"aig 3 2 0 1 1\n6\n\x00\x01", "byte 17: the AND of literal 6 does not read smaller literals", CHECK),
    (b"aig 3 2 0 1 1\n6\n\x02\x05", "byte 17: the AND of literal 6 does not read smaller literals", CHECK),
    (b"aig 3 2 0 1 1\n6\n" + b"\xff" * 9, "byte 16: a number of more than 42 bits", CHECK),
    (b"aig 3 2 0 1 1\n6\n\x02\x02i7 x\n", "byte 18: a name for i7, which there is not", CHECK),
]  # fmt: skip


@pytest.mark.parametrize(("content", "message", "hint"), BROKEN)
def test_what_is_broken_is_refused(content: bytes, message: str, hint: str) -> None:
    with pytest.raises(NetlistError) as caught:
        from_aiger(content)
    place, sign, what = message.partition(": ")
    assert (caught.value.message, caught.value.hint) == (
        f"{place} of the AIGER file: {what}" if sign else message,
        hint,
    )


@given(st.data())
def test_a_file_cut_short_or_changed_is_read_or_refused(netlists: Any, data: st.DataObject) -> None:
    netlist = data.draw(netlists())
    content = bytearray(data.draw(st.sampled_from([to_aag(netlist).encode(), to_aig(netlist)])))
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content[at] = data.draw(st.integers(0, 255))
    else:
        del content[at:]
    with contextlib.suppress(NetlistError):
        from_aiger(bytes(content))


def test_a_foreign_file_is_read() -> None:
    text = "aag 7 2 0 3 2\r\n6\r\n2\r\n0\n13\n3\n12 14 7\n14 3 2\no1 i0\ncomment\n"
    netlist = from_aiger(text.replace("\r", "").replace("comment\n", "c\nwhatever \xff\n").encode("latin-1"))
    assert netlist.inputs == ("i0_", "i1")
    assert netlist.output_names == ("o0", "i0", "o2")
    assert netlist.output_nets[0] == 0
