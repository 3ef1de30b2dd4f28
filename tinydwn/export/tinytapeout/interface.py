"""How a chip meets the pins: all bits of its feature words at once where they fit, else byte after byte."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from tinydwn.errors import ConfigError
from tinydwn.netlist.graph import Netlist

Style = Literal["parallel", "serial"]
PINS = 8
"""The pins of each of the three groups: ui (inputs), uo (outputs), uio (either)."""
LOAD = "load"
# A feature word has at most 32 bits; a larger number in brackets belongs to the feature's own name.
_BIT_OF_WORD = re.compile(r"(?s)(.+)\[([0-9]|[12][0-9]|3[01])\]")


@dataclass(frozen=True, slots=True)
class Word:
    """A feature's word: the netlist's input for each of its bits, LSB first, empty where the netlist reads none."""

    feature: str
    bits: tuple[str, ...]

    @property
    def bytes(self) -> tuple[tuple[str, ...], ...]:
        """The word in bytes, the lowest first, each of eight bits, LSB first."""
        whole = (*self.bits, *[""] * (-len(self.bits) % PINS))
        return tuple(whole[low : low + PINS] for low in range(0, len(whole), PINS))


@dataclass(frozen=True, slots=True)
class Interface:
    """Pins and registers around a netlist.

    `held` is the netlist's input behind each bit of the input register, empty where nothing reads it. `parallel` has
    bit `k` at `ui_in[k]`, from the ninth on at `uio_in[k - 8]`; `serial` takes bytes at `ui_in` while `uio_in[0]` is
    1, and bit `k` is bit `k % 8` of byte `k // 8`. Output `k` is at `uo_out[k]`, from the ninth on at
    `uio_out[first_uio_out + k - 8]`.
    """

    style: Style
    words: tuple[Word, ...]
    held: tuple[str, ...]
    outputs: tuple[str, ...]
    first_uio_out: int

    @staticmethod
    def of(netlist: Netlist) -> Interface:
        """Return the interface that suits a netlist; `ConfigError` where it has no outputs, or too many.

        >>> netlist = Netlist("chip", ("size[0]", "size[1]", "ripe[0]"), (), (("class", 2),))
        >>> interface = Interface.of(netlist)
        >>> interface.style, interface.ui[:4], interface.uo[0]
        ('parallel', ('size[0]', 'size[1]', 'ripe[0]', ''), 'class')
        """
        outputs = netlist.output_names
        more = max(0, len(outputs) - PINS)
        words = _words(netlist.inputs)
        if not outputs or more > PINS - 1:
            raise ConfigError(
                f"the circuit has {len(outputs)} outputs, and a project of Tiny Tapeout 1 to {2 * PINS - 1}",
                hint="synthesize with --output-form index",
            )
        if len(netlist.inputs) <= 2 * PINS - more:
            held = tuple(name for word in words for name in word.bits if name)
            return Interface("parallel", words, held, outputs, max(0, len(held) - PINS))
        held = tuple(name for word in words for byte in word.bytes for name in byte)
        return Interface("serial", words, held, outputs, 1)

    @property
    def bytes(self) -> int:
        """How many bytes a sample is; 0 where nothing is sent byte by byte."""
        return len(self.held) // PINS if self.style == "serial" else 0

    @property
    def ui(self) -> tuple[str, ...]:
        """What each pin `ui_in` is for, empty where it is not used."""
        return tuple(f"byte[{k}]" for k in range(PINS)) if self.style == "serial" else _padded(self.held[:PINS])

    @property
    def uo(self) -> tuple[str, ...]:
        """What each pin `uo_out` is for."""
        return _padded(self.outputs[:PINS])

    @property
    def uio(self) -> tuple[str, ...]:
        """What each pin `uio` is for, input or output."""
        taken = (LOAD,) if self.style == "serial" else self.held[PINS:]
        return _padded((*taken, *self.outputs[PINS:]))

    @property
    def uio_oe(self) -> int:
        """Bit `k` says that pin `uio[k]` is an output."""
        return sum(1 << self.first_uio_out + k for k in range(max(0, len(self.outputs) - PINS)))


def _words(inputs: tuple[str, ...]) -> tuple[Word, ...]:
    """Group a netlist's inputs into words, each at the place of its first bit."""
    found: dict[tuple[str, bool], dict[int, str]] = {}
    for name in inputs:
        match = _BIT_OF_WORD.fullmatch(name)
        key, bit = ((match[1], True), int(match[2])) if match else ((name, False), 0)
        found.setdefault(key, {})[bit] = name
    return tuple(
        Word(feature, tuple(bits.get(bit, "") for bit in range(max(bits) + 1))) for (feature, _), bits in found.items()
    )


def _padded(names: tuple[str, ...]) -> tuple[str, ...]:
    return (*names, *[""] * (PINS - len(names)))
