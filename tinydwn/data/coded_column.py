"""How one column becomes features."""

from __future__ import annotations

import contextlib
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.data.column import BOOLEAN_VALUES, Column, Kind, TextColumn, coded_cells, plain_numbers
from tinydwn.data.complaints import and_more, first_places
from tinydwn.data.missing_marks import missing_among
from tinydwn.data.names import counted, first_repeated, listed
from tinydwn.data.number_form import PLAIN, NumberForm
from tinydwn.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class CodedColumn:
    """A column and its code.

    categories: of a categorical column, two at least; two become one feature, for the second, more become
    one feature each. fill: what stands for a missing value: a number, a category, or a text that is no
    category and sets no feature; None where missing values are refused. form: how numbers are written.
    """

    name: str
    kind: Kind = Kind.NUMERIC
    categories: tuple[str, ...] = ()
    fill: float | str | None = None
    form: NumberForm = PLAIN

    @property
    def shown(self) -> tuple[str, ...]:
        """The categories that have a feature."""
        return self.categories[1:] if len(self.categories) == 2 else self.categories

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of its features."""
        if self.kind is not Kind.CATEGORICAL:
            return (self.name,)
        return tuple(f"{self.name}={category}" for category in self.shown)

    def write(self, column: Column, features: npt.NDArray[np.float64]) -> None:
        """Write the features of `column` into `features`, (samples, features of the column), which is zero."""
        missing = column.missing
        if self.fill is None and missing.any():
            row, more = int(np.argmax(missing)) + 1, int(missing.sum()) - 1
            raise DataError(
                f"column {self.name!r} holds no value in row {row}{and_more(more)}",
                hint="fill it in, or train with --missing mean, median, most_frequent or category",
            )
        if self.kind is not Kind.CATEGORICAL:
            features[:, 0] = column.values
            features[missing, 0] = self.fill
            return
        place: dict[object, int] = {category: index for index, category in enumerate(self.shown)}
        # The last place is that of a missing value.
        places = np.array([place.get(one, -1) for one in (*column.categories, self.fill)], dtype=np.int64)
        chosen = places[np.where(missing, len(column.categories), column.values).astype(np.int64)]
        rows = np.flatnonzero(chosen >= 0)
        features[rows, chosen[rows]] = 1.0

    def surprises(self, column: Column) -> list[str]:
        """Return a note where `column` holds categories that have no code."""
        if self.kind is not Kind.CATEGORICAL:
            return []
        unknown = [index for index, category in enumerate(column.categories) if category not in self.categories]
        told = []
        if unknown and (count := int(np.isin(column.values, unknown).sum())):
            named = listed(column.categories[index] for index in unknown)
            told.append(
                f"column {self.name!r}: {counted(count, 'sample')} of unknown categories {self._as_code(named)}"
            )
        if self.fill not in self.categories and (count := int(column.missing.sum())):
            told.append(f"column {self.name!r}: {self._as_code(counted(count, 'missing value'))}")
        return told

    def _as_code(self, what: str) -> str:
        return f"{what} coded as {self.categories[0]!r}" if len(self.categories) == 2 else f"{what} coded as all zeros"

    def understood(self, cells: Sequence[str], marks: tuple[str, ...] | None) -> Column:
        """Return the column of text `cells` (samples,) in the kind and form of this one.

        DataError, naming row and column, for a text that is neither of that kind nor a mark for missing.
        """
        if self.kind is Kind.NUMERIC and self.form == PLAIN:
            plain = plain_numbers(self.name, cells, marks)
            if plain is not None:
                return plain
        text = TextColumn.of(self.name, cells)
        if self.kind is Kind.CATEGORICAL:
            missing = missing_among(text.counts, marks, numbers=False) - set(self.categories)
            categories = tuple(sorted(set(text.counts) - missing))
            code = {category: float(index) for index, category in enumerate(categories)}
            return Column(self.name, self.kind, coded_cells(text, code), categories)
        values = {one: self._number(one) for one in text.counts}
        missing = missing_among(text.counts, marks)
        odd = [one for one, value in values.items() if value is None or not math.isfinite(value)]
        self._refuse(text, [one for one in odd if one not in missing])
        code = {one: value for one, value in values.items() if value is not None and one not in missing}
        return Column(self.name, self.kind, coded_cells(text, code), form=self.form)

    def _refuse(self, text: TextColumn, odd: Sequence[str]) -> None:
        """Raise DataError where there are texts that are neither of the kind of this column nor missing."""
        if not odd:
            return
        told = first_places({one: text.row_of(one) for one in odd})
        more = and_more(sum(text.counts[one] for one in odd) - len(told))
        what = "numbers" if self.kind is Kind.NUMERIC else "yes or no"
        places = ", ".join(f"{one!r} in row {row}" for row, one in told)
        raise DataError(
            f"column {self.name!r} holds {places}{more}, where {what} were learned from",
            hint="write it as in the table that was learned from",
        )

    def _number(self, text: str) -> float | None:
        return BOOLEAN_VALUES.get(text.casefold()) if self.kind is Kind.BOOLEAN else self.form.read(text)

    def to_json(self) -> dict[str, object]:
        """Return the column as plain values."""
        return {
            "name": self.name,
            "kind": self.kind.value,
            "categories": list(self.categories),
            "fill": self.fill,
            "form": asdict(self.form),
        }

    @classmethod
    def from_json(cls, values: object) -> CodedColumn:
        """Return the column that `to_json` gave; DataError where `values` are none."""
        column = None
        if isinstance(values, dict) and isinstance(values.get("categories"), list):
            with contextlib.suppress(KeyError, TypeError, ValueError):
                column = cls(
                    name=values["name"],
                    kind=Kind(values["kind"]),
                    categories=tuple(values["categories"]),
                    fill=values["fill"],
                    form=NumberForm(**values["form"]),
                )
        if column is None or not column.is_sound:
            raise DataError("the coding of columns is damaged", hint="write it again")
        return column

    @property
    def is_sound(self) -> bool:
        """Whether the parts are of their types and go together."""
        texts = (self.name, *self.categories, self.form.decimal, self.form.thousands, self.form.unit)
        if not all(isinstance(text, str) for text in texts) or first_repeated(self.categories) is not None:
            return False
        if self.form.decimal not in (".", ",") or self.form.decimal == self.form.thousands:
            return False
        if self.kind is Kind.CATEGORICAL:
            return len(self.categories) >= 2 and isinstance(self.fill, str | None)
        number = isinstance(self.fill, int | float) and not isinstance(self.fill, bool) and math.isfinite(self.fill)
        return not self.categories and (self.fill is None or number)
