"""The smaller netlists of both cuts, each step checked."""

from __future__ import annotations

from collections.abc import Callable

from tinydwn.lowering import Core
from tinydwn.lowering.parts import behind_encoder
from tinydwn.minimize import Attempt, Minimized, Pass, PassReport, Recipe, recipe, run_recipe
from tinydwn.model.classifier import Classifier
from tinydwn.netlist import Assumption, Netlist
from tinydwn.verify import Outcome, prove_equivalent

OnPass = Callable[[PassReport], None]

_PROVABLE_NODES = 20_000


def minimize_core(core: Core, *, effort: str, timeout_s: float, on_pass: OnPass | None = None) -> Minimized:
    """Return the smallest core that the recipe of an effort finds; thermometer order is used."""
    steps = recipe(effort, timeout_s=timeout_s)
    check = _checker(timeout_s)
    return run_recipe(core.netlist, steps, assuming=core.assumption, check=check, on_pass=on_pass)


def minimize_chip(
    classifier: Classifier,
    chip: Netlist,
    core: Netlist,
    *,
    effort: str,
    timeout_s: float,
    on_pass: OnPass | None = None,
) -> Minimized:
    """Return the smallest chip that the recipe finds, which may start from the minimized core behind the encoder.

    The encoder's bits always come in order, so a core that was minimized with that knowledge means the same
    on the chip as the one it came from.
    """
    whole = behind_encoder(classifier.encoder, core, words=chip.inputs).renamed(name=chip.name)
    reuse = Pass("encoder before the minimized core", lambda _, __: Attempt(whole))
    steps = recipe(effort, timeout_s=timeout_s)
    recipe_ = Recipe(steps.name, (reuse, *steps.passes), steps.rounds)
    return run_recipe(chip, recipe_, check=_checker(timeout_s), on_pass=on_pass)


def _checker(timeout_s: float) -> Callable[[Netlist, Netlist, Assumption], None]:
    """Return the check of each kept pass: it stops at a difference.

    Where a netlist is large, or a proof runs out of time, the pass stays and the final proof decides.
    """

    def check(before: Netlist, after: Netlist, assuming: Assumption) -> None:
        if len(before.nodes) > _PROVABLE_NODES:
            return
        verdict = prove_equivalent(
            before, after, assuming=assuming, timeout_s=timeout_s, subject=f"{before.name} before and after a pass"
        )
        if verdict.outcome is Outcome.DIFFERENT:
            verdict.require()

    return check
