"""Sizes against known circuits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.minimize.size import Size, gate_count, size
from tinydwn.netlist import Netlist, Node


@pytest.mark.parametrize(
    ("table", "inputs", "gates"),
    [
        (0, 3, 0),
        (0b10101010, 3, 0),
        (0b10000000, 3, 2),
        (0b0110, 2, 3),
        (0b11101000, 3, 4),
        (0b10010110, 3, 6),
        (0b11001010, 3, 3),
        (1 << 63, 6, 5),
    ],
)
def test_known_functions_take_the_gates_known_for_them(table: int, inputs: int, gates: int) -> None:
    assert gate_count(table, inputs) == gates


@given(st.integers(0, 4).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, 2 ** (2**n) - 1))))
def test_a_complement_takes_as_many_gates(table: tuple[int, int]) -> None:
    n, value = table
    assert gate_count(value, n) == gate_count(2 ** (2**n) - 1 - value, n)


def test_constants_and_inverters_cost_no_gate() -> None:
    netlist = Netlist("n", ("a",), (Node(1, (2,)), Node(1, ()), Node(3, (2,))), (("y", 3), ("z", 4), ("w", 5)))
    assert size(netlist) == Size(gates=0, literals=1, nodes=3, depth=1)
