from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from tinydwn.errors import BundleError
from tinydwn.report.facts import Gate, VerdictFacts
from tinydwn.report.run_report import RunReport, from_text, to_text
from tinydwn.report.wording import metric_row

HINT = "run 'tinydwn synth' again to write the folder anew"


def test_a_report_is_read_back_as_it_was_written(report: RunReport) -> None:
    assert from_text(to_text(report)) == report


def test_what_is_read_back_is_written_as_the_same_text(report: RunReport) -> None:
    assert to_text(from_text(to_text(report))) == to_text(report)


def test_the_seconds_that_the_command_line_adds_are_passed_over(report: RunReport) -> None:
    assert from_text(json.dumps({**json.loads(to_text(report)), "seconds": {"train": 1.5}})) == report


def test_the_json_has_the_figures_where_a_reader_looks_for_them(report: RunReport) -> None:
    value = json.loads(to_text(report))
    assert value["schema"] == "tinydwn.report/2"
    assert value["accuracy"]["test"] == 28 / 30
    assert value["cuts"]["core"]["gates2"] == 4
    assert value["cuts"]["chip"]["area_um2"]["sky130_fd_sc_hd"] == 20.0192
    assert value["cuts"]["chip"]["verdicts"][0]["outcome"] == "EQUIVALENT"


def _broken(report: RunReport, change: Callable[[dict[str, object]], object]) -> str:
    value = json.loads(to_text(report))
    change(value)
    return json.dumps(value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda v: v.update(schema="x/2"), "report.json is not a report of tinydwn: its schema is 'x/2', not "),
        (lambda v: v.pop("schema"), "report.json is not a report of tinydwn: its schema is None, not "),
        (lambda v: v.pop("accuracy"), "report.json lacks 'accuracy'"),
        (lambda v: v.update(extra=1), "report.json has an unknown entry 'extra'"),
        (lambda v: v["cuts"].pop("core"), "report.json.cuts has the entries chip, not core, chip"),
        (lambda v: v["cuts"]["core"].update(cut="chip"), "report.json.cuts.core is about the chip"),
        (lambda v: v["cuts"]["core"].update(gates2="14"), "report.json.cuts.core.gates2 is '14', a whole number is"),
        (
            lambda v: v["cuts"]["chip"]["cells"].pop("egfet"),
            "report.json.cuts.chip does not have every number for every library",
        ),
        (
            lambda v: v["cuts"]["chip"]["verdicts"][0].update(outcome="DIFFERENT"),
            "report.json.cuts.chip.verdicts[0] must have a witness exactly where it is DIFFERENT",
        ),
        (
            lambda v: v["drawings"][0]["outputs"].append(["y", 99]),
            "report.json.drawings[0] reads a vertex that does not come before it",
        ),
    ],
)
def test_a_changed_report_is_refused(report: RunReport, change: Callable, message: str) -> None:
    with pytest.raises(BundleError) as caught:
        from_text(_broken(report, change))
    assert caught.value.message.startswith(message)
    assert caught.value.hint == HINT


@pytest.mark.parametrize("text", ["", "{", "[1]", "3", '"x"', "[" * 100_000, '{"schema": NaN}', "\x00"])
def test_a_text_that_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(BundleError) as caught:
        from_text(text, where="'x.json'")
    assert caught.value.message.startswith("'x.json' is not ")


def test_a_gate_that_reads_a_later_gate_is_refused(report: RunReport) -> None:
    drawing = report.drawings[0]
    looped = replace(report, drawings=(replace(drawing, gates=(Gate("inv", (4,), 1), *drawing.gates[1:])),))
    with pytest.raises(BundleError, match="reads a vertex that does not come before it"):
        from_text(to_text(looped))


def test_no_verdicts_are_not_taken_for_good_ones(report: RunReport, altered: Callable[..., RunReport]) -> None:
    bare = altered(altered(report, "core", verdicts=()), "chip", verdicts=())
    assert report.all_equivalent
    assert not bare.all_equivalent


def test_one_undecided_verdict_spoils_the_whole(report: RunReport, altered: Callable[..., RunReport]) -> None:
    late = VerdictFacts("UNDECIDED", "mapped = lowered", "Yosys", "no time left", None)
    assert not altered(report, "chip", verdicts=(*report.chip.verdicts, late)).all_equivalent


def test_a_number_comes_with_its_rule(report: RunReport) -> None:
    metric = report.metric("gates2", report.core.gates2, name="core.gates2")
    assert metric_row(metric)[1] == "4 gates"
    assert metric.source == "two-input gates of any kind, inverters free"
