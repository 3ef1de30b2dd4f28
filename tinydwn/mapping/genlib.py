"""What ABC reads and writes in mapping: a library as genlib, a mapped circuit as gate BLIF.

Cells go in under neutral names (`g0`, `g1`, ...; pins `a`, `b`, ...), because ABC takes no liberties with names.
A buffer and two constants are added without area: ABC refuses a library without them, and whatever it builds
from them becomes a plain connection again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from tinydwn.errors import ProgramError
from tinydwn.netlist.truth_table import irredundant_cover
from tinydwn.technology.library import Cell, Library

BUFFER, FALSE_GATE, TRUE_GATE = "wire", "zero", "one"


@dataclass(frozen=True, slots=True)
class Gate:
    """One line `.gate` of ABC's answer: a cell's neutral name, the nets on its pins in order, the net it drives."""

    name: str
    fanin: tuple[str, ...]
    output: str


def to_genlib(cells: Sequence[Cell], library: Library) -> str:
    """Return cells as genlib text; a delay of 1 stands for all where the library does not know them all.

    >>> from tinydwn.technology import load_library
    >>> rule = load_library("nand2")
    >>> print(to_genlib(rule.cells, rule).splitlines()[4])
    GATE g1 1.0 O=!a + !b;
    """
    unit = max((max(cell.delay_ps) for cell in cells), default=1.0) if library.has_delays else 1.0
    lines = [f"GATE {FALSE_GATE} 0 O=CONST0;", f"GATE {TRUE_GATE} 0 O=CONST1;"]
    for k, cell in enumerate(cells):
        delays = cell.delay_ps if library.has_delays else (unit,) * len(cell.inputs)
        lines.append(f"GATE g{k} {cell.area_um2!r} O={_expression(cell)};")
        lines += [_pin(letter, delay / unit) for letter, delay in zip(ascii_lowercase, delays, strict=False)]
    return "\n".join([*lines, f"GATE {BUFFER} 0 O=a;", _pin("a", 0.01), ""])


def read_gates(text: str) -> list[Gate]:
    """Return the gates of a mapped BLIF as ABC writes it; `ProgramError` where a line is of another kind."""
    gates: list[Gate] = []
    lines = text.replace("\\\n", " ").splitlines()
    for line in lines:
        words = line.split()
        if not words or words[0] in {".model", ".inputs", ".outputs", ".end"} or words[0].startswith("#"):
            continue
        if words[0] != ".gate":
            raise ProgramError(f"ABC wrote a mapped circuit that cannot be read: '{line[:60]}'")
        *pins, output = (word.partition("=")[2] for word in words[2:])
        gates.append(Gate(words[1], tuple(pins), output))
    if not lines or lines[-1].strip() != ".end":
        raise ProgramError("ABC wrote a mapped circuit that breaks off")
    return gates


def _expression(cell: Cell) -> str:
    cubes = irredundant_cover(cell.table, cell.table, len(cell.inputs))
    terms = []
    for care, value in cubes:
        kept = [k for k in range(len(cell.inputs)) if care >> k & 1]
        terms.append("*".join(("" if value >> k & 1 else "!") + ascii_lowercase[k] for k in kept))
    return " + ".join(terms)


def _pin(letter: str, delay: float) -> str:
    figure = f"{delay:.5g}"
    return f"  PIN {letter} UNKNOWN 1 999 {figure} 0 {figure} 0"
