"""A quick look whether a mapped circuit computes what it should; proof is the business of `verify`."""

from __future__ import annotations

import numpy as np

from tinydwn.netlist.graph import Netlist
from tinydwn.netlist.simulate import every_pattern, pack, simulate_words

_EXHAUSTIVE_INPUTS = 9
_PATTERNS = 1 << _EXHAUSTIVE_INPUTS


def differing_output(left: Netlist, right: Netlist) -> str:
    """Return the name of an output on which two netlists of one interface differ, `""` where none was seen.

    Up to 9 inputs are tried exhaustively, more with 512 fixed patterns: each input at 0 and at 1 by chance.

    >>> from tinydwn.netlist import Node
    >>> either, xor = (Netlist("gate", ("a", "b"), (Node(table, (2, 3)),), (("y", 4),)) for table in (14, 6))
    >>> differing_output(either, xor), differing_output(xor, xor)
    ('y', '')
    """
    inputs = len(left.inputs)
    if inputs <= _EXHAUSTIVE_INPUTS:
        bits = every_pattern(inputs)
    else:
        bits = np.random.default_rng(inputs).random((_PATTERNS, inputs)) < 0.5
    words = pack(bits)
    differ = (simulate_words(left, words) != simulate_words(right, words)).any(axis=1)
    return next((name for name, bad in zip(left.output_names, differ, strict=True) if bad), "")
