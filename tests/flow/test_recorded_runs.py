"""What thirteen runs of a real OpenROAD left is told right: rounds, periods that would do, failures, figures."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.flow.recorded import recorded
from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.complaints import errors_of
from tinydwn.flow.constraints import sufficient_period_ns
from tinydwn.flow.figures import figures_of
from tinydwn.flow.flow_data import flow_text
from tinydwn.flow.kit import Kit, find_kit
from tinydwn.flow.metrics_file import read_metrics
from tinydwn.flow.options import FlowOptions
from tinydwn.flow.orfs_plan import to_orfs
from tinydwn.flow.place_route import openroad_plan
from tinydwn.flow.runner import run_plan


def rounds_in_log(log: str) -> list[list[float]]:
    """Return the violations after each round, as the router's log counts them, a list for each detailed routing."""
    groups: list[list[float]] = []
    for start, count in re.findall(r"Start (\S+) \w[^\n]*iteration|DRT-0199.* violations = (\d+)", log):
        if start == "0th":
            groups.append([])
        elif count:
            groups[-1].append(float(count))
    return groups


@pytest.mark.parametrize(
    "run", ["demo_registered", "demo_reg_ihp", "demo_reg_nangate", "demo_chip_clk5", "digits_chip"]
)
def test_rounds_of_routing_are_those_of_the_log(run: str, shared: Path) -> None:
    played = recorded(shared, run)
    told = [list(group) for group in played.outcome().routing_rounds]
    assert told == rounds_in_log(played.text("route/log.txt"))
    assert len(told[0]) > 1


def test_rounds_after_a_repair_of_antennas_are_a_group_of_their_own(shared: Path) -> None:
    told = recorded(shared, "digits_chip").outcome().document["drc_by_round"]
    assert told == [[1393, 1238, 1081, 125, 33, 0], [39, 7, 5, 0]]


def test_rounds_of_the_flow_scripts_are_told_too(shared: Path) -> None:
    assert recorded(shared, "orfs_tiny_nobuf").outcome().routing_rounds == ((3.0, 2.0, 0.0),)


def test_flow_scripts_buffer_no_ports_and_insert_nothing_without_use(shared: Path, registered: FlowCircuit) -> None:
    """A buffer at each of 120 ports stood in a real run of the defaults; the one with the setting has none."""

    def buffers(run: str) -> int:
        return len(
            re.findall(r"\bsky130_fd_sc_hd__(?:clkdly|buf|dly)\w+ \S+ \(", recorded(shared, run).text("6_final.v"))
        )

    assert buffers("orfs_demo_reg") >= 119
    assert buffers("orfs_tiny_nobuf") == 0
    text = to_orfs(registered, FlowOptions(), folder=Path("/run"))
    assert "export DONT_BUFFER_PORTS = 1\n" in text
    assert re.search(r"^export CTS_ARGS = .*-dont_use_dummy_load$", text, re.MULTILINE)
    assert "export CELL_PAD_IN_SITES_DETAIL_PLACEMENT = 0\n" in text


def test_a_missed_setup_names_the_period_that_would_do(shared: Path) -> None:
    digits = recorded(shared, "digits_chip").outcome()
    assert digits.faults == ("setup time missed by 2.981 ns",)
    assert digits.sufficient_period_ns == 15.0  # 10 + 2.98118 / 0.6: a path from port to port has 0.6 of the period
    assert recorded(shared, "demo_chip_clk5").outcome(clock_period_ns=5.0).sufficient_period_ns == 5.33
    assert recorded(shared, "demo_registered").outcome().sufficient_period_ns == 10.0


@given(period=st.floats(0.01, 1e4), slack=st.floats(-1e4, 1e4), share=st.sampled_from([(0.6, False), (0.8, True)]))
def test_at_the_period_that_would_do_the_worst_path_is_in_time(
    period: float, slack: float, share: tuple[float, bool]
) -> None:
    told = sufficient_period_ns(period_ns=period, setup_slack_ns=slack, registers=share[1])
    assert slack + (told - period) * share[0] >= min(slack, 0.0) * 1e-9 - 1e-9
    assert told <= max(period, period - slack / share[0]) * 1.011


def test_hold_of_inputs_that_no_buffer_can_mend_is_not_asked_for(shared: Path) -> None:
    """At 1 ns, 118 input registers saw their clock after the next data; the constraint leaves them out now."""
    log = recorded(shared, "demo_reg_clk1").text("timing.failed/log.txt")
    (error,) = errors_of(log)
    assert (error.code, "give a longer --clock-period" in error.advice) == ("RSZ-0060", True)
    assert "Found 118 endpoints with hold violations" in log


def test_timing_missed_by_the_routed_wires_is_repaired_before_they_are_laid(
    registered: FlowCircuit,
    kit: Kit,
    fake_openroad: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def routed(name: str, slack: str) -> list[str]:
        monkeypatch.setenv("FAKE_SLACK", slack)
        (tmp_path / "calls.txt").unlink(missing_ok=True)
        plan = openroad_plan(registered, kit, FlowOptions(), program=str(fake.program), folder=tmp_path / name)
        run_plan(plan, tmp_path / name, timeout_s=60)
        assert ["place", "set_false_path", "-hold", "-from", "a b"] in fake.commands()
        return [" ".join(words[1:3]) for words in fake.commands() if words[0] == "route"]

    fake = fake_openroad()
    late, good = routed("late", "-0.196"), routed("good", "0.1")
    assert not {"repair_timing -skip_gate_cloning", "global_route -start_incremental"} & set(good)
    order = ["global_route -guide_file", "estimate_parasitics -global_routing", "repair_timing -skip_gate_cloning"]
    order += ["global_route -start_incremental", "detailed_placement", "global_route -end_incremental"]
    order += ["repair_antennas -iterations", "detailed_route -output_drc"]
    assert [late.index(one) for one in order] == sorted(late.index(one) for one in order)


def test_no_platform_forbids_cells_that_its_liberty_file_lacks(kit: Kit) -> None:
    text = flow_text("openroad/platforms/nangate45.tcl")
    forbidden = re.search(r"dont_use \{([^}]*)\}", text)[1].split()  # type: ignore[index]
    liberty = (kit.root / "nangate45" / "lib" / "NangateOpenCellLibrary_typical.lib").read_text()
    assert [cell for cell in forbidden if f"cell ({cell})" not in liberty] == []


def test_figures_of_tools_that_count_taps_are_those_of_the_circuit(shared: Path) -> None:
    """What LibreLane and the flow scripts call the area of cells counts taps, decaps and fill."""
    state = json.loads(recorded(shared, "librelane_tiny").text("state_after_51.json"))
    read = read_metrics(json.dumps({k: v for k, v in state["metrics"].items() if v is not None}), where="state")
    found = figures_of(read, netlist_area_um2=152.646, routed_area_um2=152.646, registers=False)
    told = {one.name: round(one.value, 3) for one in found}
    assert (told["netlist_area"], told["routed_area"], told["core_area"]) == (152.646, 152.646, 3933.77)
    assert told["utilization"] == 3.88
    assert "hold_slack" not in told
    assert (told["slew_violations"], told["capacitance_violations"], told["fanout_violations"]) == (0, 0, 0)
    assert "supply_drop" in told
    scripts = recorded(shared, "orfs_tiny_nobuf").outcome()
    assert scripts.value("supply_drop") == 4.57357e-06
    assert (scripts.value("netlist_area"), scripts.value("core_area")) == (152.646, 3933.77)
    assert scripts.value("hold_slack") is None
    assert recorded(shared, "orfs_demo_reg").outcome().value("hold_slack") == 0.979527
    assert scripts.document["floorplan"]["sized_by"] == "cells"  # type: ignore[index]


def fanouts(verilog: str, library: str) -> dict[str, int]:
    """Return how many cells hang on each net that a buffer of the clock drives."""
    nets = Counter(re.findall(r"\.(?!X\()\w+\(([\w\[\]]+)\)", verilog))
    return {net: nets[net] for net in re.findall(r"clkbuf\w* \([^;]*\.X\(([\w\[\]]+)\)", verilog)}


def test_the_clock_tree_keeps_the_fanout_that_the_library_allows(
    registered: FlowCircuit, kit: Kit, fake_openroad: Callable[..., Any], tmp_path: Path
) -> None:
    """A real tree drove 16 inputs where ihp's Liberty file allows 8, and nothing said so."""
    played = recorded(shared := kit.root.parent, "demo_reg_ihp")
    assert max(fanouts(played.text("finish/chip_registered.routed.v"), "ihp-sg13g2").values()) > 8
    asked = {}
    for library in ("ihp-sg13g2", "sky130_fd_sc_hd"):
        other = find_kit(library, root=shared / "pdk")
        fake = fake_openroad()
        fake.calls.unlink(missing_ok=True)
        plan = openroad_plan(
            replace(registered, library=library), other, FlowOptions(), program=str(fake.program), folder=tmp_path
        )
        run_plan(plan, tmp_path / library, timeout_s=60)
        (asked[library],) = [words for words in fake.commands() if words[1] == "clock_tree_synthesis"]
        assert "repair_tie_fanout" not in {words[1] for words in fake.commands()}
    assert asked["ihp-sg13g2"][-3:] == ["-sink_clustering_size", "8", "-dont_use_dummy_load"]
    assert "-sink_clustering_size" not in asked["sky130_fd_sc_hd"]
    assert asked["sky130_fd_sc_hd"][-1] == "-dont_use_dummy_load"


def test_limits_that_are_not_kept_are_faults(
    tinydwn: Callable[..., Any], bundle_folder: Path, kit: Kit, fake_openroad: Callable[..., Any], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    fake = fake_openroad()
    monkeypatch.setenv("FAKE_LIMITS", "3")
    ended = tinydwn("flow", bundle_folder, "--pdk-root", kit.root, "--out", tmp_path / "run")
    assert ended.code == 4
    faults = json.loads((tmp_path / "run" / "result.json").read_text())["faults"]
    assert faults == [
        "3 pins with slopes beyond the library's limit",
        "3 pins with loads beyond the library's limit",
        "3 pins that drive more inputs than the library's limit",
    ]
    # A port that nothing reads has no wire, and is not asked for its length.
    assert ["finish", "report_wire_length", "-net", "wired", "-detailed_route", "-file", "wirelength.csv"] in (
        fake.commands()
    )
