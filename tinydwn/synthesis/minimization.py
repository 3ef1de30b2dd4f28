"""The smaller netlists of both cuts, each step checked."""

from __future__ import annotations

from collections.abc import Callable

from tinydwn.lowering import Core
from tinydwn.lowering.parts import behind_encoder
from tinydwn.minimize import Attempt, Minimized, Pass, minimize
from tinydwn.model.classifier import Classifier
from tinydwn.netlist import Assumption, Netlist
from tinydwn.verify import Outcome, prove_equivalent
from tinydwn.verify.patterns import Patterns

_PROVABLE_NODES = 20_000
_FEW_PATTERNS = 1 << 12
"""Patterns that are simulated before a prover would have been started."""


def minimize_core(core: Core, *, effort: str, timeout_s: float) -> Minimized:
    """Return the smallest core that the recipe of an effort finds; thermometer order is used."""
    check = _checker(timeout_s)
    return minimize(core.netlist, effort, assuming=core.assumption, check=check, timeout_s=timeout_s)


def minimize_chip(
    classifier: Classifier,
    chip: Netlist,
    core: Minimized,
    *,
    effort: str,
    timeout_s: float,
) -> Minimized:
    """Return the smallest chip that the recipe finds, which may start from the minimized core behind the encoder.

    The encoder's bits always come in order, so a core that was minimized with that knowledge means the same
    on the chip as the one it came from.
    """
    cores = {**dict(core.lesser), effort: core.netlist}

    def begin(one: str) -> tuple[Pass, ...]:
        whole = behind_encoder(classifier.encoder, cores[one], words=chip.inputs).renamed(name=chip.name)
        return (Pass("encoder before the minimized core", lambda _, __: Attempt(whole)),)

    return minimize(chip, effort, check=_checker(timeout_s), begin=begin, timeout_s=timeout_s)


def _checker(timeout_s: float) -> Callable[[Netlist, Netlist, Assumption], None]:
    """Return the check of each kept pass: it stops at a difference.

    Where a netlist is large, or a proof runs out of time, the pass stays and the final proof decides.
    """

    def check(before: Netlist, after: Netlist, assuming: Assumption) -> None:
        if len(before.nodes) > _PROVABLE_NODES:
            return
        few = Patterns.of(before.inputs, assuming).count <= _FEW_PATTERNS
        verdict = prove_equivalent(
            before,
            after,
            assuming=assuming,
            method="exhaustive" if few else "abc",
            timeout_s=timeout_s,
            subject=f"{before.name} before and after a pass",
        )
        if verdict.outcome is Outcome.DIFFERENT:
            verdict.require()

    return check
