from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

import tinydwn.bench.bundle_trip as bundle_module
import tinydwn.bench.search_trip as search_module
import tinydwn.bench.trip as trip_module
from tests.made_up import again, studied
from tinydwn.bench.compared import Case, Cut
from tinydwn.bench.random_classifier import random_classifier
from tinydwn.bench.studies import roundtrip
from tinydwn.bench.studies.roundtrip import STUDY, Asked
from tinydwn.bench.study import HERE, measure
from tinydwn.bench.trip import ARROWS, Mismatch, Trip, run_trip
from tinydwn.errors import BundleError, ConfigError, ModelError, NetlistError, ProgramError, TinydwnError
from tinydwn.export.bundle import Bundle
from tinydwn.export.wrapper import to_wrapper
from tinydwn.lowering import lower, lower_core
from tinydwn.netlist import Netlist, Node
from tinydwn.synthesis.front import Choice, Place, Rule, choose
from tinydwn.technology import load_library
from tinydwn.tools.cluster import Cluster
from tinydwn.verify.belonging import Belonging
from tinydwn.verify.verdict import Outcome, Verdict

SEED = next(seed for seed in range(0, 96, 12) if len(lower(random_classifier(seed)).nodes) > 10)
SMALL = min(range(60), key=lambda seed: len(lower_core(random_classifier(seed)).netlist.nodes) or 99)
NARROW = min(range(2, 98, 12), key=lambda seed: len(lower(random_classifier(seed)).nodes))
TEXTS = {"to_blif": "blif", "to_verilog": "verilog"}


def with_a_flipped_output(netlist: Netlist) -> Netlist:
    nodes = (*netlist.nodes, Node(1, (netlist.output_nets[0],)))
    first, *rest = netlist.outputs
    return Netlist(netlist.name, netlist.inputs, nodes, ((first[0], netlist.nets), *rest))


def found(trip) -> set[tuple[str, str]]:
    return {(mismatch.cut, mismatch.arrow) for mismatch in trip.mismatches}


YOSYS = ("verilog", "gate verilog")


def by_yosys(seed: int) -> bool:
    return seed // 2 % trip_module.YOSYS_EVERY == 0


def both(arrow: str) -> set[tuple[str, str]]:
    return {("core", arrow), ("chip", arrow)}


def test_random_classifiers_keep_their_meaning_on_every_arrow():
    heard = []
    whole = measure(STUDY, Asked(2, 24, "fast"), cluster=HERE, on_arrival=lambda _, trip, __: heard.append(trip))
    assert (whole.about["found"], STUDY.defect(whole)) == ([], None)
    assert [trip.seed for trip in heard] == [24, 25]
    assert tuple(row.arrow for row in whole.rows) == ARROWS
    compared = {one.arrow: (one.simulated, one.proven) for one in whole.rows if one.simulated or one.proven}
    assert compared == {
        "reference": (2, 0),
        "lower": (4, 0),
        **dict.fromkeys(("minimize", "blif", "verilog", "map", "gate verilog", "gate blif"), (4, 4)),
        "naive reading": (16, 0),
        "wrappers": (4, 0),
        "choice": (12, 0),
        "c": (6, 0),
    }


def test_processes_and_a_store_change_nothing_and_what_is_stored_is_not_made_again(monkeypatch, tmp_path):
    store, asked = tmp_path / "trips.json", Asked(2, NARROW)
    made = measure(STUDY, asked, store=store, cluster=Cluster(processes=2))
    done = []
    never = studied(monkeypatch, roundtrip, lambda task: done.append(task.effort) or Trip(task.seed, {}, {}, ()))
    assert measure(never, asked, store=store, cluster=HERE) == replace(made, study=never)
    assert done == []
    measure(never, replace(asked, effort="high"), store=store, cluster=HERE)
    assert done == ["high", "high"]


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


@pytest.mark.parametrize("name", TEXTS)
def test_a_wrong_text_is_found_twice(monkeypatch, name):
    write = getattr(trip_module, name)
    monkeypatch.setattr(trip_module, name, lambda netlist: write(with_a_flipped_output(netlist)))
    assert found(run_trip(SEED)) == both(TEXTS[name]) | both("naive reading")


def test_a_wrong_wrapper_is_found(monkeypatch):
    monkeypatch.setattr(
        trip_module, "to_wrapper", lambda *a, **k: re.sub(r"<= (\w+)_d;", r"<= ~\1_d;", to_wrapper(*a, **k))
    )
    assert found(run_trip(NARROW)) == {("chip", "wrappers")}


def test_a_wrong_c_text_is_found(monkeypatch):
    from tinydwn.bench import read_again

    right = read_again.to_c
    monkeypatch.setattr(read_again, "to_c", lambda netlist, name: right(with_a_flipped_output(netlist), name=name))
    assert found(run_trip(SEED)) == both("c")


def test_a_wrong_reference_is_found():
    case = Case.of(SEED, random_classifier(SEED), samples=50)
    wrong = replace(case, naive=case.naive + 1)
    core = lower_core(wrong.classifier, output=wrong.form)
    cut = Cut.core(wrong, core.netlist, core.assumption, 60.0)
    cut.answered("reference", lambda: wrong.classes[:, None], wrong.naive[:, None])
    assert [str(one) for one in cut.mismatches] == [
        f"classifier {SEED}, core, reference: differs from the reference on 50 of 50 samples"
    ]


def cut_of(seed: int, *, chip: bool) -> Cut:
    case = Case.of(seed, random_classifier(seed), samples=120)
    if chip:
        return Cut.chip(case, lower(case.classifier, output=case.form), 60.0)
    core = lower_core(case.classifier, output=case.form)
    return Cut.core(case, core.netlist, core.assumption, 60.0)


@pytest.mark.parametrize("chip", [False, True])
def test_what_a_search_tells_of_its_circuits_holds_and_a_lie_is_found(monkeypatch, chip):
    right = search_module.refine
    fronts = []

    def kept(*args, **rest):
        fronts.append(right(*args, **rest))
        return fronts[-1]

    monkeypatch.setattr(search_module, "refine", kept)
    cut = cut_of(SMALL, chip=chip)
    search_module.travel_search(cut, load_library("nand2"))
    assert cut.mismatches == []
    assert cut.simulated["search"] == cut.proven["search"] == len(fronts[0].points) + len(fronts[0].starts)
    lied = replace(fronts[0], points=tuple(replace(one, accuracy=one.accuracy - 0.01) for one in fronts[0].points))
    monkeypatch.setattr(search_module, "refine", lambda *_, **__: lied)
    search_module.travel_search(cut, load_library("nand2"))
    assert len(cut.mismatches) == len(lied.points)


@pytest.mark.parametrize("rule", get_args(Rule))
def test_a_wrong_choice_is_found(monkeypatch, rule):
    right, cuts = search_module.choose, [cut_of(seed, chip=False) for seed in range(6)]

    def wrong(places, choice):
        found = right(places, choice)
        return found if choice.rule != rule or len(places) == 1 else (found + 1) % len(places)

    monkeypatch.setattr(search_module, "choose", wrong)
    for cut in cuts:
        search_module.travel_choice(cut)
    reasons = [one.reason for cut in cuts for one in cut.mismatches]
    assert len(reasons) > 2
    assert all(reason.startswith(f"{rule} chose") for reason in reasons)


def test_every_rule_of_choosing_is_looked_at():
    places = search_module._random_places(Case.of(SMALL, random_classifier(SMALL), samples=20))
    values = {"drop": 0.02, "area": places[-1].nand2_equivalent, "point": 0.0}
    assert set(search_module._wanted(places, values)) == set(get_args(Rule))


def test_the_knee_is_the_place_farthest_from_the_line_by_another_reckoning():
    chosen = set()
    for seed in range(60):
        places = search_module._random_places(replace(Case.of(0, random_classifier(0), samples=1), seed=seed))
        areas, accuracies = (np.array([getattr(one, part) for one in places]) for part in ("area_um2", "training"))
        ends = np.array([areas[-1] - areas[0], accuracies[-1] - accuracies[0]])
        away = np.stack([areas - areas[0], accuracies - accuracies[0]])
        wanted = int(np.argmax(ends[0] * away[1] - ends[1] * away[0])) if len(places) > 1 else 0
        assert search_module._wanted_knee(places) == choose(places, Choice("knee")) == wanted
        chosen.add(wanted)
    assert len(chosen) > 3


def test_a_place_that_a_smaller_one_equals_is_no_knee():
    steps = [(1.0, 0.5), (2.0, 0.9), (3.0, 0.9), (4.0, 0.8), (5.0, 1.0)]
    places = [Place(area, area, right, 0.5, 0.0) for area, right in steps]
    assert search_module._wanted_knee(places) == 1
    assert search_module._wanted_knee(places[:1]) == search_module._wanted_knee(places[1:3]) == 0


def test_a_forged_folder_that_nobody_finds_is_a_mismatch(monkeypatch, exact_bundle):
    cut = cut_of(SMALL, chip=True)
    monkeypatch.setattr(bundle_module, "synthesize", lambda *_: exact_bundle)
    monkeypatch.setattr(bundle_module, "_changed", lambda content, _: content)
    monkeypatch.setattr(bundle_module, "FORGERIES", 1)
    bundle_module.travel_bundle(cut)
    assert cut.proven["bundle"] == 16
    assert [one.arrow for one in cut.mismatches] == ["forged"]


def test_forged_folders_are_found(monkeypatch, exact_bundle):
    cut = cut_of(SMALL, chip=True)
    monkeypatch.setattr(bundle_module, "synthesize", lambda *_: exact_bundle)
    bundle_module.travel_bundle(cut)
    assert (cut.mismatches, cut.simulated["forged"]) == ([], bundle_module.FORGERIES)


@pytest.mark.parametrize(
    ("raised", "missed"),
    [
        (BundleError("changed"), ""),
        (ModelError("no model"), ""),
        (NetlistError("no netlist"), ""),
        (ProgramError("ABC hangs"), ", and ended in ProgramError: ABC hangs"),
        (ConfigError("odd"), ", and ended in ConfigError: odd"),
        (Outcome.DIFFERENT, ""),
        (Outcome.UNDECIDED, ": a = b: UNDECIDED by ABC: late"),
        (Outcome.EQUIVALENT, " by any proof"),
    ],
)
def test_only_a_refusal_or_a_difference_finds_a_forged_folder(monkeypatch, raised, missed):
    def proven(*_, **__):
        if isinstance(raised, TinydwnError):
            raise raised
        witness = {"witness": {"x": True}} if raised is Outcome.DIFFERENT else {}
        return (Verdict(raised, "a = b", "ABC", reason="late" if raised is Outcome.UNDECIDED else "", **witness),)

    monkeypatch.setattr(bundle_module, "check_files", lambda _: Belonging((), ()))
    monkeypatch.setattr(bundle_module, "rewrite", lambda _: None)
    monkeypatch.setattr(bundle_module, "prove_files", proven)
    assert bundle_module._missed(Bundle({}), cut_of(SMALL, chip=True)) == missed


WRITERS = {
    "to_blif": both("blif") | both("naive reading"),
    "to_verilog": both("verilog") | both("naive reading"),
    "to_gate_blif": both("gate blif") | both("naive reading"),
    "to_structural_verilog": both("gate verilog") | both("naive reading") | {("chip", "wrappers")},
    "cell_models": both("gate verilog") | both("naive reading") | {("chip", "wrappers")},
    "to_wrapper": {("chip", "wrappers")},
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_writer_that_fails_is_a_mismatch_of_its_arrow(monkeypatch, name):
    def refuse(*_, **__):
        raise NetlistError("not today", hint="come back tomorrow")

    monkeypatch.setattr(trip_module, name, refuse)
    assert found(run_trip(NARROW)) == {one for one in WRITERS[name] if by_yosys(NARROW) or one[1] not in YOSYS}


def test_a_stage_that_fails_is_a_mismatch_of_its_arrow(monkeypatch):
    def refuse(text):
        raise NetlistError("not today", hint="come back tomorrow")

    monkeypatch.setattr(trip_module, "from_blif", refuse)
    trip = run_trip(SEED)
    assert found(trip) == both("blif")
    assert str(trip.mismatches[0]) == f"classifier {SEED}, core, blif: not today"


def test_tallies_are_sums_over_trips_and_what_is_found_is_a_defect(monkeypatch):
    wrong = Mismatch(9, "core", "minimize", "differs")
    trips = {
        8: Trip(8, {"lower": 4, "minimize": 2}, {"minimize": 3}, ()),
        9: Trip(9, {"lower": 2}, {"minimize": 1}, (wrong,)),
    }
    study = studied(monkeypatch, roundtrip, lambda task: trips[task.seed])
    found = measure(study, Asked(2, 8), cluster=HERE)
    lines = [line.split() for line in found.to_text().splitlines()]
    assert lines[0] == ["Do", "random", "classifiers", "keep", "their", "meaning?"]
    assert lines[2] == ["arrow", "simulated", "proven", "mismatches"]
    assert ["lower", "6", "0", "0"] in lines
    assert ["minimize", "2", "4", "1"] in lines
    assert found.findings().note[:2] == (
        "classifier 9, core, minimize: differs",
        "2 random classifiers, 12 comparisons by simulation and by proof, mismatches: 1.",
    )
    assert again(found) == found
    assert found.to_json()["summary"] == {"comparisons": 12, "mismatches": 1}
    assert str(study.defect(found)) == (
        "classifier 9, core, minimize: differs\n\nhint: this is a defect of tinydwn; please report it"
    )


def test_no_classifiers_at_all_are_refused():
    with pytest.raises(ConfigError) as error:
        measure(STUDY, Asked(0), cluster=HERE)
    assert str(error.value) == "count is 0\n\nhint: choose at least 1"
