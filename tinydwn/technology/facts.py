"""Libraries by name or path: facts embedded in the package, counting rules, and any Liberty file.

A facts file is JSON: what mapping needs to know of a library (names, functions, areas, capacitance, leakage,
representative delays), with source, commit and licence. Read back, it gives the same cells as the Liberty file.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tinydwn.errors import LibraryError
from tinydwn.technology.cells import library_from_liberty
from tinydwn.technology.liberty import load_liberty
from tinydwn.technology.library import Cell, Library, Register
from tinydwn.technology.rules import gates2, nand2
from tinydwn.tools.files import readable_name
from tinydwn.tools.json_object import parse_json

SCHEMA = "tinydwn.facts/1"
FACT_LIBRARIES = ("sky130_fd_sc_hd", "nangate45", "ihp-sg13g2", "egfet", "cnt-tft")
COUNTING_RULES = ("gates2", "nand2")
_ENDINGS = (".lib", ".lib.gz")


def load_library(name_or_path: str | Path) -> Library:
    """Return an embedded library or a counting rule by name, or the library of a `.lib` or `.lib.gz` file.

    A library from a file is named after the `library` group in it. Raises `LibraryError` for an unknown name,
    with near ones, and for a file that cannot be used.

    >>> library = load_library("nangate45")
    >>> library.cell("AOI21_X1").area_um2, library.licence
    (1.064, 'Nangate Open Cell Library licence')
    """
    name = str(name_or_path)
    if name in COUNTING_RULES:
        return gates2() if name == "gates2" else nand2()
    if name in FACT_LIBRARIES:
        return _embedded(name)
    path = Path(name_or_path)
    if name and path.is_dir():
        raise LibraryError(f"'{name}' is a folder, not a library", hint="give the path of a .lib file in it")
    if name.endswith(_ENDINGS) or path.is_file():
        return library_from_liberty(load_liberty(path), source=readable_name(path))
    raise _unknown(name)


def cells_of(libraries: Iterable[str | Path]) -> tuple[Cell, ...]:
    """Return the combinational and tie cells of several libraries, as `load_library` finds them.

    >>> [cell.name for cell in cells_of(["nangate45"]) if cell.is_constant]
    ['LOGIC0_X1', 'LOGIC1_X1']
    """
    found = map(load_library, libraries)
    return tuple(cell for library in found for cell in (*library.cells, *library.ties))


def to_facts(library: Library) -> str:
    """Return a library as the text of a facts file: deterministic, one cell a line.

    >>> from_facts(to_facts(gates2())) == gates2()
    True
    """
    head = {
        "schema": SCHEMA,
        "name": library.name,
        "source": library.source,
        "commit": library.commit,
        "licence": library.licence,
        "notes": list(library.notes),
        "supply_v": library.supply_v,
    }
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    lines.append(_block("cells", [_cell_facts(cell) for cell in library.cells]))
    lines.append(_block("ties", [_cell_facts(cell) for cell in library.ties]))
    lines.append(_block("registers", [_register_facts(register) for register in library.registers]))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def from_facts(text: str) -> Library:
    """Return the library of a facts text; `LibraryError` where it is damaged or of another version."""
    try:
        facts: dict[str, Any] = parse_json(text)
        if facts["schema"] != SCHEMA:
            raise LibraryError(f"facts of schema '{facts['schema']}', not '{SCHEMA}'", hint="extract them again")
        return Library(
            name=facts["name"],
            cells=tuple(_cell(entry) for entry in facts["cells"]),
            ties=tuple(_cell(entry) for entry in facts["ties"]),
            registers=tuple(Register(**entry) for entry in facts["registers"]),
            source=facts["source"],
            commit=facts["commit"],
            licence=facts["licence"],
            notes=tuple(facts["notes"]),
            supply_v=facts["supply_v"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise LibraryError(f"damaged facts of a library: {error}", hint="extract them again") from error


@cache
def _embedded(name: str) -> Library:
    return from_facts(files("tinydwn.technology").joinpath("facts", f"{name}.json").read_text(encoding="utf-8"))


def _unknown(name: str) -> LibraryError:
    known = (*FACT_LIBRARIES, *COUNTING_RULES)
    near = difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.5)
    hint = f"near: {', '.join(near)}" if near else f"known: {', '.join(known)}"
    return LibraryError(f"no library '{name}'", hint=f"{hint}; or give the path of a .lib file")


def _block(key: str, entries: list[dict[str, Any]]) -> str:
    lines = ",\n".join(f"  {json.dumps(entry)}" for entry in entries)
    return f' "{key}": [\n{lines}\n ]' if entries else f' "{key}": []'


def _cell_facts(cell: Cell) -> dict[str, Any]:
    return {
        "name": cell.name,
        "area_um2": cell.area_um2,
        "inputs": list(cell.inputs),
        "output": cell.output,
        "table": f"{cell.table:#x}",
        "input_capacitance_ff": list(cell.input_capacitance_ff),
        "delay_ps": list(cell.delay_ps),
        "leakage_nw": cell.leakage_nw,
    }


def _cell(entry: Mapping[str, Any]) -> Cell:
    return Cell(
        name=entry["name"],
        area_um2=float(entry["area_um2"]),
        inputs=tuple(entry["inputs"]),
        output=entry["output"],
        table=int(entry["table"], 16),
        input_capacitance_ff=tuple(entry["input_capacitance_ff"]),
        delay_ps=tuple(entry["delay_ps"]),
        leakage_nw=entry["leakage_nw"],
    )


def _register_facts(register: Register) -> dict[str, Any]:
    return {name: getattr(register, name) for name in Register.__dataclass_fields__}
