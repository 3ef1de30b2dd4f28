"""A class that comes in binary: codes beyond the last class lose their top bit."""

from __future__ import annotations

from collections.abc import Sequence

from tinydwn.lowering.comparators import add_comparators
from tinydwn.netlist import NetlistBuilder


def add_code_index(builder: NetlistBuilder, bits: Sequence[int], classes: int) -> tuple[int, ...]:
    """Return the class in binary, LSB first, for code `bits`, LSB first."""
    *low, top = bits
    beyond = classes - (1 << len(low))
    if beyond == 1 << len(low):
        return tuple(bits)
    (is_beyond,) = add_comparators(builder, low, (beyond - 1,))
    return (*low, builder.and_(top, builder.invert(is_beyond)))


def add_code_onehot(builder: NetlistBuilder, bits: Sequence[int], classes: int) -> tuple[int, ...]:
    """Return one net per class, true for the class that the code `bits`, LSB first, stands for."""
    index = add_code_index(builder, bits, classes)
    inverted = [builder.invert(bit) for bit in index]
    chosen = ([bit if k >> place & 1 else inverted[place] for place, bit in enumerate(index)] for k in range(classes))
    return tuple(builder.and_(*literals) for literals in chosen)
