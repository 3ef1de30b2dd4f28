from __future__ import annotations

import json
from pathlib import Path

import pytest

from tinydwn.bench import fronts
from tinydwn.bench.cluster import Cluster
from tinydwn.bench.fronts import FrontPoint, Fronts
from tinydwn.errors import ConfigError
from tinydwn.report.class_fronts import fronts_figure


def points(*flows):
    return tuple(FrontPoint(flow, f"{k} tables", *values) for k, (flow, *values) in enumerate(flows))


def test_what_a_plain_network_beats_is_counted():
    found = Fronts(
        {
            "a": points(
                ("plain", 55.0, 0.9, 0.85),
                ("exact", 50.0, 0.9, 0.85),
                ("refined", 10.0, 0.8, 0.86),
                ("plain", 70.0, 0.89, 0.9),
                ("exact", 60.0, 0.89, 0.9),
            ),
            "b": points(
                ("plain", 50.0, 0.9, 0.85),
                ("exact", 80.0, 0.9, 0.85),
                ("refined", 50.0, 0.95, 0.84),
                ("refined", 40.0, 0.7, 0.7),
            ),
        },
        "fast",
    )
    assert [point.cost for point in found.front("a")] == [10.0, 50.0]
    assert found.dominated("a") == ()
    assert [point.test_accuracy for point in found.dominated("b")] == [0.84]
    assert Fronts.from_json(json.loads(json.dumps(found.to_json()))) == found
    assert [(kept.cost, own.cost) for kept, own in found.as_right("a")] == [(50.0, 10.0), (60.0, 60.0)]
    assert found.shares() == (0.2, 1.0, 1.0)
    lines = [line.split() for line in found.to_text().splitlines()]
    assert ["a", "0", "tables", "85.00", "55.0", "50.0", "10.0", "0.20", "86.00", "2", "tables"] in lines
    assert ["b", "0", "tables", "85.00", "50.0", "80.0", "80.0", "1.00", "85.00", "1", "tables"] in lines
    drawn = fronts_figure(found)
    assert drawn.startswith("<svg")
    assert "var(--" in drawn


def test_every_flow_has_points_and_they_are_kept(shared: Path, tmp_path, monkeypatch):
    monkeypatch.setattr(fronts, "TABLES_PER_CLASS", (2,))
    liberty = shared / "pdk" / "nangate45" / "lib" / "NangateOpenCellLibrary_typical.lib"
    store = tmp_path / "fronts.json"
    monkeypatch.setattr(fronts, "DATASETS", ("iris",))
    options = {"effort": "fast", "datasets": ["iris"], "store": store, "cluster": Cluster(processes=0)}
    found = fronts.measure_fronts(liberty, **options)
    assert {point.flow for point in found.points["iris"]} == {"plain", "exact", "refined", "start"}
    plain, exact = found.points["iris"][:2]
    assert plain.test_accuracy == exact.test_accuracy
    assert exact.cost < plain.cost
    assert found.dominated("iris") == ()

    def never(*_, **__):
        raise AssertionError

    monkeypatch.setattr(fronts, "front_points", never)
    assert fronts.measure_fronts(liberty, **options) == found


def test_data_sets_without_fronts_and_no_liberty_file_are_refused_at_once(tmp_path):
    with pytest.raises(ConfigError, match="there is no front for data set 'nope'\n\nhint: choose among segment, led7"):
        fronts.measure_fronts(tmp_path, datasets=["letter", "nope"])
    with pytest.raises(ConfigError, match="cannot be read as a Liberty file"):
        fronts.measure_fronts(tmp_path / "absent.lib", datasets=["letter"])
