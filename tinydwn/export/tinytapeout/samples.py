"""The test vectors of a bundle as what goes to the pins and what must come from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tinydwn.errors import BundleError
from tinydwn.export.ports import Ports
from tinydwn.export.tinytapeout.interface import PINS, Interface
from tinydwn.netlist import Netlist

MOST_SAMPLES = 200
"""Simulating more of them on gates would take too long; the first ones are played."""


@dataclass(frozen=True, slots=True)
class PinSample:
    """A sample: bytes in the order of loading (parallel: `ui_in`, `uio_in`), and what `uo_out` and `uio_out` answer."""

    given: tuple[int, ...]
    uo_out: int
    uio_out: int

    @property
    def line(self) -> str:
        """The sample as a line of text: bytes in hexadecimal, a colon, the answers."""
        given, answers = " ".join(f"{byte:02x}" for byte in self.given), f"{self.uo_out:02x} {self.uio_out:02x}"
        return f"{given} : {answers}\n"


def samples_of(vectors: str, netlist: Netlist, interface: Interface) -> tuple[PinSample, ...]:
    """Return the samples in the text of `vectors.hex`, at most `MOST_SAMPLES`; `BundleError` where it is damaged.

    >>> netlist = Netlist("chip", ("a", "b"), (), (("class", 3),))
    >>> [sample.line for sample in samples_of("2\\n5\\n", netlist, Interface.of(netlist))]
    ['02 00 : 00 00\\n', '01 00 : 01 00\\n']
    """
    names = _names(Ports.of(netlist))
    found = []
    for line in vectors.split()[:MOST_SAMPLES]:
        try:
            value = int(line, 16)
        except ValueError:
            value = -1
        if not 0 <= value < 1 << len(names):
            raise BundleError(f"'{line[:20]}' is no vector of the chip", hint="write the bundle anew")
        found.append(_at_pins({name: value >> k & 1 for k, name in enumerate(names)}, interface))
    if not found:
        raise BundleError("the bundle has no test vectors of the chip", hint="write the bundle anew")
    return tuple(found)


def _names(ports: Ports) -> tuple[str, ...]:
    """Return the netlist's name of each bit of a vector, LSB first."""
    names = [name for port in ports.all for name in port.bits]
    return tuple(names if ports.inputs else ["", *names])


def _at_pins(value: Mapping[str, int], interface: Interface) -> PinSample:
    held = [value[name] if name else 0 for name in interface.held]
    count = interface.bytes or 2
    answers = [value[name] for name in interface.outputs]
    return PinSample(
        given=tuple(_number(held[PINS * k : PINS * k + PINS]) for k in range(count)),
        uo_out=_number(answers[:PINS]),
        uio_out=_number(answers[PINS:]) << interface.first_uio_out if answers[PINS:] else 0,
    )


def _number(bits: list[int]) -> int:
    return sum(bit << k for k, bit in enumerate(bits))
