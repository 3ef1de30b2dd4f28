"""Counting ones: full-adder trees.

A column of weight `2**w` holds nets; a full adder turns three nets of a column into one of the same column
and one of the next (a carry-save compressor). The tree over `n` bits takes as many adders as any known one:
`n` minus the ones in the binary writing of `n`, half adders where a column ends with two nets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from tinydwn.netlist import NetlistBuilder
from tinydwn.netlist.graph import FALSE, TRUE


def add_popcount(builder: NetlistBuilder, bits: Sequence[int]) -> tuple[int, ...]:
    """Add an adder tree over `bits` and return the nets of their sum, LSB first, wide enough for all ones.

    >>> from tinydwn.netlist import NetlistBuilder, simulate
    >>> import numpy as np
    >>> builder = NetlistBuilder("count")
    >>> for k, net in enumerate(add_popcount(builder, [builder.input(name) for name in "abc"])):
    ...     builder.output(f"sum[{k}]", net)
    >>> simulate(builder.build(), np.array([[1, 1, 0], [1, 1, 1]], dtype=bool)).astype(int).tolist()
    [[0, 1], [1, 1]]
    """
    return add_column_sum(builder, [list(bits)])


def add_more_than_half(builder: NetlistBuilder, bits: Sequence[int]) -> int:
    """Return a net that is true where more than half of `bits` are.

    >>> from tinydwn.netlist import NetlistBuilder
    >>> builder = NetlistBuilder("half")
    >>> add_more_than_half(builder, [builder.input(name) for name in "ab"]) == builder.and_(2, 3)
    True
    """
    return add_sum_above(builder, [bits], len(bits) // 2)


def add_sum_above(builder: NetlistBuilder, columns: Sequence[Sequence[int]], limit: int) -> int:
    """Return a net that is true where the sum of nets, those of `columns[w]` counting `2**w` each, is above `limit`.

    Any whole number may be the limit. The sum is lifted by a constant so that its top bit alone decides; what only
    lower bits need is never built.

    >>> from tinydwn.netlist import NetlistBuilder
    >>> builder = NetlistBuilder("above")
    >>> a, b = builder.input("a"), builder.input("b")
    >>> add_sum_above(builder, [[a], [b]], 1) == b
    True
    """
    most, needed = sum(len(column) << weight for weight, column in enumerate(columns)), limit + 1
    if needed <= 0 or needed > most:
        return TRUE if needed <= 0 else FALSE
    top = max((needed - 1).bit_length(), (most - needed).bit_length())
    lift = (1 << top) - needed
    width = max(top, len(columns))
    lifted = [list(columns[weight]) if weight < len(columns) else [] for weight in range(width)]
    for weight in range(top):
        if lift >> weight & 1:
            lifted[weight].append(TRUE)
    return add_column_sum(builder, lifted)[top]


def add_column_sum(builder: NetlistBuilder, columns: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Return the nets, LSB first, of the sum of all nets, those of `columns[w]` counting `2**w` each."""
    waiting = [deque(column) for column in columns]
    total: list[int] = []
    while len(total) < len(waiting):
        column, carries = waiting[len(total)], []
        while len(column) > 1:
            addends = [column.popleft() for _ in range(min(3, len(column)))]
            low, carry = _add(builder, addends)
            column.append(low)
            carries.append(carry)
        if carries:
            if len(total) + 1 == len(waiting):
                waiting.append(deque())
            waiting[len(total) + 1].extend(carries)
        total.append(column.popleft() if column else 0)
    return tuple(total)


def _add(builder: NetlistBuilder, addends: Sequence[int]) -> tuple[int, int]:
    low, carry = builder.half_adder(addends[0], addends[1])
    if len(addends) == 2:
        return low, carry
    # Two half adders: the inner XOR serves sum and carry, which a parity node and a majority node would not share.
    low, second = builder.half_adder(low, addends[2])
    return low, builder.or_(carry, second)
