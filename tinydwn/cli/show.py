"""A report on the terminal, in short and in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinydwn.cli.console import show_line, show_table
from tinydwn.report.printed import printed_remarks, supplies_table
from tinydwn.report.sections import (
    accuracy_table,
    cuts_table,
    headline,
    libraries_table,
    model_sentence,
    parts_table,
    proof_sentence,
    proofs_table,
    steps_table,
    verdicts_table,
)

if TYPE_CHECKING:
    from tinydwn.report.facts import VerdictFacts
    from tinydwn.report.refined_report import RefinedReport
    from tinydwn.report.run_report import RunReport


def show_summary(report: RunReport) -> None:
    """Show the numbers, and of the proofs what matters."""
    show_line(headline(report), style="bold")
    for table in (accuracy_table(report), cuts_table(report), libraries_table(report, short=True)):
        show_table(table)
    for remark in printed_remarks(report):
        if remark.startswith(f"{report.main_library}:"):
            show_line(remark)
    show_proofs(report.verdicts, proof_sentence(report))
    for note in report.notes:
        show_line(f"note: {note}")


def show_report(report: RunReport) -> None:
    """Show everything but the drawings."""
    show_line(headline(report), style="bold")
    show_line(model_sentence(report))
    tables = [accuracy_table(report), cuts_table(report), libraries_table(report)]
    tables += [parts_table(report)] if report.parts else []
    tables += filter(None, [supplies_table(report)])
    tables += [steps_table(cut) for cut in report.cuts.values() if cut.steps]
    tables += [verdicts_table(cut) for cut in report.cuts.values()]
    for table in tables:
        show_table(table)
    for remark in printed_remarks(report):
        show_line(remark)
    show_line(proof_sentence(report), style=_style(report.all_equivalent))
    for note in report.notes:
        show_line(f"note: {note}")


def show_refined(report: RefinedReport) -> None:
    """Show the fronts of refined circuits, and what was proven of the chosen ones."""
    from tinydwn.report import refined

    show_line(refined.headline(report), style="bold")
    for cut, front in report.cuts.items():
        fronts, starts, proofs = refined.tables_of(cut, front)
        show_table(fronts)
        show_table(starts)
        show_line(refined.difference_sentence(cut, report) + "\n")
        show_table(proofs)
    show_line(refined.provenance(report))


def show_proofs(verdicts: tuple[VerdictFacts, ...], sentence: str) -> None:
    """Show what all proofs found together, and each one that is not EQUIVALENT."""
    left = [verdict for verdict in verdicts if verdict.outcome != "EQUIVALENT"]
    if left:
        show_table(proofs_table("Not shown to be equivalent", left))
    show_line(sentence, style=_style(not left))


def _style(good: bool) -> str:
    return "green" if good else "bold red"
