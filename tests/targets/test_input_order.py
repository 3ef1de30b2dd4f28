"""Orders of expansion: a permutation, never dearer, and as cheap as the cheapest of all for small tables."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from tinydwn.netlist.truth_table import permute
from tinydwn.targets.input_order import expansion_cost, expansion_order

TABLES = st.integers(0, 6).flatmap(lambda n: st.tuples(st.integers(0, 2 ** (2**n) - 1), st.just(n)))


@given(TABLES)
def test_the_order_is_a_permutation_and_not_dearer(drawn: tuple[int, int]) -> None:
    table, n = drawn
    order = expansion_order(table, n)
    assert sorted(order) == list(range(n))
    assert expansion_cost(permute(table, order, n), n) <= expansion_cost(table, n)


def test_tables_of_three_inputs_get_the_cheapest_order() -> None:
    for table in range(256):
        costs = [expansion_cost(permute(table, order, 3), 3) for order in permutations(range(3))]
        assert expansion_cost(permute(table, expansion_order(table, 3), 3), 3) == min(costs)


def test_large_tables_keep_their_order() -> None:
    assert expansion_order(0b1010 << 200, 8) == tuple(range(8))
