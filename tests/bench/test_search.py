"""Judged circuits per second: every size is there, told and kept, and the random circuits have the size they should."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.made_up import again
from tinydwn.bench.studies.search import LIBRARY, STUDY, Asked, JudgedRow, _random_circuit
from tinydwn.bench.study import measure
from tinydwn.errors import ConfigError
from tinydwn.refine.circuit import FIRST_INPUT
from tinydwn.refine.gates import gate_set
from tinydwn.technology import load_library


def test_every_size_is_measured_told_and_kept() -> None:
    heard: list[JudgedRow] = []
    found = measure(STUDY, Asked((4, 12), (64, 100), 0.01), on_arrival=lambda _, row, __: heard.append(row))
    assert [(row.samples, row.nand2) for row in found.rows] == [(64, 4), (64, 12), (100, 4), (100, 12)]
    assert heard == list(found.rows)
    assert all(row.judged_per_s > 0 for row in found.rows)
    assert again(found) == found
    lines = found.to_text().splitlines()
    assert lines[2].split() == ["NAND2", "eq.", "64", "samples", "100", "samples"]
    assert [line.split()[0] for line in lines[4:6]] == ["4", "12"]


@pytest.mark.parametrize("nand2", [10, 300])
def test_a_random_circuit_has_its_size_and_no_gate_that_nobody_reads(nand2: int) -> None:
    gates = gate_set(load_library(LIBRARY))
    circuit = _random_circuit(nand2, 3 * nand2 + 64, gates, np.random.default_rng(1))
    size, first = int(circuit.size[0]), FIRST_INPUT + 64
    area = float(gates.area_um2[circuit.gate[:size]].sum()) / gates.library.nand2_area_um2
    assert 0.6 * nand2 <= area <= 1.6 * nand2
    read = set(circuit.fanin[:size].ravel().tolist()) | set(circuit.ends.tolist())
    assert all(first + k in read for k in range(size))
    assert all((circuit.fanin[k] < first + k).all() for k in range(size))


@pytest.mark.parametrize("wrong", [{"sizes": (0,)}, {"sizes": ()}, {"samples": (5, 0)}, {"seconds": 3600.0}])
def test_sizes_below_one_and_times_without_end_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="above 0"):
        Asked(**wrong)
