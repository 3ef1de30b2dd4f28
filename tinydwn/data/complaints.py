"""What is wrong with a table, several faults at once: their places, and one error for many columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tinydwn.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
MOST_TOLD = 5


def for_each(items: Iterable[Item], work: Callable[[Item], Outcome]) -> list[Outcome]:
    """Return what `work` makes of every item, such as a column; all are looked at before one is refused.

    DataError where it refuses some: its own one for a single item, else one that tells the first five, with their
    hints, and how many more there are.
    """
    outcomes: list[Outcome] = []
    errors: list[DataError] = []
    for item in items:
        try:
            outcomes.append(work(item))
        except DataError as error:
            errors.append(error)
    if errors:
        raise joined_errors(errors)
    return outcomes


def joined_errors(errors: Sequence[DataError]) -> DataError:
    r"""Return one error that tells of several.

    >>> print(joined_errors([DataError("column 'a' is empty"), DataError("column 'b' is empty", hint="fill it")]))
    2 faults:
      column 'a' is empty
      column 'b' is empty
    <BLANKLINE>
    hint: fill it
    """
    if len(errors) == 1:
        return errors[0]
    lines = [f"{len(errors)} faults:", *(f"  {error.message}" for error in errors[:MOST_TOLD])]
    if len(errors) > MOST_TOLD:
        lines.append(f"  and {len(errors) - MOST_TOLD} more")
    hints = dict.fromkeys(error.hint for error in errors[:MOST_TOLD] if error.hint)
    return DataError("\n".join(lines), hint="\n      ".join(hints))


def and_more(count: int) -> str:
    """Return a note on further rows, or lines, with the same fault.

    >>> and_more(0), and_more(2)
    ('', ' (and in 2 more)')
    """
    return f" (and in {count} more)" if count else ""


def first_places(rows: dict[str, int]) -> list[tuple[int, str]]:
    """Return the first five rows and texts, of texts that are given with the row where each occurs first.

    >>> first_places({"big": 7, "n/a": 2})
    [(2, 'n/a'), (7, 'big')]
    """
    return sorted((row, text) for text, row in rows.items())[:MOST_TOLD]
