"""Cells for a minimized netlist: the results of lesser efforts count as well."""

from __future__ import annotations

from functools import cache

import pytest

from tinydwn.errors import ConfigError
from tinydwn.mapping import MappedNetlist, Objective, count_minimized, map_minimized, map_to_cells, smallest
from tinydwn.mapping.task import _exact
from tinydwn.minimize import Minimized
from tinydwn.netlist import Netlist, Node
from tinydwn.technology import load_library

BOTH = Netlist("n", ("a", "b"), (Node(0b1000, (2, 3)),), (("y", 4),))
PARITY = Netlist("n", ("a", "b", "c"), (Node(0b10010110, (2, 3, 4)),), (("y", 5),))
LIBRARY = load_library("nangate45")


@pytest.fixture
def asked(monkeypatch):
    """Take every netlist to cells at effort fast, see whether a limit is kept, and tell what was asked for."""
    asked = []

    def fake(netlist, library, *, effort, objective, timeout_s):
        asked.append((netlist, effort))
        found = fast(netlist, library.name)
        objective.require_kept(found.delay_ps or 0.0, name=netlist.name, library=library)
        return found

    monkeypatch.setattr(smallest, "map_to_cells", fake)
    return asked


@cache
def fast(netlist: Netlist, name: str) -> MappedNetlist:
    return map_to_cells(netlist, load_library(name), effort="fast")


def test_the_smallest_circuit_counts_whichever_effort_it_is_from(asked):
    minimized = Minimized(PARITY, (), (("fast", BOTH), ("normal", PARITY)))
    assert map_minimized(minimized, LIBRARY, effort="high").cell_counts == {"AND2_X1": 1}
    assert asked == [(BOTH, "fast"), (PARITY, "high")]
    assert count_minimized(minimized, "gates2", effort="high") == 1
    assert count_minimized(Minimized(PARITY, ()), "gates2", effort="high") == 2


def test_a_limit_that_one_of_them_keeps_is_kept_and_one_that_none_keeps_is_refused(asked):
    minimized = Minimized(PARITY, (), (("fast", BOTH),))
    limit = Objective(limit_ps=fast(BOTH, "nangate45").delay_ps)
    assert fast(PARITY, "nangate45").delay_ps > limit.limit_ps
    found = map_minimized(minimized, LIBRARY, objective=limit)
    assert found.cell_counts == {"AND2_X1": 1}
    with pytest.raises(ConfigError, match=r"no circuit of at most 0.001 ps was found for the n in nangate45"):
        map_minimized(minimized, LIBRARY, objective=Objective(limit_ps=0.001))


def test_mapping_at_effort_normal_starts_from_exact_cones_too():
    mapped = map_to_cells(PARITY, load_library("gates2"))
    areas = {attempt.script: attempt.area_um2 for attempt in mapped.attempts}
    assert areas["exact+dch+map"] == 2.0
    assert len(_exact(PARITY).nodes) == 2
