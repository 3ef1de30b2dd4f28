"""What rules pick on fronts that are made up, what that comes to, and one front that is real."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.made_up import again, studied
from tinydwn.bench import whole_fronts
from tinydwn.bench.picks import PICKS, choice_row, difference_error, picked
from tinydwn.bench.studies import choice
from tinydwn.bench.studies.choice import Asked
from tinydwn.bench.study import HERE, Measured, measure
from tinydwn.bench.whole_fronts import Area, Circuit, Task, WholeFront, protocol, whole_front
from tinydwn.errors import ConfigError
from tinydwn.report.measured_page import measured_html, measured_markdown
from tinydwn.synthesis import SynthesisOptions
from tinydwn.tools.codec import from_json, to_json

NETWORK = "the trained network"
SHARES = st.integers(0, 50).map(lambda k: k / 50)


def circuit(kind, area, training, expected, error, test, start=NETWORK):
    size = Area(int(area), 3.7536 * area, float(area))
    return Circuit(kind, start, 2, size, size, training, expected, error, error, test)


def front(*circuits, test_samples=100):
    return WholeFront(tuple(circuits), NETWORK, 2, 400, test_samples, 1000, {"train": 1.0, "search": 4.0})


STAIRS = front(
    circuit("refined", 1.0, 0.70, 0.70, 0.02, 0.71),
    circuit("refined", 3.0, 0.87, 0.84, 0.02, 0.80),
    circuit("refined", 9.0, 0.90, 0.88, 0.02, 0.86),
    circuit("tree", 12.0, 0.91, 0.87, 0.02, 0.90, start="a decision tree of 4 leaves"),
    circuit("network", 20.0, 0.89, 0.80, 0.02, 0.79, start="a DWN"),
    circuit("refined", 40.0, 0.97, 0.89, 0.02, 0.85),
    circuit("network", 300.0, 0.95, 0.87, 0.02, 0.87),
)


@st.composite
def fronts(draw):
    found, area = [], 0
    for step, *shares in draw(st.lists(st.tuples(st.integers(1, 9), SHARES, SHARES, SHARES), min_size=1, max_size=6)):
        area += step
        training, expected, test = shares
        found.append(circuit("refined", area, training, expected, 0.03, test))
    area += 1
    network = circuit("network", area, *draw(st.tuples(SHARES, SHARES)), 0.03, draw(SHARES))
    return front(*found, network)


def test_each_rule_picks_its_circuit():
    areas = {name: picked(STAIRS, name).chip.nand2_equivalent for name in PICKS}
    assert areas == {
        "network": 300.0, "default": 9.0, "knee": 3.0, "training": 40.0, "best": 40.0, "hindsight": 12.0,
    }  # fmt: skip


@given(one=fronts())
def test_nothing_beats_hindsight_and_nothing_learns_more_than_the_best_on_training(one):
    found = {name: picked(one, name) for name in PICKS}
    assert all(circuit.test <= found["hindsight"].test for circuit in found.values())
    assert all(circuit.training <= found["training"].training for circuit in found.values())
    assert all(circuit.expected <= found["best"].expected for circuit in found.values())
    assert found["default"].chip.area_um2 <= found["best"].chip.area_um2
    assert found["network"].kind == "network"


@given(found=st.lists(fronts(), min_size=1, max_size=4))
def test_a_row_is_means_of_what_each_seed_picks(found):
    row = choice_row("made up", found)
    for name in PICKS:
        tests = [picked(one, name).test for one in found]
        assert row.picks[name].accuracy.mean == pytest.approx(sum(tests) / len(tests))
    chosen = [picked(one, "default") for one in found]
    assert row.expected_minus_test == pytest.approx(sum(one.expected - one.test for one in chosen) / len(chosen))
    assert 0 <= row.within_expected <= row.within <= 1
    logs = [
        math.log(max(0.1, picked(one, "default").chip.nand2_equivalent))
        - math.log(max(0.1, picked(one, "training").chip.nand2_equivalent))
        for one in found
    ]
    assert math.log(row.ratio) == pytest.approx(sum(logs) / len(logs), abs=1e-9)


def test_the_error_of_a_difference_has_both_parts_in_it():
    one = circuit("tree", 1, 0.9, 0.8, 0.03, 0.7)
    assert difference_error(one, 100) == pytest.approx(0.05)
    far = front(replace(one, test=0.71), circuit("network", 2, 0.5, 0.5, 0.03, 0.5))
    row = choice_row("far", [far])
    assert (row.within, row.within_expected) == (1.0, 0.0)
    assert choice_row("farther", [replace(far, circuits=(replace(one, test=0.69), far.circuits[1]))]).within == 0.0


def table(*rows, seeds=(0, 1)):
    about = {"seeds": list(seeds), "date": "", "versions": {"tinydwn": "1"}, "protocol": protocol()}
    return Measured(choice.STUDY, rows, about)


def test_claims_are_told_as_they_are():
    good = front(
        circuit("refined", 5.0, 0.90, 0.90, 0.02, 0.90),
        circuit("refined", 30.0, 0.91, 0.91, 0.02, 0.903),
        circuit("network", 99.0, 0.90, 0.89, 0.02, 0.91),
    )
    held = table(choice_row("a", [good, good]))
    assert held.to_text().count(": holds.\n") == 4
    assert "does not hold" not in held.to_text()
    lost = table(choice_row("a", [good, good]), choice_row("b", [STAIRS, STAIRS]))
    assert lost.summary["below_training"] == pytest.approx((0.003 - 0.01) / 2)
    assert lost.summary["most_below_network"] == pytest.approx(0.01)
    assert lost.summary["missed"] == pytest.approx(0.01)
    text = " ".join(lost.to_text().split())
    assert "Expected accuracy off by at most 0.7 points on average: +1.00 points; 1.00 without signs" in text
    assert "1.00 without signs, by data set: does not hold." in text
    assert text.count("does not hold") == 1
    line = next(line for line in held.to_text().splitlines() if line.startswith("a "))
    means = ("91.00", "90.00", "90.00", "90.30", "90.30", "91.00")
    assert line.split() == ["a", *(word for mean in means for word in (mean, "±", "0.00"))]
    assert "±" not in table(choice_row("a", [good]), seeds=(3,)).to_text().split("Test accuracy")[0]


def test_rows_are_kept_resumed_shown_and_read_back(tmp_path, monkeypatch):
    asked, heard = [], []

    def made_up(task):
        asked.append(task)
        return replace(STAIRS, test_samples=100 + task.seed)

    study, options = studied(monkeypatch, choice, made_up), {"store": tmp_path / "c.json", "cluster": HERE}
    wanted = Asked(("wine", "segment"), (1, 4))
    found = measure(study, wanted, **options, on_arrival=lambda task, one, stored: heard.append((task, stored)))
    assert [row.dataset for row in found.rows] == ["wine", "segment"]
    assert heard == [(Task(name, seed), False) for name in ("wine", "segment") for seed in (1, 4)]
    assert measure(study, wanted, **options) == found
    more = measure(study, replace(wanted, seeds=(1, 4, 5)), **options)
    assert (len(asked), more.rows[0].seeds) == (6, 3)
    assert again(found) == found
    assert "best on training" in measured_markdown([found])
    assert "Which circuit of a front should be chosen" in measured_html([found])


def test_fronts_of_other_options_are_not_taken_for_these(tmp_path, monkeypatch):
    study, options = studied(monkeypatch, choice, lambda _: STAIRS), {"store": tmp_path / "c.json", "cluster": HERE}
    measure(study, Asked(("wine",), (0,)), **options)
    monkeypatch.setattr("tinydwn.synthesis.exploring.POINTS", 99)
    with pytest.raises(ConfigError, match=r"holds outcomes of another protocol: points \d+ instead of 99"):
        measure(study, Asked(("wine",), (0,)), **options)


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(ConfigError, match="no choice is measured on data set 'mnist'\n\nhint: choose among breast_c"):
        Asked(("wine", "mnist"))
    for seeds in ((), (1, 1)):
        with pytest.raises(ConfigError, match="cannot be measured\n\nhint: give different ones, like 0,1,2"):
            Asked(("wine",), seeds)


def test_a_real_front_has_its_network_and_is_read_back(monkeypatch):
    small = {"training": {"layers": (6,), "epochs": 5, "bits_per_feature": 4}, "most_nand2": 12.0}
    monkeypatch.setattr(whole_fronts, "SynthesisOptions", partial(SynthesisOptions, **small))
    found = whole_front(Task("iris", 0))
    assert picked(found, "network").start == found.network == "the trained network"
    assert (found.classes, found.train_samples, found.test_samples) == (3, 120, 30)
    areas = [one.chip.area_um2 for one in found.circuits]
    assert areas == sorted(areas)
    assert all(one.test * 30 == pytest.approx(round(one.test * 30)) for one in found.circuits)
    assert {"train", "search", "front"} <= set(found.seconds)
    assert from_json(WholeFront, json.loads(json.dumps(to_json(found))), where="it") == found
    assert 0 <= choice_row("iris", [found]).within <= 1
