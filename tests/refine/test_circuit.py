"""Laws of circuits that change in place: they stay circuits, and the loops compute what their netlist does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.baselines import tree_netlist
from tinydwn.netlist.simulate import simulate as reference
from tinydwn.refine.archive import NOBODY, circuit_at, empty_archive, floors_for, learn, place_of, store, welcomes
from tinydwn.refine.circuit import FIRST_INPUT, TICKS, empty_circuit
from tinydwn.refine.explorer import Explorer
from tinydwn.refine.judge import judge, keep, simulate
from tinydwn.refine.linked import begin, load, undo, write
from tinydwn.refine.memory import COST, READERS, SIZE, laid_out
from tinydwn.refine.moves import change
from tinydwn.refine.problem import problem_of, weighed
from tinydwn.refine.start import Start, circuit_of, mapped_of, mapped_start

ROOM = 70
seeds = st.integers(1, 2**63)
LIMIT = 100 * TICKS


class Changing:
    """A circuit in the arrays of the loops, and what it is outside of them."""

    def __init__(self, examples, problem, seed):
        self.examples, self.problem, self.state = examples, problem, np.array([seed], np.uint64)
        self.c, self.w = laid_out(problem, ROOM)
        load(self.c, empty_circuit(1, len(problem.targets)))

    def grow(self, moves):
        """Make random changes that do not shrink the circuit, every tenth a little at most."""
        for turn in range(moves):
            size = self.c[SIZE]
            change(self.c, self.state)
            if size - self.c[SIZE] > (2 if turn % 10 == 0 else 0):
                undo(self.c)
        begin(self.c)
        return self

    @property
    def circuit(self):
        written = empty_circuit(ROOM, len(self.problem.targets))
        write(self.c, written)
        return written

    def mapped(self, gates):
        return mapped_of(self.circuit, self.examples, gates, name="c")

    def lost(self, gates, *, balanced=False):
        gains = self.examples.gains(balanced=balanced)[self.examples.classes] * self.examples.levels()
        return int(gains[wrong_by_hand(self.mapped(gates), self.examples)].sum())


def wrong_by_hand(mapped, examples):
    columns = [examples.inputs.index(name) for name in mapped.inputs]
    answers = reference(mapped.functions(), examples.bits[:, columns])
    return (answers != examples.targets).any(axis=1)


def nets_read(circuit, problem):
    pins = [circuit.fanin[k, : problem.arity[circuit.gate[k]]] for k in range(circuit.size[0])]
    return np.concatenate([*pins, circuit.ends]).astype(np.int64)


@pytest.fixture(scope="module")
def setting(make_examples, gates):
    def make(outputs, balanced=False, cost=0.0, samples=150):
        examples = make_examples(3, samples, outputs=outputs, cost=cost)
        floors = floors_for(LIMIT, step=TICKS // 2, fine=20 * TICKS)
        return examples, problem_of(examples, gates, floors=floors, limit=LIMIT, balanced=balanced)

    return make


@settings(deadline=None, max_examples=60)
@given(seed=seeds, moves=st.integers(1, 200), outputs=st.integers(1, 3))
def test_moves_leave_a_circuit(setting, seed, moves, outputs):
    examples, problem = setting(outputs)
    changing = Changing(examples, problem, seed).grow(moves)
    circuit, first = changing.circuit, FIRST_INPUT + problem.inputs
    n = int(circuit.size[0])
    assert 0 <= n == changing.c[SIZE] <= ROOM
    for k in range(n):
        arity = problem.arity[circuit.gate[k]]
        assert (circuit.fanin[k, :arity] < first + k).all()
        assert (circuit.fanin[k, arity:] == 0).all()
    read = nets_read(circuit, problem)
    assert (circuit.ends < first + n).all()
    assert set(read) >= {first + k for k in range(n)}
    counted = changing.c[changing.c[READERS] :][:first]
    assert (np.bincount(read, minlength=first)[:first] == counted).all()


@settings(deadline=None, max_examples=60)
@given(seed=seeds, moves=st.integers(1, 200), outputs=st.integers(1, 3))
def test_what_is_undone_never_was(setting, seed, moves, outputs):
    examples, problem = setting(outputs, cost=7.5)
    changing = Changing(examples, problem, seed).grow(moves)
    before, cost = [part.tobytes() for part in changing.circuit], changing.c[COST]
    for _ in range(30):
        change(changing.c, changing.state)
        undo(changing.c)
        assert changing.c[COST] == cost
    assert [part.tobytes() for part in changing.circuit] == before


@settings(deadline=None, max_examples=60)
@given(seed=seeds, moves=st.integers(1, 120), outputs=st.integers(1, 3), balanced=st.booleans())
def test_a_changed_circuit_is_judged_as_its_netlist_answers(setting, gates, seed, moves, outputs, balanced):
    examples, problem = setting(outputs, balanced, samples=11_000 if moves == 120 else 150)
    changing = Changing(examples, problem, seed).grow(moves)
    c, w = changing.c, changing.w
    lost = simulate(c, w)
    assert lost == changing.lost(gates, balanced=balanced)
    for turn in range(12):
        change(c, changing.state)
        found = judge(c, w, lost, NOBODY)
        assert found == changing.lost(gates, balanced=balanced)
        if found > 0:
            assert judge(c, w, lost, found - 1) > found - 1
            assert judge(c, w, lost, NOBODY) == found
        if turn % 3:
            keep(c, w)
            lost = found
        else:
            undo(c)


@settings(deadline=None, max_examples=20)
@given(seed=seeds, moves=st.integers(20, 120))
def test_what_is_far_too_bad_on_the_first_samples_is_given_up(setting, seed, moves):
    examples, problem = setting(1, samples=11_000)
    changing = Changing(examples, problem, seed).grow(moves)
    lost = simulate(changing.c, changing.w)
    change(changing.c, changing.state)
    found = judge(changing.c, changing.w, lost, NOBODY)
    assert judge(changing.c, changing.w, lost, found) == found
    beyond_reach = lost - 2 * len(examples)
    assert judge(changing.c, changing.w, lost, beyond_reach) == beyond_reach + 1 < found


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=200), st.integers(1, 64))
def test_weights_add_up_to_the_gains_in_as_few_groups_as_may_be(gains, most):
    gains = np.array(gains) % most
    worth, masks = weighed(gains)
    groups = np.unpackbits(masks.view(np.uint8), axis=1, bitorder="little")[:, : len(gains)]
    assert (worth @ groups == gains).all()
    assert len(worth) <= min(len(np.unique(gains[gains > 0])), int(gains.max()).bit_length())


@settings(deadline=None, max_examples=40)
@given(seed=seeds, moves=st.integers(1, 120), outputs=st.integers(1, 3))
def test_a_circuit_costs_its_cells_and_each_input_once(setting, gates, seed, moves, outputs):
    examples, problem = setting(outputs, cost=7.5)
    changing = Changing(examples, problem, seed).grow(moves)
    mapped, unit = changing.mapped(gates), gates.library.nand2_area_um2
    assert changing.c[COST] / TICKS * unit == pytest.approx(mapped.area_um2 + 7.5 * len(mapped.inputs), rel=1e-5)


@settings(deadline=None, max_examples=40)
@given(seed=seeds, moves=st.integers(1, 120), outputs=st.integers(1, 3))
def test_cells_and_back_is_the_same_circuit(setting, gates, seed, moves, outputs):
    examples, problem = setting(outputs)
    changing = Changing(examples, problem, seed).grow(moves)
    mapped = changing.mapped(gates)
    load(changing.c, circuit_of(mapped, examples, gates, room=ROOM))
    assert changing.mapped(gates) == mapped


def test_an_archive_keeps_the_most_right_and_of_those_the_cheapest(setting):
    examples, problem = setting(1)
    archive, c = empty_archive(problem, ROOM), Changing(examples, problem, 1).c
    assert welcomes(archive, 3, 5, 22)
    c[COST] = 22
    store(archive, 3, c, 5, 1)
    assert not welcomes(archive, 3, 6, 22)
    assert not welcomes(archive, 3, 5, 23)
    assert welcomes(archive, 3, 5, 22)
    assert welcomes(archive, 3, 4, 29)
    assert (archive.lost == np.where(np.arange(len(archive.lost)) == 3, 5, NOBODY)).all()
    assert (archive.cost[3], archive.start[3]) == (22, 1)


def test_exploring_never_loses_what_was_found(setting, gates):
    examples, problem = setting(2)
    explorer = Explorer(problem, room=ROOM, seed=5)
    explorer.start_from(empty_circuit(1, 2), 0)
    before = explorer.archive.lost.copy()
    for _ in range(5):
        assert explorer.explore(800, limit=LIMIT) > 0
        assert (explorer.archive.lost <= before).all()
        before = explorer.archive.lost.copy()
    assert before.min() < (examples.targets.any(axis=1)).sum()
    unit = gates.library.nand2_area_um2
    for place in np.flatnonzero(before < NOBODY):
        mapped = mapped_of(circuit_at(explorer.archive, place), examples, gates, name="c")
        assert wrong_by_hand(mapped, examples).sum() == before[place]
        assert explorer.archive.cost[place] / TICKS * unit == pytest.approx(mapped.area_um2, rel=1e-5)
        assert place == place_of(explorer.archive.cost[place], problem.floors)


def test_a_start_is_kept_in_many_sizes_while_it_shrinks(make_examples, gates):
    examples = make_examples(7, samples=1_500, inputs=16)
    most = examples.bits[:, :13].sum(axis=1) > 6
    examples = replace(examples, targets=most[:, None], classes=most.astype(np.int64))
    tree = tree_netlist(
        examples.bits, examples.classes, np.array([[False], [True]]), inputs=examples.inputs,
        outputs=examples.outputs, leaves=120, balanced=False, seed=0,
    )  # fmt: skip
    start = circuit_of(mapped_start(Start("t", tree), examples, gates, timeout_s=60), examples, gates, room=400)
    floors = floors_for(4 * LIMIT, step=TICKS // 2, fine=20 * TICKS)
    problem = problem_of(examples, gates, floors=floors, limit=4 * LIMIT, balanced=False)
    explorer = Explorer(problem, room=400, seed=5)
    explorer.start_from(start, 3)
    assert explorer.reduce_from(start, 3, tries=20_000) > start.size[0] > 30
    taken = np.flatnonzero(explorer.archive.lost < NOBODY)
    assert len(taken) > 15
    assert explorer.archive.size[taken[0]] == 0
    for place in taken[::5]:
        mapped = mapped_of(circuit_at(explorer.archive, place), examples, gates, name="c")
        assert wrong_by_hand(mapped, examples).sum() == explorer.archive.lost[place]
        assert place == place_of(explorer.archive.cost[place], floors)
        assert explorer.archive.start[place] == 3
    judged = explorer.reduce_from(start, 3, tries=100)
    assert 100 <= judged < 110


@given(limit=st.integers(1, 10**6), step=st.integers(1, 50), fine=st.integers(0, 500))
def test_places_are_equally_wide_at_first_and_wider_ever_after(limit, step, fine):
    floors = floors_for(limit, step=step, fine=fine)
    widths = np.diff(floors)
    assert floors[0] == 0
    assert floors[-1] <= limit
    assert (np.diff(widths) >= 0).all()
    assert (widths[floors[1:] <= fine] == step).all()
    assert (widths <= np.maximum(step, floors[:-1] / 128 + 1)).all()
    for cost in (0, limit // 3, limit):
        place = place_of(cost, floors)
        assert floors[place] <= cost
        assert place + 1 == len(floors) or cost < floors[place + 1]


def test_what_another_archive_has_better_is_taken_over(setting, gates):
    examples, problem = setting(1)
    one, two = (Explorer(problem, room=ROOM, seed=seed) for seed in (60, 30))
    for explorer in (one, two):
        explorer.start_from(empty_circuit(1, 1), 0)
        explorer.explore(1000, limit=LIMIT)
    best = np.minimum(one.archive.lost, two.archive.lost)
    learn(one.archive, two.archive)
    assert (one.archive.lost == best).all()
    for place in np.flatnonzero(best < NOBODY):
        mapped = mapped_of(circuit_at(one.archive, place), examples, gates, name="c")
        assert wrong_by_hand(mapped, examples).sum() == best[place]
