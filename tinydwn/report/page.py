"""A report as one HTML page that needs nothing beside it: no script, no font, no picture from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from tinydwn.report.figures import circuit, part_areas, step_counts, training_curve
from tinydwn.report.run_report import CutReport, RunReport
from tinydwn.report.sections import (
    Table,
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
from tinydwn.report.style import STYLE
from tinydwn.report.svg import printable
from tinydwn.report.wording import OUTCOME_SIGNS, area_text, count_text, percent_text, plural

_WIDE_GATES = 24  # larger drawings keep their size and scroll
_BADGES = {**OUTCOME_SIGNS, "AGREES": "=", "SKIPPED": "-"}


def to_html(report: RunReport) -> str:
    """Return a report as a complete HTML page; the same report gives the same text."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(report.source)}: tinydwn report</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(_blocks(report))
        + "\n</main>\n</body>\n</html>\n"
    )


def _blocks(report: RunReport) -> Iterator[str]:
    yield f"<header><p>tinydwn report</p>\n<h1>{_text(headline(report))}</h1>"
    yield f"<p>{_text(proof_sentence(report))}</p></header>"
    yield _cards(report)
    yield from _notes(report.notes)
    yield _section("Accuracy", _table(accuracy_table(report)), *_training(report))
    yield _section("Gates and area", *map(_table, (cuts_table(report), libraries_table(report))), *_parts(report))
    yield from _drawings(report)
    yield _section(
        "Proofs", *(f"<h3>{_text(table.title)}</h3>{_table(table)}" for table in map(verdicts_table, _cuts(report)))
    )
    yield _section("Minimization", *_steps(report))
    yield _section("Method and provenance", *_method(report))


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
    inner = "\n".join(
        f'<div class="{kind}"><div class="what">{_text(what)}</div>'
        f'<div class="value">{_text(value)}</div><div class="more">{_text(more)}</div></div>'
        for what, value, more, kind in cards
    )
    return f'<div class="cards">\n{inner}\n</div>'


def _trust(report: RunReport) -> tuple[str, str]:
    """Return what is said of the proofs, and how their card looks."""
    if report.all_equivalent:
        return "by independent provers", "card"
    wrong = any(verdict.outcome == "DIFFERENT" for verdict in report.verdicts)
    if wrong or any(check.mismatches for check in report.agreements):
        return "a difference was found", "card bad"
    return "UNDECIDED is not a pass" if report.verdicts else "nothing was proven", "card open"


def _training(report: RunReport) -> Iterator[str]:
    if report.training is not None and report.training.epochs:
        yield _drawn(training_curve(report.training))
    yield f'<p class="note">{_text(training_sentence(report))}</p>'


def _parts(report: RunReport) -> Iterator[str]:
    if report.parts:
        table = parts_table(report)
        yield f"<h3>Area by part, in {_text(report.main_library)}</h3>"
        if any(part.area_um2 for part in report.parts):
            yield _drawn(part_areas(report.parts, report.main_library))
        yield f'<p class="note">{_text(table.note)}</p>'


def _drawings(report: RunReport) -> Iterator[str]:
    drawn = {drawing.cut: drawing for drawing in report.drawings}
    blocks = []
    for cut in _cuts(report):
        if cut.cut in drawn:
            drawing = drawn[cut.cut]
            figure = _drawn(circuit(drawing), wide=len(drawing.gates) > _WIDE_GATES)
            blocks.append(f"<h3>{_text(f'The {cut.cut} in {drawing.gates_of}')}</h3>{figure}")
        else:
            cells = plural(cut.cells[report.main_library], "cell")
            blocks.append(f'<p class="note">The {cut.cut} is too large to be drawn legibly: {cells}.</p>')
    yield _section("Circuit", *blocks)


def _steps(report: RunReport) -> Iterator[str]:
    cuts = [cut for cut in _cuts(report) if cut.steps]
    if not cuts:
        yield '<p class="note">No step was taken: the netlists are as they were lowered.</p>'
        return
    yield _drawn(step_counts(cuts))
    for cut in cuts:
        table = steps_table(cut)
        yield f"<details><summary>{_text(table.title)}, step by step</summary>{_table(table)}</details>"


def _method(report: RunReport) -> Iterator[str]:
    yield f"<p>{_text(model_sentence(report))}</p>"
    table = data_table(report)
    if table is None or report.data is None:
        yield '<p class="note">No data set was used: the classifier was read from a file.</p>'
    else:
        data = report.data
        yield f"<h3>Data: {_text(data.name)}, {plural(data.samples, 'sample')}, {plural(data.features, 'feature')}</h3>"
        yield _table(table)
        yield from _notes(data.notes)
    for table in (rules_table(report), sources_table(report)):
        yield f"<h3>{_text(table.title)}</h3>{_table(table)}"
    if report.training is not None:
        settings = {name: "none" if value is None else str(value) for name, value in report.training.settings.items()}
        yield f"<details><summary>Settings of the training</summary>{_pairs(settings)}</details>"
    yield f"<details><summary>Options and versions</summary>{_pairs({**_options(report), **report.versions})}</details>"
    digests = {"deliverables": report.digest, "classifier": report.model.digest}
    digests |= {f"{cut.cut} netlist": cut.digest for cut in _cuts(report)}
    yield "<h3>Digests (sha256)</h3>" + _pairs(digests, code=True)


def _options(report: RunReport) -> dict[str, str]:
    return {name: "none" if value is None else str(value) for name, value in report.options.items()}


def _cuts(report: RunReport) -> tuple[CutReport, CutReport]:
    return report.core, report.chip


def _section(title: str, *blocks: str) -> str:
    return f"<section>\n<h2>{_text(title)}</h2>\n" + "\n".join(blocks) + "\n</section>"


def _drawn(svg: str, *, wide: bool = False) -> str:
    return f'<div class="panel drawn{" wide" if wide else ""}">{svg}</div>'


def _notes(notes: tuple[str, ...]) -> Iterator[str]:
    if notes:
        yield '<ul class="note">' + "".join(f"<li>{_text(note)}</li>" for note in notes) + "</ul>"


def _pairs(pairs: dict[str, str], *, code: bool = False) -> str:
    rows = ((name, f"<code>{_text(value)}</code>" if code else _text(value)) for name, value in pairs.items())
    return "<dl>" + "".join(f"<dt>{_text(name)}</dt><dd>{value}</dd>" for name, value in rows) + "</dl>"


def _table(table: Table) -> str:
    def cells(row: tuple[str, ...], tag: str) -> str:
        heads = [f"<{tag}>" if k < table.numbers_from else f'<{tag} class="n">' for k in range(len(row))]
        return "".join(f"{head}{_cell(cell)}</{tag}>" for head, cell in zip(heads, row, strict=True))

    body = "".join(f"<tr>{cells(row, 'td')}</tr>\n" for row in table.rows)
    note = f'<p class="note">{_text(table.note)}</p>' if table.note else ""
    head = f"<thead><tr>{cells(table.columns, 'th')}</tr></thead>"
    return f'<div class="panel"><table>{head}<tbody>\n{body}</tbody></table></div>{note}'


def _cell(text: str) -> str:
    if text in _BADGES:
        return f'<span class="badge {text}">{_BADGES[text]} {text}</span>'
    return _text(text)


def _text(text: str) -> str:
    return escape(printable(text))
