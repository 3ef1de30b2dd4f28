"""What ABC reads and writes in mapping: a library as genlib, a mapped circuit as gate BLIF.

Cells go in under neutral names (`g0`, `g1`, ...; pins `a`, `b`, ...), because ABC takes no liberties with names.
A buffer and two constants without area are added: ABC refuses a library without them, and whatever it builds
from them becomes a plain connection again. A library's own buffers stay out: mapping for area has no use for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from tinydwn.errors import ProgramError
from tinydwn.mapping.compounds import Compound
from tinydwn.mapping.mapped import Instance
from tinydwn.netlist.graph import FIRST_INPUT
from tinydwn.netlist.truth_table import irredundant_cover
from tinydwn.technology.library import Cell

BUFFER, FALSE_GATE, TRUE_GATE = "wire", "zero", "one"


@dataclass(frozen=True, slots=True)
class Gate:
    """One line `.gate` of ABC's answer: a cell's neutral name, the nets on its pins in order, the net it drives."""

    name: str
    fanin: tuple[str, ...]
    output: str


def to_genlib(cells: Sequence[Cell], compounds: Sequence[Compound] = ()) -> str:
    """Return cells (`g0`, ...) and compounds (`c0`, ...) as genlib text.

    Delays are in units of the longest one; a delay of 1 stands for all where one cell lacks them.

    >>> from tinydwn.technology import load_library
    >>> print(to_genlib(load_library("nand2").cells).splitlines()[4])
    GATE g1 1.0 O=!a + !b;
    """
    named = [(f"g{k}", cell) for k, cell in enumerate(cells)]
    named += [(f"c{k}", compound.cell) for k, compound in enumerate(compounds)]
    known = all(cell.delay_ps for cell in cells)
    unit = delay_unit(cells, compounds)
    lines = [f"GATE {FALSE_GATE} 0 O=CONST0;", f"GATE {TRUE_GATE} 0 O=CONST1;"]
    for name, cell in named:
        delays = cell.delay_ps if known else (unit,) * len(cell.inputs)
        lines.append(f"GATE {name} {cell.area_um2!r} O={_expression(cell)};")
        lines += [_pin(letter, delay / unit) for letter, delay in zip(ascii_lowercase, delays, strict=False)]
    return "\n".join([*lines, f"GATE {BUFFER} 0 O=a;", _pin("a", 0.01), ""])


def delay_unit(cells: Sequence[Cell], compounds: Sequence[Compound] = ()) -> float:
    """Return the delay in ps that is 1 in genlib text; 1 where one cell has none."""
    every = (*cells, *(compound.cell for compound in compounds))
    return max(max(cell.delay_ps) for cell in every) if all(cell.delay_ps for cell in cells) else 1.0


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


def to_gate_blif(
    instances: Sequence[Instance],
    driven: Sequence[int],
    cells: Sequence[Cell],
    inputs: Sequence[str],
    outputs: Sequence[str],
) -> str:
    """Return a mapped circuit as gate BLIF for ABC, under the names of `to_genlib` for `cells`.

    Net 0 and 1 are the constants, then come `inputs`, then the instances; output `k` is on net `driven[k]`.
    """
    names = {cell.name: f"g{k}" for k, cell in enumerate(cells)}
    nets = ["", "", *inputs, *(f"n{k}" for k in range(len(instances)))]
    lines = [".model netlist", f".inputs {' '.join(inputs)}", f".outputs {' '.join(outputs)}"]
    for net, instance in enumerate(instances, start=2 + len(inputs)):
        pins = " ".join(f"{letter}={nets[k]}" for letter, k in zip(ascii_lowercase, instance.fanin, strict=False))
        lines.append(f".gate {names[instance.cell.name]} {pins} O={nets[net]}")
    for name, net in zip(outputs, driven, strict=True):
        source = (FALSE_GATE, TRUE_GATE)[net] if net < FIRST_INPUT else f"{BUFFER} a={nets[net]}"
        lines.append(f".gate {source} O={name}")
    return "\n".join([*lines, ".end", ""])


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
