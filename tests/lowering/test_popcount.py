from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.lowering.popcount import add_column_sum, add_more_than_half, add_popcount, add_sum_above
from tinydwn.netlist import NetlistBuilder, simulate
from tinydwn.netlist.simulate import every_pattern


def popcount_netlist(size: int):
    builder = NetlistBuilder("popcount")
    for k, net in enumerate(add_popcount(builder, [builder.input(f"x{k}") for k in range(size)])):
        builder.output(f"sum[{k}]", net)
    return builder.build()


def number(bits) -> np.ndarray:
    return bits @ (1 << np.arange(bits.shape[1]))


@pytest.mark.parametrize("size", range(1, 13))
def test_the_popcount_of_every_pattern_is_its_number_of_ones(size):
    patterns = every_pattern(size)
    assert np.array_equal(number(simulate(popcount_netlist(size), patterns)), patterns.sum(axis=1))


@given(st.integers(13, 300), st.integers(0, 2**32))
def test_the_popcount_of_many_bits_is_their_arithmetic_sum(size, seed):
    rng = np.random.default_rng(seed)
    bits = rng.random((200, size)) < rng.random((200, 1))
    bits[0], bits[1] = False, True
    assert np.array_equal(number(simulate(popcount_netlist(size), bits)), bits.sum(axis=1))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 100])
def test_a_sum_has_the_bits_that_its_largest_value_needs(size):
    assert len(popcount_netlist(size).outputs) == size.bit_length()


@pytest.mark.parametrize("size", [3, 7, 10, 15, 31, 100])
def test_the_tree_takes_five_gates_per_full_adder_and_no_adder_too_many(size):
    # Sideways addition in 5n - 2 ones(n) - 3 floor(log2 n) - 3 gates (Knuth, TAOCP 7.1.2).
    wanted = 5 * size - 2 * size.bit_count() - 3 * (size.bit_length() - 1) - 3
    assert len(popcount_netlist(size).nodes) == wanted


def test_the_tree_is_shallow():
    from tinydwn.netlist.analysis import depth

    assert depth(popcount_netlist(100)) <= 30


@given(st.lists(st.integers(0, 4), min_size=1, max_size=4), st.integers(0, 2**32))
def test_a_column_sum_weighs_each_column_by_its_power_of_two(sizes, seed):
    builder = NetlistBuilder("columns")
    nets = [[builder.input(f"x{w}.{k}") for k in range(size)] for w, size in enumerate(sizes)]
    for k, net in enumerate(add_column_sum(builder, nets)):
        builder.output(f"sum[{k}]", net)
    bits = np.random.default_rng(seed).random((64, sum(sizes))) < 0.6
    weights = np.repeat(1 << np.arange(len(sizes)), sizes)
    assert np.array_equal(number(simulate(builder.build(), bits)), bits @ weights)


@pytest.mark.parametrize("half", range(1, 8))
def test_more_than_half_is_a_strict_majority(half):
    builder = NetlistBuilder("majority")
    builder.output("y", add_more_than_half(builder, [builder.input(f"x{k}") for k in range(2 * half)]))
    patterns = every_pattern(2 * half)
    assert np.array_equal(simulate(builder.build(), patterns)[:, 0], patterns.sum(axis=1) > half)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=4), st.integers(-3, 60), st.integers(0, 2**32))
def test_a_sum_is_above_a_limit_where_arithmetic_says_so(sizes, limit, seed):
    builder = NetlistBuilder("above")
    nets = [[builder.input(f"x{w}.{k}") for k in range(size)] for w, size in enumerate(sizes)]
    builder.output("y", add_sum_above(builder, nets, limit))
    bits = np.random.default_rng(seed).random((64, sum(sizes))) < 0.6
    sums = bits @ np.repeat(1 << np.arange(len(sizes)), sizes)
    assert np.array_equal(simulate(builder.build(), bits)[:, 0], sums > limit)
