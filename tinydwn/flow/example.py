"""Two real results of place and route that come with the package: what OpenROAD made of circuits of this project.

OpenROAD 26Q1 (commit 129eb14f), sky130_fd_sc_hd, typical corner. `seg_chip` is a classifier with registered feature
words, comparators, lookup tables and registered output, 110 cells; `tiny_core` has four gates. Sizes and functions of
cells are facts from the library's LEF and Liberty (SkyWater PDK, Apache-2.0).
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from tinydwn.errors import DataError
from tinydwn.flow.def_layout import read_def
from tinydwn.flow.layout import Layout
from tinydwn.flow.lef import Lef, read_lef
from tinydwn.technology.behavior import Behavior, behaviors
from tinydwn.technology.liberty import read_liberty

EXAMPLES = ("seg_chip", "tiny_core")


@dataclass(frozen=True, slots=True)
class Example:
    """A layout with the outlines and functions of its cells, and its Verilog before and after place and route."""

    layout: Layout
    lef: Lef
    before: str
    after: str
    cells: Mapping[str, Behavior]


def load_example(name: str) -> Example:
    """Return one of `EXAMPLES`; `DataError` for any other name.

    >>> example = load_example("tiny_core")
    >>> example.layout.die.width_um, len(example.layout.components)
    (68.54, 497)
    """
    if name not in EXAMPLES:
        raise DataError(f"there is no example layout '{name}'", hint=f"choose one of {', '.join(EXAMPLES)}")
    lef = read_lef(_text("outlines.lef").splitlines())
    layout = read_def(_text(f"{name}.def").splitlines(), lef)
    cells = behaviors(read_liberty(_text("cells.lib")))
    return Example(layout, lef, _text(f"{name}.v"), _text(f"{name}.routed.v"), cells)


def _text(name: str) -> str:
    packed = files("tinydwn.flow").joinpath("example", f"{name}.gz").read_bytes()
    return gzip.decompress(packed).decode("utf-8")
