"""LEF: what is read, and what is refused with its line."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tinydwn.errors import DataError
from tinydwn.layout.geometry import Box, Shape
from tinydwn.layout.lef import Lef, load_lefs, read_lef
from tinydwn.technology import load_library

DAMAGED = "\n\nhint: the file may be truncated or damaged; write it anew"


def refused(text: str) -> str:
    with pytest.raises(DataError) as caught:
        read_lef(text.splitlines())
    return str(caught.value).removesuffix(DAMAGED)


def test_layers_sites_vias_and_macros_are_read(small_lef: Lef) -> None:
    assert [(layer.name, layer.kind, layer.direction, layer.width_um) for layer in small_lef.layers.values()] == [
        ("poly", "MASTERSLICE", "", 0.0),
        ("m1", "ROUTING", "HORIZONTAL", 0.2),
        ("v1", "CUT", "", 0.0),
        ("m2", "ROUTING", "VERTICAL", 0.3),
    ]
    assert dict(small_lef.sites) == {"unit": (0.5, 2.0)}
    assert small_lef.vias["V"].layers == ("m1", "v1", "m2")
    inverter = small_lef.macros["INV"]
    assert (inverter.kind, inverter.width_um, inverter.height_um) == ("CORE", 1.0, 2.0)
    assert [(pin.name, pin.direction, pin.use) for pin in inverter.pins] == [
        ("A", "INPUT", "SIGNAL"),
        ("Y", "OUTPUT", "SIGNAL"),
        ("VDD", "INOUT", "POWER"),
    ]
    assert inverter.pins[1].shapes == (Shape("m1", Box(0.7, 0.5, 0.9, 1.5)),)
    assert inverter.obstructions == (Shape("m1", Box(0.4, 0.4, 0.6, 1.6)),)
    assert [pin.name for pin in inverter.signal_pins] == ["A", "Y"]
    assert small_lef.macros["FILL"].signal_pins == ()


def test_shapes_count_from_the_lower_left_corner_wherever_the_origin_is() -> None:
    pin, blocked = "PIN P PORT LAYER m ; RECT -1 -1 0 0 ; END END P", "OBS LAYER m ; RECT 0 0 1 0.5 ; END"
    text = f"MACRO A SIZE 2 BY 2 ; {pin} ORIGIN 1 1.5 ; {blocked} END A"
    macro = read_lef([text]).macros["A"]
    assert macro.pins[0].shapes == (Shape("m", Box(0, 0.5, 1, 1.5)),)
    assert macro.obstructions == (Shape("m", Box(1, 1.5, 2, 2)),)


@pytest.mark.parametrize(
    ("files", "layers", "macros", "cell", "area"),
    [
        (("NangateOpenCellLibrary.tech", "NangateOpenCellLibrary.macro.mod"), 22, 135, "NAND2_X1", 0.798),
        (("sg13g2_tech", "sg13g2_stdcell"), 19, 84, "sg13g2_nand2_1", 7.2576),
    ],
)
def test_the_lef_of_other_vendors_is_read_whole(
    files: tuple[str, ...], layers: int, macros: int, cell: str, area: float, shared: Path
) -> None:
    folder = shared / "pdk" / ("nangate45" if files[0].startswith("Nangate") else "ihp-sg13g2") / "lef"
    lef = load_lefs([folder / f"{name}.lef" for name in files])
    assert (len(lef.layers), len(lef.macros)) == (layers, macros)
    assert lef.macros[cell].area_um2 == pytest.approx(area)


def test_sizes_are_the_areas_that_liberty_gives(sky130: Lef) -> None:
    assert len(sky130.macros) == 441
    for cell in load_library("sky130_fd_sc_hd").cells:
        assert sky130.macros[cell.name].area_um2 == pytest.approx(cell.area_um2, abs=1e-3)
        assert {pin.name for pin in sky130.macros[cell.name].signal_pins} == {*cell.inputs, cell.output}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("MACRO A CLASS CORE ;", "the LEF file breaks off after line 1"),
        ("VIARULE R GENERATE\nLAYER m1 ;", "the LEF file breaks off inside 'R', which line 1 opens"),
        ("MACRO A\nSIZE 1 BY x ; END A", "LEF line 2: 'x' is not a number"),
        ("MACRO A\nSIZE 1 BY nan ; END A", "LEF line 2: 'nan' is not a finite number"),
        ("MACRO A SIZE 1 ; END A", "LEF line 1: the size of macro 'A' is not two numbers"),
        ("MACRO A CLASS CORE ; END A", "LEF line 1: macro 'A' has no size"),
        ("MACRO A SIZE 1 BY 1 ; END B", "LEF line 1: expected 'A', found 'B'"),
        (
            "MACRO A SIZE 1 BY 1 ;\nOBS LAYER m ; RECT 1 2 3 ; END END A",
            "LEF line 2: the obstructions of 'A' has a RECT of 3 numbers",
        ),
        (
            "MACRO A SIZE 1 BY 1 ; OBS LAYER m ; PATH 1 2 ; END END A",
            "LEF line 1: the obstructions of 'A' has a PATH, and only rectangles and polygons are read",
        ),
        (
            "MACRO A SIZE 1 BY 1 ; OBS LAYER m ; RECT ITERATE 1 2 3 4 DO ; END END A",
            "LEF line 1: the obstructions of 'A' has an ITERATE, which is not read",
        ),
        ("VIA v LAYER ; END v", "LEF line 1: via 'v' names no layer"),
        ("SITE s CLASS CORE ; END s", "LEF line 1: site 's' has no size"),
        ("library (x) { }", "LEF line 1: 'library' begins no statement of LEF"),
        (
            "VERSION 5.8 ; END LIBRARY",
            "the LEF file has neither layers nor macros\n\nhint: give the path of a LEF file",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, why: str) -> None:
    assert refused(text) == why


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    whole = gzip.compress(b"LAYER m TYPE ROUTING ; END m\n" * 50)
    for content, why in ((whole[:-20], "it is not a whole gzip file"), (None, "No such file or directory")):
        path = tmp_path / ("a.lef.gz" if content else "gone.lef")
        if content:
            path.write_bytes(content)
        with pytest.raises(DataError) as caught:
            load_lefs([path])
        assert str(caught.value) == f"'{path}' cannot be read: {why}\n\nhint: give the path of a LEF or DEF file"
    path = tmp_path / "b.lef"
    path.write_text("MACRO A\nSIZE ;")
    with pytest.raises(DataError) as caught:
        load_lefs([path])
    assert caught.value.message == f"'{path}': LEF line 2: the size of macro 'A' is not two numbers"
    (tmp_path / "c.lef.gz").write_bytes(whole)
    assert load_lefs([tmp_path / "c.lef.gz"]).layers["m"].routes
