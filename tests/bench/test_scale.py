from __future__ import annotations

import json

import pytest

from tinydwn.bench.scale import ScalePoint, ScaleResult, layers_of, measure, scale
from tinydwn.errors import ConfigError


def point(luts, seconds, *, cpu_s=None, peak_bytes=200_000_000):
    return ScalePoint(
        layers_of(luts), luts * 2, luts * 20, luts * 10, luts * 50.0, seconds, cpu_s or sum(seconds), peak_bytes
    )


def result(*points):
    return ScaleResult("core", "sky130_fd_sc_hd", "fast", 0, points)


def test_each_size_is_measured_in_a_process_of_its_own():
    heard = []
    measured = scale((45, 30), on_point=heard.append)
    assert [found.luts for found in measured.points] == [30, 45]
    assert list(measured.points) == heard
    for found in measured.points:
        assert found.lowered_nodes > 0
        assert found.cells > found.luts
        assert found.area_um2 > 0
        assert found.total_s > 0
        assert 20_000_000 < found.peak_bytes < 4_000_000_000


@pytest.mark.parametrize("cut", ["core", "chip"])
def test_the_circuit_of_a_size_depends_on_the_seed_alone(cut):
    first, second = (measure((20, 10), "nangate45", "fast", cut, 1, 60.0) for _ in range(2))
    assert (first.lowered_nodes, first.minimized_nodes, first.cells, first.area_um2) == (
        second.lowered_nodes,
        second.minimized_nodes,
        second.cells,
        second.area_um2,
    )


@pytest.mark.parametrize("luts", [20, 500, 1000, 1234, 2000, 3000])
def test_layers_are_two_to_one_and_the_last_one_votes_for_ten_classes(luts):
    first, last = layers_of(luts)
    assert first + last == luts
    assert last % 10 == 0
    assert abs(last - luts / 3) <= 5


def test_linear_cost_has_growth_one_and_quadratic_cost_two():
    assert result(point(500, (0, 2, 3)), point(3000, (0, 12, 18))).growth == pytest.approx(1)
    assert result(point(500, (0, 2, 3)), point(1000, (0, 8, 12))).growth == pytest.approx(2)
    assert result(point(500, (0, 2, 3))).growth == 0


def test_too_slow_or_too_large_is_beyond_the_limits():
    assert result(point(500, (1.0, 100.0, 78.0))).within_limits
    assert not result(point(500, (1.0, 100.0, 80.0))).within_limits
    assert not result(point(500, (1.0, 1.0, 1.0), peak_bytes=4_100_000_000)).within_limits


def test_the_result_as_text_and_as_json():
    measured = result(point(500, (0.04, 1.7, 1.2), cpu_s=2.5), point(1000, (0.1, 3.4, 2.5), cpu_s=5.0))
    assert measured.to_text() == (
        "LUTs  layers   nodes  minimized  cells  area um2  lower s  minimize s  map s  total s  cpu s"
        "  cpu s/1000 LUTs  peak MB\n"
        "----  -------  -----  ---------  -----  --------  -------  ----------  -----  -------  -----"
        "  ---------------  -------\n"
        " 500  330+170   1000      10000   5000     25000      0.0         1.7    1.2      2.9    2.5"
        "              5.0      200\n"
        "1000  670+330   2000      20000  10000     50000      0.1         3.4    2.5      6.0    5.0"
        "              5.0      200\n"
        "processor time grows with LUTs to the power 1.00; within the limits of 180 s and 4 GB\n"
    )
    document = json.loads(json.dumps(measured.to_json()))
    assert document["within_limits"] is True
    assert document["points"][0]["seconds"] == {
        "lower": 0.04,
        "minimize": 1.7,
        "map": 1.2,
        "total": pytest.approx(2.94),
    }
    assert document["points"][0]["cpu_s"] == 2.5
    assert document["points"][1]["layers"] == [670, 330]


@pytest.mark.parametrize(("luts", "named"), [((), "no"), ((500, 19), "500, 19")])
def test_sizes_that_ten_classes_cannot_share_are_refused(luts, named):
    with pytest.raises(ConfigError) as error:
        scale(luts)
    assert str(error.value) == (
        f"sizes of {named} lookup tables cannot be measured\n\nhint: choose numbers of at least 20"
    )
