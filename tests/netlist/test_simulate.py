"""Packed simulation against one bit at a time."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import NetlistError
from tinydwn.netlist import Netlist, Node, simulate
from tinydwn.netlist.simulate import evaluate, every_pattern, pack, unpack


@given(st.data())
def test_simulation_equals_looking_every_node_up(netlists: Any, every: Any, data: st.DataObject) -> None:
    netlist = data.draw(netlists())
    answers = simulate(netlist, every_pattern(len(netlist.inputs)))
    assert answers.astype(int).tolist() == every(netlist)


@given(st.integers(0, 200), st.integers(0, 3), st.integers(0, 2**32))
def test_packing_and_unpacking_gives_the_samples_back(samples: int, signals: int, seed: int) -> None:
    bits = np.random.default_rng(seed).random((samples, signals)) < 0.5
    assert np.array_equal(unpack(pack(bits), samples), bits)


def test_a_node_of_ten_inputs_is_simulated(naive: Any) -> None:
    rng = np.random.default_rng(0)
    table = int.from_bytes(rng.bytes(128), "little")
    netlist = Netlist("wide", tuple(f"x{k}" for k in range(10)), (Node(table, tuple(range(2, 12))),), (("y", 12),))
    bits = rng.random((300, 10)) < 0.5
    assert simulate(netlist, bits).astype(int).tolist() == [naive(netlist, row.astype(int).tolist()) for row in bits]


def test_samples_of_another_width_are_refused() -> None:
    netlist = Netlist("one", ("a",), (), (("y", 2),))
    with pytest.raises(NetlistError) as caught:
        simulate(netlist, np.zeros((5, 2), dtype=bool))
    assert str(caught.value) == "netlist 'one' has 1 inputs, the samples have shape (5, 2)"


def test_too_many_patterns_are_not_listed() -> None:
    with pytest.raises(NetlistError) as caught:
        every_pattern(21)
    assert str(caught.value) == "21 inputs have too many patterns to list, the limit is 20 inputs"


def test_no_samples_and_no_outputs_have_a_shape_too() -> None:
    netlist = Netlist("one", ("a",), (), (("y", 2),))
    assert simulate(netlist, np.zeros((0, 1), dtype=bool)).shape == (0, 1)
    mute = Netlist("mute", ("a",), (), ())
    assert simulate(mute, np.zeros((0, 1), dtype=bool)).shape == (0, 0)
    assert simulate(mute, np.zeros((5, 1), dtype=bool)).shape == (5, 0)


@given(st.integers(0, 4).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, 2 ** (2**n) - 1))), st.data())
def test_integers_are_evaluated_like_words(table: tuple[int, int], data: st.DataObject) -> None:
    n, value = table
    fanin = [data.draw(st.integers(0, 255)) for _ in range(n)]
    expected = sum((value >> sum((x >> p & 1) << k for k, x in enumerate(fanin)) & 1) << p for p in range(8))
    assert evaluate(value, fanin, 0, 255) == expected
