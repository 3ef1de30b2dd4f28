"""Refined circuits as one HTML page that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tinydwn.report.html import cards_block, document, panel, section, shown, table_block, trust
from tinydwn.report.refined import difference_sentence, front_figure, headline, provenance, tables_of
from tinydwn.report.timings import timing_table
from tinydwn.report.wording import area_text, equivalents_text, percent_text, plural

if TYPE_CHECKING:
    from tinydwn.flow.timing import Timing
    from tinydwn.report.refined_report import RefinedReport

_CUTS = {"core": "without encoder", "chip": "with the encoder"}


def to_html(report: RefinedReport, *, timings: Sequence[Timing] = (), layout: str = "") -> str:
    """Return a report as a complete HTML page; the same report gives the same text.

    `timings` are those of its bundle; `layout` is the section that `layout_section` makes of a routed design, if there
    is one.
    """
    return document(f"{report.source}: refined circuits", _blocks(report, timings, layout))


def _blocks(report: RefinedReport, timings: Sequence[Timing], layout: str) -> Iterator[str]:
    yield f"<header><p>tinydwn, refined circuits</p>\n<h1>{shown(headline(report))}</h1></header>"
    yield cards_block(_cards(report))
    yield section("Accuracy over area", panel(front_figure(report)))
    for cut, front in report.cuts.items():
        tables = (f"<h3>{shown(table.title)}</h3>{table_block(table)}" for table in tables_of(cut, front))
        yield section(f"The {cut}", f"<p>{shown(difference_sentence(cut, report))}</p>", *tables)
    yield from (section(table.title, table_block(table)) for table in map(timing_table, timings))
    if layout:
        yield layout
    yield section("Method and provenance", f"<p>{shown(provenance(report))}</p>")


def _cards(report: RefinedReport) -> Iterator[tuple[str, str, str, str]]:
    samples = f"on {plural(report.test_samples, 'unseen sample')}"
    right = "balanced accuracy" if report.accuracy == "balanced" else "test accuracy"
    for cut, front in report.cuts.items():
        chosen = front.chosen_point
        area = f"{area_text(chosen.area_um2)} in {report.library}, {_CUTS[cut]}"
        yield f"{cut}, {right}", percent_text(chosen.test_accuracy), samples, "card"
        yield f"{cut}, NAND2 equivalents", equivalents_text(chosen.nand2_equivalent), area, "card"
    outcomes = [proof.outcome for front in report.cuts.values() for proof in front.proofs]
    wrong = "DIFFERENT" in outcomes or any(front.gate_level.mismatches for front in report.cuts.values())
    yield "proofs EQUIVALENT", f"{outcomes.count('EQUIVALENT')} of {len(outcomes)}", *trust(outcomes, wrong=wrong)
