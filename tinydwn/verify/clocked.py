"""A netlist with registers, read by Yosys from Verilog, and the combinational circuit that some edges of it are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tinydwn.errors import NetlistError
from tinydwn.netlist import Netlist, NetlistBuilder, from_blif
from tinydwn.netlist.analysis import read_inputs
from tinydwn.netlist.graph import FALSE, TRUE
from tinydwn.netlist.input_list import with_inputs
from tinydwn.tools.yosys import run_yosys

_NEXT = "{}$next"
# Nothing is known of a register before the first edge: what it would hold at power-up is left out.
_SCRIPT = """\
{models}
read_verilog design.v
hierarchy -check -top {top}
proc
flatten
setattr -unset init w:*
opt
simplemap
techmap
dfflegalize -cell $_DFF_P_ x
simplemap
opt_clean -purge
check -assert
write_blif -undef - undefined_value read.blif
"""
_LATCH = re.compile(r"^\.latch (\S+) (\S+) re (\S+) \S+$", re.MULTILINE)
_ANY_LATCH = re.compile(r"^\.latch .*$", re.MULTILINE)
_HINT = "give registers that take their data at the rising edge of one clock, without asynchronous reset"


@dataclass(frozen=True, slots=True)
class Clocked:
    """A circuit of registers on the rising edge of one clock, cut open at them.

    Inputs of `netlist` are the pins, without the clock, and the states of `registers`; its outputs are the pins and,
    for each register `q`, its next state `q$next`.

    >>> from tinydwn.netlist import Node
    >>> toggle = Netlist("toggle", ("q",), (Node(0b01, (2,)),), (("y", 2), ("q$next", 3)))
    >>> unrolled(Clocked(toggle, ("q",)), [{}, {}]).outputs
    (('y', 2),)
    """

    netlist: Netlist
    registers: tuple[str, ...]

    def __post_init__(self) -> None:
        names = set(self.netlist.output_names)
        if (
            not set(self.registers) <= set(self.netlist.inputs)
            or not {_NEXT.format(q) for q in self.registers} <= names
        ):
            raise NetlistError(f"netlist '{self.netlist.name}' lacks the state or the next state of a register")

    @property
    def pins(self) -> tuple[str, ...]:
        """The inputs that are no states, in order."""
        return tuple(name for name in self.netlist.inputs if name not in set(self.registers))

    @property
    def outputs(self) -> tuple[str, ...]:
        """The outputs that are no next states, in order."""
        ends = {_NEXT.format(name) for name in self.registers}
        return tuple(name for name in self.netlist.output_names if name not in ends)


def read_clocked(text: str, *, top: str, clock: str, models: str = "", timeout_s: float = 120.0) -> Clocked:
    """Return module `top` of Verilog as Yosys reads it; `clock` is its clock port, `""` without registers.

    `models` are lines of a Yosys script that read a model of every cell in it, such as
    `read_verilog +/ice40/cells_sim.v`. Raises `ProgramError` where Yosys refuses the text, an asynchronous reset
    among it, and `NetlistError` for registers of another clock and for an undefined value.

    >>> text = "module m (input clk, d, output reg q); always @(posedge clk) q <= d; endmodule"
    >>> read = read_clocked(text, top="m", clock="clk")
    >>> read.pins, read.registers, read.outputs
    (('d',), ('q',), ('q$pin',))
    """
    script = _SCRIPT.format(top=top, models=models)
    run = run_yosys(script, files={"design.v": text}, results=["read.blif"], timeout_s=timeout_s)
    return _opened(run.files["read.blif"], clock)


def _opened(blif: str, clock: str) -> Clocked:
    """Return the circuit of a BLIF text, each of its latches an input and an output."""
    found = _LATCH.findall(blif)
    odd = len(_ANY_LATCH.findall(blif)) - len(found) + sum(on != clock for _, _, on in found)
    if odd:
        raise NetlistError(f"{odd} registers do not stand on the rising edge of '{clock}'", hint=_HINT)
    states = [state for _, state, _ in found]
    inputs, outputs = _ports(blif, "inputs"), _ports(blif, "outputs")
    ends = [_NEXT.format(state) for state in states]
    pins = [f"{name}$pin" if name in states else name for name in outputs]
    lines = [f".names {data} {_NEXT.format(state)}\n1 1" for data, state, _ in found]
    lines += [f".names {name} {pin}\n1 1" for name, pin in zip(outputs, pins, strict=True) if name != pin]
    head = [" ".join([".inputs", *inputs, *states])]
    head.append(" ".join([".outputs", *pins, *ends]))
    body = [line for line in blif.splitlines() if not line.startswith((".inputs", ".outputs", ".latch", ".end"))]
    model = next(k for k, line in enumerate(body) if line.startswith(".model"))
    text = "\n".join([*body[: model + 1], *head, *body[model + 1 :], *lines, ".end", ""])
    read = from_blif(text)
    return Clocked(with_inputs(read, [name for name in read.inputs if name != clock]), tuple(states))


def _ports(blif: str, kind: str) -> list[str]:
    line = next((line for line in blif.splitlines() if line.startswith(f".{kind}")), "")
    return line.split()[1:]


Pin = str | bool
"""What stands at a pin before an edge: an input of the unrolled circuit by name, or a constant."""


def unrolled(
    clocked: Clocked,
    edges: Sequence[Mapping[str, Pin]],
    *,
    inputs: Sequence[str] = (),
    after: Mapping[str, Pin] | None = None,
) -> Netlist:
    """Return the outputs after some clock edges as one combinational circuit.

    `edges[t]` is what stands at the pins when edge `t` comes, `after` what stands there after the last one. A pin that
    is not named there and a state before the first edge is free: an input `pin@t` or `state@0` of the result, if any
    output depends on it. The result has all `inputs`, in order, before the free ones. If it equals a function of
    `inputs` alone, the registers gave that answer from every state and whatever else was at the pins.

    >>> wire = Netlist("late", ("d", "q"), (), (("y", 3), ("q$next", 2)))
    >>> late = unrolled(Clocked(wire, ("q",)), [{"d": "x"}], inputs=["x"])
    >>> late.inputs, late.outputs
    (('x',), (('y', 2),))
    """
    last = len(edges)
    parts = _needed_parts(clocked, last)
    at = (*edges, after or {})
    free = [
        f"{name}@{t}"
        for t, part in enumerate(parts)
        for name in read_inputs(part)
        if name not in at[t] and (t == 0 or name not in clocked.registers)
    ]
    builder = NetlistBuilder(clocked.netlist.name)
    nets: dict[Pin, int] = {False: FALSE, True: TRUE}
    nets |= {name: builder.input(name) for name in (*inputs, *free)}
    state: dict[str, int] = {}
    for t, part in enumerate(parts):
        read = set(read_inputs(part))
        given = [
            FALSE if name not in read else state[name] if name in state else nets[at[t].get(name, f"{name}@{t}")]
            for name in part.inputs
        ]
        values = dict(zip(part.output_names, builder.insert(part, given), strict=True))
        state = {name: values[_NEXT.format(name)] for name in clocked.registers if _NEXT.format(name) in values}
    for name in clocked.outputs:
        builder.output(name, values[name])
    return builder.build()


def _needed_parts(clocked: Clocked, last: int) -> list[Netlist]:
    """Return what has to be computed in front of each edge, and after the last one, for the outputs after it."""
    registers = frozenset(clocked.registers)
    known: dict[tuple[str, ...], Netlist] = {}
    wanted = clocked.outputs
    parts: list[Netlist] = []
    for _ in range(last + 1):
        if wanted not in known:
            known[wanted] = _part(clocked.netlist, wanted)
        parts.append(known[wanted])
        states = registers.intersection(read_inputs(parts[-1]))
        wanted = tuple(_NEXT.format(name) for name in clocked.registers if name in states)
    return parts[::-1]


def _part(netlist: Netlist, outputs: Sequence[str]) -> Netlist:
    """Return the logic of some outputs only; inputs stay."""
    nets = dict(netlist.outputs)
    builder = NetlistBuilder(netlist.name)
    only = Netlist(netlist.name, netlist.inputs, netlist.nodes, tuple((name, nets[name]) for name in outputs))
    for name, net in zip(outputs, builder.insert(only, [builder.input(one) for one in netlist.inputs]), strict=True):
        builder.output(name, net)
    return builder.build()
