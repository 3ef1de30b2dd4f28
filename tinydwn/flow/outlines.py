"""The outside of a few cells as a small LEF: what a picture and a count of a layout need, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tinydwn.errors import DataError
from tinydwn.flow.geometry import Box
from tinydwn.flow.lef import Lef, Macro


def outline_lef(lef: Lef, *, cells: Iterable[str], vias: Iterable[str], source: str) -> str:
    """Return LEF of layers, sites, some vias and some cells: class, size, and pins by name, without their shapes.

    `source` says in a comment where the facts come from. Raises `DataError` for a cell or via that `lef` lacks.

    >>> from tinydwn.flow.lef import read_lef
    >>> lef = read_lef(["MACRO INV CLASS CORE ; SIZE 1.380 BY 2.720 ; PIN A DIRECTION INPUT ; END A END INV"])
    >>> print(outline_lef(lef, cells=["INV"], vias=[], source="a vendor"), end="")
    # Outlines alone, from: a vendor
    MACRO INV
      CLASS CORE ;
      SIZE 1.38 BY 2.72 ;
      PIN A DIRECTION INPUT ; USE SIGNAL ; END A
    END INV
    END LIBRARY
    """
    lines = [f"# Outlines alone, from: {source}"]
    for name, (width, height) in lef.sites.items():
        lines.append(f"SITE {name} SIZE {width:g} BY {height:g} ; END {name}")
    for layer in lef.layers.values():
        direction = f" DIRECTION {layer.direction} ;" if layer.direction else ""
        width_um = f" WIDTH {layer.width_um:g} ;" if layer.width_um else ""
        lines.append(f"LAYER {layer.name} TYPE {layer.kind} ;{direction}{width_um} END {layer.name}")
    for name in vias:
        if name not in lef.vias:
            raise DataError(f"no LEF has via '{name}'", hint="give the LEF of the technology too")
        lines.append(f"VIA {name}")
        lines += [f"  LAYER {shape.layer} ; RECT {_corners(shape.box)} ;" for shape in lef.vias[name].shapes]
        lines.append(f"END {name}")
    for name in cells:
        if name not in lef.macros:
            raise DataError(f"no LEF has cell '{name}'", hint="give the LEF of the cells too")
        lines += _outline(lef.macros[name])
    return "\n".join([*lines, "END LIBRARY", ""])


def _outline(macro: Macro) -> Iterator[str]:
    yield f"MACRO {macro.name}"
    yield f"  CLASS {macro.kind} ;"
    yield f"  SIZE {macro.width_um:g} BY {macro.height_um:g} ;"
    for pin in macro.pins:
        # Wells without a use are told by their shapes, which are left out here.
        use = "POWER" if pin.is_supply and pin.use == "SIGNAL" else pin.use
        yield f"  PIN {pin.name} DIRECTION {pin.direction} ; USE {use} ; END {pin.name}"
    yield f"END {macro.name}"


def _corners(box: Box) -> str:
    return " ".join(f"{value:g}" for value in (box.left, box.bottom, box.right, box.top))
