"""The test vectors of a bundle as what goes to the pins and what must come from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tinydwn.export.testbench import from_vectors
from tinydwn.export.tinytapeout.pinout import PINS, Pinout
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


def samples_of(vectors: str, netlist: Netlist, pinout: Pinout) -> tuple[PinSample, ...]:
    """Return the samples in the text of `vectors.hex`, at most `MOST_SAMPLES`; `BundleError` where it is damaged.

    >>> netlist = Netlist("chip", ("a", "b"), (), (("class", 3),))
    >>> pinout = Pinout("parallel", (), netlist.inputs, netlist.output_names, 0)
    >>> [sample.line for sample in samples_of("2\\n5\\n", netlist, pinout)]
    ['02 00 : 00 00\\n', '01 00 : 01 00\\n']
    """
    inputs, outputs = from_vectors(vectors, netlist, most=MOST_SAMPLES)
    names = (*netlist.inputs, *netlist.output_names)
    rows = np.concatenate([inputs, outputs], axis=1).astype(int).tolist()
    return tuple(_at_pins(dict(zip(names, row, strict=True)), pinout) for row in rows)


def _at_pins(value: Mapping[str, int], pinout: Pinout) -> PinSample:
    held = [value[name] if name else 0 for name in pinout.held]
    count = pinout.bytes or 2
    answers = [value[name] for name in pinout.outputs]
    return PinSample(
        given=tuple(_number(held[PINS * k : PINS * k + PINS]) for k in range(count)),
        uo_out=_number(answers[:PINS]),
        uio_out=_number(answers[PINS:]) << pinout.first_uio_out if answers[PINS:] else 0,
    )


def _number(bits: list[int]) -> int:
    return sum(bit << k for k, bit in enumerate(bits))
