"""ARFF texts, the form in which OpenML keeps its data sets, as tables of text cells."""

from __future__ import annotations

import re

from tinydwn.data.table import Table
from tinydwn.errors import DataError

_ATTRIBUTE = re.compile(
    r"""@attribute\s+("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s"']\S*)\s+(.+)""", re.IGNORECASE | re.DOTALL
)
_BEGINNING = re.compile(r"\ufeff?(?:\s*%[^\n]*\n)*\s*@(?:relation|attribute)\s", re.IGNORECASE)
_NUMERIC = ("numeric", "real", "integer")
# A cell is quoted in either way, or runs to the next comma.
_CELL = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^,]*?)\s*(?:,|$)""", re.DOTALL)


def is_arff(text: str) -> bool:
    """Say whether `text` begins as ARFF files and those of KEEL do, after comments.

    >>> is_arff("% a comment\\n@RELATION fruit\\n"), is_arff("grams,class\\n")
    (True, False)
    """
    return _BEGINNING.match(text) is not None


def parse_arff(text: str, *, name: str, where: str) -> Table:
    """Return the table in an ARFF text; nominal attributes are declared categories, "?" the empty cell.

    DataError, naming `where` and the line, for sparse rows, for relational or date attributes, for rows
    of a wrong length and for a text without @data.

    >>> text = "@relation fruit\\n@attribute 'in g' real\\n@attribute kind {a, b}\\n@data\\n120, a\\n?, 'b'"
    >>> table = parse_arff(text, name="fruit", where="fruit.arff")
    >>> table.column_names, table.columns, sorted(table.declared_categorical)
    (('in g', 'kind'), (('120', ''), ('a', 'b')), ['kind'])
    """
    names: list[str] = []
    declared: set[str] = set()
    lines = enumerate(text.splitlines(), start=1)
    for number, line in lines:
        stripped = line.strip()
        if stripped.lower().startswith("@data"):
            break
        if stripped.lower().startswith("@attribute"):
            name_of, nominal = _attribute(stripped, where, number)
            names.append(name_of)
            if nominal:
                declared.add(name_of)
    else:
        raise DataError(f"{where} has no @data section", hint="the file is no ARFF file, or was cut short")
    rows = []
    for number, line in lines:
        stripped = line.strip()
        if not stripped or stripped.startswith("%"):
            continue
        if stripped.startswith("{"):
            raise DataError(f"{where} holds a sparse row in line {number}", hint="convert it to dense rows")
        cells = _cells(stripped)
        if len(cells) != len(names):
            raise DataError(
                f"{where} has {len(cells)} cells in line {number} for {len(names)} attributes",
                hint="the file is damaged; fetch it again",
            )
        rows.append(cells)
    columns = tuple(zip(*rows, strict=True)) if rows else ((),) * len(names)
    return Table(name, tuple(names), columns, frozenset(declared))


def _attribute(line: str, where: str, number: int) -> tuple[str, bool]:
    found = _ATTRIBUTE.fullmatch(line)
    kind = found.group(2).strip() if found else ""
    nominal = kind.startswith("{")
    if found is None or not (nominal or kind.lower().startswith((*_NUMERIC, "string"))):
        raise DataError(
            f"{where} declares an attribute in line {number} that is not read: {line[:80]!r}",
            hint="only numeric, nominal and string attributes are read",
        )
    return _unquoted(found.group(1)), nominal


def _cells(line: str) -> list[str]:
    if "'" in line or '"' in line:
        raw = [match.group(1) for match in _CELL.finditer(line + ",") if match.end() > match.start()]
        # The comma that was added closes the last cell and opens none.
    else:
        raw = [cell.strip() for cell in line.split(",")]
    return ["" if cell == "?" else _unquoted(cell) for cell in raw]


def _unquoted(cell: str) -> str:
    if len(cell) >= 2 and cell[0] in "'\"" and cell[-1] == cell[0]:
        return re.sub(r"\\(.)", r"\1", cell[1:-1])
    return cell
