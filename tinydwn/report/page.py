"""A report as one HTML page that needs nothing beside it: no script, no font, no picture from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tinydwn.report.facts import CutReport
from tinydwn.report.figures import circuit, part_areas, step_counts, training_curve
from tinydwn.report.html import (
    cards_block,
    document,
    notes_block,
    pairs_block,
    panel,
    section,
    shown,
    table_block,
    trust,
)
from tinydwn.report.printed import printed_remarks, supplies_table
from tinydwn.report.run_report import RunReport
from tinydwn.report.sections import (
    accuracy_table,
    cuts_table,
    data_table,
    headline,
    libraries_table,
    model_sentence,
    parts_table,
    proof_sentence,
    rules_table,
    sources_table,
    steps_table,
    training_sentence,
    verdicts_table,
)
from tinydwn.report.timings import timing_table
from tinydwn.report.wording import area_text, count_text, percent_text, plural

if TYPE_CHECKING:
    from tinydwn.flow.timing import Timing

_WIDE_GATES = 24  # larger drawings keep their size and scroll


def to_html(report: RunReport, *, timings: Sequence[Timing] = (), layout: str = "") -> str:
    """Return a report as a complete HTML page; the same report gives the same text.

    `timings` are those of its bundle; `layout` is the section that `layout_section` makes of a routed design, if there
    is one.
    """
    return document(f"{report.source}: tinydwn report", _blocks(report, timings, layout))


def _blocks(report: RunReport, timings: Sequence[Timing], layout: str) -> Iterator[str]:
    yield f"<header><p>tinydwn report</p>\n<h1>{shown(headline(report))}</h1>"
    yield f"<p>{shown(proof_sentence(report))}</p></header>"
    yield _cards(report)
    yield from notes_block(report.notes)
    yield section("Accuracy", table_block(accuracy_table(report)), *_training(report))
    yield section("Gates and area", *map(table_block, (cuts_table(report), libraries_table(report))), *_parts(report))
    yield from _supplies(report)
    yield from (section(table.title, table_block(table)) for table in map(timing_table, timings))
    yield from _drawings(report)
    if layout:
        yield layout
    yield section(
        "Proofs",
        *(f"<h3>{shown(table.title)}</h3>{table_block(table)}" for table in map(verdicts_table, _cuts(report))),
    )
    yield section("Minimization", *_steps(report))
    yield section("Method and provenance", *_method(report))


def _cards(report: RunReport) -> str:
    library = report.main_library
    accuracy = "none" if report.accuracy.test is None else percent_text(report.accuracy.test)
    samples = f"on {plural(report.accuracy.test_samples, 'unseen sample')}" if report.data else "no samples were given"
    proven = sum(verdict.outcome == "EQUIVALENT" for verdict in report.verdicts)
    cards = (
        ("test accuracy", accuracy, samples, "card"),
        ("chip gates", count_text(report.chip.gates2), "two-input, with the encoder", "card"),
        ("core gates", count_text(report.core.gates2), "two-input, without encoder", "card"),
        ("chip area", area_text(report.chip.area_um2[library]), f"{library}, with the encoder", "card"),
        ("proofs EQUIVALENT", f"{proven} of {len(report.verdicts)}", *_trust(report)),
    )
    return cards_block(cards)


def _trust(report: RunReport) -> tuple[str, str]:
    outcomes = [verdict.outcome for verdict in report.verdicts]
    return trust(outcomes, wrong="DIFFERENT" in outcomes or any(check.mismatches for check in report.agreements))


def _training(report: RunReport) -> Iterator[str]:
    if report.training is not None and report.training.epochs:
        yield panel(training_curve(report.training))
    yield f'<p class="note">{shown(training_sentence(report))}</p>'


def _parts(report: RunReport) -> Iterator[str]:
    if report.parts:
        table = parts_table(report)
        yield f"<h3>Area by part, in {shown(report.main_library)}</h3>"
        if any(part.area_um2 for part in report.parts):
            yield panel(part_areas(report.parts, report.main_library))
        yield f'<p class="note">{shown(table.note)}</p>'


def _supplies(report: RunReport) -> Iterator[str]:
    table = supplies_table(report)
    if table is not None:
        remarks = [f"<p>{shown(remark)}</p>" for remark in printed_remarks(report)]
        yield section(table.title, table_block(table), *remarks)


def _drawings(report: RunReport) -> Iterator[str]:
    drawn = {drawing.cut: drawing for drawing in report.drawings}
    blocks = []
    for cut in _cuts(report):
        if cut.cut in drawn:
            drawing = drawn[cut.cut]
            figure = panel(circuit(drawing), wide=len(drawing.gates) > _WIDE_GATES)
            blocks.append(f"<h3>{shown(f'The {cut.cut} in {drawing.gates_of}')}</h3>{figure}")
        else:
            cells = plural(cut.cells[report.main_library], "cell")
            blocks.append(f'<p class="note">The {cut.cut} is too large to be drawn legibly: {cells}.</p>')
    yield section("Circuit", *blocks)


def _steps(report: RunReport) -> Iterator[str]:
    cuts = [cut for cut in _cuts(report) if cut.steps]
    if not cuts:
        yield '<p class="note">No step was taken: the netlists are as they were lowered.</p>'
        return
    yield panel(step_counts(cuts))
    for cut in cuts:
        table = steps_table(cut)
        yield f"<details><summary>{shown(table.title)}, step by step</summary>{table_block(table)}</details>"


def _method(report: RunReport) -> Iterator[str]:
    yield f"<p>{shown(model_sentence(report))}</p>"
    table = data_table(report)
    if table is None or report.data is None:
        yield '<p class="note">No data set was used: the classifier was read from a file.</p>'
    else:
        data = report.data
        yield f"<h3>Data: {shown(data.name)}, {plural(data.samples, 'sample')}, {plural(data.features, 'feature')}</h3>"
        yield table_block(table)
        yield from notes_block(data.notes)
    for table in (rules_table(report), sources_table(report)):
        yield f"<h3>{shown(table.title)}</h3>{table_block(table)}"
    if report.training is not None:
        settings = {name: "none" if value is None else str(value) for name, value in report.training.settings.items()}
        yield f"<details><summary>Settings of the training</summary>{pairs_block(settings)}</details>"
    made_with = pairs_block({**_options(report), **report.versions})
    yield f"<details><summary>Options and versions</summary>{made_with}</details>"
    digests = {"deliverables": report.digest, "classifier": report.model.digest}
    digests |= {f"{cut.cut} netlist": cut.digest for cut in _cuts(report)}
    yield "<h3>Digests (sha256)</h3>" + pairs_block(digests, code=True)


def _options(report: RunReport) -> dict[str, str]:
    return {name: "none" if value is None else str(value) for name, value in report.options.items()}


def _cuts(report: RunReport) -> tuple[CutReport, CutReport]:
    return report.core, report.chip
