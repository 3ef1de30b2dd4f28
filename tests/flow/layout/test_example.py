"""The examples in the package are the real files, and their outlines are enough for counts and pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinydwn.errors import DataError
from tinydwn.flow.def_layout import load_def
from tinydwn.flow.drawing import to_svg
from tinydwn.flow.example import EXAMPLES, load_example
from tinydwn.flow.layout_facts import layout_facts
from tinydwn.flow.layout_picture import draw_layout
from tinydwn.flow.lef import Lef, read_lef
from tinydwn.flow.outlines import outline_lef
from tinydwn.technology.behavior import behaviors
from tinydwn.technology.liberty import load_liberty
from tinydwn.verify.routed import prove_routed
from tinydwn.verify.verdict import Outcome


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_what_the_router_wrote(name: str, openroad: Path, sky130: Lef) -> None:
    example = load_example(name)
    assert example.layout == load_def(openroad / name / f"{name}.def", sky130)
    assert layout_facts(example.layout, example.lef) == layout_facts(example.layout, sky130)
    assert example.before == (openroad / name / f"{name}.v").read_text()
    assert example.after == (openroad / name / f"{name}.routed.v").read_text()


def test_the_functions_of_the_examples_are_those_of_the_library(shared: Path) -> None:
    folder = shared / "pdk/sky130A/libs.ref/sky130_fd_sc_hd/lib"
    whole = behaviors(load_liberty(folder / "sky130_fd_sc_hd__tt_025C_1v80.lib"))
    ours = load_example("seg_chip").cells
    assert len(ours) == 36
    assert {name: whole[name] for name in ours} == dict(ours)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_can_be_counted_drawn_and_proven(name: str) -> None:
    example = load_example(name)
    facts = layout_facts(example.layout, example.lef)
    assert {cells.kind for cells in facts.cells} >= {"logic", "tap", "fill"}
    assert f">{name}</text>" in to_svg(draw_layout(example.layout, example.lef))
    assert prove_routed(example.before, example.after, example.cells).outcome is Outcome.EQUIVALENT


def test_outlines_keep_sizes_and_pins_and_leave_shapes_out(small_lef: Lef) -> None:
    text = outline_lef(small_lef, cells=small_lef.macros, vias=small_lef.vias, source="a vendor")
    outlines = read_lef(text.splitlines())
    assert (outlines.layers, outlines.sites, outlines.vias) == (small_lef.layers, small_lef.sites, small_lef.vias)
    for name, macro in small_lef.macros.items():
        kept = outlines.macros[name]
        assert (kept.kind, kept.width_um, kept.height_um) == (macro.kind, macro.width_um, macro.height_um)
        assert [pin.name for pin in kept.signal_pins] == [pin.name for pin in macro.signal_pins]
        assert not any(pin.shapes for pin in kept.pins)
    assert outline_lef(outlines, cells=outlines.macros, vias=outlines.vias, source="a vendor") == text


def test_what_is_not_there_is_named(small_lef: Lef) -> None:
    with pytest.raises(DataError) as caught:
        load_example("other")
    assert str(caught.value) == "there is no example layout 'other'\n\nhint: choose one of seg_chip, tiny_core"
    with pytest.raises(DataError) as caught:
        outline_lef(small_lef, cells=["NOR"], vias=[], source="")
    assert str(caught.value) == "no LEF has cell 'NOR'\n\nhint: give the LEF of the cells too"
    with pytest.raises(DataError) as caught:
        outline_lef(small_lef, cells=[], vias=["W"], source="")
    assert str(caught.value) == "no LEF has via 'W'\n\nhint: give the LEF of the technology too"
