"""A table of text cells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import compress
from typing import TYPE_CHECKING

from tinydwn.data.names import choices, counted, first_repeated
from tinydwn.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Table:
    """Text cells by column: `columns[i]` holds the cells of `column_names[i]`, one per sample.

    declared_categorical: columns whose values are categories even where they look like numbers.
    notes: what was guessed while reading it. has_header: whether the names come from the file.
    decimal: the decimal mark to expect where no column shows one, "." between commas.
    answers: columns that are no features, where the file says so: one of them is the class, and an empty cell of
    it tells of no sample. test: how many of the last samples are a test part that was given as such.
    """

    name: str
    column_names: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    declared_categorical: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    has_header: bool = True
    decimal: str | None = None
    answers: tuple[str, ...] = ()
    test: int | None = None

    def position(self, name: str) -> int:
        """Return the position of column `name`; DataError, with the nearest names, where there is none."""
        if name not in self.column_names:
            raise DataError(f"{self.name!r} has no column {name!r}", hint=choices("columns", self.column_names, name))
        return self.column_names.index(name)

    def without(self, names: Iterable[str]) -> Table:
        """Return the table less the columns of these names."""
        left_out = set(names)
        keep = [index for index, name in enumerate(self.column_names) if name not in left_out]
        return replace(
            self,
            column_names=tuple(self.column_names[index] for index in keep),
            columns=tuple(self.columns[index] for index in keep),
        )

    def answered(self, name: str) -> tuple[Table, int]:
        """Return the table less the samples that its answer `name` says nothing of, and how many these are."""
        cells = self.columns[self.position(name)]
        if name not in self.answers or "" not in cells:
            return self, 0
        said = [cell != "" for cell in cells]
        columns = tuple(tuple(compress(column, said)) for column in self.columns)
        test = None if self.test is None else sum(said[len(said) - self.test :])
        return replace(self, columns=columns, test=test), said.count(False)

    def require_samples(self) -> None:
        """Raise DataError for unnamed columns, for columns of one name, and for a table without samples."""
        for index, name in enumerate(self.column_names):
            if not name.strip():
                raise DataError(
                    f"column {index + 1} has no name", hint="name it; if it only numbers the rows, remove it"
                )
        repeated = first_repeated(self.column_names)
        if repeated is not None:
            places = [str(i + 1) for i, name in enumerate(self.column_names) if name == repeated]
            raise DataError(
                f"columns {' and '.join(places)} are both named {repeated!r}",
                hint="rename or remove one of them; if the first row holds no names, pass --no-header",
            )
        if len(self.column_names) < 2:
            raise DataError(
                f"{self.name!r} has {counted(len(self.column_names), 'column')}, at least 2 are needed",
                hint="give one column per feature and one with the class, separated by commas",
            )
        if not self.columns[0]:
            raise DataError(f"{self.name!r} has a header and no samples", hint="add one row per sample")
