"""The final GDS: what KLayout put together is what our own readers say lies there."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tinydwn.errors import DataError, ProgramError
from tinydwn.layout.gds import SKY130_STREAMS, layer_map, merge_gds
from tinydwn.layout.geometry import Box
from tinydwn.layout.layers import load_lyp
from tinydwn.layout.layout import Layout
from tinydwn.layout.layout_facts import macro_of
from tinydwn.layout.lef import Lef
from tinydwn.tools.klayout import run_klayout

# Run by KLayout: the metal of the router where it differs from given boxes, cells by name and box, and texts.
LOOK = """
import json, pya
boxes = json.load(open("boxes.json"))
layout = pya.Layout()
layout.read("GDS")
top, = layout.top_cells()
found = {"top": top.name, "differ": {}, "cells": [], "texts": []}
for number, given in boxes.items():
    index = layout.layer(*map(int, number.split("/")))
    there, ours = pya.Region(top.shapes(index)), pya.Region()
    for instance in top.each_inst():
        if instance.cell.name.startswith("VIA_"):
            there += pya.Region(instance.cell.begin_shapes_rec(index)).transformed(instance.trans)
    for corners in given:
        ours.insert(pya.Box(*corners))
    found["differ"][number] = [(there - ours).area(), (ours - there).area(), ours.area()]
for info in layout.layer_infos():
    found["texts"] += [shape.text.string for shape in top.shapes(layout.layer(info)).each() if shape.is_text()]
outline = layout.layer(236, 0)
for instance in top.each_inst():
    if not instance.cell.name.startswith("VIA_"):
        box = instance.bbox(outline)
        found["cells"].append([instance.cell.name, box.left, box.bottom, box.right, box.top])
open("found.json", "w").write(json.dumps(found))
print("tinydwn: done")
"""


@pytest.fixture(scope="module")
def files(shared: Path) -> dict[str, list[Path]]:
    folder = shared / "pdk/sky130A/libs.ref/sky130_fd_sc_hd"
    return {
        "lefs": [folder / "techlef/sky130_fd_sc_hd__nom.tlef", folder / "lef/sky130_fd_sc_hd.lef"],
        "cells": [folder / "gds/sky130_fd_sc_hd.gds"],
    }


def in_nm(box: Box) -> list[int]:
    return [round(1000 * value) for value in (box.left, box.bottom, box.right, box.top)]


def metal(layout: Layout, layer: str) -> list[list[int]]:
    """Return every rectangle on a layer outside of cells."""
    nets = (*layout.nets, *layout.supply)
    shapes = [shape for net in nets for via in net.vias for shape in via.shapes]
    shapes += [shape for net in nets for shape in net.patches]
    shapes += [shape for port in layout.ports for shape in port.shapes]
    boxes = [wire.box for net in nets for wire in net.wires if wire.layer == layer]
    return [in_nm(box) for box in (*boxes, *(shape.box for shape in shapes if shape.layer == layer))]


def test_klayout_and_the_readers_see_the_same_metal_and_the_same_cells(
    klayout: tuple[str, ...],
    seg_chip: Layout,
    sky130: Lef,
    openroad: Path,
    files: dict[str, list[Path]],
    tmp_path: Path,
    shared: Path,
) -> None:
    source = openroad / "seg_chip/seg_chip.def"
    made = merge_gds(source, seg_chip, sky130, **files)
    assert made == merge_gds(source, seg_chip, sky130, palette=load_lyp(shared / "pdk/sky130A/sky130hd.lyp"), **files)
    (tmp_path / "final.gds").write_bytes(made)
    layers = ("met1", "met2", "met3", "met4", "met5", "mcon", "via", "via2", "via3", "via4")
    boxes = {"{}/{}".format(*SKY130_STREAMS[layer, "drawing"]): metal(seg_chip, layer) for layer in layers}
    script = LOOK.replace("GDS", str(tmp_path / "final.gds"), 1)
    look = run_klayout(script, files={"boxes.json": json.dumps(boxes)}, result="found.json")
    found = json.loads(look.result)
    assert found["top"] == "seg_chip"
    for number in boxes:
        only_there, only_ours, ours = found["differ"][number]
        assert (only_there, only_ours) == (0, 0), number
        assert ours > 0
    outlines = Counter()
    for one in seg_chip.components:
        macro = macro_of(one, sky130)
        box = Box(0, 0, macro.width_um, macro.height_um).moved(one.x_um, one.y_um)
        outlines[(one.cell, *in_nm(box))] += 1
    there = Counter(map(tuple, found["cells"]))
    assert Counter(name for name, *_ in there.elements()) == Counter(one.cell for one in seg_chip.components)
    # Fill and taps have no outline of their own in the vendor's GDS.
    drawn = Counter({cell: count for cell, count in there.items() if cell[1] < cell[3]})
    assert drawn.total() == 126
    assert drawn <= outlines
    assert sorted(found["texts"]) == sorted(port.name for port in seg_chip.ports)


def test_a_cell_without_shapes_is_named(
    klayout: tuple[str, ...], tiny_core: Layout, sky130: Lef, openroad: Path, files: dict[str, list[Path]]
) -> None:
    with pytest.raises(DataError) as caught:
        merge_gds(openroad / "tiny_core/tiny_core.def", tiny_core, sky130, lefs=files["lefs"], cells=[])
    assert caught.value.message.startswith("the layout cannot be joined: no shapes for sky130_fd_sc_hd__a221o_1, ")
    assert caught.value.hint == "give whole files, and every GDS with cells"


def test_a_cell_that_klayout_did_not_place_is_named(
    klayout: tuple[str, ...], tiny_core: Layout, sky130: Lef, openroad: Path, files: dict[str, list[Path]]
) -> None:
    cell = "sky130_fd_sc_hd__nand4_4"
    assert cell not in {one.cell for one in tiny_core.components}
    more = replace(
        tiny_core, components=(*tiny_core.components, replace(tiny_core.components[0], name="more", cell=cell))
    )
    with pytest.raises(DataError) as caught:
        merge_gds(openroad / "tiny_core/tiny_core.def", more, sky130, **files)
    assert caught.value.message == f"the layout cannot be joined: no shapes for {cell}"


@pytest.mark.parametrize(
    "content", [b"", b"no layout at all", b"\0\6\0\2\0\7\0\x1c\1\2"], ids=["empty", "text", "cut off"]
)
def test_a_damaged_gds_is_named(
    klayout: tuple[str, ...],
    tiny_core: Layout,
    sky130: Lef,
    openroad: Path,
    files: dict[str, list[Path]],
    tmp_path: Path,
    content: bytes,
) -> None:
    damaged = tmp_path / "cells.gds"
    damaged.write_bytes(content)
    with pytest.raises(DataError) as caught:
        merge_gds(openroad / "tiny_core/tiny_core.def", tiny_core, sky130, lefs=files["lefs"], cells=[damaged])
    assert caught.value.message.startswith(f"the layout cannot be joined: '{damaged}' cannot be read: ")
    assert "Traceback" not in str(caught.value)


def test_a_layer_without_a_number_is_named(small: Layout, small_lef: Lef) -> None:
    with pytest.raises(DataError) as caught:
        layer_map(small, small_lef, SKY130_STREAMS)
    assert str(caught.value) == ("layer 'm1' has no GDS number\n\nhint: give the layer properties of the PDK (.lyp)")


def test_a_missing_file_is_named_before_anything_runs(small: Layout, small_lef: Lef, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        merge_gds(tmp_path / "gone.def", small, small_lef, lefs=[], cells=[])
    assert caught.value.message == f"'{tmp_path}/gone.def' does not exist"


def test_a_failing_klayout_is_a_program_error(
    tiny_core: Layout, sky130: Lef, openroad: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "klayout"
    program.write_text("#!/bin/sh\necho out of luck; exit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("TINYDWN_KLAYOUT", os.fspath(program))
    with pytest.raises(ProgramError) as caught:
        merge_gds(openroad / "tiny_core/tiny_core.def", tiny_core, sky130, lefs=[], cells=[])
    assert str(caught.value) == "KLayout failed, exit status 3\n\nhint: it said:\n    out of luck"
