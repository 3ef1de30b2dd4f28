"""Compiled loops over packed words: 64 samples at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tinydwn.compiled import compiled
from tinydwn.refine.gates import AND, AND_OR_22, AND_OR_31, AND_OR_211, CHOICE, PARITY

Words = NDArray[np.uint64]
_ALL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_NONE = np.uint64(0)
_PAIRS, _NIBBLES = np.uint64(0x5555_5555_5555_5555), np.uint64(0x3333_3333_3333_3333)
_BYTES, _SUM = np.uint64(0x0F0F_0F0F_0F0F_0F0F), np.uint64(0x0101_0101_0101_0101)


@compiled
def combine(  # noqa: C901 - one loop per shape
    rows: Words, out: int, shape: int, inverted: int, a: int, b: int, c: int, d: int, start: int, stop: int
) -> None:
    """Write the result of a form to row `out`, from `start` up to `stop`; its slots read rows `a` to `d`."""
    na = _ALL if inverted & 1 else _NONE
    nb = _ALL if inverted & 2 else _NONE
    nc = _ALL if inverted & 4 else _NONE
    nd = _ALL if inverted & 8 else _NONE
    no = _ALL if inverted & 16 else _NONE
    if shape == AND:
        for w in range(start, stop):
            rows[out, w] = (rows[a, w] ^ na) & (rows[b, w] ^ nb) & (rows[c, w] ^ nc) & (rows[d, w] ^ nd) ^ no
    elif shape == AND_OR_22:
        for w in range(start, stop):
            rows[out, w] = ((rows[a, w] ^ na) & (rows[b, w] ^ nb) | (rows[c, w] ^ nc) & (rows[d, w] ^ nd)) ^ no
    elif shape == AND_OR_31:
        for w in range(start, stop):
            rows[out, w] = ((rows[a, w] ^ na) & (rows[b, w] ^ nb) & (rows[c, w] ^ nc) | (rows[d, w] ^ nd)) ^ no
    elif shape == AND_OR_211:
        for w in range(start, stop):
            rows[out, w] = ((rows[a, w] ^ na) & (rows[b, w] ^ nb) | (rows[c, w] ^ nc) | (rows[d, w] ^ nd)) ^ no
    elif shape == PARITY:
        flip = na ^ nb ^ nc ^ nd ^ no
        for w in range(start, stop):
            rows[out, w] = rows[a, w] ^ rows[b, w] ^ rows[c, w] ^ rows[d, w] ^ flip
    elif shape == CHOICE:
        for w in range(start, stop):
            low, high, select = rows[a, w] ^ na, rows[b, w] ^ nb, rows[d, w] ^ nd
            rows[out, w] = low ^ (select & (low ^ high)) ^ no
    else:
        for w in range(start, stop):
            first, second, third = rows[a, w] ^ na, rows[b, w] ^ nb, rows[d, w] ^ nd
            rows[out, w] = (first & second | third & (first | second)) ^ no


@compiled
def ones(word: np.uint64) -> int:
    """Return how many bits of a word are set."""
    word = word - ((word >> np.uint64(1)) & _PAIRS)
    word = (word & _NIBBLES) + ((word >> np.uint64(2)) & _NIBBLES)
    word = (word + (word >> np.uint64(4))) & _BYTES
    return np.int64((word * _SUM) >> np.uint64(56))  # type: ignore[return-value]


@compiled
def draw(state: Words, below: int) -> int:
    """Return a number from 0 to `below` - 1 and move the generator on (xorshift64; Marsaglia 2003)."""
    word = state[0]
    word ^= word << np.uint64(13)
    word ^= word >> np.uint64(7)
    word ^= word << np.uint64(17)
    state[0] = word
    return np.int64((word >> np.uint64(11)) % np.uint64(below))  # type: ignore[return-value]
