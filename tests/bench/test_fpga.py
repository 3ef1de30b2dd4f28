"""Circuits on FPGAs as a measurement: its tasks and its text; the flow itself is tested beside the flow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tinydwn.bench.studies.fpga import CIRCUIT, STUDY, TREE, Asked, FpgaRow, fitting
from tinydwn.bench.study import measure
from tinydwn.bench.tasks import key_of
from tinydwn.errors import ConfigError
from tinydwn.fpga.part import part_of
from tinydwn.netlist import Netlist, Node
from tinydwn.tools.cluster import Cluster

HERE = Cluster(processes=0)
ROW = FpgaRow("iris", TREE, "depth 4", "25f", "registered", 2, 0.9, 29.0, 31.0, (200.0, 250.0, 100.0), 3, proven=True)


def test_clocks_are_medians_and_latencies_follow():
    assert (ROW.fmax_mhz, ROW.latency_ns) == (200.0, 15.0)


def test_rows_are_kept_and_told_beside_published_ones(tmp_path):
    asked = Asked(datasets=("iris",), parts=("25f",))
    store = tmp_path / "fpga.json"
    found = measure(replace(STUDY, run=lambda _: ROW), asked, store=store, cluster=HERE)
    assert found.rows == (ROW,) * 5
    text = found.to_text()
    assert "iris  decision tree  depth 4  25f   registered       2   90.00    29         31  200.0  15.0  yes" in text
    assert "ULEEN             Zynq Z-7045   98.46  123100" in text
    document = found.to_json()
    assert document["rows"][0]["latency_ns"] == 15.0
    assert len(document["published"]) == 10
    again = replace(STUDY, run=lambda _: pytest.fail("done before"))
    assert measure(again, asked, store=store, cluster=HERE).rows == found.rows


def test_every_model_is_on_every_part_and_stage():
    tasks = STUDY.tasks(Asked(datasets=("iris",), parts=("up5k", "85f"), pipeline=(1, 4)))
    assert len({key_of(task) for task in tasks}) == len(tasks) == 20
    assert [task.model for task in tasks[:5]] == [CIRCUIT] * 4 + [TREE]
    with pytest.raises(ConfigError, match="nothing is routed on part 'xc7'"):
        Asked(parts=("xc7",))


def test_a_circuit_takes_what_pins_and_levels_allow():
    wide = Netlist("chip", tuple(f"x{k}" for k in range(60)), (Node(0b0111, (2, 3)),), (("class[0]", 62),))
    source = fitting(wide, part_of("ice40"), 5)
    assert (source.name, source.stages) == ("serial", 1)
    assert fitting(wide, part_of("ice40", "hx1k"), 1).name == "registered"
