"""Evaluation of netlists on many samples at once, 64 to a word."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import NetlistError
from tinydwn.netlist.graph import Netlist
from tinydwn.netlist.truth_table import full

Words = NDArray[np.uint64]
Packed = TypeVar("Packed", int, Words)
"""Many samples in one value: an array of words, or one integer of any length."""
_ALL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
MAX_EXHAUSTIVE_INPUTS = 20


def simulate(netlist: Netlist, bits: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the outputs of a netlist, (samples, outputs) bool, for inputs (samples, inputs) bool.

    Raises `NetlistError` where the second axis does not match the inputs.

    >>> from tinydwn.netlist.graph import Netlist, Node
    >>> xor = Netlist("xor", ("a", "b"), (Node(0b0110, (2, 3)),), (("y", 4),))
    >>> simulate(xor, np.array([[0, 1], [1, 1]], dtype=bool)).tolist()
    [[True], [False]]
    """
    if bits.ndim != 2 or bits.shape[1] != len(netlist.inputs):
        raise NetlistError(
            f"netlist '{netlist.name}' has {len(netlist.inputs)} inputs, the samples have shape {bits.shape}"
        )
    return unpack(simulate_words(netlist, pack(bits)), len(bits))


def simulate_words(netlist: Netlist, words: Words) -> Words:
    """Return packed outputs, (outputs, words), for packed inputs, (inputs, words)."""
    values = net_words(netlist, words)
    return np.array([values[net] for net in netlist.output_nets], dtype=np.uint64).reshape(
        len(netlist.outputs), words.shape[1]
    )


def net_words(netlist: Netlist, words: Words) -> list[Words]:
    """Return the packed values of every net, constants and inputs included, for packed inputs."""
    width = words.shape[1]
    zero, one = np.zeros(width, np.uint64), np.full(width, _ALL, np.uint64)
    values: list[Words] = [zero, one, *words]
    for node in netlist.nodes:
        values.append(evaluate(node.table, [values[net] for net in node.fanin], zero, one))
    return values


def pack(bits: NDArray[np.bool_]) -> Words:
    """Pack (samples, signals) bool into (signals, words): sample `s` is bit `s % 64` of word `s // 64`."""
    samples, signals = bits.shape
    padded = np.zeros((signals, -(-samples // 64) * 64), dtype=bool)
    padded[:, :samples] = bits.T
    return np.packbits(padded, axis=1, bitorder="little").view(np.dtype("<u8")).astype(np.uint64, copy=False)


def unpack(words: Words, samples: int) -> NDArray[np.bool_]:
    """Undo `pack` for the first `samples` samples."""
    bytes_ = np.ascontiguousarray(words, dtype="<u8").view(np.uint8)
    return np.unpackbits(bytes_, axis=1, count=samples, bitorder="little").astype(bool).T


def every_pattern(inputs: int) -> NDArray[np.bool_]:
    """Return all `2**inputs` input patterns, (patterns, inputs) bool; pattern `p` is the number `p`, LSB first."""
    if inputs > MAX_EXHAUSTIVE_INPUTS:
        raise NetlistError(
            f"{inputs} inputs have too many patterns to list, the limit is {MAX_EXHAUSTIVE_INPUTS} inputs"
        )
    return (np.arange(1 << inputs)[:, None] >> np.arange(inputs) & 1).astype(bool)


def evaluate(table: int, fanin: Sequence[Packed], zero: Packed, one: Packed) -> Packed:
    """Return the value of a table on packed fanins, words or integers alike, by Shannon expansion.

    `zero` and `one` are the packed constants; equal cofactors are computed once.

    >>> evaluate(0b0110, [0b0101, 0b0011], 0, 0b1111)
    6
    """
    done: dict[tuple[int, int], Packed] = {}

    def value(part: int, n: int) -> Packed:
        if part == 0:
            return zero
        if part == full(n):
            return one
        if (part, n) not in done:
            done[part, n] = expand(part, n)
        return done[part, n]

    def expand(part: int, n: int) -> Packed:
        low, high = _halves(part, n)
        x, all_ = fanin[n - 1], full(n - 1)
        if low == high:
            return value(low, n - 1)
        if high == low ^ all_:
            return x ^ value(low, n - 1)
        if low == 0:
            return x & value(high, n - 1)
        if high == 0:
            return (x ^ one) & value(low, n - 1)
        below = value(low, n - 1)
        return below ^ (x & (below ^ value(high, n - 1)))

    return value(table, len(fanin))


@lru_cache(maxsize=1 << 16)
def _halves(table: int, n: int) -> tuple[int, int]:
    return table & full(n - 1), table >> (1 << (n - 1))
