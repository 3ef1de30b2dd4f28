"""PLA texts, as espresso, ABC and the contests of logic synthesis write them, as tables of samples of 0 and 1.

Rudell, "espresso(5), box of PLA formats", 1987: type f tells the on-set, fd also the don't-cares, fr also the off-set,
fdr all three. What type f and fd do not list is 0, so that they stand for every input pattern; fr and fdr are samples.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.data.names import counted
from tinydwn.data.table import Table
from tinydwn.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Cells = npt.NDArray[np.uint8]
    Flags = npt.NDArray[np.bool_]

MOST_COMPLETE_INPUTS = 16
MOST_SAMPLES = 1 << 20
_TYPES = ("f", "fd", "fr", "fdr")
_MOST_DIGITS = 6
_ZERO, _ONE, _OPEN = ord("0"), ord("1"), ord("-")
# Cells of an output: "0", "1", and the empty cell, which says nothing.
_TEXTS = {_ZERO: "0", _ONE: "1", _OPEN: ""}
# 2, 3 and 4 are older signs for -, 0 and 1; ~ says nothing in any type.
_INPUT_SIGNS = str.maketrans("2", "-")
_OUTPUT_SIGNS = str.maketrans("234", "-01")
_ROW = re.compile(r"[01\-2]*")
_ANSWERS = re.compile(r"[01\-~234]*")


@dataclass(slots=True)
class _Pla:
    """What a text said so far: counts, names, type, and rows as pairs of inputs and outputs."""

    where: str
    inputs: int | None = None
    outputs: int | None = None
    input_names: tuple[str, ...] | None = None
    output_names: tuple[str, ...] | None = None
    type: str = "fd"
    terms: int | None = None
    rows: list[tuple[str, str]] = field(default_factory=list)

    def error(self, number: int, what: str, hint: str = "check the file") -> DataError:
        return DataError(f"{self.where}, line {number}: {what}", hint=hint)


def parse_pla(text: str, *, name: str, where: str) -> Table:
    """Return the samples of a PLA text as a table: inputs, then outputs, by `.ilb` and `.ob`, else x0, x1, ..., y0, ...

    A row with `k` dashes among its inputs stands for `2**k` samples; rows that contradict each other and equal ones
    stay as they are. An output that a row says nothing about has an empty cell. The types f and fd are complete: all
    patterns of at most 16 inputs are listed, in counting order, the first input being the highest bit; what is a
    don't-care has an empty cell. `where` names the text in errors.

    DataError, naming the line, for what is no PLA, for rows of another width, for other than `.p` rows, for more than
    2**20 samples, and for the types f and fd with more than 16 inputs.

    >>> table = parse_pla(".i 2\\n.o 1\\n.type fr\\n1- 1\\n00 0\\n.e\\n", name="or", where="or.pla")
    >>> table.column_names, table.columns
    (('x0', 'x1', 'y0'), (('1', '1', '0'), ('0', '1', '0'), ('1', '1', '0')))
    """
    pla = _read(text, where)
    inputs, outputs = _checked(pla)
    given, answers = (_complete if pla.type in ("f", "fd") else _samples)(pla, inputs, outputs)
    input_names = pla.input_names or tuple(f"x{k}" for k in range(inputs))
    output_names = pla.output_names or tuple(f"y{k}" for k in range(outputs))
    columns = [tuple(column.tobytes().decode("ascii")) for column in np.ascontiguousarray(given.T)]
    columns += [tuple(map(_TEXTS.__getitem__, column.tolist())) for column in answers.T]
    return Table(name, (*input_names, *output_names), tuple(columns), answers=output_names, notes=_notes(pla, given))


def _notes(pla: _Pla, given: Cells) -> tuple[str, ...]:
    if pla.type in ("f", "fd"):
        return (
            f"type {pla.type} tells a whole function: all {counted(len(given), 'pattern')} of its inputs are samples",
        )
    if len(given) > len(pla.rows):
        return (f"{counted(len(pla.rows), 'row')} with dashes stand for {counted(len(given), 'sample')}",)
    return ()


def _read(text: str, where: str) -> _Pla:
    pla = _Pla(where)
    for number, raw in enumerate(text.splitlines(), start=1):
        words = raw.partition("#")[0].replace("|", " ").split()
        if not words:
            continue
        if words[0] in (".e", ".end"):
            break
        if words[0].startswith("."):
            _take(pla, number, words)
        else:
            _take_row(pla, number, "".join(words))
    return pla


def _take(pla: _Pla, number: int, words: Sequence[str]) -> None:
    keyword, values = words[0], words[1:]
    if pla.rows and keyword != ".p":
        raise pla.error(number, f"'{keyword}' after the first row", "write it before the rows")
    if keyword in (".i", ".o", ".p"):
        if len(values) != 1 or not (values[0].isascii() and values[0].isdigit() and len(values[0]) <= _MOST_DIGITS + 3):
            raise pla.error(number, f"'{' '.join(words)}' is no count", f"write a number, such as '{keyword} 8'")
        setattr(pla, {".i": "inputs", ".o": "outputs", ".p": "terms"}[keyword], int(values[0]))
    elif keyword == ".ilb":
        pla.input_names = tuple(values)
    elif keyword == ".ob":
        pla.output_names = tuple(values)
    elif keyword == ".type":
        if len(values) != 1 or values[0] not in _TYPES:
            raise pla.error(number, f"'{' '.join(words)}' is no type that is read", f"choose {', '.join(_TYPES)}")
        pla.type = values[0]
    else:
        raise pla.error(number, f"'{keyword}' is not read", "only PLAs of two values with .i, .o, .ilb, .ob, .p, .type")


def _take_row(pla: _Pla, number: int, row: str) -> None:
    if not pla.inputs or not pla.outputs:
        raise pla.error(number, "a row before .i and .o", "a PLA begins with '.i INPUTS' and '.o OUTPUTS'")
    cube, answers = row[: pla.inputs], row[pla.inputs :]
    if len(cube) < pla.inputs or len(answers) != pla.outputs:
        raise pla.error(number, f"{len(row)} values for {pla.inputs} inputs and {pla.outputs} outputs")
    if not _ROW.fullmatch(cube):
        raise pla.error(number, f"inputs {cube[:40]!r}", "write 0, 1 or - for each input")
    if not _ANSWERS.fullmatch(answers):
        raise pla.error(number, f"outputs {answers[:40]!r}", "write 0, 1, - or ~ for each output")
    pla.rows.append((cube.translate(_INPUT_SIGNS), answers.translate(_OUTPUT_SIGNS)))


def _checked(pla: _Pla) -> tuple[int, int]:
    """Return how many inputs and outputs there are."""
    if not pla.inputs or not pla.outputs:
        raise DataError(f"{pla.where} has no '.i' or no '.o'", hint="a PLA begins with '.i INPUTS' and '.o OUTPUTS'")
    if not pla.rows:
        raise DataError(f"{pla.where} has no rows", hint="write one row per sample")
    if pla.terms is not None and pla.terms != len(pla.rows):
        raise DataError(
            f"{pla.where} says '.p {pla.terms}' and has {counted(len(pla.rows), 'row')}",
            hint="the file may be truncated; else correct .p or leave it out",
        )
    for what, names, count in ((".ilb", pla.input_names, pla.inputs), (".ob", pla.output_names, pla.outputs)):
        if names is not None and len(names) != count:
            raise DataError(f"{pla.where} has {len(names)} names in {what} for {count}", hint="name each one once")
    return pla.inputs, pla.outputs


def _samples(pla: _Pla, inputs: int, outputs: int) -> tuple[Cells, Cells]:
    """Return the samples of rows, inputs (samples, inputs) and outputs (samples, outputs), as signs."""
    widths = [1 << min(cube.count("-"), 62) for cube, _ in pla.rows]
    if sum(widths) > MOST_SAMPLES:
        raise DataError(
            f"the dashes of {pla.where} stand for more than {MOST_SAMPLES} samples",
            hint="give samples without dashes among the inputs, or fewer rows",
        )
    cubes, answers = _signs([cube for cube, _ in pla.rows], inputs), _signs([said for _, said in pla.rows], outputs)
    answers = np.repeat(np.where(answers == ord("~"), np.uint8(_OPEN), answers), widths, axis=0)
    given = np.repeat(cubes, widths, axis=0)
    start = 0
    for cube, width in zip(cubes, widths, strict=True):
        if width > 1:
            given[start : start + width, cube == _OPEN] = _patterns(width.bit_length() - 1)
        start += width
    return given, answers


def _complete(pla: _Pla, inputs: int, outputs: int) -> tuple[Cells, Cells]:
    """Return every input pattern and the outputs of a whole function; a don't-care goes before a one."""
    if inputs > MOST_COMPLETE_INPUTS:
        raise DataError(
            f"{pla.where} is of type {pla.type}, a whole function of {inputs} inputs: too many patterns to list",
            hint=f"give '.type fr' if its rows are samples; at most {MOST_COMPLETE_INPUTS} inputs can be listed",
        )
    cubes, of_row = np.unique(_signs([cube for cube, _ in pla.rows], inputs), axis=0, return_inverse=True)
    said = _signs([said for _, said in pla.rows], outputs)
    ones = _drawn(cubes, _any_of(said == _ONE, of_row, len(cubes)))
    answers = np.where(ones, np.uint8(_ONE), np.uint8(_ZERO))
    if pla.type == "fd":
        answers[_drawn(cubes, _any_of(said == _OPEN, of_row, len(cubes)))] = _OPEN
    return _patterns(inputs), answers


def _any_of(told: Flags, of_row: npt.NDArray[np.int64], cubes: int) -> Flags:
    """Return for each cube, (cubes, outputs), what any of its rows, (rows, outputs), tells."""
    found = np.zeros((cubes, told.shape[1]), dtype=bool)
    np.logical_or.at(found, of_row.ravel(), told)
    return found


def _drawn(cubes: Cells, told: Flags) -> Flags:
    """Return for each input pattern, (patterns, outputs), whether a cube that tells the output covers it.

    `cubes`, (cubes, inputs), are all different: those with the same dashes cover different patterns.
    """
    width = cubes.shape[1]
    weight = 1 << np.arange(width - 1, -1, -1)
    first = (cubes == _ONE) @ weight
    covered = np.zeros((1 << width, told.shape[1]), dtype=bool)
    shapes, of_cube = np.unique(cubes == _OPEN, axis=0, return_inverse=True)
    order = np.argsort(of_cube.ravel(), kind="stable")
    for shape, alike in zip(shapes, np.split(order, np.cumsum(np.bincount(of_cube.ravel()))[:-1]), strict=True):
        within = (_patterns(int(shape.sum())) == _ONE) @ weight[shape]
        covered[first[alike][:, None] + within] |= told[alike][:, None, :]
    return covered


def _signs(rows: Sequence[str], width: int) -> Cells:
    return np.frombuffer("".join(rows).encode("ascii"), dtype=np.uint8).reshape(len(rows), width)


def _patterns(width: int) -> Cells:
    """Return all patterns of so many bits, (patterns, bits), as signs, in counting order."""
    places = np.arange(width - 1, -1, -1)
    return (_ZERO + (np.arange(1 << width)[:, None] >> places & 1)).astype(np.uint8)
