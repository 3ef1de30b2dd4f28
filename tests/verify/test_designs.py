"""Two designs of any form: matched by name or place, proven equal or told apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinydwn.errors import NetlistError
from tinydwn.netlist import Netlist, Node, to_aag, to_blif
from tinydwn.verify.designs import prove_designs, read_designs
from tinydwn.verify.verdict import Outcome

BOTH = Netlist("both", ("p", "q", "r"), (Node(0b1000, (2, 3)),), (("z", 5),))


@pytest.fixture
def blif(tmp_path: Path) -> Path:
    place = tmp_path / "both.blif"
    place.write_text(to_blif(BOTH))
    return place


@pytest.mark.parametrize(
    ("text", "notes", "equal"),
    [
        ("module m(input p, q, r, output z); assign z = q & p; endmodule", 0, True),
        ("module m(input p, q, output z); assign z = q & p; endmodule", 0, True),
        ("module m(input a, b, c, output z); assign z = a & b; endmodule", 1, True),
        ("module m(input a, b, c, output y); assign y = a & c; endmodule", 2, False),
        ("module k(input a, output y); assign y = a; endmodule\n"
         "module m(input p, q, r, output z); wire w; k one(p, w); assign z = w & q; endmodule", 1, True),
    ],
)  # fmt: skip
def test_verilog_is_matched_by_name_else_by_place(blif: Path, tmp_path: Path, text: str, notes: int, equal: bool):
    place = tmp_path / "m.v"
    place.write_text(text)
    verdicts, told = prove_designs(blif, place)
    assert len(told) == notes
    assert {verdict.outcome is Outcome.EQUIVALENT for verdict in verdicts} == {equal}


def test_designs_without_outputs_and_with_other_ones_are_refused(blif: Path, tmp_path: Path):
    nothing, other = tmp_path / "nothing.aag", tmp_path / "other.aag"
    nothing.write_text("aag 1 1 0 0 0\n2\n")
    with pytest.raises(NetlistError, match="without outputs"):
        read_designs(nothing, nothing)
    other.write_text(to_aag(Netlist("other", ("p", "q"), (), (("z", 2), ("y", 3)))))
    with pytest.raises(NetlistError, match="other outputs"):
        read_designs(blif, other)
