"""Espresso and factoring: covers mean what they should, and limits hold."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.errors import ConfigError
from tinydwn.minimize import Recipe, run_recipe
from tinydwn.minimize.espresso import espresso_cover
from tinydwn.minimize.factor import build_factored
from tinydwn.minimize.two_level import two_level
from tinydwn.netlist import NetlistBuilder
from tinydwn.netlist.truth_table import Cube


@st.composite
def draw_partial(draw: st.DrawFn) -> tuple[int, set[int], set[int]]:
    n = draw(st.integers(0, 5))
    kinds = draw(st.lists(st.sampled_from("01-"), min_size=1 << n, max_size=1 << n))
    return n, {a for a, kind in enumerate(kinds) if kind == "1"}, {a for a, kind in enumerate(kinds) if kind == "0"}


@given(draw_partial())
def test_a_cover_holds_where_it_must_and_nowhere_it_must_not(partial: tuple[int, set[int], set[int]]) -> None:
    n, on, off = partial
    cubes = espresso_cover(on, off, n)
    held = {a for a in range(1 << n) if any(a & cube.care == cube.value for cube in cubes)}
    assert on <= held
    assert not held & off
    assert list(cubes) == sorted(cubes)


@given(st.lists(draw_partial(), min_size=2, max_size=4))
@settings(max_examples=50)
def test_a_cover_does_not_depend_on_what_was_covered_before(partials: list[tuple[int, set[int], set[int]]]) -> None:
    covers = [espresso_cover(on, off, n) for n, on, off in partials]
    again = [espresso_cover(sorted(on, reverse=True), off, n) for n, on, off in reversed(partials)]
    assert covers == again[::-1]


@pytest.mark.parametrize(("on", "inputs"), [(range(1), 17), (range(4097), 13)])
def test_what_is_too_large_for_espresso_is_refused(on: range, inputs: int) -> None:
    with pytest.raises(ConfigError) as caught:
        espresso_cover(on, [], inputs)
    assert str(caught.value) == (
        f"{inputs} inputs and {len(on)} addresses are too many for espresso\n\n"
        "hint: the limits are 16 inputs and 4096 addresses"
    )


CUBES = st.lists(st.tuples(st.integers(0, 31), st.integers(0, 31)).map(lambda t: Cube(t[0], t[0] & t[1])), max_size=8)


@given(CUBES)
def test_factoring_keeps_the_function(answer: Any, cubes: list[Cube]) -> None:
    builder = NetlistBuilder("f")
    nets = [builder.input(f"x{k}") for k in range(5)]
    builder.output("y", build_factored(builder, cubes, nets))
    netlist = builder.build()
    for address in range(32):
        expected = any(address & cube.care == cube.value for cube in cubes)
        assert answer(netlist, tuple(address >> k & 1 for k in range(5))) == [expected]


def test_a_shared_literal_is_taken_out() -> None:
    builder = NetlistBuilder("f")
    nets = [builder.input(name) for name in "abcd"]
    builder.output("y", build_factored(builder, [Cube(0b0011, 0b0011), Cube(0b0101, 0b0101), Cube(8, 8)], nets))
    assert len(builder.build().nodes) == 3


def test_a_netlist_above_the_limit_is_left_as_it_is(circuits: Any) -> None:
    @given(st.data())
    @settings(max_examples=10)
    def law(data: st.DataObject) -> None:
        netlist, assuming = data.draw(circuits())
        report = run_recipe(netlist, Recipe("r", (two_level(max_nodes=0),)), assuming=assuming).reports[0]
        nodes = len(netlist.nodes)
        assert report.verdict == f"dropped: nothing gained (left out: {nodes} nodes, the limit is 0)"

    law()
