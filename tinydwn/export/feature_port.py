"""One feature at the ports of a chip: how its value becomes a word, and where the bits of that word go."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from tinydwn.encoder.encoder import Encoder
from tinydwn.export.identifiers import quoted
from tinydwn.export.ports import Port
from tinydwn.lowering.comparators import word_bit_names

_UNIT = re.compile(r"\s(?:\(([^()]+)\)|\[([^\[\]]+)\])\s*$")
_LONGEST_UNIT = 20


@dataclass(frozen=True, slots=True)
class FeaturePort:
    """A feature of which at least one bit is a port.

    `column` is its place among the features of the samples, from 0. Its word has `word_bits` bits and is
    ``clamp(floor((value - offset) / step), 0, 2**word_bits - 1)``, which `formula` says with numbers. Bit `bits[k]` of
    the word, 0 being the lowest, is at `pins[k]`, an expression in Verilog; `port` names the port, or the ports of one
    bit each, `, ` between them. `bits_read` are those of `bits` that the class depends on, by structure. `offset`,
    `step`, `lowest` and `highest` are in `unit`, empty where none is known: words tell values from `lowest` to
    `highest` apart; what lies below has word 0, and what lies above the largest one.
    """

    feature: str
    column: int
    port: str
    pins: tuple[str, ...]
    bits: tuple[int, ...]
    bits_read: tuple[int, ...]
    word_bits: int
    offset: float
    step: float
    unit: str
    lowest: float
    highest: float
    formula: str

    @staticmethod
    def of(encoder: Encoder, feature: int, ports: Collection[Port], read: Collection[str]) -> FeaturePort:
        """Return a feature of an encoder, given all input ports of a chip and the names of the inputs that it reads."""
        place = {name: bit for bit, name in enumerate(word_bit_names(encoder, feature))}
        own = [port for port in ports if port.bits[0] in place]
        pins = {place[name]: (port.bit(k), name) for port in own for k, name in enumerate(port.bits)}
        grid, name = encoder.fixed_point, encoder.feature_names[feature]
        offset, step, width = float(grid.offset[feature]), float(grid.step[feature]), int(grid.input_bits[feature])
        return FeaturePort(
            feature=name,
            column=feature,
            port=", ".join(port.identifier for port in own),
            pins=tuple(pins[bit][0] for bit in sorted(pins)),
            bits=tuple(sorted(pins)),
            bits_read=tuple(bit for bit in sorted(pins) if pins[bit][1] in read),
            word_bits=width,
            offset=offset,
            step=step,
            unit=unit_of(name),
            lowest=offset,
            highest=offset + step * 2.0**width,
            formula=formula_of(offset, step, width),
        )

    @property
    def is_flag(self) -> bool:
        """Whether the word of 0 is 0 and that of 1 is 1: a feature that has no other values is its own word."""
        return (self.word_bits, self.offset, self.step) == (1, -0.5, 1.0)

    @property
    def resolution(self) -> float:
        """The smallest change of the value that the circuit can see, in `unit`; the step where it reads no bit."""
        return self.step * 2.0 ** min(self.bits_read, default=0)

    @property
    def line(self) -> str:
        """One line for people, safe in a comment."""
        if self.is_flag:
            return f"port {self.port}: {quoted(self.feature)} itself, 0 or 1{self._unread}"
        scale = f"OFFSET {decimal(self.offset)}, STEP {decimal(self.step)}"
        measure = f", in {quoted(self.unit)}" if self.unit else ""
        return f"port {self._declared}: {self._part} of {quoted(self.feature)}, {scale}{measure}{self._unread}"

    @property
    def _declared(self) -> str:
        one = len(self.bits) > 1 and ", " not in self.port
        return f"{self.port}[{self.bits[-1]}:{self.bits[0]}]" if one else self.port

    @property
    def _part(self) -> str:
        word = f"the word of {self.word_bits} {'bit' if self.word_bits == 1 else 'bits'}"
        return word if len(self.bits) == self.word_bits else f"{bits_text(self.bits)} of {word}"

    @property
    def _unread(self) -> str:
        if self.bits_read == self.bits:
            return ""
        return f"; it reads {bits_text(self.bits_read)}" if self.bits_read else "; it is not read"


def formula_of(offset: float, step: float, word_bits: int) -> str:
    """Return how a value becomes a word, in numbers that are exactly those of the model.

    >>> formula_of(-0.5, 0.25, 3)
    'word = clamp(floor((value + 0.5) / 0.25), 0, 7)'
    """
    sign, amount = ("+", -offset) if offset < 0 else ("-", offset)
    return f"word = clamp(floor((value {sign} {decimal(amount)}) / {decimal(step)}), 0, {(1 << word_bits) - 1})"


def unit_of(name: str) -> str:
    """Return the unit that a feature's name ends in, in brackets after a blank; empty where it does not.

    >>> unit_of("petal length (cm)"), unit_of("age [years]"), unit_of("pixel (3)"), unit_of("f(x)")
    ('cm', 'years', '', '')
    """
    match = _UNIT.search(name)
    unit = (match[1] or match[2]).strip() if match else ""
    is_unit = len(unit) <= _LONGEST_UNIT and unit.isprintable() and not re.fullmatch(r"[\d\s.,:+-]*", unit)
    return unit if is_unit else ""


def bits_text(bits: tuple[int, ...]) -> str:
    """Return bits, ascending, in words.

    >>> bits_text((3, 4, 5)), bits_text((2,)), bits_text((0, 3, 5))
    ('bits 5 to 3', 'bit 2', 'bits 5, 3, 0')
    """
    if len(bits) == 1:
        return f"bit {bits[0]}"
    if bits[-1] - bits[0] + 1 == len(bits):
        return f"bits {bits[-1]} to {bits[0]}"
    return f"bits {', '.join(map(str, reversed(bits)))}"


def decimal(number: float) -> str:
    """Return the shortest decimal that is exactly this float64.

    >>> decimal(0.1), decimal(3.0)
    ('0.1', '3')
    """
    return repr(number).removesuffix(".0")
