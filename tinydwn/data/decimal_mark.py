"""Which mark stands before the fraction in the numbers of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinydwn.data.missing_marks import missing_among
from tinydwn.data.number_form import NumberForm, is_numberlike, possible_forms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinydwn.data.column import TextColumn


def decimal_mark(
    texts: Sequence[TextColumn], plain: Sequence[Sequence[str]], *, given: str | None, expected: str | None
) -> str | None:
    """Return "." or ",", None where the columns show neither or both.

    `texts` are the columns that are no plain numbers, and the cells of those that are come in `plain`.
    `given` is what a user says; else a column that can be read with one mark only decides for the others;
    `expected` holds where no column does.

    >>> from tinydwn.data.column import TextColumn
    >>> sure, unsure = TextColumn.of("a", ["3,14", "2"]), TextColumn.of("b", ["1,234", "2,345"])
    >>> decimal_mark([sure, unsure], [], given=None, expected=None)
    ','
    """
    if given is not None:
        return given
    possible = [{form.decimal for form in _forms(text) if "," in (form.decimal, form.thousands)} for text in texts]
    shown = {marks.copy().pop() for marks in possible if len(marks) == 1}
    unsure = any(len(marks) > 1 for marks in possible)
    if unsure and not shown and any("." in cell for cells in plain for cell in cells):
        shown.add(".")
    if len(shown) == 1:
        return shown.pop()
    return None if shown else expected


def _forms(text: TextColumn) -> list[NumberForm]:
    """Return the forms of the numbers in a column that holds more numbers than words."""
    missing = missing_among(text.counts)
    numbers = [one for one in text.counts if one not in missing and is_numberlike(one)]
    if not numbers or 2 * len(numbers) <= len(text.counts) - len(missing):
        return []
    return possible_forms(numbers)
