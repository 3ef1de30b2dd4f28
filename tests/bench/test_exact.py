from __future__ import annotations

import json
from pathlib import Path

import pytest

from tinydwn.bench import exact
from tinydwn.bench.cluster import Cluster
from tinydwn.errors import ConfigError, ProgramError
from tinydwn.mapping import map_to_cells
from tinydwn.netlist import Netlist, Node
from tinydwn.technology import load_library

NAND = Netlist("n", ("a", "b"), (Node(0b0111, (2, 3)),), (("y", 4),))


@pytest.fixture
def liberty(shared: Path) -> Path:
    return shared / "pdk" / "sky130A" / "libs.ref" / "sky130_fd_sc_hd" / "lib" / "sky130_fd_sc_hd__tt_025C_1v80.lib"


def test_plain_tools_map_a_cell_to_itself(liberty):
    expected = map_to_cells(NAND, load_library("sky130_fd_sc_hd")).area_um2
    assert exact.plain_area_um2(NAND, liberty) == pytest.approx(expected)


def test_a_network_is_mapped_both_ways_proven_and_kept(liberty, tmp_path):
    network = exact.Network("iris", 9, 2, "popcount")
    store = tmp_path / "rows.json"
    found = exact.measure_exact(liberty, effort="fast", networks=[network], store=store, cluster=Cluster(processes=0))
    (row,) = found.rows
    assert (row.network, row.proofs) == ("iris 9x2 popcount", 2)
    assert 0.2 < row.ratio == row.own_um2 / row.plain_um2 < 1.1
    content = json.loads(store.read_text())
    content["outcomes"]["iris 9x2 popcount fast"]["own_um2"] = row.plain_um2 / 2
    store.write_text(json.dumps(content))
    again = exact.measure_exact(liberty, effort="fast", networks=[network], store=store, cluster=Cluster(processes=0))
    assert again.summary == {"geometric_mean_ratio": pytest.approx(0.5), "largest_ratio": 0.5}
    assert exact.Exact.from_json(json.loads(json.dumps(again.to_json()))) == again
    assert "Geometric mean 0.50, at most 0.50" in " ".join(again.to_text().split())


def test_thirty_networks_of_two_to_ten_classes_are_compared():
    assert len({network.name for network in exact.NETWORKS}) == 30
    assert {network.reduction for network in exact.NETWORKS} == {"popcount", "learnable", "coded"}
    assert (min(n.luts for n in exact.NETWORKS), max(n.luts for n in exact.NETWORKS)) == (20, 2000)


def test_a_liberty_file_that_is_none_and_a_store_of_something_else_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read as a Liberty file"):
        exact.plain_area_um2(NAND, tmp_path / "absent.lib")
    text = tmp_path / "text.lib"
    text.write_text("no library")
    with pytest.raises(ProgramError):
        exact.plain_area_um2(NAND, text)
    with pytest.raises(ConfigError, match="does not hold outcomes of a measurement"):
        exact.measure_exact(text, networks=exact.NETWORKS[:1], store=text)
