"""How a chip meets the pins: all bits of its feature words at once where they fit, else byte after byte."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tinydwn.errors import BundleError, ConfigError
from tinydwn.export.bundle_files import INTERFACE_FILE
from tinydwn.export.chip_interface import ChipInterface
from tinydwn.export.feature_port import FeaturePort
from tinydwn.export.ports import Ports
from tinydwn.netlist.graph import Netlist

Style = Literal["parallel", "serial"]
PINS = 8
"""The pins of each of the three groups: ui (inputs), uo (outputs), uio (either)."""
LOAD = "load"


@dataclass(frozen=True, slots=True)
class WordByte:
    """A byte of a word: its lowest bit in the word, and what the netlist calls its bits, empty where one is no port."""

    low: int
    bits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A feature's word: the netlist's input for each of its bits, LSB first, empty where one is no port."""

    port: FeaturePort
    bits: tuple[str, ...]

    @property
    def bytes(self) -> tuple[WordByte, ...]:
        """The bytes with a bit that is a port, the lowest first, each of eight bits, LSB first."""
        whole = (*self.bits, *[""] * (-len(self.bits) % PINS))
        cut = (WordByte(low, whole[low : low + PINS]) for low in range(0, len(whole), PINS))
        return tuple(one for one in cut if any(one.bits))


@dataclass(frozen=True, slots=True)
class Pinout:
    """Pins and registers around a netlist.

    `held` is the netlist's input behind each bit of the input register, empty where nothing reads it. `parallel` has
    bit `k` at `ui_in[k]`, from the ninth on at `uio_in[k - 8]`; `serial` takes bytes at `ui_in` while `uio_in[0]` is
    1, and bit `k` is bit `k % 8` of byte `k // 8`; bytes of words of which no bit is a port are left out. Output `k` is
    at `uo_out[k]`, from the ninth on at `uio_out[first_uio_out + k - 8]`.
    """

    style: Style
    words: tuple[Word, ...]
    held: tuple[str, ...]
    outputs: tuple[str, ...]
    first_uio_out: int

    @staticmethod
    def of(netlist: Netlist, chip: ChipInterface) -> Pinout:
        """Return the pinout that suits a chip's netlist, whose words `chip` tells.

        `ConfigError` where it has no outputs, or too many; `BundleError` where `chip` is about another netlist.

        >>> import numpy as np
        >>> from tinydwn.encoder import Encoder, FixedPoint
        >>> grid = FixedPoint(np.zeros(2), np.ones(2), np.array([2, 1]))
        >>> encoder = Encoder(("size", "ripe"), grid, np.array([0]), np.array([1]))
        >>> netlist = Netlist("chip", ("size[0]", "size[1]", "ripe[0]"), (), (("class[0]", 2),))
        >>> pinout = Pinout.of(netlist, ChipInterface.of(encoder, netlist, ("no", "yes"), "index"))
        >>> pinout.style, pinout.ui[:4], pinout.uo[0]
        ('parallel', ('size[0]', 'size[1]', 'ripe[0]', ''), 'class[0]')
        """
        outputs = netlist.output_names
        more = max(0, len(outputs) - PINS)
        if not outputs or more > PINS - 1:
            raise ConfigError(
                f"the circuit has {len(outputs)} outputs, and a project of Tiny Tapeout 1 to {2 * PINS - 1}",
                hint="synthesize with --output-form index",
            )
        words = _words(netlist, chip)
        if len(netlist.inputs) <= 2 * PINS - more:
            held = tuple(name for word in words for name in word.bits if name)
            return Pinout("parallel", words, held, outputs, max(0, len(held) - PINS))
        held = tuple(name for word in words for byte in word.bytes for name in byte.bits)
        return Pinout("serial", words, held, outputs, 1)

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


def _words(netlist: Netlist, chip: ChipInterface) -> tuple[Word, ...]:
    """Return the words of the features with ports, and refuse an interface of other ports than the netlist's."""
    names = Ports.of(netlist).names
    words = []
    for port in chip.features:
        place = {bit: names.get(pin, "") for bit, pin in zip(port.bits, port.pins, strict=True)}
        words.append(Word(port, tuple(place.get(bit, "") for bit in range(port.word_bits))))
    if sorted(name for word in words for name in word.bits if name) != sorted(netlist.inputs):
        raise BundleError(
            f"'{INTERFACE_FILE}' is about other ports than the chip's", hint="run 'tinydwn verify' on the folder"
        )
    return tuple(words)


def _padded(names: tuple[str, ...]) -> tuple[str, ...]:
    return (*names, *[""] * (PINS - len(names)))
