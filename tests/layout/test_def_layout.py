"""DEF: what is read, what is refused, and that a real router's own figures come out."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import DataError
from tinydwn.export.tinytapeout.tile import TILES
from tinydwn.layout.def_layout import load_def, read_def
from tinydwn.layout.geometry import Box, Shape
from tinydwn.layout.layout import Layout, Wire
from tinydwn.layout.layout_facts import SITES, cell_kinds, layout_facts
from tinydwn.layout.lef import Lef, read_lef

DAMAGED = "\n\nhint: the file may be truncated or damaged; write it anew"
UNFINISHED = "\n\nhint: give the DEF of a placed or routed design"
TECHNOLOGY = "\n\nhint: give the LEF of the technology too, before that of the cells"
UNITS = "a whole number from 100 to 20000 per µm"
HEAD = "DESIGN d ; UNITS DISTANCE MICRONS 1000 ; DIEAREA ( 0 0 ) ( 9 9 ) ;"


def test_outline_rows_cells_and_pins_are_read(small: Layout) -> None:
    assert (small.design, small.die, small.die_area_um2) == ("small", Box(0, 0, 10, 6), 60.0)
    assert [row.box for row in small.rows] == [Box(1, 1, 9, 3), Box(1, 3, 9, 5)]
    assert small.core_area_um2 == 32.0
    flipflop = small.components[1]
    assert (flipflop.name, flipflop.cell, flipflop.x_um, flipflop.y_um, flipflop.orientation) == (
        "u[2]",
        "DFF",
        3,
        3,
        "FS",
    )
    assert [one.is_given for one in small.components] == [True, True, False, False, False, False]
    port = small.ports[0]
    assert (port.name, port.net, port.direction) == ("in[0]", "in[0]", "INPUT")
    assert port.shapes == (Shape("m2", Box(1.8, 5.9, 2.0, 6.1)),)


def test_wires_vias_and_patches_are_read(small: Layout) -> None:
    net, clock, _ = small.nets
    assert net.joins == (("PIN", "in[0]"), ("u1", "A"), ("d1", "A"))
    assert net.wires == (Wire("m2", 2, 6, 2, 2, 0.3, 0, 0.15), Wire("m1", 2, 2, 1.5, 2, 0.2, 0.1, 0.1))
    box = net.wires[0].box
    assert (box.left, box.bottom, box.right, box.top) == pytest.approx((1.85, 1.85, 2.15, 6))
    assert [(via.via, via.x_um, via.y_um) for via in net.vias] == [("V", 2, 2)]
    assert net.patches == (Shape("m1", Box(1.45, 1.95, 1.65, 2.05)),)
    assert clock.wires == (Wire("m1", 2, 1.5, 3, 1.5, 0.4, 0.2, 0.05),)
    (supply,) = small.supply
    assert supply.wires == (Wire("m1", 1, 3, 9, 3, 0.24, 0, 0),)
    assert [(via.x_um, via.y_um) for via in supply.vias] == [(2, 3), (4, 3)]


def test_a_via_of_cuts_becomes_rectangles(small: Layout) -> None:
    shapes = {shape.layer: shape.box for shape in small.supply[0].vias[0].shapes}
    cuts = [shape.box for shape in small.supply[0].vias[0].shapes if shape.layer == "v1"]
    assert [(round(box.left, 6), round(box.right, 6)) for box in cuts] == [(1.75, 1.95), (2.05, 2.25)]
    assert (round(shapes["m1"].width_um, 6), round(shapes["m1"].height_um, 6)) == (0.52, 0.24)
    assert (round(shapes["m2"].width_um, 6), round(shapes["m2"].height_um, 6)) == (0.56, 0.28)


def test_cells_are_told_by_what_they_are_joined_to(small: Layout, small_lef: Lef) -> None:
    assert cell_kinds(small, small_lef) == {
        "u1": "flip-flop",  # of the netlist and on a net marked as clock
        "u[2]": "flip-flop",
        "ck": "clock",
        "f1": "fill",
        "t1": "tap",
        "d1": "diode",
    }


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=8))
def test_a_star_repeats_the_coordinate_before(corners: list[tuple[int, int]]) -> None:
    """A path with every repeated coordinate written as a star is the same path."""
    lef = read_lef(["LAYER m TYPE ROUTING ; WIDTH 0.2 ; END m"])
    starred, last = [], (-1, -1)
    for x, y in corners:
        starred.append((("*" if x == last[0] else x), ("*" if y == last[1] else y)))
        last = (x, y)
    texts = [
        f"{HEAD} NETS 1 ; - n + ROUTED m {' '.join(f'( {x} {y} )' for x, y in path)} ; END NETS END DESIGN"
        for path in (corners, starred)
    ]
    plain, short = (read_def([text], lef) for text in texts)
    assert plain == short
    moves = pairwise(corners)
    length = sum(abs(x1 - x0) + abs(y1 - y0) for (x0, y0), (x1, y1) in moves)
    assert plain.nets[0].length_um == pytest.approx(length / 1000)


@pytest.mark.parametrize("design", ["seg_chip", "tiny_core"])
def test_the_router_and_the_reader_count_alike(design: str, openroad: Path, sky130: Lef) -> None:
    layout = load_def(openroad / design / f"{design}.def", sky130)
    facts = layout_facts(layout, sky130)
    said = json.loads((openroad / design / "metrics.json").read_text())
    assert int(facts.length_um) == said["route__wirelength"]
    assert facts.vias == said["route__vias"]
    counted = {cells.kind: (cells.count, cells.area_um2) for cells in facts.cells}
    for kind, name in (("fill", "fill_cell"), ("tap", "tap_cell"), ("flip-flop", "sequential_cell")):
        count = said.get(f"design__instance__count__class:{name}", 0)
        assert counted.get(kind, (0, 0.0))[0] == count
        if count:
            assert counted[kind][1] == pytest.approx(said[f"design__instance__area__class:{name}"], rel=1e-4)
    assert sum(count for count, _ in counted.values()) == said["design__instance__count"]
    log = (openroad / design / "log.txt").read_text()
    area, share = re.findall(r"Design area (\d+) um\^2 (\d+)% utilization", log)[0]
    assert (round(facts.cell_area_um2), round(100 * facts.utilization)) == (int(area), int(share))


def test_every_net_is_as_long_as_the_router_says(openroad: Path, seg_chip: Layout) -> None:
    log = (openroad / "seg_chip/log.txt").read_text().replace("\\", "")
    said = dict(re.findall(r"Net (\S+) detailed route wire length: ([\d.]+)um", log))
    ours = {net.name: net.length_um for net in seg_chip.nets}
    assert len(said) == 186
    # Up to the half width of the pin, where a wire of a port ends.
    assert [name for name, length in said.items() if abs(ours[name] - float(length)) > 0.16] == []


def test_every_cell_of_a_real_layout_stands_on_a_row_and_none_overlap(seg_chip: Layout, sky130: Lef) -> None:
    facts = layout_facts(seg_chip, sky130)
    assert sum(cells.area_um2 for cells in facts.cells) == pytest.approx(seg_chip.core_area_um2)
    starts = {round(row.box.bottom, 3) for row in seg_chip.rows}
    assert {round(one.y_um, 3) for one in seg_chip.components} == starts


def test_a_die_fits_as_often_as_it_goes_in_upright_or_turned(seg_chip: Layout, sky130: Lef) -> None:
    facts = layout_facts(seg_chip, sky130)
    assert (facts.width_um, facts.height_um) == (72.22, 76.16)
    assert [facts.copies_in(site) for site in SITES] == [2, 40 * 46]
    assert (SITES[0].width_um, SITES[0].height_um) == (TILES[0].width_um, TILES[0].height_um) == (161.0, 111.52)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            HEAD,
            "the DEF file breaks off after line 1: there is no END DESIGN\n\n"
            "hint: the file may be truncated; write it anew",
        ),
        ("DESIGN d ; END DESIGN", f"the DEF file has no DIEAREA{UNFINISHED}"),
        *(
            (f"UNITS DISTANCE MICRONS {units} ;", f"DEF line 1: UNITS DISTANCE MICRONS {units} is not {UNITS}")
            for units in ("0", "-1000", "1e-320", "99", "1000.5", "20001")
        ),
        ("DIEAREA ( 0 0 ) ( 1 1 ) ;", "DEF line 1: a length comes before UNITS DISTANCE MICRONS"),
        (
            f"{HEAD} COMPONENTS 2 ;\n- a INV + PLACED ( 0 0 ) N ;\nEND COMPONENTS",
            "DEF line 3: COMPONENTS announces 2 and has 1",
        ),
        (f"{HEAD} COMPONENTS 1 ; - a INV + UNPLACED ;", f"DEF line 1: component 'a' has no place yet{UNFINISHED}"),
        (f"{HEAD} COMPONENTS 1 ; - a INV + PLACED ( 0 0 ) X ;", "DEF line 1: the place of 'a' is not like ( 0 0 ) N"),
        (f"{HEAD} COMPONENTS 1 ; - a + PLACED ( 0 0 ) N ;", "DEF line 1: a component or its cell without a name"),
        (
            f"{HEAD} ROW r other 0 0 N ;",
            f"DEF line 1: no LEF has site 'other' of row 'r'{TECHNOLOGY}",
        ),
        (
            f"{HEAD} NETS 1 ; - n + ROUTED m9 ( 0 0 ) ;",
            f"DEF line 1: no LEF has layer 'm9'{TECHNOLOGY}",
        ),
        (
            f"{HEAD} NETS 1 ; - n + ROUTED m1 ( 0 0 ) X ;",
            f"DEF line 1: via 'X' is in no LEF and not in VIAS{TECHNOLOGY}",
        ),
        (
            f"{HEAD} NETS 1 ; - n + ROUTED m1 ( 0 0 ) V S ;",
            "DEF line 1: a via that is turned (S) is not read\n\nhint: write it without turned vias",
        ),
        (f"{HEAD} NETS 1 ; - n + ROUTED m1 V ;", "DEF line 1: via 'V' comes before the first point of its path"),
        (f"{HEAD} NETS 1 ; - n + ROUTED m1 ( * 0 ) ;", "DEF line 1: '( * 0 )' is no point of a path"),
        (
            f"{HEAD} NETS 1 ; - n + NONDEFAULTRULE Q + ROUTED m1 ( 0 0 ) ( 1 0 ) ;",
            "DEF line 1: rule 'Q' is not among the NONDEFAULTRULES",
        ),
        (
            f"{HEAD} VIAS 1 ; - G + VIARULE R ;",
            "DEF line 1: via 'G' has neither rectangles nor all of LAYERS, CUTSIZE, CUTSPACING, ENCLOSURE",
        ),
        (f"{HEAD} DIEAREA ( 0 0 ) ( 0 9 ) ;", "DEF line 1: the die has no area"),
        (f"{HEAD} DIEAREA ( 0 0 ) ( 1e-320 1e-320 ) ;", "DEF line 1: the die has no area"),
        (
            f"{HEAD} DIEAREA ( 0 0 ) ( 1e300 1e300 ) ;",
            "DEF line 1: '1e300' is beyond 2147483647, the largest whole number of 32 bits",
        ),
        (f"{HEAD} DIEAREA ( 0 0 ) ( 1e400 9 ) ;", "DEF line 1: '1e400' is not a finite number"),
        (f"{HEAD} ROW r unit 0 0 N DO -5 BY 1 STEP 500 0 ;", "DEF line 1: row 'r' has -5 by 1 sites"),
        (f"{HEAD} ROW r unit 0 0 N DO 1 BY 0 ;", "DEF line 1: row 'r' has 1 by 0 sites"),
        (
            f"{HEAD} NETS 1 ; - n + ROUTED m1 ( 0 0 ) V DO 0 BY 2 STEP 1 1 ;",
            "DEF line 1: a via is repeated 0 by 2 times",
        ),
        (f"{HEAD} NETS 1 ;\nbroken", "DEF line 2: expected '-' or 'END NETS', found 'broken'"),
        ("<html>", "the DEF file breaks off after line 1"),
        (f"{HEAD} BLOCKAGES 1 ;\n- x", "the DEF file breaks off inside 'BLOCKAGES', which line 1 opens"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, why: str, small_lef: Lef) -> None:
    with pytest.raises(DataError) as caught:
        read_def(text.splitlines(), small_lef)
    assert str(caught.value).removesuffix(DAMAGED) == why


def test_a_real_layout_that_breaks_off_anywhere_is_refused(openroad: Path, sky130: Lef) -> None:
    lines = (openroad / "tiny_core/tiny_core.def").read_text().splitlines()
    for end in range(1, len(lines) - 1, 61):
        with pytest.raises(DataError):
            read_def(lines[:end], sky130)


def test_a_cell_that_no_lef_has_is_named(small: Layout) -> None:
    with pytest.raises(DataError) as caught:
        layout_facts(small, read_lef(["LAYER m TYPE ROUTING ; END m"]))
    assert str(caught.value) == "no LEF has cell 'INV' of component 'u1'\n\nhint: give the LEF of the cells too"
