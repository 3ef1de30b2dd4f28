"""The final GDS of a routed design: DEF and LEF joined with the shapes of its cells, by KLayout."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from tinydwn.errors import DataError, ProgramError
from tinydwn.layout.layers import Palette
from tinydwn.layout.layout import Layout
from tinydwn.layout.lef import Lef
from tinydwn.tools.klayout import run_klayout

# The layers that a router uses (SkyWater SKY130 PDK, "GDS layers information").
_METALS = {"li1": 67, "met1": 68, "met2": 69, "met3": 70, "met4": 71, "met5": 72}
_CUTS = {"mcon": 67, "via": 68, "via2": 69, "via3": 70, "via4": 71}
_PURPOSES = {"drawing": 20, "pin": 16, "label": 5}
SKY130_STREAMS: Mapping[tuple[str, str], tuple[int, int]] = {
    **{(name, purpose): (layer, _PURPOSES[purpose]) for name, layer in _METALS.items() for purpose in _PURPOSES},
    **{(name, "drawing"): (layer, 44) for name, layer in _CUTS.items()},
    ("prBoundary", "boundary"): (235, 4),
}
_SAID = re.compile(r"^tinydwn: (.+)$", re.MULTILINE)
_DBU_UM = 0.001


def merge_gds(
    def_file: Path,
    layout: Layout,
    lef: Lef,
    *,
    lefs: Sequence[Path],
    cells: Sequence[Path],
    palette: Palette | None = None,
    timeout_s: float = 300.0,
) -> bytes:
    """Return the GDS of a routed design; the same files give the same bytes.

    `layout` and `lef` are what was read from `def_file` and `lefs`, and `cells` are GDS files that have a cell for each
    component. Numbers of layers are those of the palette, where it has any, else those of sky130. Raises `DataError`
    where a cell or the number of a layer is missing, `ProgramMissing` without KLayout.
    """
    names = sorted({one.cell for one in layout.components})
    job = {
        "design": layout.design,
        "def": str(def_file.resolve()),
        "lef": [str(path.resolve()) for path in lefs],
        "gds": [str(path.resolve()) for path in cells],
        "cells": names,
        "dbu_um": _DBU_UM,
    }
    for path in (def_file, *lefs, *cells):
        if not path.is_file():
            raise DataError(f"'{path}' does not exist", hint="give the paths of DEF, LEF and GDS files")
    streams = palette.streams if palette is not None and palette.streams else SKY130_STREAMS
    given = {"job.json": json.dumps(job), "layers.map": layer_map(layout, lef, streams)}
    script = files("tinydwn.layout").joinpath("merge_gds.pym").read_text(encoding="utf-8")
    try:
        return run_klayout(script, files=given, result="merged.gds", timeout_s=timeout_s).result
    except ProgramError as error:
        said = _SAID.findall(error.hint.replace("    tinydwn: ", "tinydwn: "))
        if said and type(error) is ProgramError:
            hint = "give whole files, and every GDS with cells"
            raise DataError(f"the layout cannot be joined: {said[-1]}", hint=hint) from error
        raise


def layer_map(layout: Layout, lef: Lef, streams: Mapping[tuple[str, str], tuple[int, int]]) -> str:
    """Return a layer map of KLayout's LEF/DEF reader; `DataError` for a layer of the layout without a number.

    >>> from tinydwn.layout.lef import read_lef
    >>> lef = read_lef(["LAYER met1 TYPE ROUTING ; END met1"])
    >>> empty = Layout("d", ((0, 0), (1, 0), (1, 1)), (), (), (), (), ())
    >>> print(layer_map(empty, lef, SKY130_STREAMS), end="")
    met1 NET,SPNET,VIA,PIN 68 20
    met1 PIN 68 16
    NAME met1/PIN 68 5
    DIEAREA ALL 235 4
    """
    used = {wire.layer for net in (*layout.nets, *layout.supply) for wire in net.wires}
    used |= {shape.layer for net in (*layout.nets, *layout.supply) for via in net.vias for shape in via.shapes}
    lines = []
    for name, layer in lef.layers.items():
        if layer.kind not in {"ROUTING", "CUT"}:
            continue
        drawing = streams.get((name, "drawing"))
        if drawing is None:
            if name in used:
                raise DataError(f"layer '{name}' has no GDS number", hint="give the layer properties of the PDK (.lyp)")
            continue
        lines.append(f"{name} NET,SPNET,VIA,PIN {drawing[0]} {drawing[1]}")
        for purpose, entry in (("pin", f"{name} PIN"), ("label", f"NAME {name}/PIN")):
            if layer.routes and (name, purpose) in streams:
                lines.append("{} {} {}".format(entry, *streams[name, purpose]))
    edge = streams.get(("prBoundary", "boundary"))
    lines += [f"DIEAREA ALL {edge[0]} {edge[1]}"] if edge else []
    return "\n".join([*lines, ""])
