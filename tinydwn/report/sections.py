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
    percent_text,
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


def headline(report: RunReport) -> str:
    """Return the result in one sentence, saying of each number what it includes."""
    library = report.main_library
    chip = (
        f"{plural(report.chip.gates2, 'two-input gate')} with the encoder, "
        f"{area_text(report.chip.area_um2[library])} in {library}"
    )
    core = f"without the encoder it is {plural(report.core.gates2, 'gate')}"
    if report.accuracy.test is None:
        return f"{report.source}: a classifier in {chip}; {core}."
    right = f"{percent_text(report.accuracy.test)} of {count_text(report.accuracy.test_samples)} unseen samples right"
    return f"{report.source}: {right} with {chip}; {core}."


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


def accuracy_table(report: RunReport) -> Table:
    """Return accuracy on the training and on the test part."""
    accuracy = report.accuracy
    rows = (
        (
            "test part, held back from training and selection",
            count_text(accuracy.test_samples),
            percent_text(accuracy.test),
        ),
        ("training part", count_text(accuracy.train_samples), percent_text(accuracy.train)),
    )
    return Table("Accuracy", ("measured on", "samples", "right"), rows)


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


def training_sentence(report: RunReport) -> str:
    """Return how training went in one sentence."""
    training = report.training
    if training is None or not training.epochs:
        return "No training history: the classifier was read from a file."
    ran = f"Trained for {plural(len(training.epochs), 'epoch')} with seed {report.seed}"
    if training.epochs[-1].validation_accuracy is None:
        return f"{ran}; epoch {training.best_epoch} was kept, without a validation part."
    return (
        f"{ran}; epoch {training.best_epoch} was kept: it did best on a validation part taken from the training part."
    )


def data_table(report: RunReport) -> Table | None:
    """Return the classes and how many samples each part has, None where no data was used."""
    if report.data is None:
        return None
    rows = [(one.name, count_text(one.train_samples), count_text(one.test_samples)) for one in report.data.classes]
    rows.append(("all", count_text(report.data.train_samples), count_text(report.data.test_samples)))
    return Table("Samples", ("class", "training part", "test part"), tuple(rows))


def model_sentence(report: RunReport) -> str:
    """Return the architecture in one sentence."""
    model = report.model
    layers = listed([f"{plural(one.luts, 'LUT')} of {plural(one.inputs_per_lut, 'input')}" for one in model.layers])
    ends = {
        "popcount": "the class with the most ones wins, ties to the lowest",
        "learnable": "the last layer's bits are the class",
        "coded": "the last layer's bits are the class in binary",
    }
    return (
        f"{plural(len(model.layers), 'layer')}: {layers}; reduction {model.reduction}"
        f" ({ends.get(model.reduction, '')}). The tables read {count_text(model.thermometer_bits_read)} of "
        f"{plural(model.thermometer_bits, 'thermometer bit')}."
    )


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
