"""Thermometer order: which samples can occur."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import NetlistError
from tinydwn.netlist import Assumption
from tinydwn.netlist.simulate import every_pattern

INPUTS = ("a", "b", "c", "d", "possible")


def may_occur(pattern: Any, chains: tuple[tuple[str, ...], ...], inputs: tuple[str, ...]) -> bool:
    value = dict(zip(inputs, pattern, strict=True))
    for chain in chains:
        present = [value[name] for name in chain if name in value]
        if sorted(present, reverse=True) != present:
            return False
    return True


@given(st.permutations(INPUTS), st.integers(0, 5), st.integers(0, 5), st.integers(2, 5))
def test_samples_are_told_to_be_possible_where_every_chain_is_in_order(
    order: list[str], one: int, two: int, read: int
) -> None:
    low, high = sorted((one, two))
    chains = tuple(chain for chain in (tuple(order[:low]), tuple(order[low:high])) if chain)
    inputs = INPUTS[:read]
    assumption, patterns = Assumption(chains), every_pattern(read)
    expected = [may_occur(pattern, chains, inputs) for pattern in patterns]
    assert assumption.holds(inputs, patterns).tolist() == expected


def test_every_pattern_may_occur_without_an_assumption() -> None:
    assert Assumption.none().holds(INPUTS, every_pattern(5)).all()


def test_an_input_in_two_chains_is_refused() -> None:
    with pytest.raises(NetlistError) as caught:
        Assumption((("a", "b"), ("b", "c")))
    assert str(caught.value) == "an input stands in two thermometer chains"
