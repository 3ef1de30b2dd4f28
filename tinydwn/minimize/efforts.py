"""Recipes of all efforts up to one, so that more effort never ends with more gates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tinydwn.minimize.passes import Attempt, Check, Minimized, Pass, PassReport, Recipe, run_recipe
from tinydwn.minimize.recipe import EFFORTS, recipe
from tinydwn.netlist import Assumption, Netlist


def minimize(
    netlist: Netlist,
    effort: str,
    *,
    assuming: Assumption | None = None,
    check: Check | None = None,
    on_pass: Callable[[PassReport], None] | None = None,
    begin: Callable[[str], tuple[Pass, ...]] = lambda _: (),
    timeout_s: float = 300.0,
) -> Minimized:
    """Return the smallest netlist that the recipe of an effort finds, and the results of lesser efforts beside it.

    What a lesser effort found comes at the end of each round as a pass of its own, so the result is never larger.
    `begin` gives passes to put before the recipe of an effort; `on_pass` hears of the passes of `effort` alone. Raises
    `ConfigError` for another effort, and as `run_recipe`.

    >>> from tinydwn.netlist import Node
    >>> xor = Netlist("xor", ("a", "b"), (Node(0b0110, (2, 3)),), (("y", 4),))
    >>> [effort for effort, _ in minimize(xor, "normal").lesser]
    ['fast']
    """
    recipe(effort)
    lesser: list[tuple[str, Netlist]] = []
    for one in EFFORTS[: EFFORTS.index(effort) + 1]:
        steps = recipe(one, timeout_s=timeout_s)
        passes = (*begin(one), *steps.passes, *(_result(*known) for known in lesser))
        heard = on_pass if one == effort else None
        found = run_recipe(netlist, Recipe(one, passes, steps.rounds), assuming=assuming, check=check, on_pass=heard)
        if one == effort:
            break
        lesser.append((one, found.netlist))
    return replace(found, lesser=tuple(lesser))


def _result(effort: str, netlist: Netlist) -> Pass:
    return Pass(f"result of effort {effort}", lambda _, __: Attempt(netlist))
