from __future__ import annotations

import pytest

from tests.made_up import again, studied
from tinydwn.bench.networks import NETWORKS
from tinydwn.bench.studies import efforts
from tinydwn.bench.studies.efforts import EFFORTS, SMALL, Asked, EffortRow, Task, effort_row
from tinydwn.bench.study import measure
from tinydwn.errors import ConfigError, VerificationError
from tinydwn.lowering import Core
from tinydwn.netlist import Assumption, NetlistBuilder

SIZES = {"fast": ((20.0, 100.0), 30), "normal": ((20.0, 90.0), 29), "high": ((20.0, 90.0), 29)}
SECONDS = {"fast": 1.0, "normal": 4.0, "high": 40.0}


def made_up(task):
    areas, gates2 = SIZES[task.effort]
    if task.network.dataset == "wine" and task.effort == "high":
        areas = (21.0, 80.0)
    return EffortRow(task.network.name, task.effort, areas, gates2, SECONDS[task.effort])


def test_each_effort_is_compared_with_the_one_before(monkeypatch):
    names, heard = ("iris 21x2 popcount", "wine 21x2 popcount"), []
    study = studied(monkeypatch, efforts, made_up)
    found = measure(study, Asked((*names, names[0])), on_arrival=lambda task, row, _: heard.append((task, row)))
    assert heard == [(Task(NETWORKS[row.network], row.effort), row) for row in found.rows]
    assert [(row.network, row.effort) for row in found.rows] == [(name, effort) for name in names for effort in EFFORTS]
    normal, high = found.summary["normal"], found.summary["high"]
    assert normal["geometric_mean_ratio"] == pytest.approx((0.9 * 29 / 30) ** (1 / 3))
    assert (normal["smaller"], normal["larger"], normal["compared"], normal["seconds_ratio"]) == (4, 0, 6, 4.0)
    assert (high["smaller"], high["larger"]) == (1, 1)
    assert high["seconds_ratio"] == pytest.approx(10.0)
    assert again(found) == found
    assert [row[-1] for row in found.findings().tables[0].rows] == ["", "smaller", "equal", "", "smaller", "larger"]
    assert "high against normal: 1.1 % smaller on average, 1 smaller and 1 larger of 6, in 10.0" in found.to_text()


def test_what_is_kept_is_gone_on_with(tmp_path, monkeypatch):
    asked, store = Asked(("iris 21x2 popcount",)), tmp_path / "rows.json"

    def interrupted(task):
        if task.effort == "high":
            raise VerificationError("not proven")
        return made_up(task)

    with pytest.raises(VerificationError, match="not proven"):
        measure(studied(monkeypatch, efforts, interrupted), asked, store=store)
    done, heard = [], []
    study = studied(monkeypatch, efforts, lambda task: done.append(task.effort) or made_up(task))
    measure(study, asked, store=store, on_arrival=lambda task, _, stored: heard.append((task.effort, stored)))
    assert heard == [("fast", True), ("normal", True), ("high", False)]
    assert done == ["high"]


def test_the_small_networks_are_among_those_of_exact_and_others_are_refused():
    assert len(SMALL) == 6
    assert efforts.STUDY.tasks(Asked()) == [Task(NETWORKS[name], effort) for name in SMALL for effort in EFFORTS]
    with pytest.raises(ConfigError) as caught:
        Asked(("iris",))
    assert str(caught.value).startswith("no network 'iris' is measured\n\nhint: choose among iris 21x2 popcount, ")


def test_a_core_is_taken_to_cells_and_proven_at_each_effort(monkeypatch):
    # Whether two of three bits are set, of which two are a thermometer.
    monkeypatch.setattr(efforts, "LIBRARIES", ("nangate45",))
    builder = NetlistBuilder("core")
    builder.output("y", builder.full_adder(*(builder.input(name) for name in ("a > 1", "a > 2", "b")))[1])
    core = Core(builder.build(), Assumption((("a > 1", "a > 2"),)))
    monkeypatch.setattr(efforts, "trained_core", lambda _: core)
    row = effort_row(Task(NETWORKS[SMALL[0]], "normal"))
    # An AND and an OR: a > 2 or (a > 1 and b), which is one cell but for inverters.
    assert (row.network, row.gates2, row.seconds > 0) == (SMALL[0], 2, True)
    assert row.areas_um2 == (pytest.approx(1.596),)
