from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.made_up import again
from tinydwn.bench.networks import NETWORKS, Network
from tinydwn.bench.plain import plain_area_um2
from tinydwn.bench.studies.exact import STUDY, Asked
from tinydwn.bench.study import HERE, measure
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
    assert plain_area_um2(NAND, liberty) == pytest.approx(expected)


def test_a_network_is_mapped_both_ways_proven_and_kept(liberty, tmp_path, monkeypatch):
    name = "iris 9x2 popcount"
    monkeypatch.setitem(NETWORKS, name, Network("iris", 9, 2, "popcount"))
    asked, store = Asked(liberty, "fast", (name,)), tmp_path / "rows.json"
    found = measure(STUDY, asked, store=store, cluster=HERE)
    (row,) = found.rows
    assert (row.network, row.proofs) == (name, 2)
    assert 0.2 < row.ratio == row.own_um2 / row.plain_um2 < 1.1
    content = json.loads(store.read_text())
    (outcome,) = content["outcomes"].values()
    outcome["own_um2"] = row.plain_um2 / 2
    store.write_text(json.dumps(content))
    halved = measure(STUDY, asked, store=store, cluster=HERE)
    assert halved.summary == {"geometric_mean_ratio": pytest.approx(0.5), "largest_ratio": 0.5}
    assert halved.to_json()["rows"][0]["ratio"] == 0.5
    assert again(halved) == halved
    assert "Geometric mean 0.50, at most 0.50" in " ".join(halved.to_text().split())


def test_thirty_networks_of_two_to_ten_classes_are_compared():
    assert len(NETWORKS) == 30
    assert {network.reduction for network in NETWORKS.values()} == {"popcount", "learnable", "coded"}
    assert (min(n.luts for n in NETWORKS.values()), max(n.luts for n in NETWORKS.values())) == (20, 2000)


def test_a_liberty_file_that_is_none_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read as a Liberty file"):
        plain_area_um2(NAND, tmp_path / "absent.lib")
    with pytest.raises(ConfigError, match="cannot be read as a Liberty file"):
        Asked(tmp_path / "absent.lib")
    text = tmp_path / "text.lib"
    text.write_text("no library")
    with pytest.raises(ProgramError):
        plain_area_um2(NAND, text)
