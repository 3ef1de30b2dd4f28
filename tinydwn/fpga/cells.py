"""What the cells of FPGAs do, as Verilog of our own beside the makers' models: each is a check of the other."""

from __future__ import annotations

from tinydwn.errors import NetlistError
from tinydwn.fpga.part import Family

# Some makers' flip-flops have a value at power-up, which no answer depends on.
_DFF = """\
module {name} #(parameter INIT = 1'bx) (input {clock}, {data}{more}, output reg {state});
  always @(posedge {clock}) {body}
endmodule
"""


def _flip_flop(name: str, pins: tuple[str, str, str], *, enable: str = "", force: str = "", value: int = 0) -> str:
    """Return a flip-flop; where it has both, `force` sets its value only while `enable` is 1 if the name says so."""
    clock, data, state = pins
    body = f"{state} <= {data};"
    gated = bool(enable) and bool(force) and name.startswith("SB_")
    if enable and not gated:
        body = f"if ({enable}) {body}"
    if force:
        body = f"if ({force}) {state} <= 1'b{value}; else {body}"
    if gated:
        body = f"if ({enable}) begin {body} end"
    more = "".join(f", {pin}" for pin in (enable, force) if pin)
    return _DFF.format(name=name, clock=clock, data=data, more=more, state=state, body=body)


def _lut(name: str, inputs: str, output: str, parameter: str) -> str:
    """Return a lookup table: input `k` is bit `k` of the address, and bit `a` of the parameter the value there."""
    pins = inputs.split()
    lines, rest = [], parameter
    for k, pin in reversed(list(enumerate(pins))):
        half = 1 << k
        lines.append(f"  wire [{half - 1}:0] by_{pin} = {pin} ? {rest}[{2 * half - 1}:{half}] : {rest}[{half - 1}:0];")
        rest = f"by_{pin}"
    bits = 1 << len(pins)
    head = (
        f"module {name} #(parameter [{bits - 1}:0] {parameter} = {bits}'h0) (input {', '.join(pins)}, output {output});"
    )
    return "\n".join([head, *lines, f"  assign {output} = {rest};", "endmodule", ""])


def _mux(name: str, low: str, high: str, select: str, output: str) -> str:
    return (
        f"module {name} (input {low}, {high}, {select}, output {output});\n"
        f"  assign {output} = {select} ? {high} : {low};\nendmodule\n"
    )


def _buffer(name: str, data: str, output: str, sign: str = "") -> str:
    return f"module {name} (input {data}, output {output});\n  assign {output} = {sign}{data};\nendmodule\n"


def _constant(name: str, output: str, value: int) -> str:
    return f"module {name} (output {output});\n  assign {output} = 1'b{value};\nendmodule\n"


_SB = ("C", "D", "Q")
_ICE40 = {
    "SB_LUT4": _lut("SB_LUT4", "I0 I1 I2 I3", "O", "LUT_INIT"),
    "SB_DFF": _flip_flop("SB_DFF", _SB),
    "SB_DFFE": _flip_flop("SB_DFFE", _SB, enable="E"),
    "SB_DFFSR": _flip_flop("SB_DFFSR", _SB, force="R"),
    "SB_DFFSS": _flip_flop("SB_DFFSS", _SB, force="S", value=1),
    "SB_DFFESR": _flip_flop("SB_DFFESR", _SB, enable="E", force="R"),
    "SB_DFFESS": _flip_flop("SB_DFFESS", _SB, enable="E", force="S", value=1),
}
# Of TRELLIS_FF, the forms that synthesis makes of a register on the rising edge.
_TRELLIS_FF = """\
module TRELLIS_FF (input CLK, LSR, CE, DI, output reg Q);
  parameter GSR = "ENABLED";
  parameter [127:0] CEMUX = "1";
  parameter CLKMUX = "CLK";
  parameter [127:0] LSRMUX = "LSR";
  parameter [127:0] REGSET = "RESET";
  parameter SRMODE = "LSR_OVER_CE";
  wire enable = CEMUX == "1" ? 1'b1 : CEMUX == "0" ? 1'b0 : CEMUX == "INV" ? ~CE : CE;
  wire force_ = LSRMUX == "INV" ? ~LSR : LSR;
  always @(posedge CLK)
    if (force_) Q <= REGSET == "SET"; else if (enable) Q <= DI;
endmodule
"""
_ECP5 = {
    "LUT4": _lut("LUT4", "A B C D", "Z", "INIT"),
    "PFUMX": _mux("PFUMX", "BLUT", "ALUT", "C0", "Z"),
    "L6MUX21": _mux("L6MUX21", "D0", "D1", "SD", "Z"),
    "TRELLIS_FF": _TRELLIS_FF,
}
_GW = ("CLK", "D", "Q")
_GOWIN = {
    **{f"LUT{n}": _lut(f"LUT{n}", " ".join(f"I{k}" for k in range(n)), "F", "INIT") for n in range(1, 5)},
    **{f"MUX2_LUT{n}": _mux(f"MUX2_LUT{n}", "I0", "I1", "S0", "O") for n in range(5, 9)},
    "IBUF": _buffer("IBUF", "I", "O"),
    "OBUF": _buffer("OBUF", "I", "O"),
    "VCC": _constant("VCC", "V", 1),
    "GND": _constant("GND", "G", 0),
    "DFF": _flip_flop("DFF", _GW),
    "DFFE": _flip_flop("DFFE", _GW, enable="CE"),
    "DFFR": _flip_flop("DFFR", _GW, force="RESET"),
    "DFFS": _flip_flop("DFFS", _GW, force="SET", value=1),
    "DFFRE": _flip_flop("DFFRE", _GW, enable="CE", force="RESET"),
    "DFFSE": _flip_flop("DFFSE", _GW, enable="CE", force="SET", value=1),
}
_XC = ("C", "D", "Q")
_XILINX = {
    **{f"LUT{n}": _lut(f"LUT{n}", " ".join(f"I{k}" for k in range(n)), "O", "INIT") for n in range(1, 7)},
    "MUXF7": _mux("MUXF7", "I0", "I1", "S", "O"),
    "MUXF8": _mux("MUXF8", "I0", "I1", "S", "O"),
    "INV": _buffer("INV", "I", "O", "~"),
    "VCC": _constant("VCC", "P", 1),
    "GND": _constant("GND", "G", 0),
    "FDRE": _flip_flop("FDRE", _XC, enable="CE", force="R"),
    "FDSE": _flip_flop("FDSE", _XC, enable="CE", force="S", value=1),
}
MODELS: dict[Family, dict[str, str]] = {"ice40": _ICE40, "ecp5": _ECP5, "gowin": _GOWIN, "xilinx": _XILINX}
"""Verilog of every cell that synthesis may leave, by family and name."""

MAKERS: dict[Family, str] = {
    "ice40": "read_verilog -defer +/ice40/cells_sim.v",
    "ecp5": "read_verilog -defer -overwrite +/ecp5/cells_sim.v",
    "gowin": "read_verilog -defer +/gowin/cells_sim.v",
    "xilinx": "read_verilog -defer +/xilinx/cells_sim.v",
}
"""Lines of a Yosys script that read the models that Yosys has of the makers' cells."""


def cell_models(family: Family, used: set[str]) -> str:
    """Return Verilog of the cells in use; `NetlistError` for one that is not modelled.

    >>> print(cell_models("ecp5", {"PFUMX"}), end="")
    module PFUMX (input BLUT, ALUT, C0, output Z);
      assign Z = C0 ? ALUT : BLUT;
    endmodule
    """
    known = MODELS[family]
    odd = sorted(used - set(known))
    if odd:
        raise NetlistError(f"cell '{odd[0]}' of {family} has no model here", hint="the proof reads the makers' models")
    return "".join(known[name] for name in sorted(used))
