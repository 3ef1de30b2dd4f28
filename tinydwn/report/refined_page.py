"""Refined circuits as one HTML page that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tinydwn.report.html import cards_block, document, panel, section, shown, table_block
from tinydwn.report.refined import difference_sentence, front_figure, headline, provenance, tables_of
from tinydwn.report.wording import area_text, count_text, equivalents_text, percent_text

if TYPE_CHECKING:
    from tinydwn.report.refined_report import FrontFacts, RefinedReport

_CUTS = {"core": "without encoder", "chip": "with the encoder"}


def to_html(report: RefinedReport) -> str:
    """Return a report as a complete HTML page; the same report gives the same text."""
    return document(f"{report.source}: refined circuits", _blocks(report))


def _blocks(report: RefinedReport) -> Iterator[str]:
    yield f"<header><p>tinydwn, refined circuits</p>\n<h1>{shown(headline(report))}</h1></header>"
    yield cards_block(card for cut, front in report.cuts.items() for card in _cards(cut, front, report))
    yield section("Accuracy over area", panel(front_figure(report)))
    for cut, front in report.cuts.items():
        tables = (f"<h3>{shown(table.title)}</h3>{table_block(table)}" for table in tables_of(cut, front))
        yield section(f"The {cut}", f"<p>{shown(difference_sentence(cut, report))}</p>", *tables)
    yield section("Method and provenance", f"<p>{shown(provenance(report))}</p>")


def _cards(cut: str, front: FrontFacts, report: RefinedReport) -> Iterator[tuple[str, str, str, str]]:
    chosen, samples = front.chosen_point, count_text(report.test_samples)
    yield f"{cut}, test accuracy", percent_text(chosen.test_accuracy), f"on {samples} unseen samples", "card"
    area = f"{area_text(chosen.area_um2)} in {report.library}, {_CUTS[cut]}"
    yield f"{cut}, NAND2 equivalents", equivalents_text(chosen.nand2_equivalent), area, "card"
    proven = sum(proof.outcome == "EQUIVALENT" for proof in front.proofs)
    kind = "card" if front.proofs and proven == len(front.proofs) else "card bad"
    yield f"{cut}, proofs EQUIVALENT", f"{proven} of {len(front.proofs)}", "cells against the chosen circuit", kind
