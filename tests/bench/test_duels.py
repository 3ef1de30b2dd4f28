"""What duels and fields come to, from outcomes that are made up."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.made_up import again
from tinydwn.bench import duel as duels
from tinydwn.bench import field as fields
from tinydwn.bench.duel import Counted, Duel, choose
from tinydwn.bench.field import Field
from tinydwn.bench.goals import Goal, GoalTask
from tinydwn.bench.mean_front import mean_front, within
from tinydwn.bench.points import Point
from tinydwn.bench.sizes import Sizes, sizes_of
from tinydwn.bench.studies import tiny_classifiers as tiny_module
from tinydwn.bench.studies import trees as trees_module
from tinydwn.bench.studies.trees import above, below
from tinydwn.bench.study import HERE, measure
from tinydwn.netlist import Assumption, NetlistBuilder
from tinydwn.refine.options import EFFORTS
from tinydwn.report.opponents import opponents_figure

FRONTS = st.lists(
    st.lists(st.tuples(st.integers(0, 50).map(float), st.integers(0, 100).map(lambda k: k / 100)), min_size=1).map(
        sorted
    ),
    min_size=1,
    max_size=4,
)


def counted(accuracy, gates, asked=0.9):
    return Counted(accuracy, asked, Sizes(3, gates, 2 * gates, gates / 2, gates / 3))


def duel(evolved=0.8, smallest=0.82, gates=3):
    return Duel(
        evolved=counted(evolved, 60),
        encoding="2 bits, quantile",
        budget_gates=300,
        active_gates=90,
        gate_evaluations=1000,
        evolved_s=2.0,
        smallest=counted(smallest, gates),
        same_size=counted(0.85, 50),
        best=counted(0.86, 80),
        front=((1.0, 0.7), (4.0, smallest)),
        refined_s=1.0,
    )


def measured(module, asked, outcomes):
    """Return what a study comes to where `outcomes` has what comes of the seeds of each data set."""
    run = lambda task: outcomes[task.goal.dataset][task.seed]  # noqa: E731
    return measure(replace(module.STUDY, run=run), asked, cluster=HERE)


def evolved_and_refined(**more):
    found = {"phoneme": [duel(), duel(smallest=0.84)], **more}
    asked = tiny_module.Asked(datasets=tuple(found), seeds=tuple(range(len(found["phoneme"]))))
    return measured(tiny_module, asked, found)


def point(flow, name, cost, accuracy):
    return Point(flow, name, cost, accuracy, accuracy)


def field(refined, tree):
    points = (*(point("refined", "a start", *one) for one in refined), point("decision tree", "depth 2", *tree))
    return Field(points, 0.9)


def trees(*fields):
    asked = trees_module.Asked(datasets=("phoneme",), seeds=tuple(range(len(fields))))
    return measured(trees_module, asked, {"phoneme": fields})


def by_protocol(measured, **changes):
    protocol = {**measured.protocol, **changes}
    return replace(measured, about={**measured.about, "protocol": protocol})


def told(measured):
    return " ".join(measured.to_text().split())


def test_three_counts_of_an_evolved_circuit_are_never_mixed():
    found = evolved_and_refined()
    row = found.rows[0]
    assert (row.to_budget, row.to_active, row.to_minimized) == (100.0, 30.0, 20.0)
    flat = found.to_json()["rows"][0]
    assert (flat["baseline_accuracy_mean"], flat["baseline_active_gates_mean"]) == (0.8, 90)
    assert (flat["baseline_minimized_cost_mean"], flat["baseline_budget_gates"]) == (30.0, 300)
    assert (flat["tinydwn_accuracy_mean"], flat["tinydwn_cost_mean"]) == (pytest.approx(0.83), 1.5)
    assert [found.summary[name] for name in ("ratio_to_budget", "ratio_to_budget_best")] == pytest.approx([100, 100])
    assert found.summary["accuracy_gain_at_equal_size"] == pytest.approx(0.05)


def test_summaries_are_geometric_means_over_sets_and_say_who_loses():
    found = evolved_and_refined(phoneme=[duel(), duel()], jasmine=[duel(smallest=0.7, gates=12)] * 2)
    assert found.summary["ratio_to_budget"] == pytest.approx((100 * 25) ** 0.5)
    assert found.summary["ratio_to_budget_best"] == pytest.approx(100)
    assert "Smallest less accurate on: jasmine." in told(found)
    assert found.to_text().splitlines()[4].split()[:6] == ["phoneme", "80.00", "±", "0.00", "300", "90.0"]


def test_notes_say_what_was_measured_whatever_is_measured_today():
    changes = {"most_nand2": 7.0, "generations": [1200, 34], "many_samples": 5000}
    text = told(by_protocol(evolved_and_refined(), **changes))
    assert "over seeds 0, 1." in text
    assert "at most 7 NAND2" in text
    assert "1,200 generations for each encoding, 34 for more than 5,000 training samples" in text
    some = field([(1.0, 0.8)], (2.0, 0.7))
    text = told(by_protocol(trees(some, some), most_nand2={"core": 77.0}, fast_above={"core": 99.0}))
    assert "of at most 77 NAND2" in text
    assert "Others of more than 99 NAND2 are mapped at effort fast." in text


def test_what_minimizing_knew_is_told_of_each_measurement():
    found = evolved_and_refined()
    assert "knows which bits of a code are never set" in told(found)
    assert "Codes that do not occur are not used" in told(by_protocol(found, never_set=""))
    assert "of what the search followed" in told(found)
    before = {name: one for name, one in found.protocol.items() if name not in ("never_set", "as_right")}
    text = told(replace(found, about={**found.about, "protocol": before}))
    assert "Codes that do not occur" in text
    assert "as right on the training part" in text


def test_circuits_that_stand_in_are_counted():
    worse = replace(duel(), best=counted(0.8, 80, asked=0.85))
    larger = replace(duel(), front=((30.5, 0.7), (40.0, 0.8)))
    found = evolved_and_refined(phoneme=[duel(), worse, larger], jasmine=[duel(), larger, duel()])
    assert found.about["stood_in"] == {"smallest": 1, "same_size": 2}
    text = told(found)
    assert "Of 6 splits, 1 have no refined circuit that is as right: the most accurate one stands in." in text
    assert "2 have none that takes no more cells: the smallest one stands in." in text
    table = trees(field([(5.0, 0.8)], (2.0, 0.7)), field([(2.0, 0.8)], (2.0, 0.7)))
    assert table.rows[0].larger == 1
    assert "Of 2 pairs of contender and seed, 1 have no refined circuit that" in told(table)


def test_every_count_of_a_size_is_proven(monkeypatch):
    from tinydwn import verify

    proven = []

    def prove(netlist, cells, **options):
        proven.append((netlist, cells))
        return prove_equivalent(netlist, cells, **options)

    prove_equivalent = verify.prove_equivalent
    monkeypatch.setattr(verify, "prove_equivalent", prove)
    builder = NetlistBuilder("core")
    builder.output("y", builder.and_(builder.input("a"), builder.input("b")))
    netlist = builder.build()
    sizes = sizes_of(netlist, Assumption.none(), effort="fast")
    assert (sizes.bits, sizes.gates2, sizes.nand2) == (2, 1, 2)
    assert [one for one, _ in proven] == [netlist] * 4
    assert len(proven[1][1].nodes) == 2


def test_a_wire_does_not_count_as_nothing():
    row = evolved_and_refined(phoneme=[duel(gates=0), duel(gates=0)]).rows[0]
    assert (row.to_budget, row.to_minimized) == (300.0, 60.0)


def test_tables_are_read_back_as_they_were():
    some = field([(1.0, 0.8)], (2.0, 0.7))
    for found in (evolved_and_refined(), trees(some, some)):
        assert again(found) == found


def test_points_are_chosen_by_what_the_search_followed_and_cost():
    points = [SimpleNamespace(asked=a, cost_nand2=c) for a, c in ((0.7, 0.0), (0.8, 3.0), (0.9, 9.0))]
    assert choose(points, asked=0.75, cost=3.0) == (1, 1, 2)
    assert choose(points, asked=0.95, cost=100.0) == (2, 2, 2)
    assert choose(points[1:], asked=0.1, cost=1.0) == (0, 0, 1)


def test_refined_circuits_of_no_more_area_stand_against_a_tree():
    beaten = trees(field([(1.0, 0.6), (5.0, 0.9)], (4.0, 0.7)), field([(3.0, 0.7), (4.0, 0.8)], (4.0, 0.7)))
    row = beaten.rows[0]
    assert (row.refined_accuracy.mean, row.refined_cost_mean) == (pytest.approx(0.7), 2.5)
    assert row.gain == pytest.approx(0.0)
    better = trees(field([(1.0, 0.6)], (4.0, 0.7)), field([(1.0, 0.6)], (4.0, 0.8)))
    assert [row.settings for row in above(better)] == ["depth 2"]
    assert "Trees above refined circuits (by points): phoneme depth 2 (15.00)." in told(better)


def test_a_tree_smaller_than_every_refined_circuit_is_told_of_and_gains_nothing():
    smaller = trees(field([(5.0, 0.9)], (4.0, 0.7)), field([(1.0, 0.6)], (4.0, 0.8)))
    assert (above(smaller), [row.larger for row in below(smaller)]) == ((), [1])
    assert "Gain over decision trees: none can be told." in told(smaller)
    assert "every refined circuit, left out of the average: phoneme depth 2 (1 of 2 seeds)." in told(smaller)


@given(fronts=FRONTS, cost=st.integers(0, 60).map(float))
def test_a_mean_front_is_what_a_cost_buys_on_average(fronts, cost):
    bought = [within(front, cost) for front in fronts]
    mean = within([point[:2] for point in mean_front(fronts)], cost)
    if None in bought:
        assert mean is None
    else:
        assert mean is not None
        assert mean[1] == pytest.approx(sum(point[1] for point in bought) / len(bought))


def test_the_figure_shows_every_opponent_and_hides_the_panel_left_over():
    drawn = opponents_figure(trees(field([(1.0, 0.8), (2.0, 0.9)], (2.0, 0.7)), field([(1.0, 0.7)], (2.0, 0.7))))
    assert drawn.startswith("<svg")
    assert all(text in drawn for text in ("tinydwn, refined", "decision tree", "XGBoost, no circuit"))
    both = opponents_figure(trees(*[field([(1.0, 0.8)], (2.0, 0.7))] * 2), evolved_and_refined())
    assert "Tiny Classifier circuit, minimized" in both


@pytest.fixture
def briefly(monkeypatch):
    """Search for a moment only."""
    monkeypatch.setitem(EFFORTS, "fast", 0.05)
    monkeypatch.setattr(duels, "GENERATIONS", (300, 300))
    monkeypatch.setattr(duels, "POINTS", 4)
    monkeypatch.setattr(duels, "sizes_of", partial(sizes_of, effort="fast"))
    monkeypatch.setattr(fields, "POINTS", 4)
    monkeypatch.setattr(fields, "DEPTHS", (1, 2))
    monkeypatch.setattr(fields, "OPTIMAL_DEPTHS", ())
    monkeypatch.setattr(fields, "BOOSTED", ((2, 1, 2),))
    monkeypatch.setattr(fields, "GATES", ((8, 8),))
    monkeypatch.setattr(fields, "RESUBSTITUTED", (3,))
    monkeypatch.setattr(fields, "COVERS", (4,))


def test_both_sides_of_a_duel_are_counted_on_the_same_test_part(briefly):
    found = duels.duel(duels.Task(Goal("iris", (), "setosa"), "balanced", "fast", 0))
    assert found.budget_gates == 300
    assert 0 < found.active_gates <= 300
    assert found.evolved.sizes.gates2 <= found.active_gates
    assert found.smallest.accuracy == found.best.accuracy == 1.0
    assert found.smallest.sizes.nangate45 <= found.best.sizes.nangate45
    assert found.smallest.sizes.nangate45 in [cost for cost, _ in found.front]
    assert found.smallest.asked >= found.evolved.asked or found.less_right


def test_a_field_holds_every_contender_proven_on_its_cut(briefly):
    found = fields.field(GoalTask(Goal("iris", (), "virginica"), "chip", "fast", 0))
    named = [(point.flow, point.name) for point in found.points if point.flow != fields.REFINED]
    assert len(set(named)) == len(named) == 6
    assert all(point.cost >= 0 and 0.5 < point.test_accuracy <= 1 for point in found.points)
    front = found.of(fields.REFINED)
    assert [point.cost for point in front] == sorted(point.cost for point in front)
    assert min(point.cost for point in found.of(fields.TREE)) > 3
    assert 0.8 < found.xgboost <= 1
