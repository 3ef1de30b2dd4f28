from __future__ import annotations

import numpy as np
import pytest

from tinydwn.hypotheses.sums import Sums


def best(samples, unseen):
    return max((one.accuracy(unseen), one.name) for one in Sums().fit(samples))


@pytest.mark.parametrize("table", [0b1010101010101, 0b0001100110011, 0b1110000000111])
def test_a_function_of_the_number_of_ones_is_found_exactly(planted, table):
    def function(bits):
        return table >> bits.sum(axis=1) & 1

    accuracy, name = best(planted(function, 12, 3000), planted(function, 12, 3000, seed=1))
    assert accuracy > 0.999
    assert name == "a table over the number of ones"


def test_a_count_of_some_inputs_and_complements_is_found(planted):
    flips = np.array([1, 0, 0, 1, 0], dtype=bool)

    def function(bits):
        count = (bits[:, [2, 5, 6, 11, 13]] ^ flips).sum(axis=1)
        return (count == 0) | (count == 5) | (count == 1) | (count == 4)

    accuracy, name = best(planted(function, 20, 4000), planted(function, 20, 4000, seed=1))
    assert accuracy == 1
    assert "second moment" in name


def test_intervals_of_a_binary_number_are_found(planted):
    def function(bits):
        number = bits @ (1 << np.arange(10))
        return np.array([int(n**0.5) % 4 == 1 for n in number.tolist()])

    accuracy, name = best(planted(function, 10, 3000), planted(function, 10, 3000, seed=1))
    assert accuracy > 0.99
    assert name == "a table over the inputs as a number, first lowest"


def test_tables_without_rule_are_no_hypothesis(planted):
    rng = np.random.default_rng(5)
    names = [one.name for one in Sums().fit(planted(lambda bits: rng.random(len(bits)) < 0.5, 14, 400))]
    assert "a table over the inputs as a number, first lowest" not in names
