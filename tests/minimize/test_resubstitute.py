"""Resubstitution: what it must find, what it leaves out, and expressions against their meaning."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.minimize.express import build_expression, evaluate_expression, express
from tinydwn.minimize.resubstitute import resubstitute
from tinydwn.netlist import Assumption, Netlist, NetlistBuilder, Node
from tinydwn.netlist.simulate import unpack

WORDS = st.lists(st.integers(0, 2**16 - 1), min_size=1, max_size=5)


@given(WORDS, st.integers(0, 2**16 - 1), st.integers(0, 2**16 - 1), st.integers(0, 3))
@settings(max_examples=200)
def test_an_expression_is_right_wherever_it_matters(signals: list[int], on: int, off: int, gates: int) -> None:
    off &= ~on
    rows = np.array(signals, np.uint64)[:, None]
    found = express(rows, np.array([on], np.uint64), np.array([off], np.uint64), gates=gates)
    if found is not None:
        value = int(evaluate_expression(found, rows)[0])
        assert on & ~value == 0
        assert off & value == 0


@given(WORDS, st.integers(0, 2**16 - 1), st.integers(0, 3))
def test_a_pair_that_exists_is_found(signals: list[int], care: int, form: int) -> None:
    full = 2**16 - 1
    left, right = signals[0] ^ (full if form & 1 else 0), signals[-1]
    target = left & right if form & 2 else left | right
    rows = np.array(signals, np.uint64)[:, None]
    on, off = (np.array([part & care], np.uint64) for part in (target, ~target & full))
    assert express(rows, on, off, gates=1) is not None


@given(WORDS, st.integers(0, 2**16 - 1), st.integers(0, 2**16 - 1))
def test_a_built_expression_means_what_it_evaluates_to(answer: Any, signals: list[int], on: int, off: int) -> None:
    rows = np.array(signals, np.uint64)[:, None]
    found = express(rows, np.array([on], np.uint64), np.array([off & ~on], np.uint64), gates=3)
    if found is None:
        return
    builder = NetlistBuilder("e")
    builder.output("y", build_expression(builder, found, [builder.input(f"x{k}") for k in range(len(signals))]))
    netlist = builder.build()
    value = unpack(evaluate_expression(found, rows)[None], 16)[:, 0]
    for p in range(16):
        assert answer(netlist, tuple(signal >> p & 1 for signal in signals)) == [int(value[p])]


def test_a_node_that_no_output_notices_goes() -> None:
    # y = a | (a & b) is a.
    netlist = Netlist("n", ("a", "b"), (Node(0b1000, (2, 3)), Node(0b1110, (2, 4))), (("y", 5),))
    assert resubstitute(gates=0)(netlist).outputs == (("y", 2),)


def test_a_node_is_replaced_by_one_that_comes_after_it() -> None:
    # The first node is a & b; the last one is the same, written over others.
    nodes = (Node(0b1000, (2, 3)), Node(0b1110, (2, 3)), Node(0b0110, (2, 3)), Node(0b0010, (5, 6)))
    netlist = Netlist("n", ("a", "b"), nodes, (("y", 4), ("z", 7), ("v", 5), ("w", 6)))
    assert len(resubstitute(gates=0)(netlist).nodes) < len(nodes)


def test_too_many_patterns_or_nodes_leave_the_netlist_as_it_is() -> None:
    netlist = Netlist("n", ("a", "b"), (Node(0b1000, (2, 3)),), (("y", 4),))
    many_patterns = resubstitute(max_patterns=3).attempt(netlist, Assumption.none())
    assert (many_patterns.netlist, many_patterns.note) == (netlist, "left out: 4 input patterns, the limit is 3")
    many_nodes = resubstitute(max_nodes=0).attempt(netlist, Assumption.none())
    assert (many_nodes.netlist, many_nodes.note) == (netlist, "left out: 1 nodes, the limit is 0")


@pytest.mark.parametrize("gates", [0, 1])
def test_many_patterns_are_sampled_first_and_then_decided_exactly(gates: int) -> None:
    # One pattern of 2**14 tells y from 0: an AND of 14 inputs must not become a constant.
    builder = NetlistBuilder("rare")
    builder.output("y", builder.and_(*(builder.input(f"x{k}") for k in range(14))))
    netlist = builder.build()
    assert len(resubstitute(gates=gates)(netlist).nodes) == 13
