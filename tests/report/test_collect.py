from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tinydwn.errors import ConfigError
from tinydwn.export.bundle_files import REPORT_FILES
from tinydwn.mapping import map_to_cells
from tinydwn.report.collect import collect
from tinydwn.report.deliver import with_reports
from tinydwn.report.drawings import MAX_GATES, assemble, draw_cells
from tinydwn.report.run_report import RunReport, from_text, to_text
from tinydwn.report.wording import metric_row
from tinydwn.synthesis import Synthesis, SynthesisOptions, synthesize
from tinydwn.technology import load_library


@pytest.fixture(scope="module")
def synthesis() -> Synthesis:
    options = SynthesisOptions(
        effort="fast",
        libraries=("nangate45", "egfet"),
        training={"layers": (3,), "epochs": 2, "bits_per_feature": 2, "inputs_per_lut": 2},
        seed=3,
    )
    return synthesize("iris", options)


@pytest.fixture(scope="module")
def collected(synthesis: Synthesis) -> RunReport:
    return collect(synthesis)


def test_a_collected_report_survives_its_json(collected: RunReport) -> None:
    assert from_text(to_text(collected)) == collected


def test_equal_runs_give_equal_reports_whatever_time_they_took(synthesis: Synthesis, collected: RunReport) -> None:
    later = replace(synthesis, seconds={"train": 1e9}, source="/another/place/iris")
    assert to_text(collect(later)) == to_text(collected)
    assert with_reports(later.files, collect(later)) == with_reports(synthesis.files, collected)


def test_numbers_of_a_cut_are_those_of_its_netlists(synthesis: Synthesis, collected: RunReport) -> None:
    for result, cut in ((synthesis.core, collected.core), (synthesis.chip, collected.chip)):
        assert cut.cut == result.cut
        assert (cut.gates2, cut.nand2, cut.depth) == (result.gates2, result.nand2, result.depth)
        assert cut.libraries == ("nangate45", "egfet")
        for mapped in result.mapped:
            name = mapped.library.name
            assert cut.area_um2[name] == pytest.approx(sum(one.cell.area_um2 for one in mapped.instances))
            assert cut.nand2_equivalent[name] == pytest.approx(cut.area_um2[name] / mapped.library.nand2_area_um2)
            assert cut.cells[name] == len(mapped.instances) == sum(cut.cell_counts[name].values())
        assert [one.outcome for one in cut.verdicts] == [one.outcome.value for one in result.verdicts]
        assert [step.name for step in cut.steps] == [report.name for report in result.minimized.reports]
    assert not collected.core.encoder_included
    assert collected.chip.encoder_included


def test_static_power_is_the_sum_over_the_cells(synthesis: Synthesis, collected: RunReport) -> None:
    assert [(one.library, one.supply_v) for one in collected.supplies] == [("nangate45", 1.1), ("egfet", 1.0)]
    for supply, core, chip in zip(collected.supplies, synthesis.core.mapped, synthesis.chip.mapped, strict=True):
        for told, mapped in ((supply.core_static_power_uw, core), (supply.chip_static_power_uw, chip)):
            assert told == pytest.approx(sum(one.cell.leakage_nw or 0.0 for one in mapped.instances) / 1000)


def test_the_split_is_told_class_by_class(synthesis: Synthesis, collected: RunReport) -> None:
    data, split = collected.data, synthesis.split
    assert (data.samples, data.train_samples, data.test_samples, data.features) == (150, 120, 30, 4)
    assert [one.train_samples for one in data.classes] == np.bincount(split.train_labels).tolist()
    assert [one.test_samples for one in data.classes] == np.bincount(split.test_labels).tolist()


def test_another_test_part_has_another_digest(synthesis: Synthesis, collected: RunReport) -> None:
    features = synthesis.split.test_features.copy()
    features[0, 0] += 1e-9
    other = collect(replace(synthesis, split=replace(synthesis.split, test_features=features)))
    assert other.data.test_digest != collected.data.test_digest


def test_training_is_told_epoch_by_epoch(synthesis: Synthesis, collected: RunReport) -> None:
    assert [one.epoch for one in collected.training.epochs] == [1, 2]
    assert collected.training.best_epoch == synthesis.trained.best_epoch.number
    assert collected.training.settings["layers"] == "3"
    assert collected.seed == 3


def test_every_kind_of_number_has_a_rule(collected: RunReport) -> None:
    numbers = {"gates2", "nand2", "depth", "area_um2", "nand2_equivalent", "cells", "cell_depth", "accuracy"}
    assert numbers <= set(collected.rules)
    assert metric_row(collected.metric("area_um2", 35.04))[1] == "35.0 µm²"


def test_nothing_in_the_report_names_a_place_or_a_time(collected: RunReport) -> None:
    text = to_text(collected)
    assert "seconds" not in json.loads(text)
    assert "/" not in collected.source
    for place in ("/root", "/home", "/tmp", str(Path.cwd())):
        assert place not in text


def test_the_digest_is_that_of_the_deliverables_without_the_reports(synthesis: Synthesis, collected: RunReport) -> None:
    from tinydwn.export.bundle import Bundle

    assert collected.digest == Bundle(synthesis.files).digest
    bundle = with_reports(synthesis.files, collected)
    assert set(bundle.files) - set(synthesis.files) == set(REPORT_FILES)


def test_two_libraries_of_one_name_are_refused(synthesis: Synthesis) -> None:
    twice = replace(synthesis.core, mapped=(synthesis.core.mapped[0],) * 2)
    with pytest.raises(ConfigError) as caught:
        collect(replace(synthesis, delivered=replace(synthesis.delivered, core=twice)))
    assert str(caught.value) == "two of the cell libraries have the same name\n\nhint: choose only one of them"


def test_small_circuits_are_drawn_with_every_cell(synthesis: Synthesis, collected: RunReport) -> None:
    drawn = {drawing.cut: drawing for drawing in collected.drawings}
    mapped = synthesis.core.mapped[0]
    assert drawn["core"].gates_of == "cells of nangate45"
    assert sum(bool(gate.reads) for gate in drawn["core"].gates) == sum(
        not one.cell.is_constant for one in mapped.instances
    )
    assert [name for name, _ in drawn["core"].outputs] == [name for name, _ in mapped.outputs]


def test_what_cannot_be_drawn_legibly_is_not_drawn(synthesis: Synthesis) -> None:
    netlist = synthesis.chip.lowered
    gates = [("g", node.fanin) for node in netlist.nodes]
    assert (assemble(netlist, gates, cut="chip", gates_of="nodes") is None) == (len(gates) > MAX_GATES)


def test_constants_that_are_read_are_drawn() -> None:
    from tinydwn.netlist import Netlist

    wires = Netlist("n", ("a", "b"), (), (("y", 1), ("z", 3)))
    drawing = draw_cells(map_to_cells(wires, load_library("gates2")), cut="core")
    assert drawing.inputs == ("b",)
    assert [gate.label for gate in drawing.gates] in (["1"], ["ONE"], ["TIE1"])
    assert [name for name, _ in drawing.outputs] == ["y", "z"]
