from __future__ import annotations

from pathlib import Path

import pytest

from tests.made_up import again, studied
from tinydwn.bench.points import Point
from tinydwn.bench.studies import fronts
from tinydwn.bench.studies.fronts import Asked, as_right, dominated, front_of, points_by_set
from tinydwn.bench.study import HERE, measure
from tinydwn.errors import ConfigError
from tinydwn.report.class_fronts import fronts_figure

POINTS = {
    "segment": (
        ("plain", 55.0, 0.9, 0.85),
        ("exact", 50.0, 0.9, 0.85),
        ("refined", 10.0, 0.8, 0.86),
        ("plain", 70.0, 0.89, 0.9),
        ("exact", 60.0, 0.89, 0.9),
    ),
    "led7": (
        ("plain", 50.0, 0.9, 0.85),
        ("exact", 80.0, 0.9, 0.85),
        ("refined", 50.0, 0.95, 0.84),
        ("refined", 40.0, 0.7, 0.7),
    ),
}


def made_up(task):
    return tuple(Point(flow, f"{k} tables", *values) for k, (flow, *values) in enumerate(POINTS[task.dataset]))


def test_what_a_plain_network_beats_is_counted(monkeypatch, tmp_path):
    (tmp_path / "cells.lib").write_text("library (none) {}")
    asked = Asked(tmp_path / "cells.lib", "fast", ("segment", "led7"))
    found = measure(studied(monkeypatch, fronts, made_up), asked, cluster=HERE)
    segment, led7 = points_by_set(found).values()
    assert [point.cost for point in front_of(segment)] == [10.0, 50.0]
    assert dominated(segment) == ()
    assert [point.test_accuracy for point in dominated(led7)] == [0.84]
    assert again(found) == found
    assert [(kept.cost, own.cost) for kept, own in as_right(segment)] == [(50.0, 10.0), (60.0, 60.0)]
    assert found.summary == {"share_of_kept": pytest.approx(0.2 ** (1 / 3)), "networks": 3, "dominated": 1}
    lines = [line.split() for line in found.to_text().splitlines()]
    assert ["segment", "0", "tables", "85.00", "55.0", "50.0", "10.0", "0.20", "86.00", "2", "tables"] in lines
    assert ["led7", "0", "tables", "85.00", "50.0", "80.0", "80.0", "1.00", "85.00", "1", "tables"] in lines
    drawn = fronts_figure(found)
    assert drawn.startswith("<svg")
    assert "var(--" in drawn


def test_every_flow_has_points(shared: Path, monkeypatch):
    monkeypatch.setattr(fronts, "TABLES_PER_CLASS", (2,))
    monkeypatch.setattr(fronts, "DATASETS", ("iris",))
    liberty = shared / "pdk" / "nangate45" / "lib" / "NangateOpenCellLibrary_typical.lib"
    points = measure(fronts.STUDY, Asked(liberty, "fast"), cluster=HERE).rows
    assert {point.flow for point in points} == {"plain", "exact", "refined", "start"}
    assert {point.dataset for point in points} == {"iris"}
    plain, exact = points[:2]
    assert plain.test_accuracy == exact.test_accuracy
    assert exact.cost < plain.cost
    assert dominated(points) == ()


def test_data_sets_without_fronts_and_no_liberty_file_are_refused(tmp_path):
    (tmp_path / "cells.lib").write_text("library (none) {}")
    with pytest.raises(ConfigError, match="there is no front for data set 'nope'\n\nhint: choose among segment, led7"):
        Asked(tmp_path / "cells.lib", datasets=("letter", "nope"))
    for place in (tmp_path, tmp_path / "absent.lib"):
        with pytest.raises(ConfigError, match="cannot be read as a Liberty file"):
            Asked(place, datasets=("letter",))
