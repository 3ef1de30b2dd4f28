"""Which circuits of a long front are minimized."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from tinydwn.refine.search import thinned

STEPS = st.lists(st.tuples(st.floats(0.01, 50), st.floats(1e-4, 0.2)), max_size=40)


def front_of(steps):
    cost, right, front = 0.0, 0.0, []
    for longer, better in steps:
        cost, right = cost + longer, right + better
        front.append(SimpleNamespace(cost_um2=cost, accuracy=right))
    return front


@given(steps=STEPS, points=st.integers(2, 12), unit=st.floats(0.1, 10))
def test_a_thinned_front_is_part_of_it_in_order_with_its_ends(steps, points, unit):
    front = front_of(steps)
    kept = thinned(front, points, unit)
    assert len(kept) == min(len(front), points)
    assert [one for one in front if any(one is other for other in kept)] == kept
    assert (kept[:1], kept[-1:]) == (front[:1], front[-1:])


@given(steps=STEPS, unit=st.floats(0.1, 10))
def test_fewer_points_are_part_of_more(steps, unit):
    front = front_of(steps)
    fewer, more = (thinned(front, points, unit) for points in (4, 9))
    assert all(any(one is other for other in more) for one in fewer)


def test_a_great_step_at_a_small_cost_outlives_small_steps_at_great_ones():
    front = front_of([(0.5, 0.5), (0.5, 0.3), *[(1.0, 0.001)] * 60])
    assert front[1] in thinned(front, 4, 1.0)
