"""Delay, static power and energy by OpenSTA: read as they are said, held against the tables, counted by vectors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import BundleError, ConfigError, LibraryError, OutputError, ProgramError
from tinydwn.export.bundle import Bundle
from tinydwn.export.bundle_files import VECTORS_FILE
from tinydwn.export.cell_models import cell_models
from tinydwn.export.ports import Ports
from tinydwn.export.structural import to_structural_verilog
from tinydwn.export.testbench import to_testbench, to_vectors
from tinydwn.flow import timing
from tinydwn.flow.activity import measure_activity, read_transitions
from tinydwn.flow.driven_outputs import driven_outputs
from tinydwn.flow.sta_report import CellPower, Stage, read_paths, read_power
from tinydwn.flow.timing import Timing, measure_timing
from tinydwn.flow.timing_file import read_timings, timing_path, write_timings
from tinydwn.mapping import MappedNetlist, map_to_cells
from tinydwn.metrics import Metric, Provenance
from tinydwn.netlist import Netlist, simulate
from tinydwn.technology import load_library
from tinydwn.technology.pdk import find_pdk
from tinydwn.tools.opensta import run_sta

VECTORS = 40
# What OpenSTA 2.0.17 said of an inverter between two ports.
PATH = """Startpoint: a[0] (input port clocked by virtual)
Endpoint: y (output port clocked by virtual)
Path Group: virtual
Path Type: max

        Cap        Slew       Delay        Time   Description
---------------------------------------------------------------------------------------
               0.000000    0.000000    0.000000   clock virtual (rise edge)
                           0.000000    0.000000 ^ input external delay
   5.349013    0.050000    0.000000    0.000000 ^ a[0] (in)
               0.050000    0.003224    0.003224 ^ g10/A (INV)
   2.499499    0.025997    {delay}    0.043329 v g10/Y (INV)
               0.123654    0.000273    0.043602 v y (out)
                                       0.043602   data arrival time

               0.000000  100.000000  100.000000   clock virtual (rise edge)
                                     100.000000   data required time
---------------------------------------------------------------------------------------
                                     100.000000   data required time
                                      -0.043602   data arrival time
---------------------------------------------------------------------------------------
                                      99.956398   slack (MET)

No paths found.
"""


def test_a_path_is_read_stage_by_stage() -> None:
    (path,) = read_paths(PATH.format(delay="0.040105"))
    assert (path.start, path.end, path.delay_ns) == ("a[0]", "y", 0.043602)
    assert path.stages == (Stage("g10", "INV", 0.05, 2.499499, 0.040105),)
    assert read_paths("No paths found.\n") == ()
    assert read_paths(PATH.format(delay="-0.04"))[0].stages[0].delay_ns == -0.04


@pytest.mark.parametrize("cut", ["   data arrival time", "y (out)"])
def test_a_path_that_is_cut_off_is_refused(cut: str) -> None:
    with pytest.raises(ProgramError, match=r"OpenSTA's path from 'a\[0\]' is not understood"):
        read_paths(PATH.format(delay="0.04").partition(cut)[0])
    with pytest.raises(ProgramError, match="through 'g10/A' is not understood"):
        read_paths(PATH.format(delay="0.04").replace("   2.499499    0.025997", "   0.025997"))


@pytest.mark.parametrize("unit", ["", " (Watts)"])
def test_power_is_read_whatever_the_version_says_above_it(unit: str) -> None:
    head = f" Internal  Switching    Leakage      Total\n    Power      Power      Power      Power{unit}\n"
    text = f"{head}----------\n 1.0e-07 2e-08 3e-12 1.2e-07 g1\n -2.9e-02 8.8e-05 9e-06 -2.9e-02 g17\n"
    assert read_power(text) == {"g1": CellPower(1e-7, 2e-8, 3e-12), "g17": CellPower(-2.9e-2, 8.8e-5, 9e-6)}
    with pytest.raises(ProgramError, match="reports a power that is no number: 'nan 0 0 nan g1'"):
        read_power(f"{head} nan 0 0 nan g1\n")


def mapped_to(netlist: Netlist, library: str) -> MappedNetlist:
    return map_to_cells(netlist, load_library(library), effort="fast")


@pytest.fixture(scope="module")
def patterns() -> np.ndarray:
    return np.random.default_rng(5).integers(0, 2, (VECTORS, 7)).astype(bool)


@pytest.fixture(scope="module")
def timed(netlist: Netlist, patterns: np.ndarray) -> Bundle:
    """Return what a bundle has of a chip in two libraries for timing it."""
    ports = Ports.of(netlist)
    files = {
        "chip/testbench.v": to_testbench(ports, vectors=VECTORS),
        f"chip/{VECTORS_FILE}": to_vectors(netlist, ports, patterns, simulate(netlist, patterns)),
    }
    for name in ("nangate45", "egfet"):
        files[f"chip/{name}/mapped.v"] = to_structural_verilog(mapped_to(netlist, name))
        files[f"chip/{name}/cells.v"] = cell_models(mapped_to(netlist, name))
    return Bundle({name: text.encode() for name, text in files.items()})


def liberty(shared: Path, library: str) -> Path:
    return shared / "pdk" / find_pdk(library).layouts[0].liberty


@pytest.fixture(scope="module")
def silicon(shared: Path, timed: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a real Liberty file, of whose cells only those are left that the chip needs."""
    head, *cells = re.split(r"(?m)^(?=[ \t]*cell \()", liberty(shared, "nangate45").read_text())
    used = {
        "INV_X1",
        "NAND2_X1",
        *re.findall(r"^  (\w+) g\d+ \(", timed.files["chip/nangate45/mapped.v"].decode(), re.M),
    }
    kept = [cell for cell in cells[:-1] if re.match(r"\s*cell \((\w+)\)", cell)[1] in used]
    path = tmp_path_factory.mktemp("liberty") / "few_cells.lib"
    path.write_text("".join([head, *kept, "}\n"]))
    return path


@given(
    st.dictionaries(
        st.from_regex(r"g\d{1,5}", fullmatch=True),
        st.builds(CellPower, *[st.floats(-1, 1, allow_nan=False).map(lambda x: float(f"{x:.6e}"))] * 3),
    )
)
def test_powers_that_are_written_are_read_back(powers: dict[str, CellPower]) -> None:
    head = (
        "Group\n Internal  Switching    Leakage      Total\n    Power      Power      Power      Power (Watts)\n---\n"
    )
    rows = [f" {p.internal_w:.6e} {p.switching_w:.6e} {p.leakage_w:.6e} 0.0 {name}\n" for name, p in powers.items()]
    assert read_power(head + "".join(rows)) == powers


stages = st.lists(
    st.builds(
        lambda name, slew, load, delay: Stage(f"g{name}", "NAND2", slew / 1e6, load / 1e6, delay / 1e6),
        st.integers(0, 999), *[st.integers(0, 10**9)] * 2, st.integers(-(10**9), 10**9),
    ),
    max_size=6,
)  # fmt: skip


@given(stages, st.integers(0, 10**9))
def test_paths_that_are_written_are_read_back(through: list[Stage], arrival: int) -> None:
    lines = ["Startpoint: a (input port clocked by virtual)", " 0.000000 0.000000 0.000000 0.000000 ^ a (in)"]
    for one in through:
        lines.append(f"  {one.slew_ns:.6f} 0.000000 0.500000 ^ {one.instance}/A ({one.cell})")
        lines.append(f"  {one.load_ff:.6f} 0.100000 {one.delay_ns:.6f} 0.600000 v {one.instance}/Y ({one.cell})")
    lines += [" 0.100000 0.000000 0.700000 v y (out)", f"  {arrival / 1e6:.6f}   data arrival time", "Endpoint: y"]
    (path,) = read_paths("\n".join(lines))
    assert (path.start, path.end, path.delay_ns, list(path.stages)) == ("a", "y", arrival / 1e6, through)


def test_transitions_in_icarus_are_those_of_the_netlist(
    netlist: Netlist, timed: Bundle, patterns: np.ndarray, icarus: object
) -> None:
    mapped = mapped_to(netlist, "egfet")
    names = {f"g{net}": one.cell.output for net, one in enumerate(mapped.instances, start=mapped.first_instance)}
    texts = {name: timed.files[f"chip/{name}"].decode() for name in ("testbench.v", VECTORS_FILE)}
    texts |= {name: timed.files[f"chip/egfet/{name}"].decode() for name in ("mapped.v", "cells.v")}
    found = measure_activity(texts, names)
    nets = range(mapped.first_instance, mapped.first_instance + len(mapped.instances))
    values = simulate(replace(mapped.functions(), outputs=tuple((f"g{net}", net) for net in nets)), patterns)
    assert found.steps == VECTORS - 1
    assert found.transitions == dict(zip(names, (values[1:] != values[:-1]).sum(axis=0).tolist(), strict=True))
    with pytest.raises(BundleError, match="one test vector tells nothing"):
        measure_activity({**texts, VECTORS_FILE: "0\n"}, names)
    with pytest.raises(ProgramError, match="the gate level does not pass its testbench"):
        measure_activity({**texts, "cells.v": texts["cells.v"].replace("assign Y = ", "assign Y = 1'b0 & ")}, names)


def test_a_net_that_becomes_known_has_not_switched() -> None:
    lines = ["$scope module testbench $end", "$scope module dut $end", "$scope module g1 $end"]
    lines += ["$var wire 1 ! Y $end", '$var wire 1 " A $end', "$upscope $end", "$var wire 1 ! n1 $end", "$upscope $end"]
    lines += ["$enddefinitions $end", "#0", "x!", '0"', "#1", "1!", '1"', "#2", "x!", "#3", "0!", "#4", "1!", "1!"]
    assert read_transitions("\n".join(lines), {"g1": "Y"}) == {"g1": 1}


def test_silicon_is_timed_and_its_leakage_is_ours(
    netlist: Netlist, timed: Bundle, silicon: Path, sta: None, icarus: object
) -> None:
    found = measure_timing(timed, cut="chip", library="nangate45", liberty=silicon)
    figures = {one.name: one for one in found.metrics}
    mapped = mapped_to(netlist, "nangate45")
    assert figures["static_power_uw"].value == pytest.approx(mapped.leakage_nw / 1000, rel=1e-4)
    assert 0.3 * mapped.delay_ps < figures["delay_ps"].value < 3 * mapped.delay_ps
    assert 1e-4 < figures["energy_pj"].value < 1.0
    assert {one.provenance for one in found.metrics} == {Provenance.MEASURED}
    assert all("OpenSTA 2" in one.source or "OpenSTA 3" in one.source for one in found.metrics)
    assert found.remarks == ()
    assert found.digest == timed.digest


def test_every_cell_is_looked_at_not_those_of_the_slowest_paths_alone(
    timed: Bundle, silicon: Path, sta: None, icarus: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []

    def heard(*words: Any, **options: Any) -> str:
        said.append(run_sta(*words, **options))
        return said[-1]

    monkeypatch.setattr(timing, "run_sta", heard)
    measure_timing(timed, cut="chip", library="nangate45", liberty=silicon)
    slowest, _, through = said[0].partition("tinydwn: cells")
    cells = {stage.instance for path in read_paths(through) for stage in path.stages}
    verilog = timed.files["chip/nangate45/mapped.v"].decode()
    assert cells == set(re.findall(r"^  (?!LOGIC)\w+ (g\d+) \(", verilog, re.MULTILINE))
    assert {stage.instance for path in read_paths(slowest) for stage in path.stages} < cells


def test_a_path_that_tcl_would_read_as_code_is_a_path(
    timed: Bundle, silicon: Path, tmp_path: Path, sta: None, icarus: object
) -> None:
    odd = tmp_path / 'a "b" [exit] $c {d' / "cells.lib"
    odd.parent.mkdir()
    odd.symlink_to(silicon)
    there, here = (measure_timing(timed, cut="chip", library="nangate45", liberty=one) for one in (silicon, odd))
    assert here.metrics == there.metrics


def test_figures_beyond_the_tables_are_told_of_and_not_given(
    netlist: Netlist, timed: Bundle, shared: Path, sta: None, icarus: object
) -> None:
    found = measure_timing(timed, cut="chip", library="egfet", liberty=liberty(shared, "egfet"))
    assert [one.name for one in found.metrics] == ["static_power_uw"]
    assert found.metrics[0].value == pytest.approx(mapped_to(netlist, "egfet").leakage_nw / 1000, rel=1e-4)
    assert re.fullmatch(r"\d+ of \d+ cells: an input slope beyond .*", found.remarks[0])
    assert found.remarks[-1].startswith("no delay and no energy are given")


def played(path: str, powers: dict[str, float], through: Iterable[str]) -> str:
    """Return what a run says that told of one path, of a path through each of some cells, and of these powers."""
    path += "tinydwn: cells\\n" + "".join(paths_to("y").replace("g10/", f"{name}/") for name in through)
    rows = "".join(f" {watts} 0 1e-09 {watts} {name}\\n" for name, watts in powers.items())
    return f"tinydwn: paths\\n{path}tinydwn: power\\n Internal Switching Leakage Total\\n{rows}tinydwn: done\\n"


@pytest.fixture
def playing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, timed: Bundle) -> Callable[[str], None]:
    """Return a function that puts an OpenSTA in place which says what it is told to, whatever the script."""

    def play(path: str, *, leave_out: str = "", unseen: str = "", watts: float = 1e-9) -> None:
        names = re.findall(r"^  \w+ (g\d+) \(", timed.files["chip/nangate45/mapped.v"].decode(), re.MULTILINE)
        through = [name for name in names if name != unseen]
        said = played(path, {name: watts for name in names if name != leave_out}, through)
        program = tmp_path / "sta"
        (tmp_path / "said").write_text(said.replace("\\n", "\n"))
        program.write_text(
            '#!/bin/sh\n[ "$1" = -version ] && echo 9.9 && exit 0\n'
            f'grep -q known.lib run.tcl && echo " 1e-06 0 0 1e-06 g1" && echo tinydwn: done && exit 0\n'
            f"cat {tmp_path / 'said'}\n"
        )
        program.chmod(0o755)
        monkeypatch.setenv("TINYDWN_STA", str(program))

    return play


def paths_to(*outputs: str, delay: str = "0.040105") -> str:
    """Return what a run says of one path to each output."""
    path = PATH.format(delay=delay).replace("(INV)", "(INV_X1)")
    return "".join(path.replace("y (out", f"{name} (out") for name in outputs)


NO_FIGURES = "no delay and no energy are given: what cannot be believed is no figure"


def told_of(timed: Bundle, file: Path) -> tuple[str, ...]:
    return measure_timing(timed, cut="chip", library="nangate45", liberty=file).remarks


def test_an_output_without_a_path_is_told_of_and_leaves_no_delay(
    timed: Bundle, silicon: Path, playing: Callable[..., None], icarus: object
) -> None:
    playing(paths_to("class_[0]", "again"))
    found = measure_timing(timed, cut="chip", library="nangate45", liberty=silicon)
    assert [one.name for one in found.metrics] == ["static_power_uw"]
    assert found.remarks[0] == "no path to 'class_[1]' was reported"
    assert len(found.remarks) == 2


def test_the_outputs_that_cells_drive_are_those_of_the_netlist(netlist: Netlist, timed: Bundle) -> None:
    for name in ("nangate45", "egfet"):
        mapped = mapped_to(netlist, name)
        place = Ports.of(netlist).expressions
        ties = {cell.name for cell in mapped.library.ties}
        driven = {
            place[output]
            for output, net in mapped.outputs
            if net >= mapped.first_instance and mapped.instances[net - mapped.first_instance].cell.name not in ties
        }
        drivers = {cell.name: cell.output for cell in mapped.library.cells if cell.name not in ties}
        assert set(driven_outputs(timed.files[f"chip/{name}/mapped.v"].decode(), drivers)) == driven
        assert driven == {"class_[0]", "class_[1]", "again"}


def test_a_negative_delay_is_never_a_result(
    timed: Bundle, silicon: Path, playing: Callable[..., None], icarus: object
) -> None:
    file = silicon
    named = re.findall(r"^  (\w+) (g\d+) \(", timed.files["chip/nangate45/mapped.v"].decode(), re.MULTILINE)
    cells, logic = len(named), sum(not cell.startswith("LOGIC") for cell, _ in named)
    outputs = ("class_[0]", "class_[1]", "again")
    playing(paths_to(*outputs))
    good = measure_timing(timed, cut="chip", library="nangate45", liberty=file, rate_hz=2e6)
    assert [one.name for one in good.metrics] == ["static_power_uw", "delay_ps", "energy_pj", "dynamic_power_uw"]
    assert good.metrics[3].value == pytest.approx(2 * good.metrics[2].value)
    assert good.metrics[3].provenance is Provenance.DERIVED
    assert good.metrics[1].value == pytest.approx(43.602)
    assert good.tool == "OpenSTA 9.9"
    playing(paths_to(*outputs, delay="-0.04010"))
    bad = measure_timing(timed, cut="chip", library="nangate45", liberty=file)
    assert ([one.name for one in bad.metrics], bad.remarks[0]) == (
        ["static_power_uw"],
        f"1 of {cells} cells: a negative delay",
    )
    elsewhere = paths_to("again", delay="-0.04010").replace("g10/", "g11/")
    playing(f"{paths_to(*outputs)}tinydwn: cells\n{elsewhere}")
    assert told_of(timed, file) == (f"1 of {cells} cells: a negative delay", NO_FIGURES)
    playing(paths_to(*outputs), unseen="g11")
    assert told_of(timed, file) == (f"1 of {logic} cells: no path through them was reported", NO_FIGURES)
    playing(paths_to(*outputs), watts=-1e-9)
    assert (
        "cells would give energy back"
        in measure_timing(timed, cut="chip", library="nangate45", liberty=file).remarks[0]
    )
    playing(paths_to(*outputs), leave_out="g9")
    with pytest.raises(ProgramError, match=r"OpenSTA 9.9 reports no power of 'g9'"):
        measure_timing(timed, cut="chip", library="nangate45", liberty=file)


def test_what_does_not_fit_is_refused(timed: Bundle, shared: Path) -> None:
    file = liberty(shared, "egfet")
    with pytest.raises(ConfigError, match="unknown cut 'whole'"):
        measure_timing(timed, cut="whole", library="egfet", liberty=file)
    with pytest.raises(BundleError, match=r"the bundle has no file 'core/egfet/mapped.v'"):
        measure_timing(timed, cut="core", library="egfet", liberty=file)
    with pytest.raises(LibraryError, match="which the netlist uses"):
        measure_timing(timed, cut="chip", library="nangate45", liberty=file)


def test_timings_that_are_added_at_the_same_moment_all_stay(tmp_path: Path) -> None:
    together = Barrier(4)

    def add(library: str) -> None:
        together.wait()
        write_timings((Timing("d1", "chip", library, "OpenSTA 9.9", "by hand", (), ()),), tmp_path / "demo")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, "abcd"))
    assert sorted(one.library for one in read_timings(tmp_path / "demo")) == list("abcd")


def test_timings_are_kept_beside_their_bundle(tmp_path: Path) -> None:
    metric = Metric("delay_ps", 12.5, "ps", Provenance.MEASURED, "a path")
    one = Timing("d1", "chip", "egfet", "OpenSTA 9.9", "by hand", (metric,), ("a remark",))
    bundle = tmp_path / "demo"
    assert read_timings(bundle) == []
    assert write_timings((one,), bundle) == timing_path(bundle) == tmp_path / "demo.timing.json"
    core, again = replace(one, cut="core"), replace(one, remarks=())
    write_timings((core, again), bundle)
    assert read_timings(bundle, digest="d1") == [again, core]
    assert read_timings(bundle, digest="other") == []
    write_timings((replace(one, digest="d2"),), bundle)
    assert [found.digest for found in read_timings(bundle)] == ["d2"]
    sound = timing_path(bundle).read_text()
    for content in (
        "",
        "[]",
        "[" * 100_000,
        '{"schema": "x"}',
        *(sound.replace("12.5", x) for x in ("NaN", "9" * 400)),
    ):
        timing_path(bundle).write_text(content)
        with pytest.raises(OutputError) as caught:
            read_timings(bundle)
        assert caught.value.message == f"'{timing_path(bundle)}' is not what 'tinydwn timing' wrote"
