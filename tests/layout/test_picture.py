"""The picture of a layout shows every cell and wire once, and says what it shows."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.image import imread

from tinydwn.errors import DataError
from tinydwn.layout.def_layout import load_def
from tinydwn.layout.drawing import THEME_COLORS, Drawing, Group, Text, clipped, to_png, to_svg
from tinydwn.layout.geometry import Box
from tinydwn.layout.layers import Palette, load_lyp, read_lyp
from tinydwn.layout.layout import Layout
from tinydwn.layout.lef import Lef
from tinydwn.layout.picture import _shortened, draw_layout

SVG = "{http://www.w3.org/2000/svg}"
numbers = st.integers(-20, 20)
boxes = st.builds(Box.between, numbers, numbers, numbers, numbers)


def paths_by_title(svg: str) -> dict[str, list[ET.Element]]:
    found: dict[str, list[ET.Element]] = {}
    for path in ET.fromstring(svg).iter(f"{SVG}path"):
        title = path.find(f"{SVG}title")
        found.setdefault("" if title is None else str(title.text), []).append(path)
    return found


def rectangles(path: ET.Element) -> int:
    return path.attrib["d"].count("M")


def texts(svg: str) -> list[str]:
    return [str(text.text) for text in ET.fromstring(svg).iter(f"{SVG}text")]


def test_every_cell_and_every_signal_wire_is_drawn_once(seg_chip: Layout, sky130: Lef) -> None:
    shown = paths_by_title(to_svg(draw_layout(seg_chip, sky130)))
    counts = {kind: rectangles(shown[kind][0]) for kind in ("logic", "flip-flop", "clock", "tap", "fill")}
    assert counts == {"logic": 43, "flip-flop": 67, "clock": 16, "tap": 52, "fill": 374}
    for layer in ("met3", "met4"):
        wires = [wire for net in seg_chip.nets for wire in net.wires if wire.layer == layer]
        plates = [1 for net in seg_chip.nets for via in net.vias for shape in via.shapes if shape.layer == layer]
        assert rectangles(shown[f"wires on {layer}"][0]) == len(wires) + len(plates)


def test_places_in_the_picture_are_places_on_the_die(small: Layout, small_lef: Lef) -> None:
    drawing = draw_layout(small, small_lef)
    by_title = {group.title: group for group in drawing.groups if group.title}
    (tap,) = by_title["tap"].boxes
    die = next(group for group in drawing.groups if not group.title and group.fill == "none").boxes[0]
    scale = die.width_um / small.die.width_um
    assert die.height_um == pytest.approx(small.die.height_um * scale)
    # The tap lies at 7.5, 1 and is 0.5 by 2 um; pictures count downwards.
    assert (tap.left - die.left, die.top - tap.top) == pytest.approx((7.5 * scale, 1 * scale))
    assert (tap.width_um, tap.height_um) == pytest.approx((0.5 * scale, 2 * scale))


def test_few_cells_in_a_large_die_are_shown_larger_and_named(seg_chip: Layout, tiny_core: Layout, sky130: Lef) -> None:
    said = texts(to_svg(draw_layout(tiny_core, sky130)))
    assert {"the framed cells", "clkinv_1", "xor2_1", "and3b_1", "a221o_1", "a", "y", "10 µm", "2 µm"} <= set(said)
    assert rectangles(paths_by_title(to_svg(draw_layout(tiny_core, sky130)))["logic"][1]) == 4
    said = texts(to_svg(draw_layout(seg_chip, sky130)))
    assert "the framed cells" not in said
    assert {"seg_chip", "flip-flop", "67  ·  1,341 µm²", "met2", "1,316 µm", "122"} <= set(said)


def test_every_layer_of_the_supply_has_its_color_in_the_legend(seg_chip: Layout, sky130: Lef) -> None:
    drawing = draw_layout(seg_chip, sky130)
    told = [text for text in drawing.texts if text.text.startswith("supply")]
    assert [text.text for text in told] == ["supply on met5", "supply on met4", "supply on met1"]
    drawn = {group.title: group.fill for group in drawing.groups}
    for text in told:
        beside = (group for group in drawing.groups if not group.title and len(group.boxes) == 1)
        (swatch,) = (one for one in beside if one.boxes[0].bottom < text.y < one.boxes[0].top and one.opacity == 0.3)
        assert swatch.fill == drawn[text.text]


def test_a_layout_without_rows_is_shown_without_a_share(small: Layout, small_lef: Lef) -> None:
    bare = texts(to_svg(draw_layout(replace(small, rows=()), small_lef)))
    assert bare[1] == "10.0 by 6.0 µm  ·  2 cells of the netlist, 8 µm²  ·  no rows"


def test_colors_come_from_the_palette(small: Layout, small_lef: Lef) -> None:
    usual = paths_by_title(to_svg(draw_layout(small, small_lef)))["wires on m2"][0]
    chosen = paths_by_title(to_svg(draw_layout(small, small_lef, Palette({"m2": "#123456"}))))["wires on m2"][0]
    assert usual.attrib["fill"] != chosen.attrib["fill"] == "#123456"


def test_the_colors_of_the_vendor_are_read(shared: Path) -> None:
    palette = load_lyp(shared / "pdk/sky130A/sky130hd.lyp")
    assert (palette.colors["met1"], palette.colors["met5"]) == ("#0000ff", "#d9cc00")
    assert (palette.streams["met1", "drawing"], palette.streams["via", "drawing"]) == ((68, 20), (68, 44))
    assert palette.streams["met3", "pin"] == (70, 16)


def test_a_file_that_is_no_palette_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_lyp("<html></html>")
    hint = "\n\nhint: give a layer properties file of KLayout (.lyp)"
    assert str(caught.value) == f"the layer properties name no layer{hint}"
    with pytest.raises(DataError) as caught:
        load_lyp(tmp_path / "gone.lyp")
    assert str(caught.value) == f"'{tmp_path}/gone.lyp' cannot be read: No such file or directory{hint}"


def test_a_png_has_the_colors_of_the_drawing_at_their_places() -> None:
    drawing = Drawing("t", 60, 40, (Group("", "#ff0000", (Box(10, 20, 30, 30),)),), (Text(2, 10, "a$b$"),))
    data = to_png(drawing, scale=2)
    pixels = (imread(BytesIO(data))[:, :, :3] * 255).astype(int)
    assert pixels.shape == (80, 120, 3)
    assert pixels[50, 40].tolist() == [255, 0, 0]
    red = np.argwhere((pixels == [255, 0, 0]).all(axis=2))
    assert (red.min(axis=0).tolist(), red.max(axis=0).tolist()) == ([40, 20], [59, 59])
    assert to_png(drawing, scale=2) == data


def test_a_picture_is_the_same_text_again_and_takes_the_colors_of_a_page(small: Layout, small_lef: Lef) -> None:
    drawing = draw_layout(small, small_lef)
    assert to_svg(drawing) == to_svg(draw_layout(small, small_lef))
    assert "var(" not in to_svg(drawing)
    assert "var(--ink, #1c2733)" in to_svg(drawing, colors=THEME_COLORS)


def test_names_are_escaped() -> None:
    drawing = Drawing("a<b", 1, 1, (Group("<x>", "none", (Box(0, 0, 1, 1),)),), (Text(0, 0, "<&>\x00"),))
    assert texts(to_svg(drawing)) == ["<&>\N{REPLACEMENT CHARACTER}"]
    assert list(paths_by_title(to_svg(drawing))) == ["<x>"]


@given(st.lists(boxes, max_size=5), boxes)
def test_clipping_keeps_what_lies_in_the_window_and_nothing_else(shapes: list[Box], window: Box) -> None:
    def cells(box: Box) -> set[tuple[int, int]]:
        return {(x, y) for x in range(int(box.left), int(box.right)) for y in range(int(box.bottom), int(box.top))}

    expected = [cells(box) & cells(window) for box in shapes]
    assert [cells(box) for box in clipped(iter(shapes), window)] == [some for some in expected if some]


def test_numbers_in_a_picture_are_short(seg_chip: Layout, sky130: Lef) -> None:
    svg = to_svg(draw_layout(seg_chip, sky130))
    assert re.search(r"\d\.\d{3}", svg) is None
    assert len(svg) < 120_000


def test_names_of_pins_keep_their_bit_and_stay_on_the_paper(shared: Path, sky130: Lef) -> None:
    """A real layout with 18 pins on all four edges: every name is told apart, within the paper, below the head."""
    layout = load_def(shared / "openroad" / "runs" / "tiny_u95" / "chip.def", sky130)
    drawing = draw_layout(layout, sky130)
    ports = [port.name for port in layout.ports if port.use not in {"POWER", "GROUND"}]
    names = [text for text in drawing.texts if text.size_px == 11]
    assert sorted(text.text for text in names) == sorted(ports)
    head = max(text.y for text in drawing.texts if text.size_px in (13, 19) and text.x == 24)
    for text in names:
        length = 6.0 * len(text.text)
        if text.upright:
            top = text.y - length if text.anchor == "start" else text.y
            assert head < top
            assert top + length <= drawing.height_px
        else:
            left = text.x - length if text.anchor == "end" else text.x
            assert left >= 0
            assert left + length <= drawing.width_px


def test_long_names_of_pins_lose_their_middle() -> None:
    assert _shortened("worst_concave_points[7]") == "worst_concave_po…[7]"
    assert _shortened("worst_concave_points_mean") == "worst_concave_p…mean"
    assert _shortened("sepal_length_cm[3]") == "sepal_length_cm[3]"
