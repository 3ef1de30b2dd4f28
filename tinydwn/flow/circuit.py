"""The circuit of a bundle that is placed and routed: one flat module of library cells, registers included."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tinydwn.errors import ConfigError, LibraryError
from tinydwn.export.bundle import Bundle, text_of
from tinydwn.export.bundle_files import MAPPED_FILE, file_of_wrapper
from tinydwn.flow.techmap import register_of, to_black_boxes, to_techmap
from tinydwn.technology import Library
from tinydwn.tools.yosys import run_yosys

CIRCUITS = ("chip", "core", "registered", "serial")
"""Words in, class out; thermometer bits in; the chip between registers; the chip with one word input."""

_WRAPPERS = {"registered": f"chip/{file_of_wrapper('parallel')}", "serial": f"chip/{file_of_wrapper('serial')}"}


@dataclass(frozen=True, slots=True)
class FlowCircuit:
    """A netlist of cells with what its floorplan needs to know.

    `pins` are all signal bits at its ports, `inputs` those that come in, without the clock. `clock` is the port that
    clocks the registers, `""` in a combinational circuit. `area_um2` is the sum of the cell areas before placement.
    """

    name: str
    top: str
    library: str
    verilog: str
    cells: int
    registers: int
    area_um2: float
    pins: int
    inputs: int
    clock: str
    bundle_digest: str


def circuit_of(
    bundle: Bundle, *, circuit: str, library: Library, laid_out: bool = True, timeout_s: float = 120.0
) -> FlowCircuit:
    """Return a circuit of a bundle, as cells of `library` alone.

    The mapped netlist is taken as it is; only a wrapper's registers and multiplexers are mapped here, constants
    become tie cells, and an output that is an input gets a buffer. If it is not to be `laid_out`, constants and
    such outputs stay plain connections, and the library needs neither tie cells nor buffers.

    Raises `ConfigError` for an unknown circuit, `BundleError` where the bundle has no netlist of that library,
    `LibraryError` where the library lacks a cell.
    """
    if circuit not in CIRCUITS:
        raise ConfigError(f"unknown circuit '{circuit}'", hint=f"choose one of {', '.join(CIRCUITS)}")
    cut = "core" if circuit == "core" else "chip"
    files = {"mapped.v": _text(bundle, f"{cut}/{library.name}/{MAPPED_FILE}"), "black_boxes.v": to_black_boxes(library)}
    if circuit in _WRAPPERS:
        files |= {"wrapper.v": _text(bundle, _WRAPPERS[circuit]), "techmap.v": to_techmap(library)}
    script = _script(library, files, laid_out=laid_out)
    run = run_yosys(script, files=files, results=["netlist.v", "netlist.json"], timeout_s=timeout_s)
    return _described(run.files, circuit, library, bundle.digest)


def _text(bundle: Bundle, name: str) -> str:
    hint = "run 'tinydwn choose' or 'tinydwn synth' with --library of the technology to lay out"
    return text_of(bundle.files, name, hint=hint)


def _script(library: Library, files: dict[str, str], *, laid_out: bool) -> str:
    lines = ["read_verilog -lib black_boxes.v", "read_verilog mapped.v"]
    if "wrapper.v" in files:
        lines += ["read_verilog wrapper.v"]
    lines += ["hierarchy -check -auto-top", "proc", "flatten -separator _", "opt_clean"]
    if "techmap.v" in files:
        lines += ["simplemap", "dfflegalize -cell $_DFF_P_ x", "techmap -map techmap.v"]
    lines += ["clean -purge", *([_ties(library), _buffers(library), "clean"] if laid_out else [])]
    lines += ["splitnets", "check -assert"]
    lines += ["write_verilog -noattr -noexpr -nohex netlist.v", "write_json netlist.json"]
    return "\n".join(line for line in lines if line)


def _ties(library: Library) -> str:
    high, low = library.tie(1), library.tie(0)
    if high is None or low is None:
        raise LibraryError(f"library '{library.name}' has no tie cells", hint="choose another library")
    return f"hilomap -singleton -hicell {high.name} {high.output} -locell {low.name} {low.output}"


def _buffers(library: Library) -> str:
    buffer = library.buffer
    if buffer is None:
        raise LibraryError(f"library '{library.name}' has no buffer", hint="choose another library")
    return f"insbuf -buf {buffer.name} {buffer.inputs[0]} {buffer.output}"


def _described(files: dict[str, str], circuit: str, library: Library, digest: str) -> FlowCircuit:
    modules = json.loads(files["netlist.json"])["modules"]
    top, module = next((name, one) for name, one in modules.items() if "top" in one["attributes"])
    used = [cell["type"] for cell in module["cells"].values()]
    areas = {cell.name: cell.area_um2 for cell in (*library.cells, *library.ties)}
    areas |= {register.name: register.area_um2 for register in library.registers}
    odd = sorted(set(used) - set(areas))
    if odd:
        raise LibraryError(f"the netlist has '{odd[0]}', which is no cell of '{library.name}'", hint="report a bug")
    registers = used.count(register_of(library).name) if circuit in _WRAPPERS else 0
    clock = _clock(module, library) if registers else ""
    return FlowCircuit(
        name=circuit,
        top=top,
        library=library.name,
        verilog=_without_banner(files["netlist.v"]),
        cells=len(used),
        registers=registers,
        area_um2=round(sum(areas[name] for name in used), 6),
        pins=sum(len(port["bits"]) for port in module["ports"].values()),
        inputs=sum(
            len(port["bits"])
            for name, port in module["ports"].items()
            if port["direction"] == "input" and name != clock
        ),
        clock=clock,
        bundle_digest=digest,
    )


def _without_banner(verilog: str) -> str:
    """Drop the first comment, which names a version of Yosys: the same circuit is the same text."""
    return verilog.partition("*/\n")[2].lstrip("\n") if verilog.startswith("/*") else verilog


def _clock(module: dict[str, dict[str, dict[str, object]]], library: Library) -> str:
    """Return the port on the clock pin of the registers."""
    register = register_of(library)
    for cell in module["cells"].values():
        if cell["type"] == register.name:
            net = cell["connections"][register.clock]  # type: ignore[index]
            return next(name for name, port in module["ports"].items() if port["bits"] == net)
    raise LibraryError("the wrapper has no registers", hint="report a bug")
