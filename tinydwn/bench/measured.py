"""Measurements that were kept: read back by what they are, and put into pages that show them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Protocol

from tinydwn.bench import (
    accuracy,
    chip,
    efforts,
    exact,
    fronts,
    simulate,
    smallest,
    tiny_classifiers,
    training,
    trees,
)
from tinydwn.bench.findings import Findings
from tinydwn.errors import DataError

KINDS: dict[str, type[Any]] = {
    accuracy.SCHEMA: accuracy.AccuracyTable,
    training.SCHEMA: training.TrainingCost,
    smallest.SCHEMA: smallest.Smallest,
    simulate.SCHEMA: simulate.Simulated,
    chip.SCHEMA: chip.Chips,
    exact.SCHEMA: exact.Exact,
    efforts.SCHEMA: efforts.Efforts,
    fronts.SCHEMA: fronts.Fronts,
    tiny_classifiers.SCHEMA: tiny_classifiers.TinyClassifiers,
    trees.SCHEMA: trees.Trees,
}
"""What each schema is read as."""
SHOWN = re.compile(r"<!-- results/([\w-]+)\.json -->\n\n```text\n(.*?)```\n", re.DOTALL)
"""A table in Markdown, with the name of the file that it comes from."""


class Measured(Protocol):
    """What every measurement gives."""

    def findings(self) -> Findings:
        """Return question, tables and note."""

    def to_text(self) -> str:
        """Return the findings for a terminal."""

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""


def load_measured(path: Path) -> Measured:
    """Return the measurement that `--json` printed into a file; `DataError` for anything else."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        kind = KINDS[content["schema"]]
        measured: Measured = kind.from_json(content)
        measured.findings()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        said = error.strerror if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
        raise DataError(
            f"'{path}' does not hold a measurement: {said}", hint="give a file that 'tinydwn bench ... --json' wrote"
        ) from error
    return measured


def filled(page: str, folder: Path) -> str:
    """Return a Markdown text with each table that names a file of a folder replaced by what the file says.

    A table is a text block behind a comment `<!-- results/NAME.json -->`. Raises as `load_measured`.
    """

    def table(match: re.Match[str]) -> str:
        name = match.group(1)
        return f"<!-- results/{name}.json -->\n\n```text\n{load_measured(folder / f'{name}.json').to_text()}```\n"

    return SHOWN.sub(table, page)
