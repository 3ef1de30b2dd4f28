"""Combinational equivalence by ABC's `cec`: simulation, SAT sweeping and SAT."""

from __future__ import annotations

import re
from math import ceil

import numpy as np

from tinydwn.errors import ProgramError
from tinydwn.netlist import Netlist, to_blif
from tinydwn.tools.abc import run_abc
from tinydwn.tools.program import tail
from tinydwn.verify.proof import Proof
from tinydwn.verify.verdict import Outcome

_CONFLICTS = 1_000_000_000
_BIT = re.compile(r"\S+ = 1'h([01])")


def abc_proof(left: Netlist, right: Netlist, timeout_s: float) -> Proof:
    """Ask ABC whether two netlists with neutral names, of one interface, are equal."""
    files = {"left.blif": to_blif(left), "right.blif": to_blif(right)}
    # ABC's own limits are set beyond the timeout, so that only the timeout ends a proof early.
    script = f"cec -n -T {ceil(timeout_s) + 60} -C {_CONFLICTS} left.blif right.blif"
    said = run_abc(script, files=files, timeout_s=timeout_s).text
    if "Networks are equivalent" in said:
        return Proof(Outcome.EQUIVALENT)
    if "Networks are NOT EQUIVALENT" in said:
        return Proof(Outcome.DIFFERENT, witness=_witness(said, len(left.inputs)))
    if "Networks are UNDECIDED" in said:
        return Proof(Outcome.UNDECIDED, reason="ABC gave up")
    raise ProgramError("ABC did not say whether two netlists are equal", hint=f"it said:\n{tail(said)}")


def _witness(said: str, inputs: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Read ABC's `INPUT: pi0 = 1'h0, pi1 = 1'h1, ....  OUTPUT: ...`, inputs in order."""
    # It begins a line, or ends the one of the answer where structural hashing alone found the difference.
    line = said.partition("INPUT: ")[2].partition("\n")[0]
    bits = _BIT.findall(line.split("OUTPUT:")[0])
    if len(bits) != inputs:
        raise ProgramError(
            f"ABC's counterexample has {len(bits)} inputs instead of {inputs}", hint=f"it said:\n{tail(said)}"
        )
    return np.array([bit == "1" for bit in bits], dtype=bool)
