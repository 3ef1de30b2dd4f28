from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.lowering.comparators import add_comparators, comparator_netlist
from tinydwn.netlist import NetlistBuilder, simulate
from tinydwn.netlist.simulate import every_pattern


def gates(netlist) -> int:
    return sum(len(node.fanin) - 1 for node in netlist.nodes)


@given(
    st.integers(1, 10).flatmap(
        lambda bits: st.tuples(st.just(bits), st.sets(st.integers(0, 2**bits - 2), min_size=1, max_size=12))
    )
)
def test_each_comparator_says_whether_the_word_is_larger(case):
    bits, constants = case[0], tuple(sorted(case[1]))
    words = np.arange(2**bits)
    result = simulate(comparator_netlist(bits, constants), every_pattern(bits))
    assert np.array_equal(result, words[:, None] > np.array(constants))


@pytest.mark.parametrize("bits", [1, 2, 3])
def test_every_set_of_constants_on_short_words(bits):
    every = range(2**bits - 1)
    for count in range(1, len(every) + 1):
        for constants in combinations(every, count):
            result = simulate(comparator_netlist(bits, constants), every_pattern(bits))
            assert np.array_equal(result, np.arange(2**bits)[:, None] > np.array(constants))


def test_words_of_32_bits_are_compared_whole():
    netlist = comparator_netlist(32, (2**31, 2**32 - 2))
    words = np.array([0, 2**31, 2**31 + 1, 2**32 - 2, 2**32 - 1])
    result = simulate(netlist, (words[:, None] >> np.arange(32) & 1).astype(bool))
    assert result.T.astype(int).tolist() == [[0, 0, 1, 1, 1], [0, 0, 0, 0, 1]]


def test_a_comparator_takes_at_most_one_gate_per_bit_above_the_trailing_ones():
    for constant in range(255):
        trailing = (~constant & (constant + 1)).bit_length() - 1
        assert gates(comparator_netlist(8, (constant,))) == 7 - trailing


def test_a_comparison_with_all_low_ones_is_an_or_of_the_high_bits():
    assert gates(comparator_netlist(8, (31,))) == 2
    assert gates(comparator_netlist(8, (127,))) == 0


def test_constants_with_equal_low_bits_share_gates():
    assert gates(comparator_netlist(8, (0b00110100, 0b10110100))) == 8


def test_constants_with_equal_high_bits_share_gates():
    alone = sum(gates(comparator_netlist(8, (constant,))) for constant in (4, 5, 6))
    assert gates(comparator_netlist(8, (4, 5, 6))) < alone * 2 / 3


def test_a_full_thermometer_costs_little_more_than_one_gate_and_a_half_per_bit():
    assert gates(comparator_netlist(4, tuple(range(15)))) <= 24


def test_comparators_of_one_feature_join_a_builder_in_the_order_of_the_constants():
    builder = NetlistBuilder("two")
    words = [[builder.input(f"{name}{bit}") for bit in range(2)] for name in "ab"]
    for name, word, constants in zip("ab", words, [(0, 2), (1,)], strict=True):
        for constant, net in zip(constants, add_comparators(builder, word, constants), strict=True):
            builder.output(f"{name} > {constant}", net)
    result = simulate(builder.build(), every_pattern(4))
    patterns = np.arange(16)
    wanted = [patterns % 4 > 0, patterns % 4 > 2, patterns // 4 > 1]
    assert np.array_equal(result, np.array(wanted).T)
