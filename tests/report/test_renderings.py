from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tinydwn.report.facts import AgreementFacts, ClassFacts, VerdictFacts
from tinydwn.report.markdown import to_markdown
from tinydwn.report.page import to_html
from tinydwn.report.run_report import RunReport
from tinydwn.report.sections import (
    headline,
    libraries_table,
    model_sentence,
    proof_sentence,
    steps_table,
    training_sentence,
    verdicts_table,
)
from tinydwn.report.wording import CUT_RULE

NASTY = "<script>alert(1)</script> | `x` [a](b) & *b*\n# $x$ \x00"
VOID = {"meta", "br"}


class Balanced(HTMLParser):
    """Raises where a tag is closed that is not open; remembers text and what could be loaded from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.text: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def _read(page: str) -> Balanced:
    reader = Balanced()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def _named(report: RunReport, name: str) -> RunReport:
    """Put a name everywhere that a user's names get to."""
    data = replace(report.data, name=name, classes=(ClassFacts(name, 1, 1),), notes=(name,))
    drawing = replace(report.drawings[0], inputs=(name, *report.drawings[0].inputs[1:]))
    witness = VerdictFacts("DIFFERENT", name, name, name, {name: True})
    core = replace(report.core, verdicts=(witness,))
    return replace(
        report, source=name, data=data, notes=(name,), drawings=(drawing,), cuts={**report.cuts, "core": core}
    )


def test_the_page_is_well_formed_and_loads_nothing(report: RunReport) -> None:
    reader = _read(to_html(report))
    assert {"main", "svg", "table"} <= reader.seen
    assert not {"script", "link", "img", "iframe", "object", "image"} & reader.seen
    assert all(address.startswith("#") for address in reader.addresses)
    assert "@import" not in to_html(report)
    assert "url(h" not in to_html(report)


def test_the_same_report_gives_the_same_page_and_markdown(report: RunReport) -> None:
    assert to_html(report) == to_html(report)
    assert to_markdown(report) == to_markdown(report)


def test_names_cannot_break_out_of_the_page(report: RunReport) -> None:
    reader = _read(to_html(_named(report, NASTY)))
    assert "script" not in reader.seen
    assert any("<script>alert(1)</script>" in text for text in reader.text)


def test_names_cannot_break_out_of_markdown(report: RunReport) -> None:
    text = to_markdown(_named(report, NASTY))
    assert "<script>" not in text
    assert not re.search(r"^# \$", text, re.MULTILINE)
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert all(len(re.findall(r"(?<!\\)\|", line)) >= 4 for line in tables)


def test_the_headline_says_whether_the_encoder_is_in(report: RunReport) -> None:
    assert headline(report) == (
        "iris: 96.7 % of 30 unseen samples right with 41 two-input gates with the encoder, "
        "171.4 µm² in sky130_fd_sc_hd; without the encoder it is 14 gates."
    )


def test_without_samples_no_accuracy_is_claimed(report: RunReport) -> None:
    bare = replace(
        report,
        source="model.npz",
        data=None,
        training=None,
        accuracy=replace(report.accuracy, train=None, test=None, train_samples=0, test_samples=0),
        drawings=(),
    )
    assert headline(bare) == (
        "model.npz: a classifier in 41 two-input gates with the encoder, 171.4 µm² in sky130_fd_sc_hd; "
        "without the encoder it is 14 gates."
    )
    page = to_html(bare)
    _read(page)
    for sentence in (
        "no samples were given",
        "No training history: the classifier was read from a file.",
        "No data set was used: the classifier was read from a file.",
        "The core is too large to be drawn legibly: 8 cells.",
        "The chip is too large to be drawn legibly: 8 cells.",
    ):
        assert sentence in page
    assert "No data set was used: the classifier was read from a file." in to_markdown(bare)


def test_a_netlist_without_steps_is_said_to_be_as_it_was_lowered(
    report: RunReport, altered: Callable[..., RunReport]
) -> None:
    bare = altered(altered(report, "core", steps=()), "chip", steps=())
    assert "No step was taken: the netlists are as they were lowered." in to_html(bare)
    assert "The core was left as it is." in to_markdown(bare)


@pytest.mark.parametrize(
    ("outcomes", "sentence"),
    [
        (["EQUIVALENT"] * 3, "All 3 proofs say EQUIVALENT."),
        (["EQUIVALENT"], "The one proof says EQUIVALENT."),
        ([], "Nothing was proven."),
        (["EQUIVALENT", "UNDECIDED"], "1 proof UNDECIDED and 1 proof EQUIVALENT. UNDECIDED is not a pass."),
        (["DIFFERENT", "EQUIVALENT", "EQUIVALENT"], "1 proof DIFFERENT and 2 proofs EQUIVALENT."),
    ],
)
def test_the_proof_sentence_hides_nothing(
    report: RunReport, altered: Callable[..., RunReport], outcomes: list[str], sentence: str
) -> None:
    verdicts = tuple(
        VerdictFacts(one, "a = b", "ABC cec", "", {"x": True} if one == "DIFFERENT" else None) for one in outcomes
    )
    changed = altered(altered(report, "chip", verdicts=()), "core", verdicts=verdicts)
    assert proof_sentence(changed) == sentence


def test_an_undecided_proof_looks_unlike_a_pass(report: RunReport, altered: Callable[..., RunReport]) -> None:
    late = VerdictFacts("UNDECIDED", "mapped = lowered", "Yosys", "no time left", None)
    page = to_html(altered(report, "chip", verdicts=(late,)))
    assert '<span class="badge UNDECIDED">? UNDECIDED</span>' in page
    assert '<div class="card open">' in page
    assert "no time left" in page


def test_a_difference_is_shown_with_its_witness(report: RunReport, altered: Callable[..., RunReport]) -> None:
    wrong = VerdictFacts("DIFFERENT", "a = b", "ABC cec", "", {"x > 1": True, "y": False})
    changed = altered(report, "core", verdicts=(wrong,))
    assert verdicts_table(changed.core).rows[0][3] == ("they differ where 'x > 1' is 1 and every other input is 0")
    many = altered(report, "core", verdicts=(replace(wrong, witness={f"i{k}": True for k in range(20)}),))
    assert "'i10', 'i11' and 8 more are 1 and every other input is 0" in verdicts_table(many.core).rows[0][3]
    zero = altered(report, "core", verdicts=(replace(wrong, witness={"y": False}),))
    assert verdicts_table(zero.core).rows[0][3] == "they differ where every input is 0"
    assert '<div class="card bad">' in to_html(changed)


def test_a_comparison_on_samples_is_not_called_a_proof(report: RunReport, altered: Callable[..., RunReport]) -> None:
    rows = verdicts_table(report.core).rows
    assert rows[-1] == ("AGREES", "netlist = classifier", "simulation", "0 of 150 samples differ; all samples")
    wrong = AgreementFacts("netlist = classifier", "simulation", 150, 2, "")
    changed = altered(report, "core", agreements=(wrong,))
    assert proof_sentence(changed) == "6 proofs EQUIVALENT and 1 comparison on samples DIFFERENT."
    rows = verdicts_table(changed.core).rows
    assert rows[-1] == ("DIFFERENT", "netlist = classifier", "simulation", "2 of 150 samples differ")


def test_a_comparison_that_was_not_made_is_not_called_agreement(
    report: RunReport, altered: Callable[..., RunReport]
) -> None:
    skipped = AgreementFacts("cells = classifier", "Icarus", 0, 0, "Icarus Verilog is not installed")
    changed = altered(report, "core", agreements=(skipped,))
    assert verdicts_table(changed.core).rows[-1] == (
        "SKIPPED", "cells = classifier", "Icarus", "Icarus Verilog is not installed",
    )  # fmt: skip
    assert '<span class="badge SKIPPED">' in to_html(changed)


def test_core_and_chip_stand_side_by_side_and_are_never_added(report: RunReport) -> None:
    for text in (to_html(report), to_markdown(report)):
        assert CUT_RULE in text
    assert libraries_table(report).rows[0] == (
        "sky130_fd_sc_hd", "55.1 µm²", "14.7", "8", "4", "171.4 µm²", "45.7", "8", "9",
    )  # fmt: skip


def test_a_step_is_told_with_all_its_counts(report: RunReport) -> None:
    assert steps_table(report.core).rows[2] == (
        "two-level", "24 → 26", "24 → 26", "48 → 52", "5 → 4", "dropped: larger",
    )  # fmt: skip


def test_the_model_is_told_in_one_sentence(report: RunReport) -> None:
    assert model_sentence(report) == (
        "1 layer: 30 LUTs of 4 inputs; reduction popcount (the class with the most ones wins, ties to the lowest). "
        "The tables read 6 of 32 thermometer bits."
    )


def test_markdown_has_every_figure_of_the_report(report: RunReport) -> None:
    text = to_markdown(report)
    for piece in (
        "| test part, held back from training and selection | 30 | 96.7 % |",
        "105.1 µm²",
        "`" + "ab" * 32 + "`",
    ):
        assert piece in text
    assert (
        "Trained for 20 epochs with seed 0; epoch 8 was kept: it did best on a validation part taken from the "
        "training part."
    ) in text


def test_without_a_validation_part_no_choice_is_claimed(report: RunReport) -> None:
    epochs = tuple(replace(epoch, validation_loss=None, validation_accuracy=None) for epoch in report.training.epochs)
    bare = replace(report, training=replace(report.training, epochs=epochs, best_epoch=20))
    assert training_sentence(bare) == (
        "Trained for 20 epochs with seed 0; epoch 20 was kept, without a validation part."
    )
