from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.lowering.argmax import (
    add_first_index,
    add_first_onehot,
    add_greater,
    add_index,
    add_onehot,
    add_tournament,
)
from tinydwn.netlist import NetlistBuilder, simulate
from tinydwn.netlist.simulate import every_pattern


def circuit(add, widths):
    builder = NetlistBuilder("argmax")
    sums = [[builder.input(f"{k}.{bit}") for bit in range(width)] for k, width in enumerate(widths)]
    for k, net in enumerate(add(builder, sums)):
        builder.output(f"y{k}", net)
    return builder.build()


def numbers(bits, widths):
    edges = np.cumsum([0, *widths])
    return np.stack([bits[:, a:b] @ (1 << np.arange(b - a)) for a, b in pairwise(edges)], axis=1)


def index(builder, sums):
    return add_index(builder, add_tournament(builder, sums), len(sums))


def onehot(builder, sums):
    return add_onehot(builder, add_tournament(builder, sums), len(sums))


@pytest.mark.parametrize("widths", [(1, 1), (3, 3), (2, 4), (4, 1)])
def test_greater_compares_unsigned_numbers_of_any_width(widths):
    netlist = circuit(lambda builder, sums: [add_greater(builder, sums[0], sums[1])], widths)
    patterns = every_pattern(sum(widths))
    left, right = numbers(patterns, widths).T
    assert np.array_equal(simulate(netlist, patterns)[:, 0], left > right)


@pytest.mark.parametrize("entries", range(2, 8))
def test_the_index_is_the_lowest_of_the_largest_on_every_pattern(entries):
    widths = (2,) * entries
    patterns = every_pattern(2 * entries)
    wanted = np.argmax(numbers(patterns, widths), axis=1)
    result = simulate(circuit(index, widths), patterns)
    assert result.shape[1] == (entries - 1).bit_length()
    assert np.array_equal(result @ (1 << np.arange(result.shape[1])), wanted)
    assert np.array_equal(simulate(circuit(onehot, widths), patterns), wanted[:, None] == np.arange(entries))


@given(st.integers(2, 20), st.integers(1, 6), st.integers(0, 2**32))
def test_ties_go_to_the_lowest_entry_for_any_number_of_entries(entries, width, seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 2**width, (200, entries))
    values[:100] = np.minimum(values[:100], rng.integers(0, 2**width, (100, 1)))
    bits = (values[:, :, None] >> np.arange(width) & 1).astype(bool).reshape(200, -1)
    result = simulate(circuit(index, (width,) * entries), bits)
    first = [row.index(max(row)) for row in values.tolist()]
    assert (result @ (1 << np.arange(result.shape[1]))).tolist() == first
    assert np.array_equal(
        simulate(circuit(onehot, (width,) * entries), bits), np.array(first)[:, None] == np.arange(entries)
    )


@pytest.mark.parametrize("entries", range(2, 12))
def test_the_first_true_bit_wins_and_none_means_the_first_class(entries):
    patterns = every_pattern(entries)
    wanted = [row.index(True) if True in row else 0 for row in patterns.tolist()]
    flat = (1,) * entries
    result = simulate(circuit(lambda b, s: add_first_index(b, [bit for (bit,) in s]), flat), patterns)
    assert result.shape[1] == (entries - 1).bit_length()
    assert (result @ (1 << np.arange(result.shape[1]))).tolist() == wanted
    result = simulate(circuit(lambda b, s: add_first_onehot(b, [bit for (bit,) in s]), flat), patterns)
    assert np.array_equal(result, np.array(wanted)[:, None] == np.arange(entries))
