"""The stages of a run on an FPGA: synthesis by Yosys, place and route by nextpnr, and the bitstream."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tinydwn.errors import ConfigError
from tinydwn.flow.stage import BY_HAND, Plan, Stage, to_shell
from tinydwn.fpga.options import FpgaOptions
from tinydwn.fpga.part import Board, Part, board_of, part_of
from tinydwn.fpga.source import Source
from tinydwn.tools.nextpnr import ECPPACK, GOWIN_PACK, ICEPACK, NEXTPNR_ECP5, NEXTPNR_GOWIN, NEXTPNR_ICE40, Tool

REPORT, NETLIST, CELLS = "report.json", "netlist.v", "netlist.json"
BITSTREAMS = {"ice40": "design.bin", "ecp5": "design.bit", "gowin": "design.fs"}
# Tables that multiplexers join cost two or more on ECP5 and make no design here faster.
_SYNTH = {
    "ice40": "synth_ice40 -top {top}",
    "ecp5": "synth_ecp5 -nowidelut -top {top}",
    "gowin": "synth_gowin -nowidelut -top {top}",
    "xilinx": "synth_xilinx -flatten -nosrl -noiopad -noclkbuf -top {top}",
}
_ROUTERS = {"ice40": NEXTPNR_ICE40, "ecp5": NEXTPNR_ECP5, "gowin": NEXTPNR_GOWIN}
_PACKERS = {"ice40": ICEPACK, "ecp5": ECPPACK, "gowin": GOWIN_PACK}
_ROUTED = {"ice40": "design.asc", "ecp5": "design.config", "gowin": "design.json"}
_SCRIPTS = "scripts"


def tools_of(family: str) -> tuple[Tool, ...]:
    """Return the programs of a plan beside Yosys: place and route, and the packer."""
    return (_ROUTERS[family], _PACKERS[family]) if family in _ROUTERS else ()


def fpga_plan(
    source: Source, part: Part, options: FpgaOptions, *, folder: Path, words: Callable[[Tool], tuple[str, ...]],
    yosys: Callable[[str], tuple[str, ...]],
) -> Plan:  # fmt: skip
    """Return the stages for a circuit on a part, to be run in `folder`.

    `words` gives the words that start a program, `yosys` those that start Yosys on a script. `ConfigError` where the
    part or the board has fewer pins than the circuit.
    """
    board = board_of(part.family, options.board) if options.board else None
    pins = pin_file(source, part, board)
    files = {
        "source/design.v": source.verilog,
        f"{_SCRIPTS}/synth.ys": _script(source, part),
        f"{_SCRIPTS}/place.txt": "".join(f"{word}\n" for word in _settings(part, board, options)),
        f"{_SCRIPTS}/{_pins_name(part)}": pins,
    }
    files = {name: text for name, text in files.items() if text}
    synth = Stage(
        name="synth",
        title=f"tables and registers of {part.title}",
        program="Yosys",
        command=yosys(f"../{_SCRIPTS}/synth.ys"),
        scripts=("source/design.v", f"{_SCRIPTS}/synth.ys"),
        results=(NETLIST, CELLS),
        variable="TINYDWN_YOSYS",
    )
    stages = (synth, *_after_synthesis(part, board, options, bool(pins), words))
    return Plan(part.family, files | {BY_HAND: to_shell(stages, folder)}, stages)


def _script(source: Source, part: Part) -> str:
    lines = ["read_verilog ../source/design.v", _SYNTH[part.family].format(top=source.top)]
    lines += ["delete t:$scopeinfo", "check -assert", f"write_verilog -noattr -noexpr {NETLIST}", f"write_json {CELLS}"]
    return "\n".join([*lines, ""])


def _settings(part: Part, board: Board | None, options: FpgaOptions) -> tuple[str, ...]:
    """Return the words of place and route that decide its result: part, package, frequency and seed."""
    if part.family == "xilinx":
        return ()
    place = board.words if board else part.words
    mhz = options.target_mhz or part.target_mhz
    return (*place, "--freq", f"{mhz:g}", "--seed", str(options.seed), "--timing-allow-fail")


def _after_synthesis(
    part: Part, board: Board | None, options: FpgaOptions, pinned: bool, words: Callable[[Tool], tuple[str, ...]]
) -> tuple[Stage, ...]:
    family = part.family
    if family == "xilinx":
        return ()
    router, packer, routed = _ROUTERS[family], _PACKERS[family], _ROUTED[family]
    pins = f"../{_SCRIPTS}/{_pins_name(part)}"
    given = [*_settings(part, board, options), "--json", f"../synth/{CELLS}", "--report", REPORT]
    given += _pin_words(family, pins, pinned)
    given += {"ice40": ["--asc", routed], "ecp5": ["--textcfg", routed], "gowin": ["--write", routed]}[family]
    scripts = (f"{_SCRIPTS}/place.txt", *([f"{_SCRIPTS}/{_pins_name(part)}"] if pinned else []))
    out = BITSTREAMS[family]
    packed = [f"../route/{routed}", out]
    if family == "gowin":
        packed = ["-d", "GW1N-9C", "-o", out, f"../route/{routed}"]
    return (
        Stage(
            name="route",
            title=f"place and route on {part.title}",
            program=router.name,
            command=(*words(router), *given),
            scripts=scripts,
            results=(routed, REPORT),
            variable=router.variable,
        ),
        Stage(
            name="pack",
            title="the bitstream",
            program=packer.name,
            command=(*words(packer), *packed),
            results=(out,),
            variable=packer.variable,
        ),
    )


def _pin_words(family: str, pins: str, pinned: bool) -> list[str]:
    if family == "gowin":
        return ["--vopt", f"cst={pins}"]
    if family == "ice40":
        return ["--pcf", pins] if pinned else []
    return ["--lpf", pins] if pinned else ["--lpf-allow-unconstrained"]


def _pins_name(part: Part) -> str:
    return {"ice40": "pins.pcf", "ecp5": "pins.lpf", "gowin": "pins.cst"}.get(part.family, "pins.txt")


def pin_file(source: Source, part: Part, board: Board | None) -> str:
    """Return which port bit is at which pin, as nextpnr of the family reads it; empty where it may choose.

    The clock is at the board's own, the other ports at its connectors in their order. `ConfigError` where there are too
    few pins.
    """
    names = list(source.pins)
    where = f"board '{board.name}'" if board else part.title
    free = (board.clock, *board.pins) if board else part.free_pins
    room = len(free) if free else part.pins
    clocks = [names.pop(0)] if source.clock else []
    taken = len(names) + 1
    if part.pins and taken > room:
        raise ConfigError(
            f"{source.top} has {taken} pins and {where} has room for {room}",
            hint="choose --circuit serial, or another part or board",
        )
    if not free:
        return ""
    pairs = [*zip(clocks, free, strict=False), *zip(names, free[1:], strict=False)]
    line = {"ice40": "set_io {} {}", "ecp5": 'LOCATE COMP "{}" SITE "{}";', "gowin": 'IO_LOC "{}" {};'}[part.family]
    return "".join(f"{line.format(name, pin)}\n" for name, pin in pairs)


def part_for(family: str, options: FpgaOptions) -> Part:
    """Return the part that options ask for: that of the board, else the named one, else the usual one."""
    return part_of(family, board_of(family, options.board).part if options.board else options.part)
