"""Operations on words mean what the netlist means."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.netlist import Netlist, Node
from tinydwn.netlist.truth_table import flip_input
from tinydwn.targets.steps import Kind, Steps, steps_of


def run(steps: Steps, values: tuple[int, ...]) -> list[int]:
    """Evaluate operations on single bits, from what the names of their kinds say."""
    found = [0, 1, *values]
    for step in steps.steps:
        a, b, c = (found[source] for source in (*step.sources, 0, 0)[:3])
        found.append(
            {
                Kind.NOT: 1 - a,
                Kind.AND: min(a, b),
                Kind.OR: max(a, b),
                Kind.XOR: int(a != b),
                Kind.AND_NOT: min(a, 1 - b),
                Kind.OR_NOT: max(a, 1 - b),
                Kind.CHOICE: c if a else b,
            }[step.kind]
        )
    return [found[value] for value in steps.outputs]


@given(st.data())
def test_operations_give_what_looking_tables_up_gives(netlists: Any, naive: Any, data: st.DataObject) -> None:
    netlist = data.draw(netlists(max_inputs=6))
    steps = steps_of(netlist)
    for values in product((0, 1), repeat=len(netlist.inputs)):
        assert run(steps, values) == naive(netlist, values)


@settings(max_examples=50)
@given(st.data())
def test_operations_are_in_order_distinct_and_read(netlists: Any, data: st.DataObject) -> None:
    steps = steps_of(data.draw(netlists()))
    assert len(set(steps.steps)) == len(steps.steps)
    last = steps.last_reads()
    for value, step in enumerate(steps.steps, start=steps.first):
        assert all(1 < source < value for source in step.sources)
        assert last[value] > value


def test_every_table_of_three_inputs_is_right(naive: Any) -> None:
    nodes = tuple(Node(table, (2, 3, 4)) for table in range(256))
    netlist = Netlist("all", ("a", "b", "c"), nodes, tuple((f"y{k}", 5 + k) for k in range(256)))
    for values in product((0, 1), repeat=3):
        assert run(steps_of(netlist), values) == naive(netlist, values)


@pytest.mark.parametrize(("carry", "most"), [(0b11101000, 3), (flip_input(0b11101000, 1, 3), 4)])
def test_an_adder_shares_its_first_operation(carry: int, most: int) -> None:
    nodes = (Node(0b10010110, (2, 3, 4)), Node(carry, (2, 3, 4)))
    netlist = Netlist("adder", ("a", "b", "c"), nodes, (("sum", 5), ("carry", 6)))
    assert len(steps_of(netlist).steps) <= most
