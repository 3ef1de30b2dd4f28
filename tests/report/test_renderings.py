from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tinydwn.report.accuracy_tables import (
    accuracy_table,
    confusion_table,
    front_table,
    headline,
    references_table,
)
from tinydwn.report.circuit_section import output_meanings
from tinydwn.report.facts import AgreementFacts, ClassFacts, VerdictFacts
from tinydwn.report.markdown import escaped, to_markdown
from tinydwn.report.origin_texts import (
    features_table,
    model_sentence,
    search_sentence,
    training_sentence,
    unread_sentence,
)
from tinydwn.report.page import to_html
from tinydwn.report.run_report import RunReport
from tinydwn.report.sections import every_proof_table, libraries_table, proof_sentence, steps_table, verdicts_table
from tinydwn.report.wording import CUT_RULE

NASTY = "<script>alert(1)</script> | `x` [a](b) & *b*\n# $x$ \x00"
VOID = {"meta", "br", "input"}
MOST_BYTES = 400_000


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
    features = tuple(replace(one, feature=name, port=name) for one in report.interface.features)
    classes = tuple(replace(one, name=name) for one in report.interface.classes)
    interface = replace(report.interface, features=features, features_unread=(name,), classes=classes)
    witness = VerdictFacts("DIFFERENT", name, name, name, {name: True})
    core = replace(report.core, verdicts=(witness,))
    return replace(
        report,
        source=name,
        data=data,
        model=replace(report.model, class_names=(name,) * 3, start=name),
        search=replace(report.search, rule=name),
        references=(replace(report.references[0], name=name),),
        interface=interface,
        equations=f"# {name}\ny = a & b\n```\n</pre>",
        notes=(name,),
        drawings=(drawing,),
        cuts={**report.cuts, "core": core},
    )


def test_the_page_is_well_formed_and_loads_nothing(report: RunReport) -> None:
    page = to_html(report)
    reader = _read(page)
    assert {"main", "svg", "table", "script", "details"} <= reader.seen
    assert not {"link", "img", "iframe", "object", "image"} & reader.seen
    assert all(address.startswith("#") for address in reader.addresses)
    assert "@import" not in page
    assert "url(h" not in page
    assert len(page.encode()) < MOST_BYTES


def test_a_circuit_too_large_for_a_page_leaves_no_script_there(large: RunReport) -> None:
    page = to_html(large)
    assert "script" not in _read(page).seen
    for sentence in (
        "The equations are not shown: the circuit is too large to be read.",
        "The core is too large to be drawn legibly: 8 cells.",
        "The chip is too large to be drawn legibly: 8 cells.",
    ):
        assert sentence in page
    assert "The equations are not shown: the circuit is too large to be read." in to_markdown(large)


def test_every_kind_of_report_gives_a_page_and_markdown(
    report: RunReport, two_classes: RunReport, large: RunReport, of_a_model: RunReport
) -> None:
    for one in (report, two_classes, large, of_a_model):
        _read(to_html(one))
        assert to_markdown(one).startswith(f"# {escaped(one.source)}")


def test_the_page_opens_with_one_sentence_then_the_front_then_the_circuit(report: RunReport) -> None:
    reader = _read(to_html(report))
    text = " ".join("".join(reader.text[1:]).replace("\N{NO-BREAK SPACE}", " ").split())
    places = [
        text.index(piece)
        for piece in (
            headline(report), "Accuracy over area", "As equations of the core", "Try it", "The chip in cells of",
            "Features needed", "answering always the most frequent class", "Confusion", "Gates and area",
            "All 6 proofs",
        )
    ]  # fmt: skip
    assert places == sorted(places)


def test_the_same_report_gives_the_same_page_and_markdown(report: RunReport) -> None:
    assert to_html(report) == to_html(report)
    assert to_markdown(report) == to_markdown(report)


def test_names_cannot_break_out_of_the_page(report: RunReport) -> None:
    page = to_html(_named(report, NASTY))
    reader = _read(page)
    assert page.count("<script") == 2
    assert any("<script>alert(1)</script>" in text for text in reader.text)


def test_names_cannot_break_out_of_markdown(report: RunReport) -> None:
    text = to_markdown(_named(report, NASTY))
    before, code, after = text.split("\n````\n")
    assert "y = a & b\n```\n" in code
    text = before + after
    assert "<script>" not in text
    assert not re.search(r"^# \$", text, re.MULTILINE)
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert all(len(re.findall(r"(?<!\\)\|", line)) >= 4 for line in tables)


def test_the_headline_is_about_the_chosen_chip(report: RunReport) -> None:
    assert headline(report) == (
        "iris: 93.3 % of 30 unseen samples right (95.8 ± 1.8 % expected) with 9 two-input gates, encoder included, "
        "20.0 µm² in sky130_fd_sc_hd."
    )


def test_the_headline_tells_the_core_first_where_its_cost_counted(report: RunReport) -> None:
    of_the_core = replace(report, search=replace(report.search, cut="core"))
    gates, area = report.core.gates2, report.core.area_um2["sky130_fd_sc_hd"]
    assert (
        f"with {gates} two-input gates on the core, {area:.1f} µm²; 9 two-input gates, encoder included,"
        in headline(of_the_core)
    )


def test_a_full_front_marks_what_a_smaller_circuit_beats(report: RunReport) -> None:
    points = report.fronts["chip"]
    rows = front_table(report, full=True).rows
    for k, (point, row) in enumerate(zip(points, rows, strict=True)):
        beaten = any((one.expected_accuracy or 0) >= (point.expected_accuracy or 0) for one in points[:k])
        assert ("(beaten)" in row[0]) == (beaten and not point.chosen)


def test_the_headline_says_when_accuracy_is_a_mean_over_classes(report: RunReport) -> None:
    balanced = replace(report, accuracy=replace(report.accuracy, kind="balanced", expected=None, expected_error=None))
    assert headline(balanced) == (
        "iris: 93.3 % balanced accuracy on 30 unseen samples with 9 two-input gates, encoder included, "
        "20.0 µm² in sky130_fd_sc_hd."
    )
    assert accuracy_table(balanced).note == "Accuracy is the mean over the classes."


def test_without_samples_no_accuracy_is_claimed(of_a_model: RunReport) -> None:
    assert headline(of_a_model) == (
        "model.npz: a classifier of 9 two-input gates, encoder included, 20.0 µm² in sky130_fd_sc_hd."
    )
    page = to_html(of_a_model)
    for sentence in (
        "No training history: the classifier was read from a file.",
        "No data set was used: the classifier was read from a file.",
        "No search was made: the function was to be kept, or there were no samples.",
        "not measured",
    ):
        assert sentence in page
    assert "No data set was used: the classifier was read from a file." in to_markdown(of_a_model)


def test_without_a_test_part_the_headline_says_what_is_expected(report: RunReport) -> None:
    assert headline(replace(report, accuracy=replace(report.accuracy, test=None))) == (
        "iris: 95.8 ± 1.8 % expected right, a classifier of 9 two-input gates, encoder included, "
        "20.0 µm² in sky130_fd_sc_hd."
    )


def test_the_short_front_names_three_circuits_and_the_chosen_one(report: RunReport) -> None:
    assert front_table(report).rows == (
        ("tiny", "95.0 ± 2.0 %", "93.3 %", "4", "12.5 µm²", "1"),
        ("balanced (chosen)", "95.8 ± 1.8 %", "93.3 %", "9", "20.0 µm²", "2"),
        ("best", "96.7 ± 1.6 %", "96.7 %", "30", "120.1 µm²", "2"),
    )
    same = replace(report, search=replace(report.search, tiny=5, balanced=5))
    assert [row[0] for row in front_table(same).rows] == ["3 (chosen)", "tiny, balanced, best"]


def test_the_full_front_has_every_circuit_by_number(report: RunReport) -> None:
    table = front_table(report, full=True)
    names = ["0", "1", "2, tiny", "3, balanced (chosen)", "5, best", "4 (beaten)"]
    assert [row[0] for row in table.rows] == names
    assert table.rows[1][1:] == ("tree", "83.3 ± 2.8 %", "80.0 %", "2", "5.0 µm²", "1")
    assert front_table(report, cut="core", full=True).rows[4][5] == "90.1 µm²"


def test_accuracy_stands_beside_its_estimate_and_the_majority(report: RunReport) -> None:
    assert accuracy_table(report).rows == (
        ("test part, held back from training and choice", "30", "93.3 %"),
        ("expected on unseen samples, estimated without the test part", "", "95.8 ± 1.8 %"),
        ("training part", "120", "99.2 %"),
        ("answering always the most frequent class, test part", "30", "33.3 %"),
    )


def test_confusion_counts_samples_and_gives_the_recall_of_each_class(report: RunReport) -> None:
    table = confusion_table(report)
    assert table.columns[1:] == ("answered setosa", "answered versicolor", "answered virginica", "samples", "recall")
    assert table.rows[1] == ("versicolor", "0", "9", "1", "10", "90.0 %")
    empty = replace(report, accuracy=replace(report.accuracy, confusion=((0, 0, 0), (0, 9, 1), (0, 1, 9))))
    assert confusion_table(empty).rows[0] == ("setosa", "0", "0", "0", "0", "no sample")


def test_many_classes_get_their_recall_without_the_matrix(report: RunReport) -> None:
    names = tuple(f"class {k}" for k in range(30))
    confusion = tuple(tuple(int(j == k) for j in range(30)) for k in range(30))
    many = replace(
        report,
        model=replace(report.model, class_names=names),
        accuracy=replace(report.accuracy, confusion=confusion),
    )
    assert confusion_table(many).columns == ("class", "samples", "recall")
    assert confusion_table(many).rows[7] == ("class 7", "1", "100.0 %")


def test_without_samples_there_is_no_confusion_and_no_reference(of_a_model: RunReport) -> None:
    assert confusion_table(of_a_model) is None
    assert references_table(of_a_model) is None


def test_features_needed_say_how_finely_they_are_measured(report: RunReport) -> None:
    table = features_table(report)
    assert table.rows[0] == (
        "petal length (cm)", report.interface.features_read[0].port, "0.95 to 7.35", "0.1", "3 of 6", "0.8",
    )  # fmt: skip
    assert table.note.endswith("Not needed: sepal length (cm) and sepal width (cm).")


def test_many_unneeded_features_are_counted(report: RunReport) -> None:
    unread = tuple(f"f{k}" for k in range(40))
    many = replace(report, interface=replace(report.interface, features_unread=unread))
    assert unread_sentence(many) == "Not needed: f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11 and 28 more."
    none = replace(report, interface=replace(report.interface, features_unread=()))
    assert unread_sentence(none) == "Every feature is needed."


def test_outputs_are_told_by_the_classes_they_are_one_for(report: RunReport, two_classes: RunReport) -> None:
    assert output_meanings(report) == {"class[0]": "1: versicolor", "class[1]": "1: virginica"}
    assert output_meanings(two_classes) == {"class[0]": "1: benign"}
    assert "The outputs tell the class, the highest bit first: 00 setosa, 01 versicolor, 10 virginica." in to_html(
        report
    )
    assert "The one output tells the class: 0 malignant, 1 benign." in to_html(two_classes)


def test_a_netlist_without_steps_is_said_to_be_as_it_was_lowered(
    report: RunReport, altered: Callable[..., RunReport]
) -> None:
    bare = altered(altered(report, "core", steps=()), "chip", steps=())
    assert "No step of minimization was taken: the netlists are as they were lowered." in to_html(bare)
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
    assert '<details open><summary class="unproven">3 proofs EQUIVALENT' not in page
    assert '<details open><summary class="unproven">1 proof UNDECIDED and 3 proofs EQUIVALENT.' in page
    assert "no time left" in page


def test_the_number_of_proofs_is_that_of_the_rows_that_the_sentence_opens(report: RunReport) -> None:
    assert proof_sentence(report) == f"All {len(every_proof_table(report).rows)} proofs say EQUIVALENT."
    page = to_html(report)
    folded = page[page.index(f'<summary class="proven">{proof_sentence(report)}') :]
    rows = folded[: folded.index("</table>")].count('<tr><td><span class="badge EQUIVALENT">')
    assert rows == len(report.verdicts) == 6


def test_a_difference_is_shown_with_its_witness(report: RunReport, altered: Callable[..., RunReport]) -> None:
    wrong = VerdictFacts("DIFFERENT", "a = b", "ABC cec", "", {"x > 1": True, "y": False})
    changed = altered(report, "core", verdicts=(wrong,))
    assert verdicts_table(changed.core).rows[0][3] == ("they differ where 'x > 1' is 1 and every other input is 0")
    many = altered(report, "core", verdicts=(replace(wrong, witness={f"i{k}": True for k in range(20)}),))
    assert "'i10', 'i11' and 8 more are 1 and every other input is 0" in verdicts_table(many.core).rows[0][3]
    zero = altered(report, "core", verdicts=(replace(wrong, witness={"y": False}),))
    assert verdicts_table(zero.core).rows[0][3] == "they differ where every input is 0"
    assert '<details open><summary class="unproven">1 proof DIFFERENT' in to_html(changed)


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
        "sky130_fd_sc_hd", "15.0 µm²", "4.0", "8", "2", "20.0 µm²", "5.3", "8", "3",
    )  # fmt: skip


def test_a_step_is_told_with_all_its_counts(report: RunReport) -> None:
    assert steps_table(report.core).rows[2] == (
        "two-level", "24 → 26", "24 → 26", "48 → 52", "5 → 4", "dropped: larger",
    )  # fmt: skip


def test_the_model_is_told_with_what_it_descends_from(report: RunReport) -> None:
    network = (
        " The network: 1 layer, 30 LUTs of 4 inputs; reduction popcount (the class with the most ones wins, ties to "
        "the lowest); its tables read 6 of 32 thermometer bits."
    )
    said = "The chosen circuit was found by the search and is a function of its own (from network)."
    assert model_sentence(report) == said + network
    tree = replace(report, model=replace(report.model, kind="tree", start="", layers=()))
    assert model_sentence(tree) == "The chosen circuit is a decision tree with its function kept."
    kept = replace(report, model=replace(report.model, kind="network", start=""))
    assert model_sentence(kept) == "The chosen circuit is the trained network with its function kept." + network


def test_the_search_is_told_with_its_effort_and_its_rule(report: RunReport) -> None:
    assert search_sentence(report) == (
        "12,345 circuits judged for the area of the chip in sky130_fd_sc_hd, at most 400 NAND2 equivalents, effort "
        "normal, seed 0. Chosen: the smallest within one standard error of the best."
    )


def test_markdown_has_every_figure_of_the_report(report: RunReport) -> None:
    text = to_markdown(report)
    for piece in (
        "| test part, held back from training and choice | 30 | 93.3 % |",
        "| balanced (chosen) | 95.8 ± 1.8 % | 93.3 % | 9 | 20.0 µm² | 2 |",
        "class_1 = ",
        "| versicolor | 0 | 9 | 1 | 10 | 90.0 % |",
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
