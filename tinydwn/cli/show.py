"""A report on the terminal, in a few lines and in full."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tinydwn.cli.console import narrate, show_line, show_table, typed
from tinydwn.export.bundle_files import REPORT_PAGE_FILE
from tinydwn.report.accuracy_tables import (
    accuracy_table,
    confusion_table,
    front_table,
    headline,
    outputs_table,
    references_table,
)
from tinydwn.report.origin_texts import features_table, model_sentence, search_sentence, unread_sentence
from tinydwn.report.printed import printed_remarks, supplies_table
from tinydwn.report.sections import (
    cuts_table,
    libraries_table,
    parts_table,
    proof_sentence,
    proofs_table,
    steps_table,
    verdicts_table,
)

if TYPE_CHECKING:
    from tinydwn.report.facts import VerdictFacts
    from tinydwn.report.run_report import RunReport


def show_summary(report: RunReport, folder: Path) -> None:
    """Show the answer: the chosen circuit, others worth a look and how to take one, what it needs, and the proofs."""
    show_line(headline(report), style="bold")
    if len(report.fronts["chip"]) > 1:
        show_table(front_table(report, cut=report.search.cut))
        show_line(f"another one: tinydwn choose {typed(folder)} --max-area 12, or --point N of --list")
    needed = ", ".join(one.feature for one in report.interface.features_read) or "none"
    show_line(f"features needed: {needed}")
    for remark in printed_remarks(report):
        if remark.startswith(f"{report.main_library}:"):
            show_line(remark)
    show_proofs(report.verdicts, proof_sentence(report))
    for note in report.notes:
        show_line(f"note: {note}")


def show_front(report: RunReport) -> None:
    """Show every circuit of the front on the cut that was searched."""
    show_table(front_table(report, cut=report.search.cut, full=True))
    show_line(search_sentence(report))


def show_report(report: RunReport) -> None:
    """Show everything but the drawings."""
    show_line(headline(report), style="bold")
    show_line(model_sentence(report))
    show_line(search_sentence(report))
    tables = [front_table(report, cut=report.search.cut, full=True), accuracy_table(report)]
    tables += filter(None, [outputs_table(report), references_table(report), confusion_table(report)])
    tables += [cuts_table(report), libraries_table(report)]
    tables += [parts_table(report)] if report.parts else []
    tables += filter(None, [supplies_table(report), features_table(report)])
    tables += [steps_table(cut) for cut in report.cuts.values() if cut.steps]
    tables += [verdicts_table(cut) for cut in report.cuts.values()]
    for table in tables:
        show_table(table)
    show_line(unread_sentence(report))
    for remark in printed_remarks(report):
        show_line(remark)
    show_line(proof_sentence(report), style=_style(report.all_equivalent))
    notes = (*report.notes, *(report.data.notes if report.data else ()))
    for note in notes:
        show_line(f"note: {note}")


def show_proofs(verdicts: tuple[VerdictFacts, ...], sentence: str) -> None:
    """Show what all proofs found together, and each one that is not EQUIVALENT."""
    left = [verdict for verdict in verdicts if verdict.outcome != "EQUIVALENT"]
    if left:
        show_table(proofs_table("Not shown to be equivalent", left))
    show_line(sentence, style=_style(not left))


def name_next_steps(folder: Path) -> None:
    """Name what is worth doing with a finished folder."""
    place = typed(folder)
    narrate(f"next: open {typed(folder / REPORT_PAGE_FILE)}")
    narrate(f"      tinydwn flow {place} --plan openroad, or tinydwn export tinytapeout {place} --out project")


def _style(good: bool) -> str:
    return "green" if good else "bold red"
