"""A chip behind registers against the chip itself: from every state of them, the answer is that of the chip."""

from __future__ import annotations

from collections.abc import Mapping

from tinydwn.errors import ProgramTimeout
from tinydwn.export.ports import Ports
from tinydwn.export.wrapper import Wrapper, latency, serial_words
from tinydwn.netlist import Netlist
from tinydwn.verify.clocked import Pin, read_clocked, unrolled
from tinydwn.verify.formal import Method, prove_equivalent
from tinydwn.verify.verdict import Outcome, Verdict


def prove_wrapped(
    chip: Netlist,
    text: str,
    *,
    ports: Ports,
    style: str = "",
    stages: int = 1,
    models: str = "",
    method: Method = "abc",
    timeout_s: float = 120.0,
    subject: str = "",
) -> Verdict:
    """Say whether Verilog of a wrapper answers as the netlist `chip` does, whatever its registers held before.

    `text` has the wrapper of `style` around a chip of `stages` stages as module `Wrapper.of(ports, style).module`, or,
    with `style` `""`, the combinational module `ports.module`. Its edges are unrolled: words at the pins, or loaded one
    after the other, then, with anything at the pins, as many edges as `latency(stages)` has. States before the first
    edge and pins that the protocol leaves open are free, so EQUIVALENT holds from every state and for every stream of
    words. `models` are lines of a Yosys script that read the cells' models. Raises `ProgramError` and `NetlistError`
    as `read_clocked` does.

    >>> from tinydwn.export.verilog import to_verilog
    >>> from tinydwn.export.wrapper import to_wrapper
    >>> chip = Netlist("chip", ("x[0]", "x[1]"), (), (("class[0]", 3),))
    >>> ports = Ports.of(chip)
    >>> text = to_verilog(chip) + to_wrapper(ports, style="serial")
    >>> prove_wrapped(chip, text, ports=ports, style="serial").outcome.name
    'EQUIVALENT'
    """
    wrapper = Wrapper.of(ports, style) if style else None
    top, clock = (wrapper.module, wrapper.clock) if wrapper else (ports.module, "")
    subject = subject or f"{top} = {chip.name}"
    try:
        read = read_clocked(text, top=top, clock=clock, models=models, timeout_s=timeout_s)
    except ProgramTimeout as late:
        return Verdict(Outcome.UNDECIDED, subject, "reading by Yosys", reason=late.message)
    names = ports.names | {f"{pin}$pin": name for pin, name in ports.names.items()}
    edges, after = _edges(ports, wrapper, stages)
    found = unrolled(read, edges, inputs=chip.inputs, after=after).renamed(outputs=names)
    return prove_equivalent(found, chip, method=method, timeout_s=timeout_s, subject=subject)


def _edges(ports: Ports, wrapper: Wrapper | None, stages: int) -> tuple[list[Mapping[str, Pin]], Mapping[str, Pin]]:
    """Return what stands at the pins before each edge, and after the last one."""
    inputs = {port.bit(k): name for port in ports.inputs for k, name in enumerate(port.bits)}
    if wrapper is None:
        return [], inputs
    if not wrapper.word:
        return [inputs, *({} for _ in range(latency(stages) - 1))], {}
    edges: list[Mapping[str, Pin]] = []
    for word in serial_words(ports):
        places = {port.low + k: name for port in word.ports for k, name in enumerate(port.bits)}
        pins = {_bit(wrapper, place): name for place, name in places.items()}
        edges.append({wrapper.load: True, **pins})
    return [*edges, *({wrapper.load: False} for _ in range(latency(stages) - 1))], {}


def _bit(wrapper: Wrapper, place: int) -> str:
    return f"{wrapper.word}[{place}]" if wrapper.word_width > 1 else wrapper.word
