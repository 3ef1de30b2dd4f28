from __future__ import annotations

import json

import pytest

from tinydwn.bench import efforts
from tinydwn.bench.measured import KINDS
from tinydwn.errors import ConfigError, VerificationError
from tinydwn.lowering import Core
from tinydwn.netlist import Assumption, NetlistBuilder

SIZES = {"fast": ((20.0, 100.0), 30), "normal": ((20.0, 90.0), 29), "high": ((20.0, 90.0), 29)}


@pytest.fixture
def asked(monkeypatch):
    asked = []

    def fake(network, core, effort):
        asked.append((network.name, core, effort))
        areas, gates2 = SIZES[effort]
        if network.dataset == "wine" and effort == "high":
            areas = (21.0, 80.0)
        return efforts.EffortRow(
            network.name, effort, areas, gates2, {"fast": 1.0, "normal": 4.0, "high": 40.0}[effort]
        )

    monkeypatch.setattr(efforts, "effort_row", fake)
    monkeypatch.setattr(efforts, "trained_core", lambda network: f"core of {network.name}")
    return asked


def test_each_effort_is_compared_with_the_one_before_and_rows_are_kept(asked, tmp_path):
    networks = efforts.networks_named(["iris 21x2 popcount", "wine 21x2 popcount", "iris 21x2 popcount"])
    store, heard = tmp_path / "rows.json", []
    found = efforts.measure_efforts(
        networks=networks, store=store, on_arrival=lambda _, row, stored: heard.append((row, stored))
    )
    assert heard == [(row, False) for row in found.rows]
    assert asked == [(n.name, f"core of {n.name}", e) for n in networks for e in ("fast", "normal", "high")]
    normal, high = found.summary["normal"], found.summary["high"]
    assert normal["geometric_mean_ratio"] == pytest.approx((0.9 * 29 / 30) ** (1 / 3))
    assert (normal["smaller"], normal["larger"], normal["compared"], normal["seconds_ratio"]) == (4, 0, 6, 4.0)
    assert (high["smaller"], high["larger"]) == (1, 1)
    assert high["seconds_ratio"] == pytest.approx(10.0)
    assert efforts.measure_efforts(networks=networks, store=store) == found
    assert len(asked) == 6
    content = json.loads(json.dumps(found.to_json()))
    assert KINDS[content["schema"]].from_json(content) == found
    assert [row[-1] for row in found.findings().tables[0].rows] == ["", "smaller", "equal", "", "smaller", "larger"]
    assert "high against normal: 1.1 % smaller on average, 1 smaller and 1 larger of 6, in 10.0" in found.to_text()


def test_what_is_kept_is_gone_on_with(asked, tmp_path, monkeypatch):
    networks = efforts.networks_named(["iris 21x2 popcount"])
    quick, rest = efforts.effort_row, []

    def interrupted(network, core, effort):
        if effort == "high":
            raise VerificationError("not proven")
        return quick(network, core, effort)

    monkeypatch.setattr(efforts, "effort_row", interrupted)
    with pytest.raises(VerificationError, match="not proven"):
        efforts.measure_efforts(networks=networks, store=tmp_path / "rows.json")
    monkeypatch.setattr(efforts, "effort_row", quick)
    efforts.measure_efforts(
        networks=networks, store=tmp_path / "rows.json", on_arrival=lambda task, _, stored: rest.append((task, stored))
    )
    assert [(task.effort, stored) for task, stored in rest] == [("fast", True), ("normal", True), ("high", False)]
    assert [effort for _, _, effort in asked] == ["fast", "normal", "high"]


def test_the_small_networks_are_among_those_of_exact_and_others_are_refused():
    assert len(efforts.SMALL_NETWORKS) == 6
    assert efforts.networks_named(None) == efforts.SMALL_NETWORKS
    with pytest.raises(ConfigError) as caught:
        efforts.networks_named(["iris"])
    assert str(caught.value).startswith("no network 'iris' is measured\n\nhint: choose among iris 21x2 popcount, ")


def test_a_core_is_taken_to_cells_and_proven_at_each_effort(monkeypatch):
    # Whether two of three bits are set, of which two are a thermometer.
    monkeypatch.setattr(efforts, "LIBRARIES", ("nangate45",))
    builder = NetlistBuilder("core")
    builder.output("y", builder.full_adder(*(builder.input(name) for name in ("a > 1", "a > 2", "b")))[1])
    core = Core(builder.build(), Assumption((("a > 1", "a > 2"),)))
    row = efforts.effort_row(efforts.SMALL_NETWORKS[0], core, "normal")
    # An AND and an OR: a > 2 or (a > 1 and b), which is one cell but for inverters.
    assert (row.gates2, row.seconds > 0) == (2, True)
    assert row.areas_um2 == (pytest.approx(1.596),)
