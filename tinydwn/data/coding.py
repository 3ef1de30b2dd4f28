"""How the columns of a table become features, as learned from the training part alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.data.coded_column import CodedColumn
from tinydwn.data.coding_fit import fit_column
from tinydwn.data.complaints import for_each
from tinydwn.data.names import counted, first_repeated, listed
from tinydwn.data.reading import Missing
from tinydwn.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import numpy.typing as npt

    from tinydwn.data.column import Column
    from tinydwn.data.table import Table

SCHEMA = "tinydwn.coding/1"
TRAINING_PART = "the training part"


@dataclass(frozen=True, slots=True)
class Coding:
    """The columns that become features, in the order of their features.

    missing_marks: the cells that stand for a missing value; None for the usual ones (`missing_among`).
    class_column: the column that holds the class, where there is one. notes: what was filled, coded or
    left out; they are not written to JSON.

    DataError for two features of one name, and without any column.

    >>> Coding.identity(("grams", "length")).feature_names
    ('grams', 'length')
    """

    columns: tuple[CodedColumn, ...]
    missing_marks: tuple[str, ...] | None = None
    class_column: str | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(self.columns))
        if not self.columns:
            raise DataError("a coding without columns has no features")
        repeated = first_repeated(self.feature_names)
        if repeated is not None:
            raise DataError(f"two features would be named {repeated!r}", hint="rename one of the columns")

    @classmethod
    def identity(cls, feature_names: Sequence[str]) -> Coding:
        """Return the coding of numeric columns that are the features as they are."""
        return cls(tuple(CodedColumn(name) for name in feature_names))

    @classmethod
    def fit(
        cls,
        columns: Sequence[Column],
        *,
        missing: Missing = Missing.REFUSE,
        missing_marks: tuple[str, ...] | None = None,
        class_column: str | None = None,
        where: str = TRAINING_PART,
    ) -> Coding:
        """Return the coding that `columns`, of the training samples only, show.

        A category column becomes one 0/1 feature per value that occurs, named ``column=value``; one with
        two values becomes one feature, for the second value. Constant columns are left out. What stands
        for a missing value is what `missing` says, computed over these samples; `where` names them in the
        notes. DataError where no column varies.
        """
        fitted: list[CodedColumn] = []
        notes: list[str] = []
        constant: list[str] = []
        for column in columns:
            coded, told = fit_column(column, missing, where)
            if coded is None:
                constant.append(column.name)
                continue
            fitted.append(coded)
            notes += told
        if not fitted:
            raise DataError(
                f"no column varies in {where}, besides the class", hint="check the file's content, or take more samples"
            )
        if constant:
            notes.append(f"{counted(len(constant), 'constant column')} dropped: {listed(constant, len(constant))}")
        return cls(tuple(fitted), missing_marks, class_column, tuple(notes))

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of the features, in order."""
        return tuple(name for column in self.columns for name in column.feature_names)

    @property
    def is_identity(self) -> bool:
        """Whether every column is one feature, as its numbers are."""
        return all(column == CodedColumn(column.name) for column in self.columns)

    def coded(self, columns: Sequence[Column]) -> npt.NDArray[np.float64]:
        """Return the features (samples, features) of understood columns, which may come in any order.

        Columns that the coding does not know are left out. A category that it does not know, and a
        missing one that it has no code for, has 0 in all features of its column. DataError for a column
        that is not there and, naming row and column, for a missing value without a value to stand for it.
        """
        self.require(tuple(column.name for column in columns))
        return self.coded_in_part(columns, samples=len(columns[0].values))

    def coded_in_part(self, columns: Sequence[Column], *, samples: int) -> npt.NDArray[np.float64]:
        """Return features as `coded` does, 0 in those of columns that are not there."""
        given = {column.name: column for column in columns}
        features = np.zeros((samples, len(self.feature_names)))
        ends = accumulate(len(column.feature_names) for column in self.columns)
        present = [(column, end) for column, end in zip(self.columns, ends, strict=True) if column.name in given]

        def write(place: tuple[CodedColumn, int]) -> None:
            column, end = place
            column.write(given[column.name], features[:, end - len(column.feature_names) : end])

        for_each(present, write)
        return features

    def columns_for(self, features: Collection[str]) -> tuple[CodedColumn, ...]:
        """Return the columns that one of these features, or several, come from.

        >>> [column.name for column in Coding.identity(("grams", "length")).columns_for({"length"})]
        ['length']
        """
        return tuple(column for column in self.columns if any(name in features for name in column.feature_names))

    def ordered(self, features: Sequence[str]) -> Coding | None:
        """Return the coding of these features in this order; None where those of one column do not stand together.

        >>> Coding.identity(("grams", "length", "width")).ordered(("width", "grams")).feature_names
        ('width', 'grams')
        """
        place = {name: k for k, name in enumerate(features)}
        wanted = self.columns_for(place)
        first = {one.name: min(place.get(name, len(place)) for name in one.feature_names) for one in wanted}
        columns = tuple(sorted(wanted, key=lambda one: first[one.name]))
        if tuple(name for one in columns for name in one.feature_names) != tuple(features):
            return None
        return replace(self, columns=columns)

    def understood(self, table: Table, *, needed: Collection[str] | None = None) -> tuple[Column, ...]:
        """Return the columns of a table of text cells as this coding understands them, in its own order.

        `needed` names features: columns that none of them comes from are left out. DataError, naming row and column,
        for text where the coding has numbers.
        """
        wanted = self.columns if needed is None else self.columns_for(needed)
        self.require(table.column_names, wanted)
        cells = dict(zip(table.column_names, table.columns, strict=True))
        return tuple(for_each(wanted, lambda column: column.understood(cells[column.name], self.missing_marks)))

    def features(self, table: Table) -> npt.NDArray[np.float64]:
        """Return the features (samples, features) of a table of text cells; see `coded` and `understood`."""
        return self.coded(self.understood(table))

    def surprises(self, columns: Sequence[Column]) -> tuple[str, ...]:
        """Return notes about the categories in `columns` that the coding does not know."""
        given = {column.name: column for column in columns}
        known = (column for column in self.columns if column.name in given)
        return tuple(note for column in known for note in column.surprises(given[column.name]))

    def require(self, names: Sequence[str], columns: Sequence[CodedColumn] | None = None) -> None:
        """Raise DataError unless every one of `columns`, by default all of the coding, is among `names`."""
        wanted = self.columns if columns is None else columns
        absent = [column.name for column in wanted if column.name not in names]
        if absent:
            raise DataError(
                f"the table has no column {listed(absent)}",
                hint=f"give it the columns that were learned from; it has {listed(names, 20)}",
            )

    def to_json(self) -> dict[str, object]:
        """Return the coding as plain values."""
        return {
            "schema": SCHEMA,
            "missing_marks": None if self.missing_marks is None else list(self.missing_marks),
            "class_column": self.class_column,
            "columns": [column.to_json() for column in self.columns],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, object]) -> Coding:
        """Return the coding that `to_json` gave; DataError where `values` are none.

        >>> coding = Coding.identity(("grams",))
        >>> Coding.from_json(coding.to_json()) == coding
        True
        """
        if not isinstance(values, dict) or values.get("schema") != SCHEMA:
            raise DataError(f"this is no coding of columns with the schema {SCHEMA}", hint="write it again")
        marks, target, columns = (values.get(name) for name in ("missing_marks", "class_column", "columns"))
        sound_marks = marks is None or (isinstance(marks, list) and all(isinstance(mark, str) for mark in marks))
        if not (sound_marks and isinstance(target, str | None) and isinstance(columns, list)):
            raise DataError("the coding of columns is damaged", hint="write it again")
        return cls(
            tuple(CodedColumn.from_json(column) for column in columns),
            tuple(marks) if isinstance(marks, list) else None,
            target,
        )
