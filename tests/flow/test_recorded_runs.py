"""What thirteen runs of a real OpenROAD left is told right: rounds, periods that would do, failures, figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.flow.recorded import recorded
from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.complaints import errors_of
from tinydwn.flow.constraints import sufficient_period_ns
from tinydwn.flow.flow_data import flow_text
from tinydwn.flow.kit import Kit
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
