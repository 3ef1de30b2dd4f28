"""Registers around a chip: feature words in at a clock edge, the class out at another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tinydwn.errors import ConfigError
from tinydwn.export.identifiers import Namespace
from tinydwn.export.ports import Port, Ports

STYLES = ("parallel", "serial")
LATENCY = 2
"""Rising edges from words at the inputs, or from the last loaded word, to their class at the output."""


@dataclass(frozen=True, slots=True)
class Wrapper:
    """The names in a wrapper: its module, its own ports (empty where a style has none), and what stays free."""

    module: str
    clock: str
    load: str
    word: str
    word_width: int
    scope: Namespace = field(compare=False, repr=False)

    @staticmethod
    def of(ports: Ports, style: str) -> Wrapper:
        """Name the wrapper of a style around the module of `ports`; `ConfigError` for an unknown style."""
        if style not in STYLES:
            raise ConfigError(f"unknown wrapper style '{style}'", hint=f"choose one of {', '.join(STYLES)}")
        scope = Namespace(reserved=[ports.module, *(port.identifier for port in ports.all)])
        clock = scope.claim("clk")
        if style == "parallel":
            return Wrapper(f"{ports.module}_registered", clock, "", "", 0, scope)
        width = max((port.width for port in ports.inputs), default=1)
        return Wrapper(f"{ports.module}_serial", clock, scope.claim("load"), scope.claim("word"), width, scope)

    @property
    def word_range(self) -> str:
        """The declared range of a word with a blank after it, empty for one bit."""
        return f"[{self.word_width - 1}:0] " if self.word_width > 1 else ""


def to_wrapper(ports: Ports, *, style: str = "parallel") -> str:
    """Return module `<module>_registered` (`<module>_serial`) around the combinational module of `ports`.

    `parallel` has all feature words as inputs and takes them at every rising edge of `clk`. `serial` has one input
    `word`, as wide as the widest feature: while `load` is 1, each rising edge takes one feature, in port order;
    words narrower than `word` are in its low bits. The class is registered too: it stands after `LATENCY` rising
    edges. There is no reset: two edges with known inputs make every register known. `ConfigError` for another
    style.

    >>> from tinydwn.netlist import Netlist
    >>> ports = Ports.of(Netlist("chip", ("x[0]", "x[1]"), (), (("class[0]", 3),)))
    >>> print("\\n".join(to_wrapper(ports, style="serial").splitlines()[:6]))
    module chip_serial (
      input  wire clk,
      input  wire load,
      input  wire [1:0] word,
      output reg  class_
    );
    """
    wrapper = Wrapper.of(ports, style)
    held = {port.identifier: wrapper.scope.claim(f"{port.identifier}_q") for port in ports.inputs}
    pins = [f"input  wire {wrapper.clock}"]
    if style == "parallel":
        takes = [f"{held[port.identifier]} <= {port.identifier};" for port in ports.inputs]
        pins += [f"input  wire {port.range}{port.identifier}" for port in ports.inputs]
    else:
        # The first word travels through all stages to the first port, so every stage is as wide as a word.
        stages = [*held.values(), wrapper.word]
        takes = [f"if ({wrapper.load}) {stage} <= {source};" for stage, source in pairwise(stages)]
        pins += [f"input  wire {wrapper.load}", f"input  wire {wrapper.word_range}{wrapper.word}"]
    return _module(ports, wrapper, pins, held, takes)


def _module(ports: Ports, wrapper: Wrapper, pins: list[str], held: dict[str, str], takes: Sequence[str]) -> str:
    found = {port.identifier: wrapper.scope.claim(f"{port.identifier}_d") for port in ports.outputs}
    pins = [*pins, *(f"output reg  {port.range}{port.identifier}" for port in ports.outputs)]
    lines = [f"module {wrapper.module} (", ",\n".join(f"  {pin}" for pin in pins), ");"]
    spans = {port.identifier: wrapper.word_range if wrapper.word else port.range for port in ports.inputs}
    lines += [f"  reg  {spans[name]}{register};" for name, register in held.items()]
    lines += [f"  wire {port.range}{found[port.identifier]};" for port in ports.outputs]
    connections = [f".{port.identifier}({_low(port, held[port.identifier], wrapper)})" for port in ports.inputs]
    connections += [f".{port.identifier}({found[port.identifier]})" for port in ports.outputs]
    label = wrapper.scope.claim(f"{ports.module}_i")
    lines += [f"  {ports.module} {label} (", ",\n".join(f"    {pin}" for pin in connections), "  );"]
    gives = [f"{port.identifier} <= {found[port.identifier]};" for port in ports.outputs]
    lines += [f"  always @(posedge {wrapper.clock}) begin", *(f"    {line}" for line in [*takes, *gives]), "  end"]
    return "\n".join([*lines, "endmodule", ""])


def _low(port: Port, register: str, wrapper: Wrapper) -> str:
    """Return the low bits of a register that a port reads."""
    if not wrapper.word or wrapper.word_width == port.width:
        return register
    return f"{register}[0]" if port.width == 1 else f"{register}[{port.width - 1}:0]"
