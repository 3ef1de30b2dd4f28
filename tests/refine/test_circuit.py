"""Laws of circuits that change in place: they stay circuits, and the loops compute what their netlist does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.netlist.simulate import simulate as reference
from tinydwn.refine.archive import NOBODY, Explorer, empty_archive, offer, place_of, take
from tinydwn.refine.circuit import FIRST_INPUT, copy_into, cost_of, drop_unread, empty_circuit, empty_room
from tinydwn.refine.judge import judge, simulate
from tinydwn.refine.moves import change
from tinydwn.refine.search import problem_of, weighed
from tinydwn.refine.start import circuit_of, mapped_of

ROOM = 24
seeds = st.integers(1, 2**63)


def grown(problem, state, outputs, moves):
    circuit = empty_circuit(ROOM, outputs)
    for _ in range(moves):
        change(circuit, problem, state)
        drop_unread(circuit, problem.arity, problem.inputs, np.zeros(ROOM, np.int64))
    return circuit


def wrong_by_hand(circuit, examples, gates):
    mapped = mapped_of(circuit, examples, gates, name="c")
    columns = [examples.inputs.index(name) for name in mapped.inputs]
    answers = reference(mapped.functions(), examples.bits[:, columns])
    return (answers != examples.targets).any(axis=1)


@pytest.fixture(scope="module")
def setting(make_examples, gates):
    def make(outputs, balanced=False, cost=0.0, samples=150):
        examples = make_examples(3, samples, outputs=outputs, cost=cost)
        return examples, problem_of(examples, gates, limit=100.0, step=0.5, fine=20.0, coarse=4.0, balanced=balanced)

    return make


@settings(deadline=None, max_examples=60)
@given(seed=seeds, moves=st.integers(1, 60), outputs=st.integers(1, 3))
def test_moves_leave_a_circuit(setting, seed, moves, outputs):
    _, problem = setting(outputs)
    circuit = grown(problem, np.array([seed], np.uint64), outputs, moves)
    n, first = circuit.size[0], FIRST_INPUT + problem.inputs
    assert 0 <= n <= ROOM
    read = set(circuit.ends.tolist())
    for k in range(n):
        arity = problem.arity[circuit.gate[k]]
        assert (circuit.fanin[k, :arity] < first + k).all()
        assert (circuit.fanin[k, arity:] == 0).all()
        read |= set(circuit.fanin[k, :arity].tolist())
    assert (circuit.ends < first + n).all()
    assert read >= {first + k for k in range(n)}


@settings(deadline=None, max_examples=60)
@given(seed=seeds, moves=st.integers(1, 60), outputs=st.integers(1, 3), balanced=st.booleans())
def test_a_changed_circuit_is_judged_as_its_netlist_answers(setting, gates, seed, moves, outputs, balanced):
    examples, problem = setting(outputs, balanced, samples=9000 if moves == 60 else 150)
    state = np.array([seed], np.uint64)
    room = empty_room(ROOM, problem)
    parent, child = grown(problem, state, outputs, moves), empty_circuit(ROOM, outputs)
    simulate(parent, problem, room.rows)
    for _ in range(4):
        copy_into(parent, child)
        change(child, problem, state)
        drop_unread(child, problem.arity, problem.inputs, np.zeros(ROOM, np.int64))
        lost = judge(child, parent, problem, room, NOBODY)
        gains = examples.gains(balanced=balanced)[examples.classes] * examples.levels()
        assert lost == gains[wrong_by_hand(child, examples, gates)].sum()
        if lost > 0:
            assert judge(child, parent, problem, room, lost - 1) > lost - 1


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=200), st.integers(1, 64))
def test_weights_add_up_to_the_gains_in_as_few_groups_as_may_be(gains, most):
    gains = np.array(gains) % most
    worth, masks = weighed(gains)
    groups = np.unpackbits(masks.view(np.uint8), axis=1, bitorder="little")[:, : len(gains)]
    assert (worth @ groups == gains).all()
    assert len(worth) <= min(len(np.unique(gains[gains > 0])), int(gains.max()).bit_length())


@settings(deadline=None, max_examples=40)
@given(seed=seeds, moves=st.integers(1, 60), outputs=st.integers(1, 3))
def test_a_circuit_costs_its_cells_and_each_input_once(setting, gates, seed, moves, outputs):
    examples, problem = setting(outputs, cost=7.5)
    circuit = grown(problem, np.array([seed], np.uint64), outputs, moves)
    seen = np.zeros(problem.inputs + 2, np.int64)
    mapped = mapped_of(circuit, examples, gates, name="c")
    assert cost_of(circuit, problem, seen) == pytest.approx(mapped.area_um2 + 7.5 * len(mapped.inputs))
    assert not seen.any()


@settings(deadline=None, max_examples=40)
@given(seed=seeds, moves=st.integers(1, 60), outputs=st.integers(1, 3))
def test_cells_and_back_is_the_same_circuit(setting, gates, seed, moves, outputs):
    examples, problem = setting(outputs)
    circuit = grown(problem, np.array([seed], np.uint64), outputs, moves)
    mapped = mapped_of(circuit, examples, gates, name="c")
    again = circuit_of(mapped, examples, gates, room=ROOM)
    assert mapped_of(again, examples, gates, name="c") == mapped
    assert again.size[0] == circuit.size[0]


def test_an_archive_keeps_the_most_right_and_of_those_the_last(setting):
    problem = setting(1)[1]._replace(step=1.0)
    archive, circuit = empty_archive(10, ROOM, 1), empty_circuit(ROOM, 1)
    assert offer(archive, circuit, 5, 2.2, 1, problem)
    assert not offer(archive, circuit, 6, 2.2, 2, problem)
    assert not offer(archive, circuit, 5, 2.9, 2, problem)
    assert offer(archive, circuit, 5, 2.2, 3, problem)
    assert offer(archive, circuit, 4, 2.9, 4, problem)
    assert not offer(archive, circuit, 0, 10.0, 4, problem)
    assert archive.lost.tolist() == [NOBODY, NOBODY, 4, *[NOBODY] * 7]
    assert archive.start[2] == 4


def test_exploring_never_loses_what_was_found(setting, gates):
    examples, problem = setting(2)
    explorer = Explorer(problem, places=60, room=ROOM, seed=5)
    explorer.start_from(empty_circuit(ROOM, 2), 0)
    before = explorer.archive.lost.copy()
    for _ in range(5):
        assert explorer.explore(50, limit=100.0) > 0
        assert (explorer.archive.lost <= before).all()
        before = explorer.archive.lost.copy()
    assert before.min() < (examples.targets.any(axis=1)).sum()
    circuit, seen = empty_circuit(ROOM, 2), np.zeros(problem.inputs + 2, np.int64)
    for place in np.flatnonzero(before < NOBODY):
        take(explorer.archive, place, circuit)
        assert wrong_by_hand(circuit, examples, gates).sum() == before[place]
        assert cost_of(circuit, problem, seen) == pytest.approx(explorer.archive.cost[place])
        assert place == place_of(explorer.archive.cost[place], problem)


def test_places_are_fine_up_to_the_budget_and_coarse_beyond(setting):
    _, problem = setting(1)
    costs = [0.0, 0.49, 0.5, 19.9, 20.0, 20.1, 23.9, 24.0, 100.0]
    assert [place_of(cost, problem) for cost in costs] == [0, 0, 1, 39, 40, 40, 40, 41, 60]


def test_what_another_archive_has_better_is_taken_over(setting):
    _, problem = setting(1)
    one, two = (Explorer(problem, places=places, room=ROOM, seed=places) for places in (60, 30))
    for explorer in (one, two):
        explorer.start_from(empty_circuit(ROOM, 1), 0)
        explorer.explore(60, limit=100.0)
    best = np.minimum(one.archive.lost[:30], two.archive.lost)
    one.learn_from(two.archive)
    assert (one.archive.lost[:30] == best).all()
