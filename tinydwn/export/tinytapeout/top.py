"""The top module of a project: the pins of Tiny Tapeout, registers, and the chip between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tinydwn.export.ports import Port, Ports
from tinydwn.export.tinytapeout.pinout import PINS, Pinout

LATENCY = 2
"""Rising edges from the last byte, or from new words at the pins, to their class at the pins, the first included."""
LICENCE = "// SPDX-License-Identifier: Apache-2.0\n"
_PORTS = (
    "input  wire [7:0] ui_in,    // dedicated inputs",
    "output wire [7:0] uo_out,   // dedicated outputs",
    "input  wire [7:0] uio_in,   // pins of either direction, as inputs",
    "output wire [7:0] uio_out,  // pins of either direction, as outputs",
    "output wire [7:0] uio_oe,   // 1 where such a pin is an output",
    "input  wire       ena,      // 1 while the project is selected",
    "input  wire       clk,",
    "input  wire       rst_n     // not used: new words make every register known",
)


def to_top(pinout: Pinout, ports: Ports, *, top: str) -> str:
    """Return module `top` around the combinational module of `ports`, whose netlist `pinout` was made for.

    `held` keeps the feature words and `answer` the class; both change at rising edges of `clk` only. The text is
    Verilog-2001 and has neither latches nor a reset.
    """
    body = [*_registers(pinout), *_core(pinout, ports), *_clocked(pinout), *_outputs(pinout)]
    head = [LICENCE, "`default_nettype none", "", f"module {top} ("]
    lines = [
        *head,
        *(f"    {port}" for port in _PORTS),
        ");",
        *(f"  {line}".rstrip() for line in body),
        "endmodule",
        "",
    ]
    return "\n".join(lines)


def _registers(pinout: Pinout) -> list[str]:
    held, answers = len(pinout.held), len(pinout.outputs)
    lines = [f"reg  [{held - 1}:0] held;  // feature words"] if held else []
    return [*lines, f"reg  [{answers - 1}:0] answer;", f"wire [{answers - 1}:0] found;", ""]


def _core(pinout: Pinout, ports: Ports) -> list[str]:
    held = {name: k for k, name in enumerate(pinout.held) if name}
    found = {name: k for k, name in enumerate(pinout.outputs)}
    pins = [f".{port.identifier}({_bits('held', port, held)})" for port in ports.inputs]
    pins += [f".{port.identifier}({_bits('found', port, found)})" for port in ports.outputs]
    return [f"{ports.module} core (", ",\n  ".join(f"  {pin}" for pin in pins), ");", ""]


def _bits(register: str, port: Port, place: Mapping[str, int]) -> str:
    """Return the bits of a register that a port is connected to."""
    places = [place[name] for name in port.bits]
    low = places[0]
    if places == list(range(low, low + len(places))):
        return _slice(register, low, len(places))
    return f"{{{', '.join(f'{register}[{k}]' for k in reversed(places))}}}"


def _slice(name: str, low: int, width: int) -> str:
    return f"{name}[{low}]" if width == 1 else f"{name}[{low + width - 1}:{low}]"


def _clocked(pinout: Pinout) -> list[str]:
    return [
        "always @(posedge clk) begin",
        *(f"  {line}" for line in _takes(pinout)),
        "  answer <= found;",
        "end",
        "",
    ]


def _takes(pinout: Pinout) -> list[str]:
    """Return what fills the input register."""
    width = len(pinout.held)
    if pinout.style == "serial":
        # The first byte of a sample ends in the lowest place, whatever was there before.
        rest = f", held[{width - 1}:{PINS}]" if pinout.bytes > 1 else ""
        return [f"if (uio_in[0]) held <= {{ui_in{rest}}};"]
    if not width:
        return []
    more = f"{_slice('uio_in', 0, width - PINS)}, " if width > PINS else ""
    return [f"held <= {{{more}{_slice('ui_in', 0, min(width, PINS))}}};"]


def _outputs(pinout: Pinout) -> list[str]:
    answers = len(pinout.outputs)
    dedicated, more = min(answers, PINS), max(answers - PINS, 0)
    own = [*_zeros(PINS - dedicated), _slice("answer", 0, dedicated)]
    first = pinout.first_uio_out
    shared = [*_zeros(PINS - first - more), _slice("answer", PINS, more), *_zeros(first)] if more else ["8'b0"]
    unused = ", ".join(_unused(pinout))
    return [
        f"assign uo_out = {{{', '.join(own)}}};",
        f"assign uio_out = {{{', '.join(shared)}}};",
        f"assign uio_oe = 8'b{pinout.uio_oe:08b};",
        "",
        "// names all that is not read, so that no linter has to",
        f"wire _unused = &{{{unused}, 1'b0}};",
    ]


def _zeros(width: int) -> list[str]:
    return [f"{width}'b0"] if width else []


def _unused(pinout: Pinout) -> Sequence[str]:
    serial = pinout.style == "serial"
    read = (PINS, 1) if serial else (min(len(pinout.held), PINS), max(len(pinout.held) - PINS, 0))
    pins = zip(("ui_in", "uio_in"), read, strict=True)
    return ["ena", "rst_n", *(_slice(name, count, PINS - count) for name, count in pins if count < PINS)]
