"""Registers around a chip: feature words in at a clock edge, the class out at another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tinydwn.errors import ConfigError
from tinydwn.export.identifiers import Namespace
from tinydwn.export.ports import Port, Ports

STYLES = ("parallel", "serial")
LATENCY = 2
"""Rising edges from words at the inputs, or from the last loaded word, to their class at the output.

A chip that is cut into stages takes one more for each stage after the first: see `latency`."""


@dataclass(frozen=True, slots=True)
class SerialWord:
    """A word as it is loaded: bit `k` of it is bit `k` of the feature's word, whatever of it is read."""

    title: str
    ports: tuple[Port, ...]
    """Ports that read it, the lowest bits first."""

    @property
    def width(self) -> int:
        """The number of bits up to the highest one that is read."""
        return self.ports[-1].high + 1


def latency(stages: int = 1) -> int:
    """Return the rising edges from words, or the last of them, to their class, for a chip of so many stages.

    >>> latency(), latency(4)
    (2, 5)
    """
    return LATENCY + stages - 1


def serial_words(ports: Ports) -> tuple[SerialWord, ...]:
    """Return what a serial wrapper loads, in order: a word for each feature that the module of `ports` reads.

    >>> from tinydwn.netlist import Netlist
    >>> ports = Ports.of(Netlist("chip", ("x[1]", "x[3]", "ripe"), (), (("class[0]", 3),)))
    >>> [(word.title, word.width) for word in serial_words(ports)]
    [('x', 4), ('ripe', 1)]
    """
    found: dict[tuple[str, str], list[Port]] = {}
    for port in ports.inputs:
        found.setdefault((port.word, "" if port.word else port.title), []).append(port)
    return tuple(
        SerialWord(word or alone, tuple(sorted(parts, key=lambda port: port.low)))
        for (word, alone), parts in found.items()
    )


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
        width = max((word.width for word in serial_words(ports)), default=1)
        return Wrapper(f"{ports.module}_serial", clock, scope.claim("load"), scope.claim("word"), width, scope)

    @property
    def word_range(self) -> str:
        """The declared range of a word with a blank after it, empty for one bit."""
        return f"[{self.word_width - 1}:0] " if self.word_width > 1 else ""


def to_wrapper(ports: Ports, *, style: str = "parallel", head: str = "", clocked: bool = False) -> str:
    """Return module `<module>_registered` (`<module>_serial`) around the combinational module of `ports`.

    `parallel` has all input ports and takes them at every rising edge of `clk`. `serial` has one input `word`: while
    `load` is 1, each rising edge takes the word of one feature, in the order of `serial_words`. It is the feature's
    whole word, in the low bits of `word`; bits that nothing reads are not looked at. The class is registered too: it
    stands after `LATENCY` rising edges. There is no reset: two edges with known inputs make every register known.
    A `clocked` module, of `to_pipeline`, has registers of its own and gets the clock, at a port of the same name.
    `head`, lines of comments, comes before the module. `ConfigError` for another style.

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
    pins = [f"input  wire {wrapper.clock}"]
    if style == "parallel":
        registers = [(wrapper.scope.claim(f"{port.identifier}_q"), port.range) for port in ports.inputs]
        read = {port.identifier: name for port, (name, _) in zip(ports.inputs, registers, strict=True)}
        takes = [f"{name} <= {port.identifier};" for port, (name, _) in zip(ports.inputs, registers, strict=True)]
        pins += [f"input  wire {port.range}{port.identifier}" for port in ports.inputs]
    else:
        words = serial_words(ports)
        registers = [(wrapper.scope.claim(_register(word)), wrapper.word_range) for word in words]
        read = {
            port.identifier: _part(port, name, wrapper)
            for word, (name, _) in zip(words, registers, strict=True)
            for port in word.ports
        }
        # The first word travels through all stages to the first feature, so every stage is as wide as a word.
        stages = [*(name for name, _ in registers), wrapper.word]
        takes = [f"if ({wrapper.load}) {stage} <= {source};" for stage, source in pairwise(stages)]
        pins += [f"input  wire {wrapper.load}", f"input  wire {wrapper.word_range}{wrapper.word}"]
    inner = [f".{wrapper.clock}({wrapper.clock})"] if clocked else []
    return head + _module(ports, wrapper, pins, registers, read, takes, inner)


def _module(
    ports: Ports,
    wrapper: Wrapper,
    pins: list[str],
    registers: Sequence[tuple[str, str]],
    read: Mapping[str, str],
    takes: Sequence[str],
    inner: Sequence[str],
) -> str:
    """Return the text; `registers` are names with their ranges, `read` is what each input port is connected to.

    `inner` are connections of the inner module beside those of its ports.
    """
    found = {port.identifier: wrapper.scope.claim(f"{port.identifier}_d") for port in ports.outputs}
    pins = [*pins, *(f"output reg  {port.range}{port.identifier}" for port in ports.outputs)]
    lines = [f"module {wrapper.module} (", ",\n".join(f"  {pin}" for pin in pins), ");"]
    lines += [f"  reg  {span}{name};" for name, span in registers]
    lines += [f"  wire {port.range}{found[port.identifier]};" for port in ports.outputs]
    connections = [*inner, *(f".{port.identifier}({read[port.identifier]})" for port in ports.inputs)]
    connections += [f".{port.identifier}({found[port.identifier]})" for port in ports.outputs]
    label = wrapper.scope.claim(f"{ports.module}_i")
    lines += [f"  {ports.module} {label} (", ",\n".join(f"    {pin}" for pin in connections), "  );"]
    gives = [f"{port.identifier} <= {found[port.identifier]};" for port in ports.outputs]
    lines += [f"  always @(posedge {wrapper.clock}) begin", *(f"    {line}" for line in [*takes, *gives]), "  end"]
    return "\n".join([*lines, "endmodule", ""])


def _register(word: SerialWord) -> str:
    """Return the wanted name of the register that holds a word."""
    return f"{word.ports[0].identifier if len(word.ports) == 1 else word.title}_q"


def _part(port: Port, register: str, wrapper: Wrapper) -> str:
    """Return the bits of a register that a port reads."""
    if wrapper.word_width == port.width:
        return register
    return f"{register}[{port.low}]" if port.width == 1 else f"{register}[{port.high}:{port.low}]"
