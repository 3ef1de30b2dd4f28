"""Espresso, the two-level minimizer, as pyeda carries it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tinydwn.errors import ConfigError
from tinydwn.netlist.truth_table import Cube

MAX_INPUTS = 16
MAX_ADDRESSES = 4096
"""Beyond these the C library takes minutes and cannot be interrupted."""

_OFF, _ON, _ANY = 1, 2, 3
_PROBE = frozenset({0, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13})
"""A function of 4 inputs that espresso covers in two ways by turns."""
_PROBE_COVER = Cube(0b1011, 0b1001)
"""Only one of the two covers of the probe has this cube."""
_OPTIONS: dict[str, Any] = {
    "single_expand": False,
    "remove_essential": True,
    "force_irredundant": True,
    "unwrap_onset": True,
    "recompute_onset": False,
    "use_super_gasp": False,
}


def espresso_cover(on: Collection[int], off: Collection[int], n: int) -> tuple[Cube, ...]:
    """Return few cubes over `n` inputs that hold on every address of `on` and on none of `off`, sorted.

    Any other address is a don't-care. Raises `ConfigError` beyond 16 inputs or 4096 addresses.

    >>> espresso_cover([0b01, 0b10], [0b00], 2)
    (Cube(care=1, value=1), Cube(care=2, value=2))
    """
    if n > MAX_INPUTS or len(on) + len(off) > MAX_ADDRESSES:
        raise ConfigError(
            f"{n} inputs and {len(on) + len(off)} addresses are too many for espresso",
            hint=f"the limits are {MAX_INPUTS} inputs and {MAX_ADDRESSES} addresses",
        )
    if not on:
        return ()
    if not off:
        return (Cube(0, 0),)
    _settle()
    return _run(on, off, n)


def _settle() -> None:
    """Bring espresso into a known state: its reduce step has two orders that it takes by turns, over all calls.

    Without this the same function would get one cover or another depending on what was minimized before.
    """
    zeros = frozenset(range(16)) - _PROBE
    if _PROBE_COVER in _run(_PROBE, zeros, 4):
        _run(_PROBE, zeros, 4)


def _run(on: Collection[int], off: Collection[int], n: int) -> tuple[Cube, ...]:
    from pyeda.boolalg import espresso

    rows = {(_row(address, n), (1,)) for address in sorted(on)} | {(_row(address, n), (0,)) for address in sorted(off)}
    espresso.set_config(**_OPTIONS)
    found = espresso.espresso(n, 1, rows, intype=espresso.FTYPE | espresso.RTYPE)
    return tuple(sorted(_cube(row) for row, _ in found))


def _row(address: int, n: int) -> tuple[int, ...]:
    return tuple(_ON if address >> k & 1 else _OFF for k in range(n))


def _cube(row: tuple[int, ...]) -> Cube:
    care = sum(1 << k for k, literal in enumerate(row) if literal != _ANY)
    return Cube(care, sum(1 << k for k, literal in enumerate(row) if literal == _ON))
