"""A report as one HTML page that needs nothing beside it: no font, no picture and no script from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tinydwn.metrics import CUTS
from tinydwn.report.accuracy_tables import (
    accuracy_table,
    confusion_table,
    front_table,
    headline,
    outputs_table,
    references_table,
)
from tinydwn.report.circuit_section import circuit_section
from tinydwn.report.facts import CutReport
from tinydwn.report.figures import part_areas, step_counts, training_curve
from tinydwn.report.front_figure import front_figure, has_front
from tinydwn.report.html import document, folded, notes_block, pairs_block, panel, section, shown, table_block, unbroken
from tinydwn.report.live import live_script
from tinydwn.report.origin_texts import (
    data_table,
    features_table,
    model_sentence,
    search_sentence,
    training_sentence,
)
from tinydwn.report.printed import printed_remarks, supplies_table
from tinydwn.report.run_report import RunReport
from tinydwn.report.sections import (
    Table,
    agreements_table,
    cuts_table,
    every_proof_table,
    libraries_table,
    parts_table,
    proof_sentence,
    rules_table,
    sources_table,
    steps_table,
)
from tinydwn.report.timings import timing_table
from tinydwn.report.wording import plural

if TYPE_CHECKING:
    from tinydwn.flow.timing import Timing


def to_html(report: RunReport, *, timings: Sequence[Timing] = (), layout: str = "") -> str:
    """Return a report as a complete HTML page; the same report gives the same text.

    `timings` are those of its bundle; `layout` is the section that `layout_section` makes of a routed design, if there
    is one.
    """
    return document(f"{report.source}: tinydwn report", _blocks(report, timings, layout))


def _blocks(report: RunReport, timings: Sequence[Timing], layout: str) -> Iterator[str]:
    yield f"<header><p>tinydwn report</p>\n<h1>{unbroken(headline(report))}</h1></header>"
    yield from notes_block(report.notes)
    if has_front(report):
        yield _front(report)
    yield circuit_section(report)
    yield section("Features needed", table_block(features_table(report)))
    yield section("Accuracy", *_accuracy(report))
    yield section("Gates and area", *map(table_block, (cuts_table(report), libraries_table(report))), *_parts(report))
    yield from _supplies(report)
    yield from (section(table.title, table_block(table)) for table in map(timing_table, timings))
    if layout:
        yield layout
    yield _proofs(report)
    yield section("How it came about", *_origin(report))
    yield section("Method and provenance", *_method(report))
    yield live_script(report)


def _front(report: RunReport) -> str:
    """Show the front of either cut, one at a time, by radio buttons that need no script."""
    switches, figures = [], []
    for cut in ("chip", "core"):
        checked = " checked" if cut == "chip" else ""
        what = "chip, encoder included" if cut == "chip" else "core, encoder left out"
        switches.append(f'<input type="radio" name="cut" id="cut-{cut}"{checked}><label for="cut-{cut}">{what}</label>')
        wide, narrow = (front_figure(report, cut=cut, narrow=narrow) for narrow in (False, True))
        sizes = f'<div class="wide">{wide}</div><div class="narrow">{narrow}</div>'
        figures.append(f'<div class="front {cut}">{sizes}</div>')
    front = f'<div class="panel drawn switched">{"".join(switches)}{"".join(figures)}</div>'
    every = front_table(report, full=True)
    blocks = [front, table_block(front_table(report))]
    if len(report.fronts["chip"]) > len(front_table(report).rows):
        tables = (_titled(front_table(report, cut=cut, full=True)) for cut in ("chip", "core"))
        blocks.append(folded(f"All {plural(len(every.rows), 'circuit')} of the front, by number", *tables))
    return section("Accuracy over area", *blocks)


def _accuracy(report: RunReport) -> Iterator[str]:
    yield table_block(accuracy_table(report))
    for table in (outputs_table(report), confusion_table(report), references_table(report)):
        if table is not None:
            yield _titled(table)


def _parts(report: RunReport) -> Iterator[str]:
    if report.parts:
        table = parts_table(report)
        yield f"<h3>Area by part, in {shown(report.main_library)}</h3>"
        if any(part.area_um2 for part in report.parts):
            yield panel(part_areas(report.parts, report.main_library), scroll=True)
        yield f'<p class="note">{shown(table.note)}</p>'


def _supplies(report: RunReport) -> Iterator[str]:
    table = supplies_table(report)
    if table is not None:
        remarks = [f"<p>{shown(remark)}</p>" for remark in printed_remarks(report)]
        yield section(table.title, table_block(table), *remarks)


def _proofs(report: RunReport) -> str:
    """Fold the proofs to the sentence that sums them up; open where they are not all good."""
    table, compared = every_proof_table(report), agreements_table(report)
    tables = [*([table_block(table)] if table.rows else []), *([_titled(compared)] if compared.rows else [])]
    if not tables:
        return section("Proofs", f"<p>{shown(proof_sentence(report))}</p>")
    trust = "proven" if report.all_equivalent else "unproven"
    return section("Proofs", folded(proof_sentence(report), *tables, unfold=not report.all_equivalent, kind=trust))


def _origin(report: RunReport) -> Iterator[str]:
    yield f"<p>{shown(model_sentence(report))} {shown(search_sentence(report))}</p>"
    training = f'<p class="note">{shown(training_sentence(report))}</p>'
    if report.training is not None and report.training.epochs:
        yield folded("Training, epoch by epoch", panel(training_curve(report.training), scroll=True), training)
    else:
        yield training
    cuts = [cut for cut in _cuts(report) if cut.steps]
    if not cuts:
        yield '<p class="note">No step of minimization was taken: the netlists are as they were lowered.</p>'
        return
    tables = (_titled(steps_table(cut)) for cut in cuts)
    yield folded("Minimization, step by step", panel(step_counts(cuts), scroll=True), *tables)


def _method(report: RunReport) -> Iterator[str]:
    table = data_table(report)
    if table is None or report.data is None:
        yield '<p class="note">No data set was used: the classifier was read from a file.</p>'
    else:
        data = report.data
        yield f"<h3>Data: {shown(data.name)}, {plural(data.samples, 'sample')}, {plural(data.features, 'feature')}</h3>"
        yield table_block(table)
        yield from notes_block(data.notes)
    yield folded("How each number is counted", table_block(rules_table(report)))
    yield folded("Cell libraries and their sources", table_block(sources_table(report)))
    if report.training is not None:
        settings = {name: _option(value) for name, value in report.training.settings.items()}
        yield folded("Settings of the training", pairs_block(settings))
    options = {name: _option(value) for name, value in report.options.items()}
    yield folded("Options and versions", pairs_block({**options, **report.versions}))
    digests = {"deliverables": report.digest, "classifier": report.model.digest}
    digests |= {f"{cut.cut} netlist": cut.digest for cut in _cuts(report)}
    yield folded("Digests (sha256)", pairs_block(digests, code=True))


def _option(value: object) -> str:
    return "none" if value is None else str(value)


def _titled(table: Table) -> str:
    return f"<h3>{shown(table.title)}</h3>{table_block(table)}"


def _cuts(report: RunReport) -> tuple[CutReport, ...]:
    return tuple(report.cuts[cut] for cut in CUTS)
