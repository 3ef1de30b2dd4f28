from __future__ import annotations

import json
from pathlib import Path

import pytest

from tinydwn.bench import chip
from tinydwn.bench.cluster import Cluster
from tinydwn.bench.smallest import Goal


def test_rows_are_means_over_seeds_and_are_kept(tmp_path, monkeypatch):
    asked = []

    def fake(task):
        asked.append(task)
        assert (task.liberty.name, task.effort) == ("cells.lib", "fast")
        return chip.ChipPair(0.8, 100.0, 0.8 + task.seed / 100, 10.0 * (1 + task.seed % 2), "x")

    monkeypatch.setattr(chip, "chip_pair", fake)
    store, liberty = tmp_path / "s.json", tmp_path / "cells.lib"
    liberty.write_text("library (none) {}")
    heard = []
    options = {"effort": "fast", "datasets": ("phoneme", "jasmine"), "store": store, "cluster": Cluster(processes=0)}
    found = chip.measure_chips(liberty, **options, on_arrival=lambda task, *_: heard.append(task))
    assert [row.dataset for row in found.rows] == ["phoneme", "jasmine"]
    assert heard == asked
    row = found.rows[0]
    assert (row.accuracy_mean, row.cost_mean, row.seeds) == (pytest.approx(0.82), 14.0, 5)
    assert row.ratio == pytest.approx((0.1**3 * 0.2**2) ** 0.2)
    assert found.summary["geometric_mean_ratio"] == pytest.approx(row.ratio)
    assert found.summary["least_gain"] == pytest.approx(0.02)
    assert chip.measure_chips(liberty, **options) == found
    assert found.protocol == {**chip.protocol(), "seeds": [0, 1, 2, 3, 4]}
    text = found.to_text()
    monkeypatch.setattr(chip, "SEEDS", (9,))
    monkeypatch.setitem(chip.NETWORK, "layers", (99,))
    assert found.to_text() == text
    assert len(asked) == 10
    assert chip.Chips.from_json(json.loads(json.dumps(found.to_json()))) == found
    cells = found.to_text().splitlines()[4].split()
    assert cells == ["phoneme", "80.00", "100", "82.00", "±", "1.58", "14.0", "±", "5.5", "0.13"]


def test_a_chip_is_refined_next_to_its_network(shared: Path):
    liberty = shared / "pdk" / "nangate45" / "lib" / "NangateOpenCellLibrary_typical.lib"
    pair = chip.chip_pair(chip.Task(Goal("iris", (8.0,), "setosa"), liberty, "fast", 0))
    assert pair.accuracy == pytest.approx(1.0, abs=0.05)
    assert 0 < pair.cost < 0.35 * pair.plain_cost
