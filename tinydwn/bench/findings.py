"""What a measurement says, as a question, tables and a note: one value for text, Markdown and pages."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from tinydwn.bench.text_table import text_table

_WIDTH = 110


@dataclass(frozen=True, slots=True)
class TextTable:
    """Columns of text under a head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """The question that was measured, its tables, and sentences that say how: cut, metric, seeds, versions."""

    question: str
    tables: tuple[TextTable, ...]
    note: tuple[str, ...]

    def to_text(self) -> str:
        """Return everything for a terminal.

        >>> table = TextTable(("way", "s"), (("ours", "0.1"),))
        >>> print(Findings("How fast?", (table,), ("One thread.",)).to_text(), end="")
        How fast?
        <BLANKLINE>
        way     s
        ----  ---
        ours  0.1
        <BLANKLINE>
        One thread.
        """
        tables = "\n\n".join(text_table(table.head, table.rows) for table in self.tables)
        return f"{self.question}\n\n{tables}\n\n" + "".join(
            f"{textwrap.fill(sentence, _WIDTH, break_on_hyphens=False)}\n" for sentence in self.note
        )
