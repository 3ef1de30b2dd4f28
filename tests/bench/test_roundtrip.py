from __future__ import annotations

import json

import pytest

import tinydwn.bench.trip as trip_module
from tinydwn.bench.random_classifier import random_classifier
from tinydwn.bench.roundtrip import ArrowTally, RoundtripSummary, roundtrip
from tinydwn.bench.trip import ARROWS, Mismatch, run_trip
from tinydwn.errors import ConfigError, NetlistError
from tinydwn.lowering import lower
from tinydwn.netlist import Netlist, Node

SEED = next(seed for seed in range(100) if len(lower(random_classifier(seed)).nodes) > 10)


def with_a_flipped_output(netlist: Netlist) -> Netlist:
    nodes = (*netlist.nodes, Node(1, (netlist.output_nets[0],)))
    first, *rest = netlist.outputs
    return Netlist(netlist.name, netlist.inputs, nodes, ((first[0], netlist.nets), *rest))


def found(trip) -> set[tuple[str, str]]:
    return {(mismatch.cut, mismatch.arrow) for mismatch in trip.mismatches}


def both(arrow: str) -> set[tuple[str, str]]:
    return {("core", arrow), ("chip", arrow)}


def test_random_classifiers_keep_their_meaning_on_every_arrow():
    heard = []
    summary = roundtrip(4, seed=20, processes=1, on_result=heard.append)
    assert summary.mismatches == ()
    assert [trip.seed for trip in heard] == [20, 21, 22, 23]
    assert [(arrow.arrow, arrow.simulated, arrow.mismatches) for arrow in summary.arrows] == [
        (arrow, 8, 0) for arrow in ARROWS
    ]
    assert [arrow.proven for arrow in summary.arrows] == [0, 8, 8, 8, 8, 8]


def test_the_number_of_processes_changes_nothing():
    assert roundtrip(2, seed=SEED, processes=2) == roundtrip(2, seed=SEED, processes=1)


def test_a_wrong_lowering_is_found(monkeypatch):
    monkeypatch.setattr(trip_module, "lower", lambda *a, **k: with_a_flipped_output(lower(*a, **k)))
    trip = run_trip(SEED)
    assert ("chip", "lower") in found(trip)
    assert not any(cut == "core" for cut, _ in found(trip))


def test_a_wrong_minimization_is_found_by_samples_and_by_proof(monkeypatch):
    right = trip_module._minimized
    monkeypatch.setattr(trip_module, "_minimized", lambda cut, effort: with_a_flipped_output(right(cut, effort)))
    trip = run_trip(SEED)
    assert both("minimize") <= found(trip)
    reasons = [mismatch.reason for mismatch in trip.mismatches if mismatch.arrow == "minimize"]
    assert sum("of 400 samples" in reason for reason in reasons) == 2
    assert sum("DIFFERENT" in reason for reason in reasons) == 2


@pytest.mark.parametrize("name", ["to_blif", "to_verilog"])
def test_a_wrong_text_is_found(monkeypatch, name):
    write = getattr(trip_module, name)
    monkeypatch.setattr(trip_module, name, lambda netlist: write(with_a_flipped_output(netlist)))
    assert found(run_trip(SEED)) == both(name.removeprefix("to_"))


def test_a_stage_that_fails_is_a_mismatch_of_its_arrow(monkeypatch):
    def refuse(text):
        raise NetlistError("not today", hint="come back tomorrow")

    monkeypatch.setattr(trip_module, "from_blif", refuse)
    trip = run_trip(SEED)
    assert found(trip) == both("blif")
    assert str(trip.mismatches[0]) == f"classifier {SEED}, core, blif: not today"


def test_the_summary_as_text_and_as_json():
    tallies = (ArrowTally("lower", 20, 0, 0), ArrowTally("minimize", 20, 19, 1))
    summary = RoundtripSummary(10, 7, tallies, (Mismatch(9, "core", "minimize", "differs"),))
    assert summary.to_text() == (
        "arrow     simulated  proven  mismatches\n"
        "--------  ---------  ------  ----------\n"
        "lower            20       0           0\n"
        "minimize         20      19           1\n"
        "\n"
        "classifier 9, core, minimize: differs\n"
        "10 random classifiers, 59 comparisons, mismatches: 1\n"
    )
    document = json.loads(json.dumps(summary.to_json()))
    assert document["mismatches"] == 1
    assert document["found"] == [{"seed": 9, "cut": "core", "arrow": "minimize", "reason": "differs"}]
    assert document["arrows"][1] == {"arrow": "minimize", "simulated": 20, "proven": 19, "mismatches": 1}


def test_no_classifiers_at_all_are_refused():
    with pytest.raises(ConfigError) as error:
        roundtrip(0)
    assert str(error.value) == ("0 classifiers in 2 processes cannot be compared\n\nhint: choose numbers of at least 1")
