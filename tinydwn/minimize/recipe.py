"""Recipes by effort."""

from __future__ import annotations

from tinydwn.errors import ConfigError
from tinydwn.minimize.dont_care import dont_care
from tinydwn.minimize.exact_cones import exact_cones
from tinydwn.minimize.multi_level import multi_level
from tinydwn.minimize.passes import Pass, Recipe
from tinydwn.minimize.resubstitute import resubstitute
from tinydwn.minimize.scripts import (
    CHOICES,
    COMPRESS,
    DC2,
    DEEP,
    LARGE,
    LUTS,
    NODES,
    PACKED,
    QUICK,
    RESYN2,
    SMALL_LUTS,
    SYN4,
    TABLES,
    WIDE_NODES,
)
from tinydwn.minimize.tidy import TIDY
from tinydwn.minimize.two_level import two_level

EFFORTS = ("fast", "normal", "high")

_FAST = (QUICK, COMPRESS, TABLES)
_NORMAL = (QUICK, LARGE, COMPRESS, SYN4, TABLES, NODES, SMALL_LUTS)
_HIGH = (QUICK, LARGE, DC2, RESYN2, COMPRESS, SYN4, TABLES, NODES, WIDE_NODES, LUTS, SMALL_LUTS, PACKED, CHOICES, DEEP)


def recipe(effort: str, *, timeout_s: float = 300.0) -> Recipe:
    """Return the recipe of an effort: "fast", "normal" or "high".

    `timeout_s` bounds every single run of ABC. Raises `ConfigError` for another effort.

    >>> [step.name for step in recipe("fast").passes]
    ['tidy', "don't-cares of tables", 'multi-level (ABC)']
    """
    if effort == "fast":
        return Recipe(effort, (TIDY, dont_care(max_patterns=1024), multi_level(_FAST, timeout_s=timeout_s)))
    if effort == "normal":
        steps: tuple[Pass, ...] = (
            TIDY,
            dont_care(),
            two_level(max_inputs=10, max_patterns=256, max_nodes=400),
            multi_level(_NORMAL, timeout_s=timeout_s),
            resubstitute(max_patterns=1 << 14, max_nodes=400, gates=0),
            resubstitute(max_patterns=1 << 14, max_nodes=400, gates=1),
        )
        return Recipe(effort, steps, rounds=2)
    if effort == "high":
        steps = (
            TIDY,
            dont_care(max_patterns=1 << 14, max_window=200),
            two_level(),
            multi_level(_HIGH, timeout_s=timeout_s),
            resubstitute(max_patterns=1 << 18, max_nodes=600, gates=0),
            resubstitute(max_patterns=1 << 18, max_nodes=600, gates=1),
            resubstitute(max_patterns=1 << 16, max_nodes=200, gates=2),
            exact_cones(most_cuts=16, max_patterns=1 << 14, max_gates=40_000),
        )
        return Recipe(effort, steps, rounds=4)
    raise ConfigError(f"unknown effort '{effort}'", hint=f"choose one of {', '.join(EFFORTS)}")
