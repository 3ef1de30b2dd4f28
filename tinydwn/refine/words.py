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
    memory: Words, out: int, shape: int, inverted: int, a: int, b: int, c: int, d: int, words: int
) -> None:
    """Write so many words of the result of a form from place `out` on; its slots are at the places `a` to `d`."""
    na = _ALL if inverted & 1 else _NONE
    nb = _ALL if inverted & 2 else _NONE
    nc = _ALL if inverted & 4 else _NONE
    nd = _ALL if inverted & 8 else _NONE
    no = _ALL if inverted & 16 else _NONE
    # Views from 0 on let the compiler use wide instructions, which places that could be negative would not.
    r, p, q = memory[out : out + words], memory[a : a + words], memory[b : b + words]
    s, t = memory[c : c + words], memory[d : d + words]
    if shape == AND:
        for w in range(words):
            r[w] = (p[w] ^ na) & (q[w] ^ nb) & (s[w] ^ nc) & (t[w] ^ nd) ^ no
    elif shape == AND_OR_22:
        for w in range(words):
            r[w] = ((p[w] ^ na) & (q[w] ^ nb) | (s[w] ^ nc) & (t[w] ^ nd)) ^ no
    elif shape == AND_OR_31:
        for w in range(words):
            r[w] = ((p[w] ^ na) & (q[w] ^ nb) & (s[w] ^ nc) | (t[w] ^ nd)) ^ no
    elif shape == AND_OR_211:
        for w in range(words):
            r[w] = ((p[w] ^ na) & (q[w] ^ nb) | (s[w] ^ nc) | (t[w] ^ nd)) ^ no
    elif shape == PARITY:
        flip = na ^ nb ^ nc ^ nd ^ no
        for w in range(words):
            r[w] = p[w] ^ q[w] ^ s[w] ^ t[w] ^ flip
    elif shape == CHOICE:
        for w in range(words):
            low, high, select = p[w] ^ na, q[w] ^ nb, t[w] ^ nd
            r[w] = low ^ (select & (low ^ high)) ^ no
    else:
        for w in range(words):
            first, second, third = p[w] ^ na, q[w] ^ nb, t[w] ^ nd
            r[w] = (first & second | third & (first | second)) ^ no
