"""Measurements that were kept: read back by what they are, and put into pages that show them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tinydwn.bench.study import Measured, studies
from tinydwn.errors import DataError
from tinydwn.tools.json_object import json_object

SHOWN = re.compile(
    r"^<!-- results/([\w.-]+)\.json -->\r?\n\r?\n```text\r?\n((?:(?!```|<!-- results/).*\n)*)```(?=\r?$)", re.MULTILINE
)
"""A table in Markdown, with the name of the file that it comes from."""
_COMMENT = re.compile(r"^[ \t]*<!-- results/[^\n]+?\.json -->", re.MULTILINE)
_READ_AS = {
    "tinydwn.report/1": "a report of 'tinydwn synth'",
    "tinydwn.report/2": "a report of 'tinydwn synth'",
    "tinydwn.timing/1": "what 'tinydwn timing' wrote",
    "tinydwn.comparison/1": "what 'tinydwn compare' wrote",
}
"""What files of other schemas are."""


def load_measured(path: Path) -> Measured[Any]:
    """Return the measurement that `--json` printed into a file; `DataError` for anything else, and for an empty one."""
    try:
        return _measurement(json_object(path))
    except ValueError as error:
        raise DataError(
            f"'{path}' does not hold a measurement: {error}", hint="give a file that 'tinydwn bench ... --json' wrote"
        ) from error


def _measurement(content: dict[str, Any]) -> Measured[Any]:
    """Return what an object of JSON holds; `ValueError`, in plain words, for anything else."""
    schema = content.get("schema")
    if not isinstance(schema, str):
        raise ValueError("it names no schema")
    study = {one.schema: one for one in studies().values()}.get(schema.removesuffix("-outcomes"))
    if study is None or schema != study.schema:
        kept = "outcomes that 'tinydwn bench' keeps to go on" if study else _READ_AS.get(schema)
        raise ValueError(f"its schema is '{schema}'{f', {kept}' if kept else ''}")
    if content.get("rows") == []:
        raise ValueError("it has no rows")
    try:
        measured: Measured[Any] = Measured.from_json(study, content)
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
