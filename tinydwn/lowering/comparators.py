"""Feature words to thermometer bits: comparators `word > constant` that share what they can.

Two ways to compare, and every mixture of them:

- from the lowest bit: `word > c` over bits `0..j` is `w_j & rest` where bit `j` of `c` is 1, else `w_j | rest`.
  One gate per bit; constants with equal low bits share.
- from the highest bit: a prefix `p` of a constant carries `over` = "top bits > p" and `reach` = "top bits >= p".
  With the next bit `w`, `middle = over | (reach & w)` is "over" of `p0` and "reach" of `p1`. Two gates per
  bit; constants with equal high bits share.

A feature's comparators are built with the split, low bits the first way and high bits the second, that takes the
fewest gates.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from tinydwn.encoder.encoder import Encoder
from tinydwn.netlist import Netlist, NetlistBuilder
from tinydwn.netlist.graph import FALSE, TRUE

# over | (reach & low), for the fanin (low, reach, over).
_LIFT = 0b11111000


def add_comparators(builder: NetlistBuilder, word: Sequence[int], constants: Sequence[int]) -> tuple[int, ...]:
    """Return one net per constant that is true where the unsigned `word`, LSB first, is larger.

    >>> from tinydwn.netlist import NetlistBuilder
    >>> builder = NetlistBuilder("compare")
    >>> word = [builder.input(f"w[{k}]") for k in range(3)]
    >>> above_3, = add_comparators(builder, word, [3])
    >>> above_3 == word[2]
    True
    """
    return builder.insert(comparator_netlist(len(word), tuple(constants)), word)


@lru_cache(maxsize=4096)
def comparator_netlist(input_bits: int, constants: tuple[int, ...]) -> Netlist:
    """Return the comparators of one word of `input_bits` bits as a netlist of its own, as small as a split makes it."""
    choices = (_with_split(input_bits, constants, split) for split in range(input_bits, -1, -1))
    return min(choices, key=_two_input_gates)


def word_bit_names(encoder: Encoder, feature: int) -> tuple[str, ...]:
    """Return the names of the bits of a feature's word, LSB first: "petal width[0]", ..."""
    name = encoder.feature_names[feature]
    return tuple(f"{name}[{bit}]" for bit in range(int(encoder.fixed_point.input_bits[feature])))


def _with_split(input_bits: int, constants: tuple[int, ...], split: int) -> Netlist:
    """Return the comparators with the lowest `split` bits compared from the lowest, the others from the highest."""
    builder = NetlistBuilder("comparators")
    word = [builder.input(f"w[{bit}]") for bit in range(input_bits)]
    low, high = word[:split], word[split:]
    for constant in constants:
        over, reach = _from_highest(builder, high, constant >> split)
        rest = _from_lowest(builder, low, constant)
        builder.output(f"> {constant}", builder.node(_LIFT, (rest, reach, over)))
    return builder.build()


def _from_lowest(builder: NetlistBuilder, word: Sequence[int], constant: int) -> int:
    above = FALSE
    for bit, net in enumerate(word):
        above = builder.and_(net, above) if constant >> bit & 1 else builder.or_(net, above)
    return above


def _from_highest(builder: NetlistBuilder, word: Sequence[int], constant: int) -> tuple[int, int]:
    over, reach = FALSE, TRUE
    for bit in range(len(word) - 1, -1, -1):
        middle = builder.node(_LIFT, (word[bit], reach, over))
        over, reach = (over, middle) if constant >> bit & 1 else (middle, reach)
    return over, reach


def _two_input_gates(netlist: Netlist) -> int:
    return sum(len(node.fanin) - 1 for node in netlist.nodes)
