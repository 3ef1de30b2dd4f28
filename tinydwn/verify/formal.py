"""Proofs that two netlists mean the same: by ABC, by Yosys, or by trying every pattern."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import ProgramError, ProgramTimeout
from tinydwn.netlist import Assumption, Netlist, simulate
from tinydwn.netlist.graph import require_same_interface
from tinydwn.netlist.input_list import with_inputs
from tinydwn.verify.abc_proof import abc_proof
from tinydwn.verify.patterns import Patterns
from tinydwn.verify.proof import Proof, behind, possible_patterns
from tinydwn.verify.verdict import Outcome, Verdict
from tinydwn.verify.yosys_proof import yosys_proof

Method = Literal["abc", "yosys", "exhaustive"]

MAX_PATTERNS = 1 << 20
_NAMES = {"abc": "ABC cec", "yosys": "Yosys SAT", "exhaustive": "all possible patterns"}
_PROVERS: dict[str, Callable[[Netlist, Netlist, float], Proof]] = {"abc": abc_proof, "yosys": yosys_proof}


def prove_equivalent(
    left: Netlist,
    right: Netlist,
    *,
    assuming: Assumption | None = None,
    method: Method = "abc",
    timeout_s: float = 120.0,
    subject: str = "",
) -> Verdict:
    """Say whether two netlists have equal outputs on every input pattern that the assumption allows.

    Outputs must have the same names in the same order, and the inputs of `right` must be inputs of `left`, in the
    same order, else `NetlistError`: an input that `right` lacks is one that it does not read. A witness of a
    difference is simulated again before it is believed. Running out of time is UNDECIDED; a program that is missing,
    dies or says something unexpected raises `ProgramError`.

    >>> from tinydwn.netlist.graph import Node
    >>> xor = Netlist("xor", ("a", "b"), (Node(0b0110, (2, 3)),), (("y", 4),))
    >>> either = Netlist("or", ("a", "b"), (Node(0b1110, (2, 3)),), (("y", 4),))
    >>> print(prove_equivalent(xor, either, subject="xor = or"))
    xor = or: DIFFERENT by ABC cec: output 'y' is 0 against 1; for example where a=1 b=1
    """
    right = _with_inputs_of(left, right)
    require_same_interface(left, right)
    assuming = assuming or Assumption.none()
    subject = subject or f"{left.name} = {right.name}"
    if method == "exhaustive" or not left.inputs or not left.outputs:
        return _exhaustive(left, right, assuming, subject)
    front = possible_patterns(left.inputs, assuming)
    try:
        proof = _PROVERS[method](behind(front, left), behind(front, right), timeout_s)
    except ProgramTimeout as late:
        return Verdict(Outcome.UNDECIDED, subject, _NAMES[method], reason=late.message)
    if proof.witness is not None:
        witness = simulate(front, proof.witness[None, :])[0]
        return _different(left, right, assuming, subject, _NAMES[method], witness)
    if proof.outcome is Outcome.UNDECIDED:
        return Verdict(Outcome.UNDECIDED, subject, _NAMES[method], reason=proof.reason)
    return Verdict(Outcome.EQUIVALENT, subject, _NAMES[method])


def _with_inputs_of(left: Netlist, right: Netlist) -> Netlist:
    """Return `right` with those inputs of `left`, too, that it lacks; `right` itself where it has any other."""
    own = set(right.inputs)
    in_order = tuple(name for name in left.inputs if name in own) == right.inputs
    return with_inputs(right, left.inputs) if in_order else right


def _exhaustive(left: Netlist, right: Netlist, assuming: Assumption, subject: str) -> Verdict:
    name = _NAMES["exhaustive"]
    patterns = Patterns.of(left.inputs, assuming)
    if patterns.count > MAX_PATTERNS:
        reason = f"{len(left.inputs)} inputs have more than {MAX_PATTERNS} possible patterns"
        return Verdict(Outcome.UNDECIDED, subject, name, reason=reason)
    for bits in patterns.chunks():
        wrong = np.flatnonzero((simulate(left, bits) != simulate(right, bits)).any(axis=1))
        if len(wrong):
            return _different(left, right, assuming, subject, name, bits[wrong[0]])
    return Verdict(Outcome.EQUIVALENT, subject, name)


def _different(
    left: Netlist, right: Netlist, assuming: Assumption, subject: str, method: str, witness: NDArray[np.bool_]
) -> Verdict:
    """Simulate a witness again, so that a difference is never claimed on a program's word alone."""
    bits = witness[None, :]
    ours, theirs = simulate(left, bits)[0], simulate(right, bits)[0]
    at = np.flatnonzero(ours != theirs)
    if not len(at) or not assuming.holds(left.inputs, bits)[0]:
        raise ProgramError(
            f"{subject}: {method} found a difference that simulation does not see",
            hint="two tools contradict each other; please report it",
        )
    name, k = left.output_names[at[0]], at[0]
    return Verdict(
        Outcome.DIFFERENT,
        subject,
        method,
        reason=f"output {name!r} is {int(ours[k])} against {int(theirs[k])}",
        witness={name: bool(value) for name, value in zip(left.inputs, witness, strict=True)},
    )
