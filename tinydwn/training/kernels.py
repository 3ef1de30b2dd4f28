"""The loops of training on a processor: tables read, gradients handed back.

Bits are (sources, samples), one contiguous row per bit, so that a table works on whole rows. Every sum is formed in
one fixed order on one thread.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinydwn.compiled import compiled, compiled_in_any_order

Reals = NDArray[np.floating[Any]]
Bits = NDArray[Any]  # reals or bool; above zero is one
Indices = NDArray[np.int64]
Addresses = NDArray[np.uint8] | NDArray[np.uint16]

_LANES = 8  # tables worked on side by side, so that the transforms fill a vector register
_SUMS = 4  # entries are summed in so many interleaved parts: an addition need not wait for the one before


@compiled
def smallest_and_largest(mapping: Indices) -> tuple[int, int]:
    """Return the smallest and the largest row that a mapping, (luts, n), not empty, names."""
    return mapping.min(), mapping.max()


@compiled
def read_tables(entries: Reals, bits: Bits, mapping: Indices, addresses: Addresses, values: Reals, soft: bool) -> None:
    """Fill `addresses` and `values`, both (luts, samples): `entry > 0`, or the entry itself where `soft`."""
    luts, inputs = mapping.shape
    samples = bits.shape[1]
    none = addresses.dtype.type(0)
    for lut in range(luts):
        address, table, value = addresses[lut], entries[lut], values[lut]
        source = bits[mapping[lut, 0]]
        for sample in range(samples):
            address[sample] = source[sample] > 0
        for place in range(1, inputs):
            source, weight = bits[mapping[lut, place]], addresses.dtype.type(1 << place)
            for sample in range(samples):
                address[sample] |= weight if source[sample] > 0 else none
        if soft:
            for sample in range(samples):
                value[sample] = table[address[sample]]
        else:
            for sample in range(samples):
                value[sample] = 1.0 if table[address[sample]] > 0 else 0.0


@compiled
def add_entry_gradients(addresses: Addresses, gradient: Reals, of_entries: Reals) -> None:
    """Set `of_entries`, (luts, 2**n), to the sums of `gradient`, (luts, samples), over the samples at each address."""
    luts, samples = addresses.shape
    size = of_entries.shape[1]
    sums = np.empty((_SUMS, size), of_entries.dtype)
    whole = samples // _SUMS * _SUMS
    for lut in range(luts):
        address, given = addresses[lut], gradient[lut]
        sums[:] = 0
        for sample in range(0, whole, _SUMS):
            for part in range(_SUMS):
                sums[part, address[sample + part]] += given[sample + part]
        for sample in range(whole, samples):
            sums[0, address[sample]] += given[sample]
        for place in range(size):
            of_entries[lut, place] = (sums[0, place] + sums[1, place]) + (sums[2, place] + sums[3, place])


@compiled
def hadamard(tables: Reals) -> None:
    """Replace each column of `tables`, (2**n, _LANES), by its Walsh-Hadamard transform."""
    size = tables.shape[0]
    half = 1
    while half < size:
        for start in range(0, size, 2 * half):
            for low in range(start, start + half):
                for lane in range(_LANES):
                    one, other = tables[low, lane], tables[low + half, lane]
                    tables[low, lane] = one + other
                    tables[low + half, lane] = one - other
        half *= 2


@compiled
def take_differences(smooth: Reals, half: int, slope: Reals) -> None:
    """Set `slope` to the differences of the rows of `smooth`, (2**n, _LANES), whose numbers differ in bit `half`."""
    for start in range(0, smooth.shape[0], 2 * half):
        for low in range(start, start + half):
            for lane in range(_LANES):
                difference = smooth[low + half, lane] - smooth[low, lane]
                slope[low, lane] = difference
                slope[low + half, lane] = difference


@compiled
def add_bit_gradients(
    entries: Reals, mapping: Indices, addresses: Addresses, gradient: Reals, eigenvalues: Reals, of_bits: Reals
) -> None:
    """Add to `of_bits`, (sources, samples), the extended finite differences times `gradient`, (luts, samples).

    `eigenvalues`, (2**n, 1), are those of the smoothing (see `tinydwn.training.efd`); the tables are smoothed eight
    at a time, once each, then every sample takes the difference at its address.
    """
    luts, inputs = mapping.shape
    samples, size = addresses.shape[1], entries.shape[1]
    smooth = np.zeros((size, _LANES), entries.dtype)
    slope = np.empty((size, _LANES), entries.dtype)
    for first in range(0, luts, _LANES):
        width = min(_LANES, luts - first)
        smooth[:, :width] = entries[first : first + width].T
        hadamard(smooth)
        smooth *= eigenvalues
        hadamard(smooth)
        for place in range(inputs):
            take_differences(smooth, 1 << place, slope)
            for lane in range(width):
                lut = first + lane
                read, given, target = addresses[lut], gradient[lut], of_bits[mapping[lut, place]]
                for sample in range(samples):
                    target[sample] += slope[read[sample], lane] * given[sample]


@compiled_in_any_order
def candidate_gradients(signs: NDArray[np.int8], candidates: Indices, gradient: Reals, of_weights: Reals) -> None:
    """Set `of_weights`, (choices, candidates), to `sum over samples of sign * gradient`.

    `signs`, (sources, samples), are -1 and 1, `candidates` names the source of each weight, `gradient` is
    (choices, samples).
    """
    choices, width = candidates.shape
    for choice in range(choices):
        given = gradient[choice]
        for k in range(width):
            sign = signs[candidates[choice, k]]
            total = gradient.dtype.type(0)
            for sample in range(given.shape[0]):
                total += given[sample] * sign[sample]
            of_weights[choice, k] = total


@compiled_in_any_order
def blend_tables(entries: Reals, bits: Reals, mapping: Indices, values: Reals, rounded: bool) -> None:
    """Set `values`, (luts, samples), to what tables of two inputs, `entries` (luts, 4), make of probabilities.

    With `rounded` they are 0 or 1. See `tinydwn.training.relaxed`.
    """
    half, one, zero = entries.dtype.type(0.5), entries.dtype.type(1), entries.dtype.type(0)
    for lut in range(mapping.shape[0]):
        a, b, value = bits[mapping[lut, 0]], bits[mapping[lut, 1]], values[lut]
        t = half * (one + entries[lut])
        first, second, both = t[1] - t[0], t[2] - t[0], t[0] - t[1] - t[2] + t[3]
        base = t[0]
        for sample in range(value.shape[0]):
            value[sample] = base + first * a[sample] + second * b[sample] + both * (a[sample] * b[sample])
        if rounded:
            for sample in range(value.shape[0]):
                value[sample] = one if value[sample] > half else zero


@compiled_in_any_order
def add_blend_gradients(
    entries: Reals, bits: Reals, mapping: Indices, gradient: Reals, of_entries: Reals, of_bits: Reals
) -> None:
    """Set `of_entries`, (luts, 4), and add to `of_bits`, (sources, samples), what `blend_tables` hands back."""
    half, one = entries.dtype.type(0.5), entries.dtype.type(1)
    for lut in range(mapping.shape[0]):
        a, b, given = bits[mapping[lut, 0]], bits[mapping[lut, 1]], gradient[lut]
        t = half * (one + entries[lut])
        first, second, both = t[1] - t[0], t[2] - t[0], t[0] - t[1] - t[2] + t[3]
        whole = of_a = of_b = of_both = entries.dtype.type(0)
        for sample in range(given.shape[0]):
            of_first = given[sample] * a[sample]
            whole += given[sample]
            of_a += of_first
            of_b += given[sample] * b[sample]
            of_both += of_first * b[sample]
        of_entries[lut, 0] = half * (whole - of_a - of_b + of_both)
        of_entries[lut, 1] = half * (of_a - of_both)
        of_entries[lut, 2] = half * (of_b - of_both)
        of_entries[lut, 3] = half * of_both
        target = of_bits[mapping[lut, 0]]
        for sample in range(given.shape[0]):
            target[sample] += given[sample] * (first + both * b[sample])
        target = of_bits[mapping[lut, 1]]
        for sample in range(given.shape[0]):
            target[sample] += given[sample] * (second + both * a[sample])
