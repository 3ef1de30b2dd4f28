"""A small bundle, and an OpenROAD that runs the real scripts on stubs and plays back what a real one said."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import skip_or_fail
from tinydwn.cli.app import main
from tinydwn.export.bundle import Bundle, write_bundle
from tinydwn.export.ports import Ports
from tinydwn.export.structural import to_structural_verilog
from tinydwn.export.testbench import to_testbench, to_vectors
from tinydwn.export.wrapper import to_wrapper
from tinydwn.flow.circuit import FlowCircuit, circuit_of
from tinydwn.flow.flow_data import flow_text
from tinydwn.flow.kit import Kit, find_kit
from tinydwn.mapping import map_to_cells
from tinydwn.netlist import Netlist, Node, simulate
from tinydwn.technology import load_library

LIBRARY = "sky130_fd_sc_hd"


@pytest.fixture(scope="session")
def netlist() -> Netlist:
    """Return a chip with all that is odd: a constant, an output that is an input, and two outputs on one net."""
    names = (*(f"size[{k}]" for k in range(4)), *(f"age[{k}]" for k in range(3)))
    nodes = (Node(0b0110, (2, 5)), Node(0b10010110, (3, 4, 9)), Node(0b1000, (8, 10)), Node(0b0111, (9, 11)))
    outputs = (("class[0]", 11), ("class[1]", 12), ("again", 11), ("one", 1), ("same", 6))
    return Netlist("chip", names, nodes, outputs)


@pytest.fixture(scope="session")
def bundle(netlist: Netlist) -> Bundle:
    """Return what a bundle has of that chip for placing and routing, in every library with a platform."""
    ports = Ports.of(netlist)
    files = {f"chip/wrapper_{style}.v": to_wrapper(ports, style=style) for style in ("parallel", "serial")}
    for name in (LIBRARY, "nangate45", "ihp-sg13g2"):
        mapped = map_to_cells(netlist, load_library(name), effort="fast")
        files[f"chip/{name}/mapped.v"] = to_structural_verilog(mapped)
    inputs = (np.arange(128)[:, None] >> np.arange(7) & 1).astype(bool)
    files["chip/vectors.hex"] = to_vectors(netlist, ports, inputs, simulate(netlist, inputs))
    for style, name in (("", ""), ("parallel", "_parallel"), ("serial", "_serial")):
        files[f"chip/testbench{name}.v"] = to_testbench(ports, vectors=128, style=style)
    files[f"core/{LIBRARY}/mapped.v"] = files[f"chip/{LIBRARY}/mapped.v"]
    return Bundle({name: text.encode() for name, text in files.items()})


@pytest.fixture(scope="session")
def bundle_folder(bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds that bundle."""
    folder = tmp_path_factory.mktemp("bundles") / "demo"
    write_bundle(bundle, folder)
    return folder


@pytest.fixture(scope="session")
def registered(bundle: Bundle) -> FlowCircuit:
    """Return the chip between registers."""
    return circuit_of(bundle, circuit="registered", library=load_library(LIBRARY))


@pytest.fixture(scope="session")
def combinational(bundle: Bundle) -> FlowCircuit:
    """Return the chip without registers."""
    return circuit_of(bundle, circuit="chip", library=load_library(LIBRARY))


@pytest.fixture(scope="session")
def kit(shared: Path) -> Kit:
    """Return the files of a real PDK."""
    return find_kit(LIBRARY, root=shared / "pdk").require()


@dataclass(frozen=True, slots=True)
class FakeOpenroad:
    """An executable, and the file in which it notes every command with its arguments."""

    program: Path
    calls: Path

    def commands(self) -> list[list[str]]:
        """Return every command that the scripts gave, in order, as words."""
        return [line.split("\t") for line in self.calls.read_text().splitlines()] if self.calls.exists() else []


@pytest.fixture
def fake_openroad(
    tclsh: Path, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., FakeOpenroad]:
    """Return a function that makes a fake OpenROAD, its fault in the named stage, playing back a real run."""

    def make(*, fault: str = "", stage: str = "", played: str = "seg_chip", version: str = "26Q1-fake") -> FakeOpenroad:
        known = json.loads(flow_text("openroad/commands.json"))["commands"]
        lines = [f"set known({name}) {{{' '.join(one['keys'])}}}\n" for name, one in known.items()]
        lines += [f"set flags({name}) {{{' '.join(one['flags'])}}}\n" for name, one in known.items()]
        (tmp_path / "known.tcl").write_text("".join(lines))
        fake = FakeOpenroad(tmp_path / "openroad", tmp_path / "calls.txt")
        script = Path(__file__).with_name("fake_openroad.tcl")
        fake.program.write_text(
            f'#!/bin/sh\n[ "$1" = -version ] && echo {version} && exit 0\n'
            f"exec {tclsh} {script} {tmp_path / 'known.tcl'} {fake.calls} {shared / 'openroad' / played} "
            f"'{stage}' '{fault}' \"$@\"\n"
        )
        fake.program.chmod(0o755)
        monkeypatch.setenv("TINYDWN_OPENROAD", str(fake.program))
        return fake

    return make


FAKE_ENGINE = """#!/bin/sh
echo "$1 $(echo "$@" | sed 's/.*--name \\([^ ]*\\).*/\\1/; s/^kill //')" >> {said}
[ "$1" = run ] || exit 0
while [ "$1" != -w ]; do shift; done
cd "$2" && shift 3 && [ "$1 $2 $3" = "python3 -m librelane" ] && shift 3 && exec {program} "$@"
"""

FAKE_LIBRELANE = """#!/bin/sh
[ -f ../scripts/config.json ] || exit 2
final=runs/tinydwn/final
mkdir -p $final/def $final/nl
cp {metrics} $final/metrics.json
echo 'VERSION 5.8 ;' > $final/def/chip.def
[ -z "{layout}" ] || cp {layout} $final/nl/chip.nl.v
"""

FAKE_MAKE = """#!/bin/sh
for word; do case $word in WORK_HOME=*) work=${{word#WORK_HOME=}};; esac; done
for kind in results logs; do mkdir -p $work/$kind/sky130hd/chip/base; done
for name in 6_final.def 6_final.odb; do echo made > $work/results/sky130hd/chip/base/$name; done
cp {layout} $work/results/sky130hd/chip/base/6_final.v
cp {metrics} $work/logs/sky130hd/chip/base/6_report.json
"""
_CLEAN = {
    "librelane": {
        "route__wirelength": 178, "route__drc_errors": 0, "design__instance__area__stdcell": 35.0,
        "magic__drc_error__count": 0, "design__lvs_error__count": 0,
    },
    "orfs": {
        "detailedroute__route__drc_errors": 0, "detailedroute__route__wirelength": 300, "finish__power__total": 0.001,
    },
}  # fmt: skip


def fake(folder: Path, name: str, text: str, plan: str, changed: Mapping[str, object], **more: str) -> Path:
    """Write an executable that leaves a plan's clean figures with changed ones; None leaves a figure out."""
    folder.mkdir(exist_ok=True)
    figures = {key: value for key, value in {**_CLEAN[plan], **changed}.items() if value is not None}
    (folder / "metrics.json").write_text(json.dumps(figures))
    (folder / name).write_text(text.format(metrics=folder / "metrics.json", **more))
    (folder / name).chmod(0o755)
    return folder / name


def boxed(program: Path, monkeypatch: pytest.MonkeyPatch, version: str = "3.0.17") -> Path:
    """Let an engine run a LibreLane as the one of its image, and return the file in which it notes runs and kills."""
    said, engine = program.with_name("said"), program.with_name("engine")
    engine.write_text(FAKE_ENGINE.format(said=said, program=program))
    engine.chmod(0o755)
    monkeypatch.setenv("TINYDWN_CONTAINER_ENGINE", str(engine))
    monkeypatch.setenv("TINYDWN_CONTAINER_IMAGE", f"librelane:{version}")
    return said


@pytest.fixture
def fake_librelane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return a function that makes a LibreLane in a container, its layout the netlist or the given file."""

    def make(*, layout: str = "../netlist/chip.v", version: str = "3.0.17", **changed: object) -> Path:
        made = fake(tmp_path / "bin", "librelane", FAKE_LIBRELANE, "librelane", changed, layout=layout)
        boxed(made, monkeypatch, version)
        return made

    return make


@pytest.fixture
def fake_orfs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return a function that makes flow scripts whose layout of a chip is the netlist, or the file that is given."""

    def make(*, layout: str = "../netlist/chip.v", **changed: object) -> Path:
        checkout = tmp_path / "checkout"
        (checkout / "flow" / "platforms").mkdir(parents=True, exist_ok=True)
        (checkout / "flow" / "Makefile").touch()
        monkeypatch.setenv("TINYDWN_ORFS", str(checkout))
        for name in ("OpenROAD/bin/openroad", "yosys/bin/yosys"):
            program = checkout / "tools" / "install" / name
            program.parent.mkdir(parents=True, exist_ok=True)
            program.write_text("#!/bin/sh\n")
            program.chmod(0o755)
        made = fake(tmp_path / "bin", "make", FAKE_MAKE, "orfs", changed, layout=layout)
        monkeypatch.setenv("PATH", f"{made.parent}:/usr/bin:/bin")
        return checkout

    return make


@pytest.fixture
def sta() -> None:
    """Skip or fail without a real OpenSTA."""
    if shutil.which("sta") is None:
        skip_or_fail("sta", "OpenSTA is not installed")


@pytest.fixture(scope="session")
def librelane_python() -> list[str]:
    """Return a Python that has LibreLane: TINYDWN_LIBRELANE_PYTHON, else this one."""
    chosen = os.environ.get("TINYDWN_LIBRELANE_PYTHON")
    if chosen:
        return [chosen]
    if importlib.util.find_spec("librelane") is None:
        skip_or_fail(
            "librelane", "it has no place beside tinydwn; set TINYDWN_LIBRELANE_PYTHON to a Python that has it"
        )
    return [sys.executable]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture
def tinydwn(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Return a function that runs one command as the shell would."""

    def run(*words: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["tinydwn", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return Ended(int(end.value.code or 0), said.out, said.err)

    return run
