"""Loops that are compiled to machine code before they run (numba)."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

Given = ParamSpec("Given")
Returned = TypeVar("Returned")


def compiled(function: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """Compile a function of numbers and arrays on its first call, and keep the result on the disk for later runs.

    It runs on one thread and lets others run meanwhile. Sums are formed in the order of the source, so equal
    arguments give equal bits.

    >>> @compiled
    ... def total(values):
    ...     result = 0.0
    ...     for value in values:
    ...         result += value
    ...     return result
    >>> import numpy as np
    >>> total(np.arange(4.0))
    6.0
    """
    return _compile(function, reassociate=False)


def compiled_in_any_order(function: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """Compile as `compiled`, but let sums be formed in whatever order suits the processor.

    Equal arguments give equal bits on one kind of processor, and may differ in the last bits on another.
    """
    return _compile(function, reassociate=True)


def _compile(function: Callable[Given, Returned], *, reassociate: bool) -> Callable[Given, Returned]:
    freedom = {"reassoc", "nsz"} if reassociate else set()
    try:
        kept: Callable[Given, Returned] = numba.njit(nogil=True, cache=True, fastmath=freedom)(function)
    except RuntimeError:  # no folder for the cache can be written to: each process compiles anew
        kept = numba.njit(nogil=True, fastmath=freedom)(function)
    return kept
