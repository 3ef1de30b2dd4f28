"""The circuit of a bundle that goes into an FPGA: Verilog for synthesis, its vectors, and what it has to equal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tinydwn.errors import ConfigError
from tinydwn.export.bundle import Bundle, text_of
from tinydwn.export.bundle_files import NETLIST_FILE, TESTBENCH_FILE, VECTORS_FILE
from tinydwn.export.pipeline import to_pipeline
from tinydwn.export.ports import Ports
from tinydwn.export.testbench import to_testbench
from tinydwn.export.verilog import to_verilog
from tinydwn.export.wrapper import Wrapper, latency, serial_words, to_wrapper
from tinydwn.mapping.luts import map_to_luts
from tinydwn.netlist import Netlist, from_blif
from tinydwn.netlist.pipeline import cut_into_stages

STYLES = {"chip": "", "core": "", "registered": "parallel", "serial": "serial"}
"""The circuits of a bundle, and the style of the wrapper around each."""


@dataclass(frozen=True, slots=True)
class Source:
    """A circuit to be put into an FPGA.

    `netlist` is its combinational function and `ports` the names at its pins; `style` is that of the wrapper around it,
    `stages` are those it is cut into. `loads` are the edges that bring its words in, `cycles` those from the last word
    to the class.
    """

    name: str
    netlist: Netlist
    ports: Ports
    style: str
    stages: int
    verilog: str
    vectors: Mapping[str, str]
    bundle_digest: str

    @property
    def top(self) -> str:
        """The module on top."""
        return Wrapper.of(self.ports, self.style).module if self.style else self.ports.module

    @property
    def clock(self) -> str:
        """The port of the clock, empty without registers."""
        return Wrapper.of(self.ports, self.style).clock if self.style else ""

    @property
    def cycles(self) -> int:
        """The rising edges from the last word to its class."""
        return latency(self.stages) if self.style else 0

    @property
    def loads(self) -> int:
        """The rising edges that bring the words of one sample in."""
        return len(serial_words(self.ports)) if self.style == "serial" else int(bool(self.style))

    @property
    def pins(self) -> tuple[str, ...]:
        """Every port bit in the order of the module's head, the clock first."""
        wrapper = Wrapper.of(self.ports, self.style) if self.style else None
        ends = tuple(port.bit(k) for port in self.ports.outputs for k in range(port.width))
        if wrapper is None or not wrapper.word:
            starts = tuple(port.bit(k) for port in self.ports.inputs for k in range(port.width))
            return (*([wrapper.clock] if wrapper else []), *starts, *ends)
        width = wrapper.word_width
        word = [f"{wrapper.word}[{k}]" for k in range(width)] if width > 1 else [wrapper.word]
        return (wrapper.clock, wrapper.load, *word, *ends)


def source_of(bundle: Bundle, *, circuit: str = "registered", stages: int = 1, lut_inputs: int = 4) -> Source:
    """Return a circuit of a bundle as Verilog for synthesis.

    It is the bundle's own netlist. To be cut into more than one of `stages` it is first mapped to tables of
    `lut_inputs` inputs with few levels, so that stages are as deep in tables as each other. Raises `ConfigError` for an
    unknown circuit, for stages of one without registers and for more stages than levels, and `BundleError` where the
    bundle lacks a file.
    """
    if circuit not in STYLES:
        raise ConfigError(f"unknown circuit '{circuit}'", hint=f"choose one of {', '.join(STYLES)}")
    style = STYLES[circuit]
    if stages != 1 and not style:
        raise ConfigError(f"circuit '{circuit}' has no registers to cut it with", hint="choose registered or serial")
    cut = "core" if circuit == "core" else "chip"
    netlist = from_blif(_text(bundle, f"{cut}/{NETLIST_FILE}"))
    played = f"{cut}/{VECTORS_FILE}"
    vectors = text_of(bundle.files, played) if played in bundle.files else ""
    return to_source(
        netlist, circuit=circuit, stages=stages, lut_inputs=lut_inputs, vectors=vectors, digest=bundle.digest
    )


def to_source(
    netlist: Netlist, *, circuit: str, stages: int = 1, lut_inputs: int = 4, vectors: str = "", digest: str = ""
) -> Source:
    """Return a netlist as Verilog for synthesis; `vectors` is the text of its test vectors, empty without any.

    >>> wire = Netlist("chip", ("x[0]", "x[1]"), (), (("class[0]", 3),))
    >>> source = to_source(wire, circuit="serial")
    >>> source.top, source.loads, source.cycles, source.pins
    ('chip_serial', 1, 2, ('clk', 'load', 'word[0]', 'word[1]', 'class_'))
    """
    style, ports = STYLES[circuit], Ports.of(netlist)
    texts = [to_verilog(netlist)]
    if stages > 1:
        parts = cut_into_stages(map_to_luts(netlist, lut_inputs, quick=True).netlist, stages)
        texts = [to_pipeline(parts, ports, style=style)]
    if style:
        texts.append(to_wrapper(ports, style=style, clocked=stages > 1))
    played: dict[str, str] = {}
    count = len(vectors.split())
    if count:
        bench = to_testbench(ports, vectors=count, style=style, stages=stages)
        played = {TESTBENCH_FILE: bench, VECTORS_FILE: vectors}
    return Source(circuit, netlist, ports, style, stages, "".join(texts), played, digest)


def _text(bundle: Bundle, name: str) -> str:
    return text_of(bundle.files, name, hint="run 'tinydwn synth' to make it anew")
