"""Classes of functions of four inputs, and the smallest circuits of each."""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import NetlistError
from tinydwn.minimize import chain_search, optimal
from tinydwn.minimize.npn import canonical, classes, transforms
from tinydwn.minimize.optimal import Chain, fewest_gates, smallest_chains
from tinydwn.netlist.truth_table import flip_input, swap_inputs

TABLES = st.integers(0, 0xFFFF)
CLASSES_BY_GATES = {0: 2, 1: 2, 2: 5, 3: 20, 4: 34, 5: 75, 6: 72, 7: 12}
"""How many classes of functions of four inputs take how many gates, and how many functions.

Knuth, The Art of Computer Programming 4A, 7.1.2, table 1.
"""
FUNCTIONS_BY_GATES = {0: 10, 1: 60, 2: 456, 3: 2474, 4: 10624, 5: 24184, 6: 25008, 7: 2720}


@given(TABLES)
def test_a_function_is_its_representative_transformed(table: int) -> None:
    representative, way = canonical(table)
    assert representative <= table
    assert way.apply(representative) == table


@given(TABLES, st.integers(0, 3), st.integers(0, 3), st.booleans())
def test_equal_but_for_order_and_inverters_is_one_class(table: int, i: int, j: int, inverted: bool) -> None:
    other = flip_input(swap_inputs(table, i, j, 4), i, 4) ^ (0xFFFF if inverted else 0)
    assert canonical(other)[0] == canonical(table)[0]


def test_there_are_222_classes_and_768_transforms() -> None:
    assert len(classes().representatives) == 222
    assert len({(way.sources(), way.inverted) for way in transforms()}) == 768


def test_every_class_has_circuits_as_small_as_is_known_to_be_possible() -> None:
    # The counts are those of the least numbers of gates, so no circuit here can be smaller than it is.
    sizes = [fewest_gates(table) for table in range(1 << 16)]
    assert Counter(sizes) == FUNCTIONS_BY_GATES
    assert Counter(sizes[table] for table in classes().representatives) == CLASSES_BY_GATES
    for representative in classes().representatives:
        chains = smallest_chains(representative)
        assert len(chains[0].gates) == sizes[representative]
        assert all(_independent(chain) == representative for chain in chains)


@given(TABLES, st.integers(1, 12))
def test_circuits_come_by_gates_then_xors_and_differ_in_what_their_gates_compute(table: int, most_ways: int) -> None:
    chains = smallest_chains(table, most_ways=most_ways)
    assert all(_independent(chain) == table for chain in chains)
    assert len(chains[0].gates) == fewest_gates(table)
    assert fewest_gates(table, xor_gates=3) == min(chain.cost(3) for chain in chains)
    assert [(len(chain.gates), chain.xors) for chain in chains] == sorted(
        (len(chain.gates), chain.xors) for chain in chains
    )
    for chain, other in pairwise(chains):
        assert len(other.gates) <= 7
        assert len(chain.gates) == len(other.gates) or chain.xors > other.xors
    computed = {frozenset(min(value, value ^ 0xFFFF) for value in chain.values()) for chain in chains}
    assert len(computed) == len(chains)


def _independent(chain: Chain) -> int:
    """Return the function of a chain, address by address."""
    table = 0
    for address in range(16):
        values = [address >> k & 1 for k in range(4)]
        for left, right, xor in chain.gates:
            one, other = (values[literal // 2] != literal % 2 for literal in (left, right))
            values.append(int(one != other if xor else one and other))
        result = chain.output == -2 if chain.output < 0 else values[chain.output // 2] != chain.output % 2
        table |= result << address
    return table


def test_a_plain_search_finds_the_same_sizes_up_to_four_gates() -> None:
    # Every set of values that some gates compute, without any thought of symmetry; the last gate is only looked at.
    inputs = (0xAAAA, 0xCCCC, 0xF0F0, 0xFF00)
    reached = {0: {0, *inputs}}
    frontier = {frozenset(inputs)}
    for gates in range(1, 5):
        following = {
            frozenset({*values, value}) if gates < 4 else frozenset({value})
            for values in frontier
            for one, other in combinations(sorted(values), 2)
            for value in (one & other, one & ~other, other & ~one, one | other, one ^ other)
        }
        reached[gates] = set().union(*following) - set().union(*reached.values())
        frontier = following
    found = {gates: {min(value, value ^ 0xFFFF) for value in values} for gates, values in reached.items()}
    for gates, values in found.items():
        assert {fewest_gates(value) for value in values} == {gates}
        assert 2 * len(values) == FUNCTIONS_BY_GATES[gates]


def test_the_search_finds_what_the_file_holds() -> None:
    kept = json.loads(optimal.PLACE.read_text())["chains"]
    found = json.loads(chain_search.to_text(chain_search.find_chains(4)))["chains"]
    assert len(found) == sum(CLASSES_BY_GATES[gates] for gates in range(5))
    for representative, chains in found.items():
        assert kept[representative][: len(chains)] == chains


def test_a_file_of_another_kind_is_refused(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "chains.json"
    place.write_text('{"schema": "other"}')
    monkeypatch.setattr(optimal, "PLACE", place)
    with pytest.raises(NetlistError) as caught:
        optimal._steps.__wrapped__()
    assert str(caught.value) == f"'{place}' does not hold chains\n\nhint: install tinydwn again"
