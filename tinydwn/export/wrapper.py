"""Registers around a chip: feature words in at a clock edge, the class out at another."""

from __future__ import annotations

from collections.abc import Sequence

from tinydwn.errors import ConfigError
from tinydwn.export.identifiers import Namespace
from tinydwn.export.ports import Port, Ports

STYLES = ("parallel", "serial")
LATENCY = 2
"""Rising edges from words at the inputs, or from the last loaded word, to their class at the output."""


def to_wrapper(ports: Ports, *, style: str = "parallel") -> str:
    """Return module `<module>_registered` (`<module>_serial`) around the combinational module of `ports`.

    `parallel` has all feature words as inputs and takes them at every rising edge of `clk`. `serial` has one input
    `word`, as wide as the widest feature: while `load` is 1, each rising edge takes one feature, in port order;
    words narrower than `word` are in its low bits. The class is registered too: it stands after `LATENCY` rising
    edges. There is no reset: two edges with known inputs make every register known. `ConfigError` for another
    style.
    """
    if style not in STYLES:
        raise ConfigError(f"unknown wrapper style '{style}'", hint=f"choose one of {', '.join(STYLES)}")
    scope = Namespace(reserved=[ports.module, *(port.identifier for port in ports.all)])
    return (_parallel if style == "parallel" else _serial)(ports, scope)


def _parallel(ports: Ports, scope: Namespace) -> str:
    clock = scope.claim("clk")
    held = {port.identifier: scope.claim(f"{port.identifier}_q") for port in ports.inputs}
    takes = [f"{held[port.identifier]} <= {port.identifier};" for port in ports.inputs]
    pins = [f"input  wire {port.range}{port.identifier}" for port in ports.inputs]
    return _module(ports, scope, f"{ports.module}_registered", [f"input  wire {clock}", *pins], clock, held, takes)


def _serial(ports: Ports, scope: Namespace) -> str:
    clock, load, word = scope.claim("clk"), scope.claim("load"), scope.claim("word")
    width = max((port.width for port in ports.inputs), default=1)
    held = {port.identifier: scope.claim(f"{port.identifier}_q") for port in ports.inputs}
    # The first word has to travel through all stages to the first port, so a stage is as wide as any before it.
    wires = [*(held[port.identifier] for port in ports.inputs), word]
    takes = [f"if ({load}) {stage} <= {source};" for stage, source in zip(wires, wires[1:], strict=False)]
    span = f"[{width - 1}:0] " if width > 1 else ""
    pins = [f"input  wire {clock}", f"input  wire {load}", f"input  wire {span}{word}"]
    return _module(ports, scope, f"{ports.module}_serial", pins, clock, held, takes, stage_width=width)


def _module(
    ports: Ports,
    scope: Namespace,
    name: str,
    pins: Sequence[str],
    clock: str,
    held: dict[str, str],
    takes: Sequence[str],
    *,
    stage_width: int = 0,
) -> str:
    found = {port.identifier: scope.claim(f"{port.identifier}_d") for port in ports.outputs}
    outputs = [f"output reg  {port.range}{port.identifier}" for port in ports.outputs]
    lines = [f"module {name} (", *(f"  {pin}," for pin in [*pins, *outputs][:-1]), f"  {outputs[-1]}", ");"]
    for port in ports.inputs:
        span = f"[{stage_width - 1}:0] " if stage_width > 1 else "" if stage_width else port.range
        lines.append(f"  reg  {span}{held[port.identifier]};")
    lines += [f"  wire {port.range}{found[port.identifier]};" for port in ports.outputs]
    connections = [f".{port.identifier}({_low(port, held[port.identifier], stage_width)})" for port in ports.inputs]
    connections += [f".{port.identifier}({found[port.identifier]})" for port in ports.outputs]
    lines += [f"  {ports.module} chip_i (", ",\n".join(f"    {pin}" for pin in connections), "  );"]
    gives = [f"{port.identifier} <= {found[port.identifier]};" for port in ports.outputs]
    lines += [f"  always @(posedge {clock}) begin", *(f"    {line}" for line in [*takes, *gives]), "  end"]
    return "\n".join([*lines, "endmodule", ""])


def _low(port: Port, register: str, stage_width: int) -> str:
    """Return the low bits of a register that a port reads."""
    if stage_width in (0, port.width):
        return register
    return f"{register}[0]" if port.width == 1 else f"{register}[{port.width - 1}:0]"
