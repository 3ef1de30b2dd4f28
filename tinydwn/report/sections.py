"""What a report says, before any format: sentences, and tables of texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tinydwn.report.facts import AgreementFacts, CutReport, LibraryFacts, VerdictFacts
from tinydwn.report.run_report import RunReport
from tinydwn.report.wording import (
    CUT_RULE,
    area_text,
    count_text,
    equivalents_text,
    listed,
    plural,
)

_SHOWN_INPUTS = 12


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts; columns from `numbers_from` on hold numbers and are set to the right."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers_from: int = 1
    note: str = ""


def proof_sentence(report: RunReport) -> str:
    """Return what all proofs found together; anything but EQUIVALENT comes first."""
    counts = Counter(verdict.outcome for verdict in report.verdicts)
    if not counts:
        return "Nothing was proven."
    if report.all_equivalent:
        total = counts["EQUIVALENT"]
        return "The one proof says EQUIVALENT." if total == 1 else f"All {total} proofs say EQUIVALENT."
    said = [f"{plural(counts[one], 'proof')} {one}" for one in ("DIFFERENT", "UNDECIDED", "EQUIVALENT") if counts[one]]
    wrong = sum(check.mismatches > 0 for check in report.agreements)
    said += [f"{plural(wrong, 'comparison')} on samples DIFFERENT"] if wrong else []
    return f"{listed(said)}. UNDECIDED is not a pass." if counts["UNDECIDED"] else f"{listed(said)}."


def cuts_table(report: RunReport) -> Table:
    """Return the counts that need no library, a column per cut."""
    cuts = (report.core, report.chip)
    rows = (
        ("encoder", *("included" if cut.encoder_included else "left out" for cut in cuts)),
        ("input bits", *(count_text(cut.inputs) for cut in cuts)),
        ("output bits", *(count_text(cut.outputs) for cut in cuts)),
        ("gates2: two-input gates, inverters free", *(count_text(cut.gates2) for cut in cuts)),
        ("nand2: NAND2 gates only", *(count_text(cut.nand2) for cut in cuts)),
        ("depth, in nodes of the netlist", *(count_text(cut.depth) for cut in cuts)),
    )
    return Table("Gates", ("", "core", "chip"), rows, note=CUT_RULE)


def libraries_table(report: RunReport, *, short: bool = False) -> Table:
    """Return area and NAND2 equivalents per library and cut; cells and depth too unless `short`."""
    names = ("area", "NAND2 eq.") if short else ("area", "NAND2 eq.", "cells", "depth")
    columns = ("library", *(f"{cut} {name}" for cut in ("core", "chip") for name in names))
    rows = []
    for library in report.chip.libraries:
        cells = [_library_cells(cut, library, report)[: len(names)] for cut in (report.core, report.chip)]
        rows.append((library, *cells[0], *cells[1]))
    note = (
        "Area is the sum of the areas of the mapped cells, before placement; a NAND2 equivalent is the area of the "
        f"library's smallest NAND2{'' if short else '; depth is in cells'}. Compare within a column and a library."
    )
    return Table("Standard cells", columns, tuple(rows), note=note)


def parts_table(report: RunReport) -> Table:
    """Return what each part of the chip costs alone, in the main library."""
    rows = tuple((part.part, area_text(part.area_um2), count_text(part.gates2)) for part in report.parts)
    note = (
        f"Mapped to {report.main_library}. Each part is minimized and mapped alone and shares nothing with the others, "
        "so the parts need not add up to the chip."
    )
    return Table("Area by part", ("part", "area", "gates2"), rows, note=note)


def steps_table(cut: CutReport) -> Table:
    """Return the steps of minimization of one cut."""
    rows = tuple(
        (
            step.name,
            *(
                f"{count_text(before)} → {count_text(after)}"
                for before, after in (
                    (step.gates_before, step.gates_after),
                    (step.nodes_before, step.nodes_after),
                    (step.literals_before, step.literals_after),
                    (step.depth_before, step.depth_after),
                )
            ),
            step.verdict,
        )
        for step in cut.steps
    )
    note = "Gates here are two-input AND gates with free inverters (an XOR counts three), before any mapping."
    return Table(
        f"Minimization of the {cut.cut}", ("step", "gates", "nodes", "literals", "depth", "result"), rows, note=note
    )


def verdicts_table(cut: CutReport) -> Table:
    """Return what was proven about one cut, and what was only compared on samples."""
    table = proofs_table(f"Proofs of the {cut.cut}", cut.verdicts)
    rows = list(table.rows)
    rows += [_agreement_row(check) for check in cut.agreements]
    note = "AGREES is a comparison on samples: it can refute and never proves." if cut.agreements else ""
    return replace(table, rows=tuple(rows), note=note)


def every_proof_table(report: RunReport) -> Table:
    """Return every proof of both cuts, a row each."""
    rows = tuple(
        (verdict.outcome, cut.cut, verdict.subject, verdict.method, verdict_remark(verdict))
        for cut in (report.core, report.chip)
        for verdict in cut.verdicts
    )
    return Table("Proofs", ("outcome", "cut", "subject", "method", "remark"), rows, 5)


def agreements_table(report: RunReport) -> Table:
    """Return every comparison on samples of both cuts, a row each."""
    rows = tuple(
        (found[0], cut.cut, *found[1:])
        for cut in (report.core, report.chip)
        for found in map(_agreement_row, cut.agreements)
    )
    note = "A comparison on samples can refute and never proves: it is counted with no proof."
    return Table("Compared on samples", ("outcome", "cut", "subject", "method", "remark"), rows, 5, note)


def _agreement_row(check: AgreementFacts) -> tuple[str, ...]:
    if not check.compared:
        return "SKIPPED", check.subject, check.method, check.note
    outcome = "DIFFERENT" if check.mismatches else "AGREES"
    found = f"{count_text(check.mismatches)} of {plural(check.compared, 'sample')} differ"
    return outcome, check.subject, check.method, "; ".join(filter(None, (found, check.note)))


def proofs_table(title: str, verdicts: Iterable[VerdictFacts]) -> Table:
    """Return verdicts, one row for all provers that say the same of a subject."""
    methods: dict[tuple[str, str, str], list[str]] = {}
    for verdict in verdicts:
        methods.setdefault((verdict.outcome, verdict.subject, verdict_remark(verdict)), []).append(verdict.method)
    rows = [(outcome, subject, ", ".join(names), remark) for (outcome, subject, remark), names in methods.items()]
    return Table(title, ("outcome", "subject", "method", "remark"), tuple(rows), 4)


def verdict_remark(verdict: VerdictFacts) -> str:
    """Return why a proof ended as it did, and the input on which the two sides differ."""
    parts = [verdict.reason] if verdict.reason else []
    if verdict.witness is not None:
        high = [f"'{name}'" for name, value in verdict.witness.items() if value]
        shown = [*high[:_SHOWN_INPUTS], f"{len(high) - _SHOWN_INPUTS} more"] if len(high) > _SHOWN_INPUTS else high
        verb = "is 1 and every other input" if len(high) == 1 else "are 1 and every other input"
        parts.append(f"they differ where {listed(shown)} {verb} is 0" if high else "they differ where every input is 0")
    return "; ".join(parts)


def rules_table(report: RunReport) -> Table:
    """Return how each kind of number is counted and what it is worth."""
    rows = tuple((name, rule.unit or "1", rule.provenance.value, rule.source) for name, rule in report.rules.items())
    return Table("How each number is counted", ("number", "unit", "worth", "rule"), rows, 4)


def sources_table(report: RunReport) -> Table:
    """Return where the figures of each cell library come from."""
    rows = tuple(
        (one.name, count_text(one.cells), f"{one.nand2_area_um2:g} µm²", _source(one)) for one in report.libraries
    )
    return Table("Cell libraries", ("library", "cells", "NAND2", "source"), rows, 4)


def _source(library: LibraryFacts) -> str:
    commit = f"commit {library.commit[:12]}" if library.commit else ""
    return ", ".join(filter(None, (library.source, commit, library.licence)))


def _library_cells(cut: CutReport, library: str, report: RunReport) -> tuple[str, str, str, str]:
    return (
        area_text(cut.area_um2[library], beside_um2=report.chip.area_um2[library]),
        equivalents_text(cut.nand2_equivalent[library]),
        count_text(cut.cells[library]),
        count_text(cut.cell_depth[library]),
    )
