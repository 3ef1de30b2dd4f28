from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.errors import NetlistError
from tinydwn.hypotheses import Labelled
from tinydwn.hypotheses import levels as levels_module
from tinydwn.hypotheses.levels import add_levels
from tinydwn.hypotheses.linear import LevelFunction, LinearForm, best_cut, nearest_levels, roundest
from tinydwn.minimize.size import size
from tinydwn.netlist import NetlistBuilder, simulate
from tinydwn.netlist.simulate import every_pattern


def circuit(weights, first, cuts, way=add_levels):
    builder = NetlistBuilder("levels")
    nets = [builder.input(f"x{k}") for k in range(len(weights))]
    builder.output("y", way(builder, nets, weights, first, cuts))
    return builder.build()


def expected(weights, first, cuts):
    """The answer to every pattern, by counting on plain numbers."""
    answers = []
    for pattern in range(1 << len(weights)):
        total = sum(weight for k, weight in enumerate(weights) if pattern >> k & 1)
        answers.append(first if sum(total >= cut for cut in cuts) % 2 == 0 else not first)
    return answers


@st.composite
def functions(draw):
    weights = draw(st.lists(st.integers(1, 40), min_size=1, max_size=8))
    cuts = sorted(draw(st.sets(st.integers(1, sum(weights)), max_size=6)))
    return weights, draw(st.booleans()), cuts


@settings(max_examples=50)
@given(functions())
def test_a_circuit_answers_as_the_weighted_sum_of_every_pattern(function):
    netlist = circuit(*function)
    assert simulate(netlist, every_pattern(len(function[0])))[:, 0].tolist() == expected(*function)


@settings(max_examples=40)
@given(functions().filter(lambda function: function[2]))
@pytest.mark.parametrize("way", ["_add_diagram", "_add_adders"])
def test_each_way_to_build_it_means_the_same(way, function):
    netlist = circuit(*function, way=getattr(levels_module, way))
    assert simulate(netlist, every_pattern(len(function[0])))[:, 0].tolist() == expected(*function)


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_a_comparator_of_words_grows_with_their_width_alone(bits):
    weights = [1 << k for k in range(bits)] * 2
    assert size(circuit(weights, False, (1 << bits,))).gates <= 4 * bits


def test_a_wide_majority_is_an_adder_tree_and_no_diagram():
    gates = size(circuit([1] * 63, False, (32,))).gates
    assert gates < 63 * 8 < size(circuit([1] * 63, False, (32,), way=levels_module._add_diagram)).gates


def test_a_diagram_beyond_its_limit_is_left_to_the_adders():
    weights = np.random.default_rng(0).integers(1, 1 << 20, size=30).tolist()
    assert circuit_fails(weights)
    assert simulate(circuit(weights, False, (sum(weights),)), np.ones((1, 30), bool)).tolist() == [[True]]


def circuit_fails(weights):
    builder = NetlistBuilder("levels")
    nets = [builder.input(f"x{k}") for k in range(len(weights))]
    return levels_module._add_diagram(builder, nets, weights, False, (sum(weights) // 2,)) is None


@given(st.integers(1, 500), st.integers(0, 500))
def test_the_roundest_number_ends_with_the_most_zeros(least, more):
    def zeros(number):
        return len(bin(number)) - len(bin(number).rstrip("0"))

    found = roundest(least, least + more)
    assert least <= found <= least + more
    assert zeros(found) == max(map(zeros, range(least, least + more + 1)))


@given(st.lists(st.tuples(st.integers(0, 15), st.booleans(), st.integers(0, 3)), min_size=1, max_size=30))
def test_the_best_cut_is_as_right_as_any_cut(rows):
    weight = np.array([w for _, _, w in rows], dtype=float) + 0.01
    bits = every_pattern(4)[[value for value, _, _ in rows]]
    samples = Labelled(tuple("abcd"), bits, np.array([answer for _, answer, _ in rows]), weight)
    form = LinearForm.signed(range(4), (1, 2, 4, 8))
    found = samples.accuracy(best_cut(form, samples).answers(bits))
    values = form.values(bits)
    assert found == pytest.approx(max(samples.accuracy((values >= cut) ^ flip) for cut in range(17) for flip in (0, 1)))


@given(st.lists(st.booleans(), min_size=16, max_size=16))
def test_levels_over_a_number_whose_every_value_is_seen_are_a_table_of_it(table):
    bits = every_pattern(4)
    samples = Labelled(tuple("abcd"), bits, np.array(table), np.ones(16))
    assert nearest_levels(LinearForm.signed(range(4), (1, 2, 4, 8)), samples).answers(bits).tolist() == table


def test_negative_weights_read_complements():
    form = LinearForm.signed((0, 1, 2), (2, -3, 0))
    assert (form.places, form.inverted, form.weights, form.most) == ((0, 1), (False, True), (2, 3), 5)


def test_cuts_out_of_order_are_refused():
    with pytest.raises(NetlistError, match="do not ascend"):
        LevelFunction(LinearForm.signed((0,), (3,)), False, (3, 2))
