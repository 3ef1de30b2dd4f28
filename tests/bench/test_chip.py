from __future__ import annotations

from pathlib import Path

import pytest

from tests.made_up import again, studied
from tinydwn.bench.goals import Goal
from tinydwn.bench.studies import chip
from tinydwn.bench.studies.chip import Asked, ChipPair, Task, chip_pair
from tinydwn.bench.study import HERE, measure


def test_rows_are_means_over_seeds(tmp_path, monkeypatch):
    asked, liberty = [], tmp_path / "cells.lib"
    liberty.write_text("library (none) {}")

    def made_up(task):
        asked.append(task)
        assert (task.liberty, task.effort) == (liberty, "fast")
        return ChipPair(0.8, 100.0, 0.8 + task.seed / 100, 10.0 * (1 + task.seed % 2), "x")

    found = measure(studied(monkeypatch, chip, made_up), Asked(liberty, "fast", ("phoneme", "jasmine")), cluster=HERE)
    assert [(task.goal.dataset, task.seed) for task in asked] == [
        (name, seed) for name in ("phoneme", "jasmine") for seed in range(5)
    ]
    assert [row.dataset for row in found.rows] == ["phoneme", "jasmine"]
    row = found.rows[0]
    assert (row.accuracy.mean, row.cost.mean, row.seeds) == (pytest.approx(0.82), 14.0, 5)
    assert row.ratio == pytest.approx((0.1**3 * 0.2**2) ** 0.2)
    assert found.summary["geometric_mean_ratio"] == pytest.approx(row.ratio)
    assert found.summary["least_gain"] == pytest.approx(0.02)
    assert again(found) == found
    text = found.to_text()
    assert text.splitlines()[4].split() == ["phoneme", "80.00", "100", "82.00", "±", "1.58", "14.0", "±", "5.5", "0.13"]
    monkeypatch.setitem(chip.NETWORK, "layers", [99])
    assert found.to_text() == text


def test_a_chip_is_refined_next_to_its_network(shared: Path):
    liberty = shared / "pdk" / "nangate45" / "lib" / "NangateOpenCellLibrary_typical.lib"
    pair = chip_pair(Task(Goal("iris", (8.0,), "setosa"), liberty, "", "fast", 0))
    assert pair.accuracy == pytest.approx(1.0, abs=0.05)
    assert 0 < pair.cost < 0.35 * pair.plain_cost
