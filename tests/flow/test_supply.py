"""The drop of the supply: analysed by the tool, at the power that was counted, or told to be missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.flow.recorded import recorded
from tinydwn.flow.figures import figures_of
from tinydwn.flow.kit import Kit
from tinydwn.flow.launch import prepare, run_flow
from tinydwn.flow.metrics_file import read_metrics
from tinydwn.flow.options import FlowOptions
from tinydwn.flow.supply import counted_drops
from tinydwn.metrics import Metric, Provenance


@given(st.floats(1e-9, 1.0), st.floats(1e-9, 1.0))
def test_a_drop_grows_with_the_power(own_w: float, counted_w: float) -> None:
    told = f'{{"power__total": {own_w}, "design_powergrid__drop__worst__net:VSS__corner:default": 0.01}}'
    figures = figures_of(read_metrics(told, where="m"), netlist_area_um2=1.0, routed_area_um2=None, registers=False)
    (drop,) = counted_drops(figures, Metric("power", counted_w, "W", Provenance.ESTIMATED, "vectors"))
    assert (drop.name, drop.unit, drop.provenance) == ("ground_rise_counted", "V", Provenance.DERIVED)
    assert drop.value / 0.01 == pytest.approx(counted_w / own_w, rel=1e-5)
    assert counted_drops(figures, None) == ()


def test_drops_of_a_real_run_are_told_for_supply_and_ground(shared: Path) -> None:
    told = recorded(shared, "orfs_demo_reg").outcome()
    assert (told.value("supply_drop"), told.value("ground_rise")) == (9.97884e-05, 0.000111643)
    assert told.value("supply_drop_counted") is None


@pytest.mark.parametrize("lacking", [False, True])
def test_a_drop_that_cannot_be_analysed_is_told_by_its_net(
    lacking: bool, bundle_folder: Path, kit: Kit, fake_openroad: Callable[..., Any], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    fake_openroad()
    if lacking:
        monkeypatch.setenv("FAKE_NO_SOURCE", "1")
    chosen: dict[str, Any] = {"plan": "openroad", "circuit": "chip", "library": kit.library, "dry": False}
    prepared = prepare(bundle_folder, tmp_path / "run", options=FlowOptions(pdk_root=kit.root), **chosen)
    outcome = run_flow(prepared, timeout_s=60)
    told = [one for one in outcome.remarks if one.startswith("supply drop")]
    why = [f"supply drop not analysed on {net}: no source on {net}" for net in ("VDD", "VSS")]
    assert told == (why if lacking else [])
    assert (outcome.value("supply_drop") is None) == lacking
    assert outcome.faults == ()
