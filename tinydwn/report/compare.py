"""Two reports side by side: only like with like, never across data, cuts or libraries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from tinydwn.metrics import CUTS, Direction
from tinydwn.report.run_report import RunReport
from tinydwn.report.same_data import Sameness, sameness_of
from tinydwn.report.sections import Table
from tinydwn.report.wording import area_text, count_text, equivalents_text, percent_text, plural

Group = Literal["accuracy", "core", "chip"]
SCHEMA = "tinydwn.comparison/2"
_NOT_COMPARED = "not compared"
_TEST, _EXPECTED = "test accuracy", "expected accuracy"


@dataclass(frozen=True, slots=True)
class Row:
    """One number in both reports; `library` is empty where none is involved."""

    group: Group
    number: str
    library: str
    left: float
    right: float
    direction: Direction

    @property
    def difference(self) -> float:
        """Right minus left."""
        return self.right - self.left

    @property
    def ratio(self) -> float | None:
        """Right over left, None where left is 0."""
        return self.right / self.left if self.left else None

    @property
    def better(self) -> Literal["left", "right", "equal"]:
        """Which side is better on this number alone."""
        if self.left == self.right:
            return "equal"
        rises = self.right > self.left
        return "right" if rises == (self.direction is Direction.HIGHER_IS_BETTER) else "left"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows of numbers; `notes` say what was left out, and why.

    On different data the rows stand side by side and no side is better; `warning` says so then, and is empty otherwise.
    """

    left: str
    right: str
    data: Sameness
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    warning: str = ""

    def better(self, row: Row) -> Literal["left", "right", "equal"] | None:
        """Return which side is better on a number, None where that cannot be said."""
        return None if self.data == "different" else row.better

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""
        rows = [
            {
                "group": row.group,
                "number": row.number,
                "library": row.library or None,
                "left": row.left,
                "right": row.right,
                "difference": row.difference,
                "ratio": row.ratio,
                "better": self.better(row),
            }
            for row in self.rows
        ]
        return {
            "schema": SCHEMA,
            "left": self.left,
            "right": self.right,
            "data": self.data,
            "warning": self.warning or None,
            "rows": rows,
            "notes": list(self.notes),
        }


def compare(left: RunReport, right: RunReport, *, names: tuple[str, str] = ("left", "right")) -> Comparison:
    """Compare two reports, number by number within a cut and a library.

    Accuracies are compared only where both were measured on the same test samples, and areas only where the cells
    of the library are the same by digest; numbers under different rules, and libraries that only one report has,
    are left out and named in the notes. On different data no side is better at anything.
    """
    data = sameness_of(left, right)
    notes = list(_remarks(left, right, names))
    if data == "unknown":
        notes.append("whether both are about the same data is not known: features and classes have the same names")
    rows = list(_accuracy_rows(left, right, data, notes))
    for cut in CUTS:
        rows += _cut_rows(left, right, cut, notes)
    warning = "" if data != "different" else _different(left, right, names)
    return Comparison(*names, data, tuple(rows), tuple(notes), warning)


def comparison_tables(comparison: Comparison) -> tuple[Table, ...]:
    """Return a table for accuracy and one per cut; those without rows are left out."""
    titles = {"accuracy": "Accuracy", "core": "Core, encoder left out", "chip": "Chip, encoder included"}
    tables = []
    for group, title in titles.items():
        rows = tuple(_cells(row, comparison) for row in comparison.rows if row.group == group)
        if rows:
            columns = ("number", comparison.left, comparison.right, "difference", "ratio", "better")
            tables.append(Table(title, columns, rows))
    return tuple(tables)


def _different(left: RunReport, right: RunReport, names: tuple[str, str]) -> str:
    about = [
        f"{name} is about {report.source}, {plural(len(report.model.class_names), 'class', 'classes')}"
        for name, report in zip(names, (left, right), strict=True)
    ]
    return f"different data: {' and '.join(about)}; sizes stand side by side, and neither is better"


def _remarks(left: RunReport, right: RunReport, names: tuple[str, str]) -> list[str]:
    remarks = [
        f"{name} has proofs that are not EQUIVALENT: its numbers are not those of a proven circuit"
        for name, report in zip(names, (left, right), strict=True)
        if not report.all_equivalent
    ]
    if left.digest == right.digest:
        remarks.append("both reports are about the same deliverables, byte for byte")
    if left.model.output_form != right.model.output_form:
        forms = f"{left.model.output_form} against {right.model.output_form}"
        remarks.append(f"the class is given out in different forms, {forms}, which costs gates")
    return remarks


def _accuracy_rows(left: RunReport, right: RunReport, data: Sameness, notes: list[str]) -> list[Row]:
    one, other = left.accuracy, right.accuracy
    if one.test is None or other.test is None:
        notes.append("accuracy is not compared: not both reports measured it")
        return []
    if data != "same":
        notes.append("accuracy is not compared: the two were measured on different test samples")
        return []
    if one.kind != other.kind:
        notes.append("accuracy is not compared: one is a share of samples, the other a mean over the classes")
        return []
    rows = [Row("accuracy", _TEST, "", one.test, other.test, Direction.HIGHER_IS_BETTER)]
    samples = one.test_samples
    if one.kind == "plain" and abs(one.test - other.test) * samples < 1.5 and rows[0].better != "equal":
        notes.append(f"the accuracies differ by one of {count_text(samples)} samples, which is next to nothing")
    if one.expected is not None and other.expected is not None:
        rows.append(Row("accuracy", _EXPECTED, "", one.expected, other.expected, Direction.HIGHER_IS_BETTER))
        error = max(one.expected_error or 0.0, other.expected_error or 0.0)
        if rows[-1].better != "equal" and abs(rows[-1].difference) <= error:
            notes.append("the expected accuracies differ by less than their standard error")
    return rows


def _cut_rows(left: RunReport, right: RunReport, cut: Literal["core", "chip"], notes: list[str]) -> list[Row]:
    a, b = left.cuts[cut], right.cuts[cut]
    rows = []
    for number in ("gates2", "nand2", "depth"):
        if left.rules.get(number) != right.rules.get(number):
            notes.append(f"{number} on the {cut} is not compared: it is counted by different rules")
            continue
        direction = left.rules[number].direction if number in left.rules else Direction.LOWER_IS_BETTER
        rows.append(Row(cut, number, "", getattr(a, number), getattr(b, number), direction))
    shared = [library for library in a.libraries if library in b.area_um2]
    cells = [{library.name: library.digest for library in report.libraries} for report in (left, right)]
    for library in shared:
        if cells[0].get(library) != cells[1].get(library):
            notes.append(f"{library} on the {cut} is not compared: the two hold different cells under that name")
            continue
        lower = Direction.LOWER_IS_BETTER
        rows.append(Row(cut, "area_um2", library, a.area_um2[library], b.area_um2[library], lower))
        pair = a.nand2_equivalent[library], b.nand2_equivalent[library]
        rows.append(Row(cut, "nand2_equivalent", library, *pair, lower))
    alone = sorted({*a.libraries, *b.libraries} - set(shared))
    if alone:
        notes.append(f"on the {cut}, only one report has {', '.join(alone)}")
    return rows


_TEXTS: Mapping[str, Callable[[float], str]] = {
    _TEST: percent_text,
    _EXPECTED: percent_text,
    "nand2_equivalent": equivalents_text,
}


def _cells(row: Row, comparison: Comparison) -> tuple[str, ...]:
    largest = max(row.left, row.right)
    text = partial(area_text, beside_um2=largest) if row.number == "area_um2" else _TEXTS.get(row.number, _whole)
    name = f"{row.number}, {row.library}" if row.library else row.number
    named = {"left": comparison.left, "right": comparison.right, "equal": "equal", None: _NOT_COMPARED}
    better = named[comparison.better(row)]
    ratio = "not defined" if row.ratio is None else f"{row.ratio:.3f}"
    return name, text(row.left), text(row.right), _difference(row), ratio, better


def _whole(value: float) -> str:
    return count_text(int(value))


def _difference(row: Row) -> str:
    if row.number in (_TEST, _EXPECTED):
        return f"{100 * row.difference:+.1f} points"
    if row.number == "area_um2":
        sign = "+" if row.difference >= 0 else "-"
        return f"{sign}{area_text(abs(row.difference), beside_um2=max(row.left, row.right))}"
    if row.number == "nand2_equivalent":
        return f"{row.difference:+,.1f}"
    return f"{int(row.difference):+,}"
