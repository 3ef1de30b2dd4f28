"""Which columns of a table are features, and what their cells mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinydwn.data.column import Column, TextColumn, diagnose, plain_numbers
from tinydwn.data.complaints import for_each
from tinydwn.data.decimal_mark import decimal_mark
from tinydwn.data.identifiers import names_samples, numbers_samples
from tinydwn.data.missing_marks import missing_among

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinydwn.data.reading import Reading
    from tinydwn.data.table import Table

TARGET_NAMES = ("target", "label", "class")


def class_position(table: Table, target: str | None) -> tuple[int, list[str]]:
    """Return the position of the class column: that of `target`, of the first answer, or as `usual_class` does."""
    if target is not None:
        return table.position(target), []
    return (table.position(table.answers[0]), []) if table.answers else usual_class(table.column_names)


def usual_class(names: Sequence[str]) -> tuple[int, list[str]]:
    """Return the position of the class among columns of these `names`, and a note where it is guessed.

    It is the one column named target, label or class, in any case, else the last one.

    >>> usual_class(["age", "Label", "sex"]), usual_class(["age", "sex"])
    ((1, []), (1, ["the class is the last column, 'sex'"]))
    """
    named = [i for i, name in enumerate(names) if name.strip().casefold() in TARGET_NAMES]
    if len(named) == 1:
        return named[0], []
    return len(names) - 1, [f"the class is the last column, {names[-1]!r}"]


def feature_positions(table: Table, reading: Reading, target: int) -> list[int]:
    """Return the positions of the columns that become features; DataError for a column that is not there."""
    for name in (*reading.only, *reading.ignore, *reading.categorical):
        table.position(name)
    return [
        index
        for index, name in enumerate(table.column_names)
        if index != target
        and name not in reading.ignore
        and (name in reading.only if reading.only else name not in table.answers)
    ]


def understand(
    table: Table, reading: Reading, positions: Sequence[int]
) -> tuple[tuple[Column, ...], str | None, list[str]]:
    """Return the columns at `positions` as numbers, booleans and categories, the decimal mark, and the notes.

    Columns without any value are left out, and identifiers, unless nothing else is left; neither where
    `reading` names them. DataError for columns that cannot be features, see `for_each`.
    """
    as_categories = table.declared_categorical | set(reading.categorical)
    understood: dict[int, Column | TextColumn] = {}
    for index in positions:
        name, cells = table.column_names[index], table.columns[index]
        plain = None if name in as_categories else plain_numbers(name, cells, reading.missing_marks)
        understood[index] = TextColumn.of(name, cells) if plain is None else plain
    notes: list[str] = []
    for index in _empty(reading, understood):
        notes.append(f"column {table.column_names[index]!r} left out: it holds no value")
        del understood[index]
    for index, why in _identifiers(table, reading, understood).items():
        name = table.column_names[index]
        notes.append(f"column {name!r} left out: {why}, which tells nothing (it stays where --only names it)")
        del understood[index]
    decimal = decimal_mark(
        [one for one in understood.values() if isinstance(one, TextColumn) and one.name not in as_categories],
        [table.columns[index] for index, one in understood.items() if isinstance(one, Column)],
        given=reading.decimal,
        expected=table.decimal,
    )

    def diagnosed(index: int) -> tuple[Column, tuple[str, ...]]:
        one = understood[index]
        # Where fractions follow a comma, a dot can only separate thousands.
        dotted = isinstance(one, Column) and decimal == "," and "." in "".join(table.columns[index])
        text = TextColumn.of(one.name, table.columns[index]) if dotted else one
        if isinstance(text, Column):
            return text, ()
        return diagnose(text, marks=reading.missing_marks, decimal=decimal, categorical=text.name in as_categories)

    found = for_each(understood, diagnosed)
    return tuple(column for column, _ in found), decimal, [*notes, *(note for _, told in found for note in told)]


def _empty(reading: Reading, understood: dict[int, Column | TextColumn]) -> list[int]:
    return [
        index
        for index, one in understood.items()
        if isinstance(one, TextColumn)
        and one.name not in reading.only
        and len(missing_among(one.counts, reading.missing_marks)) == len(one.counts)
    ]


def _identifiers(table: Table, reading: Reading, understood: dict[int, Column | TextColumn]) -> dict[int, str]:
    found = {}
    for index, one in understood.items():
        if one.name in reading.only or one.name in reading.categorical or one.name in table.declared_categorical:
            continue
        if isinstance(one, Column):
            why = numbers_samples(one, first_unnamed=index == 0 and not table.has_header)
        else:
            why = names_samples(one)
        if why:
            found[index] = why
    return found if len(found) < len(understood) else {}
