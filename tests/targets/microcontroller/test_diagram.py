"""Diagrams answer as the table that they are made of."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tinydwn.targets.microcontroller.diagram import diagram_of

TABLES = st.lists(st.integers(1, 4), min_size=0, max_size=4).flatmap(
    lambda shape: arrays(np.int64, tuple(shape), elements=st.integers(0, 3))
)


def answer(diagram, levels):
    place = diagram.start
    while place >= 0:
        one = diagram.questions[place]
        place = one.high if levels[one.axis] >= one.level else one.low
    return ~place


@given(TABLES)
def test_every_entry_is_answered(table):
    diagram = diagram_of(table)
    for levels in product(*map(range, table.shape)):
        assert answer(diagram, levels) == table[levels]


@given(TABLES)
def test_questions_lead_on_and_are_all_asked(table):
    diagram = diagram_of(table)
    followed = {diagram.start}
    for place, one in enumerate(diagram.questions):
        assert all(after < 0 or after > place for after in (one.low, one.high))
        assert one.low != one.high
        assert 0 < one.level < table.shape[one.axis]
        followed |= {one.low, one.high}
    assert set(range(len(diagram.questions))) <= followed


def test_a_parity_shares_what_follows():
    table = np.indices((2, 2, 2, 2)).sum(axis=0) % 2
    assert len(diagram_of(table).questions) == 7
    assert diagram_of(table).mean_questions == 4.0
