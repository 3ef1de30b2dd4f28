"""Laws of all passes, and the runner that keeps what helps."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.errors import NetlistError, VerificationError
from tinydwn.minimize import Attempt, Pass, Recipe, recipe, run_recipe
from tinydwn.minimize.dont_care import dont_care
from tinydwn.minimize.exact_cones import exact_cones
from tinydwn.minimize.resubstitute import resubstitute
from tinydwn.minimize.size import size
from tinydwn.minimize.tidy import TIDY, tidy
from tinydwn.minimize.two_level import two_level
from tinydwn.netlist import Assumption, Netlist, NetlistBuilder, Node

OWN_PASSES = [
    TIDY,
    dont_care(),
    dont_care(max_patterns=8, max_window=2),
    two_level(),
    resubstitute(gates=0),
    resubstitute(gates=1),
    resubstitute(gates=2),
    exact_cones(),
]


SIDEWAYS = [exact_cones(xor_gates=1), exact_cones(xor_gates=2, most_cuts=2, max_patterns=4)]
"""Passes that may make a netlist larger by `Size`."""
ALL = OWN_PASSES + SIDEWAYS


@pytest.mark.parametrize("step", ALL, ids=range(len(ALL)))
@given(data=st.data())
@settings(max_examples=60)
def test_a_pass_keeps_every_output_on_every_pattern_that_can_occur(
    step: Pass, circuits: Any, agree: Any, data: st.DataObject
) -> None:
    netlist, assuming = data.draw(circuits())
    agree(netlist, step(netlist, assuming), assuming)
    agree(netlist, step(netlist), Assumption.none())


@pytest.mark.parametrize("step", ALL, ids=range(len(ALL)))
@given(data=st.data())
@settings(max_examples=15)
def test_a_pass_gives_the_same_twice(step: Pass, circuits: Any, data: st.DataObject) -> None:
    netlist, assuming = data.draw(circuits())
    assert step(netlist, assuming) == step(netlist, assuming)


@pytest.mark.parametrize("step", OWN_PASSES, ids=range(len(OWN_PASSES)))
@given(data=st.data())
@settings(max_examples=20)
def test_a_pass_on_a_tidy_netlist_never_makes_it_larger(step: Pass, circuits: Any, data: st.DataObject) -> None:
    netlist, assuming = data.draw(circuits())
    assert size(step(tidy(netlist), assuming)) <= size(tidy(netlist))


@given(st.data())
def test_tidying_twice_changes_nothing_more(circuits: Any, data: st.DataObject) -> None:
    once = tidy(data.draw(circuits())[0])
    assert tidy(once) == once


@pytest.mark.parametrize("effort", ["fast", "normal", "high"])
def test_a_recipe_keeps_every_output_and_never_grows(effort: str, circuits: Any, agree: Any) -> None:
    @given(st.data())
    @settings(max_examples={"fast": 6, "normal": 3, "high": 1}[effort])
    def law(data: st.DataObject) -> None:
        netlist, assuming = data.draw(circuits())
        result = run_recipe(netlist, recipe(effort), assuming=assuming, check=agree)
        agree(netlist, result.netlist, assuming)
        assert size(result.netlist) <= size(netlist)
        assert run_recipe(netlist, recipe(effort), assuming=assuming) == result

    law()


def test_reports_follow_one_another_from_first_to_last() -> None:
    netlist, assuming = _two_features()
    heard: list[object] = []
    result = run_recipe(netlist, recipe("normal"), assuming=assuming, on_pass=heard.append)
    assert list(result.reports) == heard
    gates = size(netlist).gates
    for report in result.reports:
        assert report.gates_before == gates
        gates = report.gates_after if report.kept else gates
    assert gates == size(result.netlist).gates
    assert not any("failed" in report.verdict for report in result.reports)


def test_thermometer_order_makes_a_difference() -> None:
    netlist, assuming = _two_features()
    free = run_recipe(netlist, recipe("normal")).netlist
    ordered = run_recipe(netlist, recipe("normal"), assuming=assuming).netlist
    assert (size(free).gates, size(ordered).gates) == (8, 2)


def _two_features() -> tuple[Netlist, Assumption]:
    """Return majority of three bits of one chain, joined with parity of two bits of another."""
    builder = NetlistBuilder("n")
    a1, a2, a3, b1, b2 = (builder.input(name) for name in ("a > 1", "a > 2", "a > 3", "b > 1", "b > 2"))
    majority = builder.node(0b11101000, (a1, a2, a3))
    builder.output("y", builder.and_(majority, builder.node(0b0110, (b1, b2))))
    return builder.build(), Assumption((("a > 1", "a > 2", "a > 3"), ("b > 1", "b > 2")))


AND = Netlist("n", ("a", "b"), (Node(0b1000, (2, 3)), Node(0b1000, (2, 4))), (("y", 5),))


def _fixed(after: Netlist) -> Recipe:
    return Recipe("fixed", (Pass("fixed", lambda netlist, assuming: Attempt(after)),))


def test_a_broken_pass_is_caught_by_the_check() -> None:
    def check(before: Netlist, after: Netlist, assuming: Assumption) -> None:
        raise VerificationError(f"{before.output_nets} became {after.output_nets}")

    broken = Netlist("n", ("a", "b"), (), (("y", 2),))
    assert run_recipe(AND, _fixed(broken)).netlist == broken
    with pytest.raises(VerificationError, match=r"^\(5,\) became \(2,\)$"):
        run_recipe(AND, _fixed(broken), check=check)


def test_a_pass_that_changes_the_interface_is_refused() -> None:
    with pytest.raises(NetlistError) as caught:
        run_recipe(AND, _fixed(Netlist("n", ("a",), (), (("y", 2),))))
    assert str(caught.value) == (
        "pass 'fixed' changed the interface: netlists 'n' and 'n' have different inputs: 2 against 1"
    )


def test_what_is_larger_is_dropped_and_what_is_equal_too() -> None:
    larger = Netlist("n", ("a", "b"), (*AND.nodes, Node(0b1000, (2, 5))), (("y", 6),))
    result = run_recipe(AND, _fixed(larger))
    assert result.netlist == AND
    assert (result.reports[0].verdict, result.reports[0].kept) == ("dropped: not smaller", False)
    assert (result.reports[0].nodes_before, result.reports[0].nodes_after) == (2, 3)
    assert run_recipe(AND, _fixed(AND)).reports[0].verdict == "dropped: nothing gained"


def test_a_recipe_stops_when_a_round_saves_no_gate() -> None:
    result = run_recipe(AND, Recipe("tidy", (TIDY,), rounds=5))
    assert [report.verdict for report in result.reports] == ["dropped: nothing gained"]
