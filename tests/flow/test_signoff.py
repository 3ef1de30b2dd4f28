"""Signing off gives no figure that nothing bounds, keeps every corner that was timed, and tells what it lacked."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.flow.recorded import recorded
from tinydwn.flow import signoff
from tinydwn.flow.activity import Toggles
from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.corners import Corners
from tinydwn.flow.densities import unwatched
from tinydwn.flow.kit import Kit
from tinydwn.flow.played import Played
from tinydwn.flow.routed_cells import connected
from tinydwn.flow.routed_timing import Corner, time_routed, to_script
from tinydwn.flow.signoff import Signed, sign_off, signed_figures
from tinydwn.technology.behavior import Behavior
from tinydwn.technology.liberty import load_liberty

# Commands of OpenSTA in a world where the worst slack is a function of the period.
STUBS = """\
proc unknown args {{ return "" }}
proc create_clock args {{ set ::period [dict get $args -period] }}
proc worst_slack args {{ return [expr {{ {slack} }}] }}
"""


@pytest.mark.parametrize(
    ("slack", "told"),
    [("$::period - 3.0", "3.0"), ("$::period - 40.0", "40.0"), ("-1.0", "inf"), ("-0.1 * $::period", "inf")],
)
def test_the_search_for_a_period_ends_at_the_least_one_or_says_that_there_is_none(
    slack: str, told: str, combinational: FlowCircuit, tclsh: Path, tmp_path: Path
) -> None:
    script = tmp_path / "run.tcl"
    script.write_text(STUBS.format(slack=slack) + to_script(combinational, period_ns=10.0))
    done = subprocess.run([tclsh, script], check=True, capture_output=True, text=True, timeout=30)
    (found,) = (line.split()[-1] for line in done.stdout.splitlines() if line.startswith("tinydwn: period "))
    assert float(found) == pytest.approx(float(told), rel=1e-3)


TIED = """\
module chip (a, y);
  input a;
  output y;
  sky130_fd_sc_hd__conb_1 tie (.LO(y));
endmodule
"""


def test_a_circuit_without_paths_has_no_largest_frequency(
    combinational: FlowCircuit, kit: Kit, tmp_path: Path, sta: None
) -> None:
    spef = '*SPEF "IEEE 1481-1998"\n*DESIGN "chip"\n*DIVIDER /\n*DELIMITER :\n*BUS_DELIMITER []\n'
    spef += "*T_UNIT 1 NS\n*C_UNIT 1 PF\n*R_UNIT 1 OHM\n*L_UNIT 1 HENRY\n"
    corner = time_routed(combinational, TIED, spef, kit.liberty, period_ns=10.0)
    assert (corner.setup_slack_ns, corner.least_period_ns) == (None, None)
    figures = signed_figures(Signed("OpenSTA", usual=corner), Played("none"))
    assert "largest_frequency" not in {one.name for one in figures}


@pytest.mark.parametrize("least", [None, 2.0])
def test_only_a_period_that_was_found_is_a_frequency(least: float | None) -> None:
    corner = Corner("slow.lib", 1.0, None, least, {}, {}, {}, "")
    figures = {one.name: one.value for one in signed_figures(Signed("OpenSTA", slow=corner), Played("none"))}
    assert figures.get("largest_frequency") == (None if least is None else 500.0)


BROKEN = """#!/bin/sh
[ "$1" = -version ] && echo 9.9 && exit 0
case $(readlink library.lib) in *{bad}*) echo "Error: no such table" && exit 0;; esac
exec {sta} "$@"
"""


@pytest.mark.parametrize("bad", ["ss_100C", "ff_n40C"])
def test_a_corner_that_fails_is_told_of_and_takes_no_other_with_it(
    bad: str, shared: Path, kit: Kit, tmp_path: Path, sta: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {name: f"sky130_fd_sc_hd__{name}_1v80.lib" for name in ("tt_025C", "ss_100C", "ff_n40C")}
    for name in names.values():
        (tmp_path / name).symlink_to(kit.liberty)
    found = next(path for place in os.get_exec_path() if (path := Path(place) / "sta").is_file())
    program = tmp_path / "sta"
    program.write_text(BROKEN.format(bad=bad, sta=found))
    program.chmod(0o755)
    monkeypatch.setenv("TINYDWN_STA", str(program))
    run = recorded(shared, "orfs_tiny_nobuf")
    corners = Corners(*(tmp_path / name for name in names.values()))
    signed = sign_off(
        run.circuit, run.text("6_final.v"), run.folder / "6_final.spef", corners, period_ns=10.0, played=Played("none")
    )
    timed = {"tt_025C": signed.usual, "ss_100C": signed.slow, "ff_n40C": signed.fast}
    assert {name for name, corner in timed.items() if corner is None} == {bad}
    assert signed.remarks == (
        f"not timed by OpenSTA under {names[bad]}: OpenSTA complained: Error: no such table",
    )  # fmt: skip


def test_without_opensta_there_is_one_remark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYDWN_STA", str(tmp_path / "none"))
    (tmp_path / "a.spef").touch()
    corners = Corners(*(tmp_path / name for name in "abc"))
    signed = sign_off(None, "", tmp_path / "a.spef", corners, period_ns=1.0, played=Played("none"))  # type: ignore[arg-type]
    assert len(signed.remarks) == 1
    assert signed.remarks[0].startswith("not timed by OpenSTA: ")


@given(st.sets(st.integers(0, 3)), st.booleans())
def test_what_was_not_watched_is_what_no_pin_tells(watched: set[int], inputs: bool) -> None:
    lines = [f" INV g{k} (.A(n{k}), .Y(n{k + 1}));" for k in range(4)]
    parts = connected("\n".join(["module m (n0, n4);", *lines, " TAP t ();", "endmodule"]))
    cells = {"INV": Behavior("INV", ("A",), (("Y", "!A"),)), "TAP": Behavior("TAP", (), ())}
    pins = [(f"g{k}", "Y") for k in watched] + ([("", "n0")] if inputs else [])
    assert unwatched(pins, parts, cells) == tuple(f"g{k}" for k in range(4) if k not in watched)
    assert unwatched([(f"g{k}", "A") for k in range(1, 4)], parts, cells) == ("g3",)


def test_cells_that_the_waves_lack_are_told_of_beside_the_power(
    shared: Path, kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = recorded(shared, "orfs_tiny_nobuf")
    text, tree = run.text("6_final.v"), load_liberty(kit.liberty)
    corner = Corner("usual.lib", None, None, None, {}, {}, {}, "")
    monkeypatch.setattr(signoff, "time_routed", lambda *_, **__: corner)
    monkeypatch.setattr(signoff, "sta_version", lambda: "9.9")
    spef = run.folder / "6_final.spef"
    cells = signoff.behaviors(tree)
    driving = [one for one in connected(text) if one.cell in cells and cells[one.cell].outputs]
    pins = {(one.instance, pin): Toggles(1, 0.5) for one in driving for pin, _ in cells[one.cell].outputs}
    corners = Corners(kit.liberty, kit.liberty, kit.liberty)

    def remarks(played: Played) -> tuple[str, ...]:
        return sign_off(run.circuit, text, spef, corners, period_ns=10.0, played=played, tree=tree).remarks

    assert remarks(Played("PASS", 10, pins)) == ()
    assert remarks(Played("not played")) == ()
    lost = dict(list(pins.items())[3:])
    assert remarks(replace(Played("PASS", 10, pins), toggles=lost)) == (
        f"3 of {len(driving)} cells: the waves of the test vectors lack an output of theirs, "
        "and power takes it to rest",
    )
