"""Recipes by effort."""

from __future__ import annotations

from tinydwn.errors import ConfigError
from tinydwn.minimize.multi_level import DC2, RESYN2, multi_level
from tinydwn.minimize.passes import Recipe
from tinydwn.minimize.tidy import TIDY

EFFORTS = ("fast", "normal", "high")


def recipe(effort: str, *, timeout_s: float = 120.0) -> Recipe:
    """Return the recipe of an effort: "fast", "normal" or "high".

    `timeout_s` bounds every single run of ABC. Raises `ConfigError` for another effort.

    >>> [step.name for step in recipe("fast").passes]
    ['tidy', 'abc']
    """
    if effort not in EFFORTS:
        raise ConfigError(f"unknown effort '{effort}'", hint=f"choose one of {', '.join(EFFORTS)}")
    return Recipe(effort, (TIDY, multi_level((DC2, RESYN2), timeout_s=timeout_s)))
