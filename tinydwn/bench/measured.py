"""Measurements that were kept: read back by what they are, and put into pages that show them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Protocol

from tinydwn.bench import (
    accuracy,
    chip,
    choice,
    efforts,
    exact,
    fronts,
    iwls2020,
    roundtrip,
    search,
    simulate,
    smallest,
    tiny_classifiers,
    training,
    trees,
)
from tinydwn.bench.findings import Findings
from tinydwn.bench.microcontroller import table as microcontroller
from tinydwn.errors import DataError
from tinydwn.tools.json_object import json_object

KINDS: dict[str, type[Any]] = {
    accuracy.SCHEMA: accuracy.AccuracyTable,
    training.SCHEMA: training.TrainingCost,
    smallest.SCHEMA: smallest.Smallest,
    search.SCHEMA: search.SearchSpeed,
    simulate.SCHEMA: simulate.Simulated,
    chip.SCHEMA: chip.Chips,
    choice.SCHEMA: choice.Choices,
    exact.SCHEMA: exact.Exact,
    efforts.SCHEMA: efforts.Efforts,
    fronts.SCHEMA: fronts.Fronts,
    iwls2020.SCHEMA: iwls2020.Contest,
    microcontroller.SCHEMA: microcontroller.Microcontroller,
    roundtrip.SCHEMA: roundtrip.RoundtripSummary,
    tiny_classifiers.SCHEMA: tiny_classifiers.TinyClassifiers,
    trees.SCHEMA: trees.Trees,
}
"""What each schema is read as."""
SHOWN = re.compile(
    r"^<!-- results/([\w.-]+)\.json -->\r?\n\r?\n```text\r?\n((?:(?!```|<!-- results/).*\n)*)```(?=\r?$)", re.MULTILINE
)
"""A table in Markdown, with the name of the file that it comes from."""
_COMMENT = re.compile(r"^[ \t]*<!-- results/[^\n]+?\.json -->", re.MULTILINE)
_READ_AS = {
    **{f"{schema}-outcomes": "outcomes that 'tinydwn bench' keeps to go on" for schema in KINDS},
    "tinydwn.report/1": "a report of 'tinydwn synth'",
    "tinydwn.report/2": "a report of 'tinydwn synth'",
    "tinydwn.timing/1": "what 'tinydwn timing' wrote",
    "tinydwn.comparison/1": "what 'tinydwn compare' wrote",
}
"""What files of other schemas are."""


class Measured(Protocol):
    """What every measurement gives."""

    def findings(self) -> Findings:
        """Return question, tables and note."""

    def to_text(self) -> str:
        """Return the findings for a terminal."""

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""


def load_measured(path: Path) -> Measured:
    """Return the measurement that `--json` printed into a file; `DataError` for anything else, and for an empty one."""
    try:
        return _measurement(json_object(path))
    except ValueError as error:
        raise DataError(
            f"'{path}' does not hold a measurement: {error}", hint="give a file that 'tinydwn bench ... --json' wrote"
        ) from error


def _measurement(content: dict[str, Any]) -> Measured:
    """Return what an object of JSON holds; `ValueError`, in plain words, for anything else."""
    schema = content.get("schema")
    if not isinstance(schema, str):
        raise ValueError("it names no schema")
    if schema not in KINDS:
        read_as = f", {_READ_AS[schema]}" if schema in _READ_AS else ""
        raise ValueError(f"its schema is '{schema}'{read_as}")
    rows = content.get("rows", content.get("datasets"))
    if rows in ([], {}):
        raise ValueError("it has no rows")
    try:
        measured: Measured = KINDS[schema].from_json(content)
        measured.to_text()
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"its rows are not those of a '{schema}'") from error
    return measured


def filled(page: str, folder: Path, *, name: str = "the page") -> str:
    """Return a Markdown text with each table that names a file of a folder replaced by what the file says.

    A table is a text block behind a comment `<!-- results/NAME.json -->` and an empty line. Ends of lines stay as they
    are, "\\n" or "\\r\\n". Raises as `load_measured`, and `DataError` for such a comment without a block; `name` is how
    errors call the page.
    """
    tables = {match.start() for match in SHOWN.finditer(page)}
    for comment in _COMMENT.finditer(page):
        if comment.start() not in tables:
            line = page.count("\n", 0, comment.end()) + 1
            raise DataError(
                f"no text block follows the comment on line {line} of {name}",
                hint="put an empty line behind it, then ```text, and ``` where the block ends",
            )

    def table(match: re.Match[str]) -> str:
        text = f"\n\n```text\n{load_measured(folder / f'{match.group(1)}.json').to_text()}```"
        end = "\r\n" if "\r\n" in match.group() else "\n"
        return f"<!-- results/{match.group(1)}.json -->{text.replace(chr(10), end)}"

    return SHOWN.sub(table, page)
