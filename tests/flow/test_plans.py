"""Configurations for LibreLane and OpenROAD-flow-scripts hold names and values that these programs take."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tinydwn.errors import ConfigError, LibraryError
from tinydwn.export.bundle import Bundle
from tinydwn.flow.circuit import FlowCircuit, circuit_of
from tinydwn.flow.constraints import CONSTRAINTS, to_constraints
from tinydwn.flow.flow_data import FLOWS, flow_text
from tinydwn.flow.kit import Kit, find_kit
from tinydwn.flow.launch import prepare, run_flow
from tinydwn.flow.librelane_plan import to_librelane
from tinydwn.flow.macro import KINDS
from tinydwn.flow.options import FlowOptions
from tinydwn.flow.orfs_plan import orfs_plan, to_orfs, to_power_grid
from tinydwn.flow.platform import platform_of
from tinydwn.flow.prepared import Prepared
from tinydwn.flow.run_dir import beside, write_files
from tinydwn.flow.runner import run_plan, write_plan
from tinydwn.technology import load_library
from tinydwn.tools.orfs import find_make

LISTER = FLOWS.resolve().parent / "pdk_scripts" / "librelane_variables.py"
OPTIONS = (FlowOptions(), FlowOptions(utilization=0.8, clock_period_ns=0.5, least_core_edge_um=12, antenna_rounds=0))


def value_fits(value: object, kind: str) -> bool:
    """Say whether a JSON value fits a type as LibreLane writes it."""
    if kind.startswith(("Optional[", "Union[")):
        inner = kind.partition("[")[2][:-1]
        return value is None or any(value_fits(value, one) for one in re.split(r", (?![^\[]*\])", inner))
    if kind.startswith("Literal["):
        return repr(value) in kind
    if kind.startswith("List["):
        return isinstance(value, list) and all(value_fits(one, kind[5:-1]) for one in value)
    if kind.startswith("Tuple["):
        return isinstance(value, list) and len(value) == kind.count("Decimal")
    kinds: dict[str, type | tuple[type, ...]] = {"bool": bool, "int": int, "Decimal": (int, float), "str": str}
    return isinstance(value, {**kinds, "Path": str, "NoneType": type(None)}[kind]) and (
        kind == "bool" or not isinstance(value, bool)
    )


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("which", ["registered", "combinational"])
def test_librelane_knows_every_name_and_takes_every_value(
    which: str, options: FlowOptions, request: pytest.FixtureRequest
) -> None:
    circuit: FlowCircuit = request.getfixturevalue(which)
    known = json.loads(flow_text("librelane/variables.json"))["variables"]
    config = json.loads(to_librelane(circuit, options))
    assert config.pop("meta") == {"version": 2, "flow": "Classic"}
    comments = [(name, name.removeprefix("//")) for name in config if name.startswith("//")]
    assert len(comments) >= 12
    order = list(config)
    for comment, name in comments:  # each stands before what it is about
        assert order.index(name) == order.index(comment) + 1
        assert config.pop(comment).endswith(".")
    assert [name for name in config if name not in known] == []
    assert [name for name, value in config.items() if not value_fits(value, known[name]["type"])] == []
    assert ("CLOCK_PORT" in config, config["RUN_CTS"]) == ((True, True) if circuit.clock else (False, False))


def test_librelane_itself_loads_the_configuration_and_has_the_stored_names(
    registered: FlowCircuit, combinational: FlowCircuit, librelane_python: list[str], tmp_path: Path
) -> None:
    def said(*words: str) -> str:
        command = [*librelane_python, str(LISTER), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env={"PATH": ""})
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert said() == flow_text("librelane/variables.json")
    (tmp_path / "netlist").mkdir()
    (tmp_path / "scripts").mkdir()
    for circuit in (registered, combinational):
        (tmp_path / "netlist" / f"{circuit.top}.v").write_text(circuit.verilog)
        (tmp_path / CONSTRAINTS).write_text(to_constraints(circuit, period_ns=10))
        path = tmp_path / "scripts" / "config.json"
        path.write_text(to_librelane(circuit, FlowOptions()))
        loaded = json.loads(said(str(path), "sky130A", "sky130_fd_sc_hd").splitlines()[-1])
        assert loaded["DESIGN_NAME"] == circuit.top
        assert loaded["VERILOG_FILES"] == f"[Path('{tmp_path}/netlist/{circuit.top}.v')]"


def test_librelane_has_no_nangate(bundle: Bundle) -> None:
    circuit = circuit_of(bundle, circuit="chip", library=load_library("nangate45"))
    with pytest.raises(ConfigError) as caught:
        to_librelane(circuit, FlowOptions())
    assert str(caught.value) == (
        "LibreLane has no technology for 'nangate45'\n\nhint: choose sky130_fd_sc_hd or ihp-sg13g2"
    )


@pytest.mark.parametrize("which", ["registered", "combinational"])
def test_flow_scripts_know_every_name(which: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    circuit: FlowCircuit = request.getfixturevalue(which)
    known = json.loads(flow_text("orfs/variables.json"))["names"]
    text = to_orfs(circuit, FlowOptions(), folder=tmp_path)
    names = re.findall(r"^export (\w+) = ", text, re.MULTILINE)
    assert len(names) == text.count("\n") - 1
    assert [name for name in names if name not in known] == []
    assert f"export SYNTH_NETLIST_FILES = {tmp_path}/netlist/{circuit.top}.v\n" in text


@pytest.mark.parametrize("odd", " $#:%=*'\"\\[;&~,\n")
def test_a_path_that_make_cannot_read_is_refused(odd: str, combinational: FlowCircuit, tmp_path: Path) -> None:
    def refused(folder: Path, flow: Path) -> str:
        with pytest.raises(ConfigError) as caught:
            orfs_plan(combinational, FlowOptions(), make="make", flow=str(flow), folder=folder)
        return str(caught.value)

    bad, plain, linked = tmp_path / f"a{odd}b", tmp_path / "plain-1.0_\u00e4+@", tmp_path / "linked"
    bad.mkdir()
    linked.symlink_to(bad)
    why = f"is '{bad}', and make cannot read a path with {odd!r} in it\n\nhint: "
    for one in (bad, linked):
        assert refused(one, plain) == f"the run's folder {why}choose another folder with --out"
        assert refused(plain, one) == (
            f"OpenROAD-flow-scripts {why}move it to another folder, and set TINYDWN_ORFS to that"
        )
    assert orfs_plan(combinational, FlowOptions(), make="make", flow=str(plain), folder=plain).name == "orfs"


def test_make_reads_the_paths_that_are_not_refused(combinational: FlowCircuit, tmp_path: Path) -> None:
    place = tmp_path / "plain-1.0_\u00e4+@"
    (place / "flow").mkdir(parents=True)
    (place / "flow" / "Makefile").write_text(
        "include $(DESIGN_CONFIG)\nfinish: $(WORK_HOME)/out\n.PHONY: finish\n"
        "$(WORK_HOME)/out: $(VERILOG_FILES) $(SDC_FILE) $(PDN_TCL)\n\tcp $< $@\n"
    )
    plan = orfs_plan(combinational, FlowOptions(), make=str(find_make()), flow=str(place / "flow"), folder=place)
    write_files(place, plan.files)
    (place / "orfs" / "work").mkdir(parents=True)
    subprocess.run(plan.stages[0].command, cwd=place / "orfs", check=True, capture_output=True, timeout=60)
    assert (place / "orfs" / "work" / "out").read_text() == combinational.verilog


def test_constraints_and_power_grid_use_commands_that_openroad_knows(
    registered: FlowCircuit, combinational: FlowCircuit
) -> None:
    known = json.loads(flow_text("openroad/commands.json"))["commands"]
    for circuit in (registered, combinational, replace(registered, library="nangate45")):
        for text in (to_constraints(circuit, period_ns=10), to_power_grid(circuit, FlowOptions())):
            for line in text.splitlines():
                name, *words = line.replace("[", "").replace("]", "").split()
                options = {word for word in words if re.match(r"-[a-z]", word)} - {"-no_clocks"}
                assert options <= {*known[name]["keys"], *known[name]["flags"]}, line
    assert "create_clock -name core_clock -period 10 [get_ports {clk}]\n" in to_constraints(registered, period_ns=10)
    assert "create_clock -name core_clock -period 10\n" in to_constraints(combinational, period_ns=10)


def test_a_kit_names_all_that_is_missing(tmp_path: Path, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kit.missing == ()
    monkeypatch.setenv("PDK_ROOT", str(tmp_path))
    found = find_kit("sky130_fd_sc_hd")
    assert (found.root, len(found.missing)) == (tmp_path, 3)
    with pytest.raises(LibraryError) as caught:
        found.require()
    assert all(f"'{path}'" in caught.value.message for path in found.missing)
    with pytest.raises(ConfigError, match="no PDK is known for library 'egfet'"):
        find_kit("egfet")
    with pytest.raises(ConfigError) as unknown:
        platform_of("egfet")
    assert str(unknown.value) == (
        "library 'egfet' cannot be placed and routed: its layers are not known\n\n"
        "hint: choose one of sky130_fd_sc_hd, nangate45, ihp-sg13g2"
    )


def test_rules_for_extraction_are_found_where_a_pdk_has_them(kit: Kit, tmp_path: Path) -> None:
    for path in (kit.liberty, kit.tech_lef, kit.cell_lef):
        copy = tmp_path / "sky130B" / path.relative_to(kit.root / "sky130A")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.touch()
    rules = tmp_path / "sky130B" / "libs.tech" / "librelane" / "rules.openrcx.sky130B.nom.spef_extractor"
    rules.parent.mkdir(parents=True)
    rules.touch()
    found = find_kit("sky130_fd_sc_hd", root=tmp_path)
    assert (found.liberty.is_relative_to(tmp_path / "sky130B"), found.extraction_rules) == (True, rules)


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ({"utilization": 0.0}, "utilization 0.0 is not from 0.01 to 0.95"),
        ({"clock_period_ns": 0.0}, "a clock period of 0.0 ns makes no sense"),
        ({"least_core_edge_um": 1.0}, "a least core edge of 1.0 um is not from 5 to 10000"),
        ({"threads": 0}, "threads and antenna rounds cannot be negative, nor threads 0"),
    ],
)
def test_options_that_make_no_sense_are_refused(field: dict[str, float], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        FlowOptions(**field)  # type: ignore[arg-type]
    assert caught.value.message == message


def test_a_run_of_librelane_becomes_an_outcome(
    bundle_folder: Path, kit: Kit, tmp_path: Path, fake_librelane: Callable[..., Path]
) -> None:
    fake_librelane(magic__drc_error__count=3, design__lvs_error__count=1)
    options = FlowOptions(pdk_root=kit.root)
    prepared = prepare(
        bundle_folder,
        tmp_path / "run",
        plan="librelane",
        circuit="chip",
        library=kit.library,
        options=options,
        dry=False,
    )
    (stage,) = prepared.plan.stages
    assert stage.command[:4] == ("python3", "-m", "librelane", "--manual-pdk")
    assert stage.container is not None
    assert (stage.container.folders, stage.container.read_only) == ((tmp_path / "run",), (kit.root,))
    outcome = run_flow(prepared, timeout_s=60)
    assert (outcome.value("wirelength"), outcome.value("drc_violations")) == (178, 0)
    assert outcome.value("routed_area") == outcome.value("netlist_area") == prepared.circuit.area_um2
    assert outcome.faults == (
        "3 design rule violations that Magic found", "1 differences between layout and netlist",
    )  # fmt: skip
    final = "librelane/runs/tinydwn/final"
    made = sorted(name for name in outcome.files if not name.startswith("macro/"))
    assert made == [f"{final}/{name}" for name in ("def/chip.def", "metrics.json", "nl/cells.v", "nl/chip.nl.v")]
    assert outcome.simulation == "PASS: 128 vectors"
    assert outcome.remarks[0] == "not timed by OpenSTA: the run left no SPEF"
    assert "macro: no chip.lef (abstract: outline, pins, what routers must keep off): plan 'librelane' writes none" in (
        outcome.remarks
    )
    assert str(outcome.verdict) == "routed chip = netlist before: EQUIVALENT by ABC cec"
    assert json.loads((tmp_path / "run" / "result.json").read_text()) == json.loads(json.dumps(outcome.document))


def test_a_run_of_the_flow_scripts_becomes_an_outcome_with_its_faults(
    bundle_folder: Path, kit: Kit, tmp_path: Path, fake_orfs: Callable[..., Path]
) -> None:
    fake_orfs(detailedroute__route__drc_errors=2, finish__timing__setup__ws=-0.5)
    options = FlowOptions(pdk_root=kit.root)
    prepared = prepare(
        bundle_folder, tmp_path / "run", plan="orfs", circuit="chip", library="sky130_fd_sc_hd", options=options,
        dry=False,
    )  # fmt: skip
    outcome = run_flow(prepared, timeout_s=60)
    assert outcome.faults == ("2 design rule violations of the router", "setup time missed by 0.500 ns")
    assert (outcome.value("power"), outcome.value("wirelength")) == (0.001, 300)
    assert str(outcome.verdict) == "routed chip = netlist before: EQUIVALENT by ABC cec"


def test_a_real_run_becomes_an_outcome(
    bundle_folder: Path, kit: Kit, fake_openroad: Callable[..., object], tmp_path: Path, shared: Path
) -> None:
    fake_openroad()
    options = FlowOptions(pdk_root=kit.root)
    folder = beside(tmp_path / "demo", "openroad")
    prepared = prepare(
        bundle_folder, folder, plan="openroad", circuit="registered", library=kit.library, options=options, dry=False
    )
    outcome = run_flow(prepared, timeout_s=60)
    assert outcome.tool == "OpenROAD 26Q1-fake"
    assert (outcome.value("wirelength"), outcome.value("vias")) == (2615, 836)
    assert (outcome.routing_rounds, outcome.faults) == (((13.0, 13.0, 2.0, 0.0),), ())
    assert (outcome.value("setup_slack"), outcome.parasitics) == (0.64, "estimated from global routing")
    assert str(outcome.verdict) == "routed chip_registered = netlist before: EQUIVALENT by ABC cec"
    assert outcome.value("routed_area") == outcome.value("netlist_area") == pytest.approx(prepared.circuit.area_um2)
    assert {one.code for one in outcome.warnings} == {"DRT-0349", "GRT-0239"}
    assert outcome.simulation == "PASS: 128 vectors"
    ends = (".def", ".lef", ".lib", ".odb", ".powered.v", ".routed.v", ".sdc", ".sdf", ".spef")
    made = sorted(name for name in outcome.files if not name.startswith("macro/"))
    assert made == ["finish/cells.v", *(f"finish/chip_registered{end}" for end in ends)]
    assert {name for name in outcome.files if name.startswith("macro/")} == {
        f"macro/chip_registered{end}" for end in KINDS if end != ".gds"
    }
    assert outcome.remarks[-1].startswith("macro: no chip_registered.gds (masks): ")


@pytest.mark.parametrize("plan", ["openroad", "librelane", "orfs"])
def test_a_dry_run_writes_all_and_names_what_is_missing(
    plan: str, bundle_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PDK_ROOT", str(tmp_path))
    for name in ("TINYDWN_ORFS", "TINYDWN_OPENROAD", "TINYDWN_LIBRELANE"):
        monkeypatch.delenv(name, raising=False)
    prepared = prepare(
        bundle_folder, tmp_path / "run", plan=plan, circuit="chip", library="sky130_fd_sc_hd", options=FlowOptions(),
        dry=True,
    )  # fmt: skip
    files = write_plan(prepared)
    assert {path.relative_to(tmp_path / "run").as_posix() for path in files} == set(prepared.plan.files)
    for stage in prepared.plan.stages:
        assert all((tmp_path / "run" / name).is_file() for name in stage.scripts)
    assert len(prepared.lacking) == {"openroad": 2, "librelane": 2, "orfs": 2}[plan]


def prepared_with(bundle: Path, folder: Path, kit: Kit, plan: str) -> Prepared:
    options = FlowOptions(pdk_root=kit.root)
    return prepare(bundle, folder, plan=plan, circuit="chip", library=kit.library, options=options, dry=False)


def test_another_librelane_runs_again(
    bundle_folder: Path, kit: Kit, fake_librelane: Callable[..., Path], tmp_path: Path
) -> None:
    def ran(version: str) -> tuple[str, bool]:
        fake_librelane(version=version)
        prepared = prepared_with(bundle_folder, tmp_path / "run", kit, "librelane")
        (run,) = run_plan(prepared.plan, prepared.folder, timeout_s=60)
        return prepared.tool, not run.kept

    assert ran("3.0.17") == ("LibreLane librelane:3.0.17", True)
    assert ran("3.0.17") == ("LibreLane librelane:3.0.17", False)
    assert ran("3.0.18") == ("LibreLane librelane:3.0.18", True)


def test_flow_scripts_of_another_commit_run_again(
    bundle_folder: Path, kit: Kit, fake_orfs: Callable[..., Path], tmp_path: Path
) -> None:
    checkout = fake_orfs()

    def git(*words: str) -> str:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        done = subprocess.run(["git", *who, *words], cwd=checkout, check=True, capture_output=True, timeout=60)
        return done.stdout.decode().strip()

    def ran() -> tuple[str, bool]:
        prepared = prepared_with(bundle_folder, tmp_path / "run", kit, "orfs")
        (run,) = run_plan(prepared.plan, prepared.folder, timeout_s=60)
        return prepared.tool, not run.kept

    assert ran() == ("OpenROAD-flow-scripts", True)  # not from Git: nothing is known of its version
    git("init", "-q")
    for name in ("one", "two"):
        git("commit", "-q", "--allow-empty", "-m", name)
        tool = f"OpenROAD-flow-scripts {git('rev-parse', 'HEAD')}"
        assert ran() == (tool, True)
        assert ran() == (tool, False)


def test_another_plan_removes_what_the_one_before_wrote_and_nothing_else(
    bundle_folder: Path, kit: Kit, fake_orfs: Callable[..., Path], fake_openroad: Callable[..., object], tmp_path: Path
) -> None:
    fake_openroad()
    folder = tmp_path / "run"
    first = prepared_with(bundle_folder, folder, kit, "openroad")
    write_plan(first)
    (folder / "scripts" / "mine.tcl").write_text("mine")
    (folder / "scripts" / "route.tcl").write_text("changed by hand")
    fake_orfs()
    second = prepared_with(bundle_folder, folder, kit, "orfs")
    run_plan(second.plan, folder, timeout_s=60)
    kept = {path.relative_to(folder).as_posix() for name in ("scripts", "netlist") for path in folder.glob(f"{name}/*")}
    assert kept == {"scripts/mine.tcl", "scripts/route.tcl", *second.plan.files} - {"run.sh"}
    assert set(write_plan(first)) == {folder / name for name in first.plan.files}
    assert not (folder / "scripts" / "config.mk").exists()
    (folder / ".written").write_bytes(b"\xff\n\nno record")
    write_plan(second)
    outside = tmp_path / "outside"
    outside.write_text("mine")
    sha256 = hashlib.sha256(b"mine").hexdigest()
    (folder / ".written").write_text(f"{sha256}  {outside}\n{sha256}  ../outside\n{sha256}  {'a' * 5000}\n")
    write_plan(second)
    assert outside.read_text() == "mine"


def test_flow_scripts_by_hand_write_into_the_folder_of_their_stage(
    bundle_folder: Path, kit: Kit, fake_orfs: Callable[..., Path], tmp_path: Path
) -> None:
    fake_orfs()
    folder = tmp_path / "by_hand"
    write_plan(prepared_with(bundle_folder, folder, kit, "orfs"))
    subprocess.run(["sh", str(folder / "run.sh")], check=True, capture_output=True, timeout=60)
    assert sorted(path.name for path in folder.iterdir()) == [
        ".lock",
        ".written",
        "netlist",
        "orfs",
        "run.sh",
        "scripts",
    ]
    assert (folder / "orfs" / "work" / "results" / "sky130hd" / "chip" / "base" / "6_final.def").is_file()


def test_flow_scripts_run_again_when_their_platform_or_tools_change(
    bundle_folder: Path, kit: Kit, fake_orfs: Callable[..., Path], tmp_path: Path
) -> None:
    checkout = fake_orfs()
    platform = checkout / "flow" / "platforms" / "sky130hd"
    tools = {name: checkout / "tools" / "install" / name for name in ("OpenROAD/bin/openroad", "yosys/bin/yosys")}

    def ran() -> tuple[str, bool]:
        prepared = prepared_with(bundle_folder, tmp_path / "run", kit, "orfs")
        (run,) = run_plan(prepared.plan, prepared.folder, timeout_s=60)
        return prepared.tool, not run.kept

    def write(name: str, text: str) -> None:
        (platform / name).parent.mkdir(parents=True, exist_ok=True)
        (platform / name).write_text(text)

    assert ran() == ("OpenROAD-flow-scripts", True)
    for name in ("config.mk", "lef/cells.lef", "lib/cells.lib", "setRC.tcl"):
        for text in ("one", "two"):
            write(name, text)
            assert [ran()[1], ran()[1]] == [True, False], name
    write("gds/cells.gds", "masks")
    write("../nangate45/config.mk", "of another platform")
    assert ran() == ("OpenROAD-flow-scripts", False)
    tools["OpenROAD/bin/openroad"].write_text('#!/bin/sh\n[ "$1" = -version ] && echo 26Q1\n')
    assert ran() == ("OpenROAD-flow-scripts OpenROAD 26Q1", True)
    tools["yosys/bin/yosys"].write_text('#!/bin/sh\n[ "$1" = -V ] && echo "Yosys 0.60 (git)"\n')
    assert ran() == ("OpenROAD-flow-scripts OpenROAD 26Q1, Yosys 0.60 (git)", True)
    assert ran()[1] is False
