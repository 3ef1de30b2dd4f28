"""Plain tables for people: columns of text, numbers to the right."""

from __future__ import annotations

from collections.abc import Sequence


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table with a line under its head; a column whose cells are all numbers stands to the right.

    >>> print(text_table(("stage", "s"), [("lower", "0.1"), ("map", "12.0")]))
    stage     s
    -----  ----
    lower   0.1
    map    12.0
    """
    columns = list(zip(head, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    right = [all(map(is_number, column[1:])) for column in columns]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    )


def is_number(cell: str) -> bool:
    """Say whether a cell is a number, its thousands set off by commas."""
    return cell.replace(".", "", 1).replace(",", "").lstrip("-").isdigit()


def is_quantity(cell: str) -> bool:
    """Say whether a cell is a number, with a sign or without, and with a deviation or without.

    >>> [is_quantity(cell) for cell in ("+1,200.5", "90.00 ± 1.00", "-3", "depth 2", "± 1", "")]
    [True, True, True, False, False, False]
    """
    number, between, deviation = cell.partition(" ± ")
    return is_number(number.removeprefix("+")) and (not between or is_number(deviation))
