"""Any text becomes a legal, readable identifier."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.export.identifiers import KEYWORDS, MAX_LENGTH, Namespace, identifier

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
ANY_TEXT = st.text(st.characters(), min_size=0, max_size=400)

READABLE = {
    "petal width > 0.8": "petal_width_gt_0_8",
    "petal length (cm) > 1.45": "petal_length_cm_gt_1_45",
    "x > -0.5": "x_gt_m0_5",
    "x > -.5": "x_gt_m_5",
    "alcalinity-of-ash": "alcalinity_of_ash",
    "10-19 years": "x_10_19_years",
    "a<=b": "a_le_b",
    "a>=b": "a_ge_b",
    "a!=b": "a_ne_b",
    "a==b": "a_eq_b",
    "100%": "x_100_percent",
    "$price": "dollar_price",
    "a & ~b | c": "a_and_not_b_or_c",
    "Größe": "Grosse",
    "été": "ete",
    "λ > 2": "lamda_gt_2",
    "µm": "mu_m",
    "Ж": "Zhe",
    "漢": "u6f22",
    "wire": "wire_",
    "logic": "logic_",
    "class": "class_",
    "Wire": "Wire",
    "": "signal",
    "???": "signal",
    "___": "signal",
    "\0\n\t": "signal",
    "😀": "signal",
    "x₂": "x2",
    "\ud800": "signal",
}


@pytest.mark.parametrize("name", READABLE)
def test_names_become_readable_identifiers(name: str) -> None:
    assert identifier(name) == READABLE[name]


@given(ANY_TEXT)
def test_any_text_becomes_a_plain_identifier_of_limited_length(name: str) -> None:
    found = identifier(name)
    assert PLAIN.fullmatch(found)
    assert len(found) <= MAX_LENGTH
    assert found not in KEYWORDS
    assert identifier(name) == found


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,50}", fullmatch=True).filter(lambda name: name not in KEYWORDS))
def test_a_plain_name_stays_as_it_is(name: str) -> None:
    assert identifier(name) == name


def test_long_names_are_cut_and_stay_apart() -> None:
    one, other = identifier("n" * 300), identifier("n" * 300 + "x")
    assert one != other
    assert len(one) == len(other) == MAX_LENGTH
    assert one.startswith("n" * 51 + "_")


@given(
    st.lists(st.one_of(ANY_TEXT, st.sampled_from(["a b", "a-b", "a_b", "a_b_2", "wire", "wire_", "A b"])), max_size=40)
)
def test_no_two_claims_of_a_scope_are_the_same(names: list[str]) -> None:
    scope, again = Namespace(reserved=["clk", "a_b_3"]), Namespace(reserved=["clk", "a_b_3"])
    claimed = [scope.claim(name) for name in names]
    assert len(set(claimed)) == len(claimed)
    assert not set(claimed) & ({"clk", "a_b_3"} | KEYWORDS)
    assert all(PLAIN.fullmatch(name) for name in claimed)
    assert claimed == [again.claim(name) for name in names]


def test_case_alone_keeps_names_apart() -> None:
    scope = Namespace()
    assert [scope.claim(name) for name in ("Alpha", "alpha", "ALPHA", "alpha")] == [
        "Alpha",
        "alpha",
        "ALPHA",
        "alpha_2",
    ]


def test_numbered_names_step_aside_as_a_whole() -> None:
    scope = Namespace()
    assert scope.claim("n7") == "n7"
    assert scope.indexed("n", [5, 6]) == {5: "n5", 6: "n6"}
    assert scope.indexed("n", [7, 8]) == {7: "n_7", 8: "n_8"}
    assert scope.claim("n5") == "n5_2"


def test_every_keyword_of_the_simulator_is_known(icarus: Path) -> None:
    """Icarus Verilog refuses each keyword as a name, and takes what `identifier` makes of it."""
    from tinydwn.tools.simulator import simulate_verilog

    names = [identifier(word) for word in sorted(KEYWORDS)]
    wires = "".join(f"  wire {name} = 1'b1;\n" for name in names)
    assert simulate_verilog({"a.v": f"module a;\n{wires}endmodule\n"}, top="a") == ""
