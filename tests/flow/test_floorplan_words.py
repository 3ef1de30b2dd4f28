"""The smallest die that a circuit may have, told before anything runs, for circuits of every size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.flow.recorded import recorded
from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.floorplan_words import document_of, told_of
from tinydwn.flow.options import FlowOptions
from tinydwn.flow.platform import PLATFORMS
from tinydwn.flow.sizing import floorplan_of, regular_floorplan_of
from tinydwn.technology import load_library

# Cells, their mean area in NAND2 equivalents, and pins of circuits that were laid out.
SIZES = ((2, 1.0, 3), (24, 1.7, 18), (211, 1.5, 60), (330, 2.85, 210), (1877, 1.45, 266))
DIES = {
    "sky130_fd_sc_hd": ((380, 5220), (961, 5220), (4717, 5220), (12454, 12454), (33182, 33182)),
    "nangate45": ((192, 2699), (259, 2699), (1098, 2699), (2770, 2770), (7339, 7339)),
    "ihp-sg13g2": ((842, 9388), (2025, 9388), (9482, 9482), (24614, 24614), (65021, 65021)),
}


def sized(circuit: FlowCircuit, library: str, size: tuple[int, float, int]) -> FlowCircuit:
    """Return a circuit of a given number of cells, of a mean area in NAND2 equivalents, and of pins."""
    cells, mean, pins = size
    area = cells * mean * load_library(library).nand2_area_um2
    return replace(circuit, library=library, cells=cells, area_um2=area, pins=pins)


@pytest.mark.parametrize("library", sorted(PLATFORMS))
def test_the_smallest_die_is_the_default_and_what_usual_straps_would_cost_is_told(
    library: str, combinational: FlowCircuit
) -> None:
    options, dies = FlowOptions(), []
    for size in SIZES:
        circuit = sized(combinational, library, size)
        plan, regular = floorplan_of(circuit, options), regular_floorplan_of(circuit, options)
        dies.append((round(plan.die_area_um2), round(regular.die_area_um2)))
        lines = told_of(circuit, options)
        assert (len(lines) == 2) == (plan != regular)
        assert f"{plan.die_area_um2:,.0f} µm²; core " in lines[0]
        assert document_of(circuit, options)["die_um"] == list(plan.die_um)
        wished = FlowOptions(least_core_edge_um=PLATFORMS[library].regular_core_edge_um)
        assert floorplan_of(circuit, wished) == regular
    assert tuple(dies) == DIES[library]


def test_a_real_layout_on_so_small_a_die_was_clean(shared: Path) -> None:
    """A real run ended clean where the least edge was as small as it may be: no smaller than the default now."""
    run = recorded(shared, "tiny_u95")
    core = next(one["value"] for one in run.result["metrics"] if one["name"] == "core_area")
    circuit = replace(run.circuit, inputs=17)
    plan = floorplan_of(circuit, FlowOptions(utilization=0.95))
    assert run.result["faults"] == []
    assert plan.width_um * plan.height_um == pytest.approx(core, rel=1e-4)


def test_a_dry_run_tells_the_die(
    tinydwn: Callable[..., Any], bundle_folder: Path, shared: Path, tmp_path: Path, fake_openroad: Callable[..., Any]
) -> None:
    fake_openroad()
    words = ("flow", bundle_folder, "--out", tmp_path / "run", "--pdk-root", shared / "pdk", "--dry-run")
    told = " ".join(tinydwn(*words).out.split())
    assert " die 19.78 x 27.2 µm, 538 µm²; core 11.5 x 16.32 µm, sized by its cells, " in told
    assert " with a regular power grid (--least-core-edge 60): die 68.54 x 76.16 µm, 5,220 µm²" in told
