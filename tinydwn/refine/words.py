"""Compiled gates on packed words: 64 samples at a time."""

from __future__ import annotations

import numpy as np

from tinydwn.compiled import compiled
from tinydwn.netlist.simulate import Words
from tinydwn.refine.gates import AND, AND_OR_22, AND_OR_31, AND_OR_211, CHOICE, PARITY

_ALL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_NONE = np.uint64(0)


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
