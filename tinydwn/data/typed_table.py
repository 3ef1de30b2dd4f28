"""The columns of a table once their cells are understood, before they are coded as features."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tinydwn.data.coding import TRAINING_PART, Coding
from tinydwn.data.reading import Missing

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from tinydwn.data.column import Column


@dataclass(frozen=True, slots=True, eq=False)
class TypedTable:
    """Columns of equally many samples, the class left out, and what becomes of their missing values.

    notes: what was guessed while reading them.
    """

    columns: tuple[Column, ...]
    missing: Missing = Missing.REFUSE
    missing_marks: tuple[str, ...] | None = None
    class_column: str | None = None
    notes: tuple[str, ...] = ()

    def rows(self, chosen: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> TypedTable:
        """Return the table with the chosen samples only."""
        return replace(self, columns=tuple(column.rows(chosen) for column in self.columns))

    def fit(self, *, where: str = TRAINING_PART) -> Coding:
        """Return the coding that these samples show; see `Coding.fit`."""
        return Coding.fit(
            self.columns,
            missing=self.missing,
            missing_marks=self.missing_marks,
            class_column=self.class_column,
            where=where,
        )
