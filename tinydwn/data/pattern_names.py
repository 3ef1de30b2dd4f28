"""The names of classes that are patterns of outputs of 0 and 1, and the outputs by these names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_OUTPUTS = 8
"""Outputs that are learned together: each pattern of them is a class."""
LEAST_OUTPUTS = 2


def pattern_names(outputs: Sequence[str]) -> tuple[str, ...]:
    """Return the names of all patterns of outputs, (2**outputs,): bit `j` of the place of a pattern is output `j`.

    >>> pattern_names(("f", "g"))
    ('f=0 g=0', 'f=1 g=0', 'f=0 g=1', 'f=1 g=1')
    """
    return tuple(
        " ".join(f"{name}={place >> j & 1}" for j, name in enumerate(outputs)) for place in range(1 << len(outputs))
    )


def outputs_of(class_names: Sequence[str]) -> tuple[str, ...]:
    """Return the outputs whose patterns classes are, by the names of all classes in order; () where they are others.

    >>> outputs_of(pattern_names(("f", "g"))), outputs_of(("no", "yes"))
    (('f', 'g'), ())
    """
    count = len(class_names).bit_length() - 1
    if not LEAST_OUTPUTS <= count <= MOST_OUTPUTS:
        return ()
    outputs = tuple(word.rpartition("=")[0] for word in class_names[0].split(" "))
    return outputs if len(outputs) == count and pattern_names(outputs) == tuple(class_names) else ()
