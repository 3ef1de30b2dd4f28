"""Measurements as Markdown and as one HTML page, with their figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.study import Measured
from tinydwn.bench.text_table import is_quantity
from tinydwn.report.class_fronts import fronts_figure
from tinydwn.report.html import document, notes_block, panel, section, table_block
from tinydwn.report.markdown import escaped, table_text
from tinydwn.report.opponents import opponents_figure
from tinydwn.report.sections import Table

FIGURES = ("fronts", "trees")
"""The studies that have a figure."""


def measured_html(measured: Sequence[Measured[Any]]) -> str:
    """Return all measurements as one page that needs nothing beside it."""
    return document("tinydwn: what was measured", ("<h1>What was measured</h1>", *_sections(measured)))


def measured_markdown(measured: Sequence[Measured[Any]]) -> str:
    """Return all measurements as one Markdown text, without figures."""
    blocks = ["# What was measured\n"]
    for one in measured:
        found = one.findings()
        blocks.append(f"## {escaped(found.question)}\n")
        blocks += [table_text(table) for table in _tables(found)]
        blocks.append("\n".join(f"- {escaped(sentence)}" for sentence in found.note) + "\n")
    return "\n".join(blocks)


def figure_of(one: Measured[Any], beside: Sequence[Measured[Any]] = ()) -> str | None:
    """Return the figure of a measurement as SVG, None where it has none; opponents measured `beside` it join in."""
    if one.study.name not in FIGURES:
        return None
    if one.study.name == "fronts":
        return fronts_figure(one)
    return opponents_figure(one, _same_metric(beside) if one.about["cut"] == "core" else None)


def _same_metric(beside: Sequence[Measured[Any]]) -> Measured[Any] | None:
    found = (one for one in beside if one.study.name == "tiny-classifiers" and one.about["metric"] == "accuracy")
    return next(found, None)


def _sections(measured: Sequence[Measured[Any]]) -> Iterator[str]:
    for one in measured:
        found, figure = one.findings(), figure_of(one, measured)
        drawn = () if figure is None else (panel(figure),)
        yield section(found.question, *drawn, *map(table_block, _tables(found)), *notes_block(found.note))


def _tables(found: Findings) -> Iterator[Table]:
    for table in found.tables:
        yield Table("", table.head, table.rows, numbers_from=_first_number(table))


def _first_number(table: TextTable) -> int:
    """Return the place of the first of the columns at the end that hold numbers, with deviations or without."""
    place = len(table.head)
    while place > 1 and all(is_quantity(row[place - 1]) for row in table.rows):
        place -= 1
    return place
