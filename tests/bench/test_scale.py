from __future__ import annotations

import pytest

from tests.made_up import again
from tinydwn.bench.studies.scale import STUDY, Asked, ScaleRow, Task, layers_of, walked
from tinydwn.bench.study import Measured, measure
from tinydwn.errors import ConfigError


def row(luts, seconds, *, cpu_s=None, peak_bytes=200_000_000):
    return ScaleRow(
        layers_of(luts), luts * 2, luts * 20, luts * 10, luts * 50.0, seconds, cpu_s or sum(seconds), peak_bytes
    )


def result(*rows):
    about = {"cut": "core", "library": "sky130_fd_sc_hd", "effort": "fast", "date": "", "versions": {}}
    return Measured(STUDY, rows, about)


def test_each_size_is_measured_in_a_process_of_its_own():
    heard = []
    found = measure(STUDY, Asked((45, 30)), on_arrival=lambda _, row, __: heard.append(row))
    assert [row.luts for row in found.rows] == [30, 45]
    assert list(found.rows) == heard
    for row in found.rows:
        assert row.lowered_nodes > 0
        assert row.cells > row.luts
        assert row.area_um2 > 0
        assert row.total_s > 0
        assert 20_000_000 < row.peak_bytes < 4_000_000_000


@pytest.mark.parametrize("cut", ["core", "chip"])
def test_the_circuit_of_a_size_depends_on_the_seed_alone(cut):
    first, second = (walked(Task((20, 10), "nangate45", "fast", cut, 1)) for _ in range(2))
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
    for rows, growth in (
        ((row(500, (0, 2, 3)), row(3000, (0, 12, 18))), 1),
        ((row(500, (0, 2, 3)), row(1000, (0, 8, 12))), 2),
        ((row(500, (0, 2, 3)),), 0),
    ):
        assert result(*rows).summary["growth"] == pytest.approx(growth)


def test_too_slow_or_too_large_is_beyond_the_limits():
    for one, within in (
        (row(500, (1.0, 100.0, 78.0)), True),
        (row(500, (1.0, 100.0, 80.0)), False),
        (row(500, (1.0, 1.0, 1.0), peak_bytes=4_100_000_000), False),
    ):
        assert result(one).summary["within_limits"] is within


def test_the_result_as_text_and_as_json():
    found = result(row(500, (0.04, 1.7, 1.2), cpu_s=2.5), row(1000, (0.1, 3.4, 2.5), cpu_s=5.0))
    assert found.to_text() == (
        "What does the road cost as classifiers grow?\n\n"
        "LUTs  layers   nodes  minimized  cells  area um2  lower s  minimize s  map s  total s  cpu s"
        "  cpu s/1000 LUTs  peak MB\n"
        "----  -------  -----  ---------  -----  --------  -------  ----------  -----  -------  -----"
        "  ---------------  -------\n"
        " 500  330+170   1000      10000   5000     25000      0.0         1.7    1.2      2.9    2.5"
        "              5.0      200\n"
        "1000  670+330   2000      20000  10000     50000      0.1         3.4    2.5      6.0    5.0"
        "              5.0      200\n\n"
        "Core cut, sky130_fd_sc_hd, effort fast.\n"
        "Processor time grows with LUTs to the power 1.00; within the limits of 180 s and 4 GB.\n"
    )
    document = found.to_json()
    assert document["summary"] == {"within_limits": True, "growth": pytest.approx(1.0)}
    first, second = document["rows"]
    assert (first["seconds"], first["total_s"], first["cpu_s"]) == ([0.04, 1.7, 1.2], pytest.approx(2.94), 2.5)
    assert (second["layers"], second["luts"]) == ([670, 330], 1000)
    assert again(found) == found


@pytest.mark.parametrize(("luts", "named"), [((), "no"), ((500, 19), "500, 19")])
def test_sizes_that_ten_classes_cannot_share_are_refused(luts, named):
    with pytest.raises(ConfigError) as error:
        Asked(luts)
    assert str(error.value) == (
        f"sizes of {named} lookup tables cannot be measured\n\nhint: choose numbers of at least 20"
    )
