"""Patterns that can occur, against a filter over all patterns."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.minimize.patterns import addresses, chain_places, pattern_count, possible_integers, possible_words
from tinydwn.netlist.simulate import unpack


@given(st.data())
@settings(max_examples=60)
def test_exactly_the_patterns_that_can_occur_are_listed_once(
    circuits: Any, possible_patterns: Any, data: st.DataObject
) -> None:
    netlist, assuming = data.draw(circuits())
    expected = sorted(possible_patterns(netlist.inputs, assuming))
    count = pattern_count(chain_places(netlist.inputs, assuming))
    rows = unpack(possible_words(netlist.inputs, assuming), count).astype(int)
    assert sorted(map(tuple, rows.tolist())) == expected


@given(st.data())
@settings(max_examples=60)
def test_integers_and_words_list_the_same_patterns(circuits: Any, possible_patterns: Any, data: st.DataObject) -> None:
    netlist, assuming = data.draw(circuits())
    values, one = possible_integers(chain_places(netlist.inputs, assuming))
    bits = [values[k] for k in range(len(netlist.inputs))]
    listed = sorted(tuple(value >> p & 1 for value in bits) for p in range(one.bit_length()))
    assert listed == sorted(possible_patterns(netlist.inputs, assuming))


@given(st.lists(st.integers(0, 255), max_size=4), st.integers(0, 255))
def test_addresses_are_those_of_the_chosen_patterns(bits: list[int], patterns: int) -> None:
    expected = {sum((bit >> p & 1) << k for k, bit in enumerate(bits)) for p in range(8) if patterns >> p & 1}
    assert sorted(addresses(bits, patterns)) == sorted(expected)
