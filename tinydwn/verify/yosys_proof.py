"""Combinational equivalence by Yosys' own SAT solver, helped over hard places by guessed meeting points.

Independent of ABC: `equiv_make` ties the netlists together at nets of equal names, `equiv_simple` proves
each tie by SAT. Guesses that cannot be proven are dropped and the rest is proven again without them. What is
left over goes to `sat` as one question, whose answer may be a counterexample.
"""

from __future__ import annotations

import re
import time

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import ProgramError
from tinydwn.netlist import Assumption, Netlist, to_blif
from tinydwn.tools.program import tail
from tinydwn.tools.yosys import run_yosys
from tinydwn.verify.proof import Proof
from tinydwn.verify.sweeping import (
    Meeting,
    find_meetings,
    first_difference,
    on_possible_patterns,
    random_words,
    with_meetings,
)
from tinydwn.verify.verdict import Outcome

_TIES = "equiv_make gold gate both; hierarchy -top both; opt_clean; equiv_simple; equiv_status"
_MITER = (
    "miter -equiv -flatten -make_outputs gold gate miter; hierarchy -top miter; opt_clean; "
    "sat -prove trigger 0 -show-inputs -set-def-inputs miter"
)
_UNPROVEN = re.compile(r"Unproven \$equiv \S+ \\(\S+)_gold")
_SHOWN = re.compile(r"^\s*\\in_i(\d+)\s+\S+\s+\S+\s+([01])\s*$", re.MULTILINE)


def yosys_proof(left: Netlist, right: Netlist, assuming: Assumption, timeout_s: float) -> Proof:
    """Ask Yosys whether two netlists of one interface are equal where the assumption holds."""
    end = time.monotonic() + timeout_s
    left, right = on_possible_patterns(left, assuming), on_possible_patterns(right, assuming)
    words = random_words(len(left.inputs))
    witness = first_difference(left, right, words)
    if witness is not None:
        return Proof(Outcome.DIFFERENT, witness=_possible(witness, left, assuming))
    meetings = find_meetings(left, right, words)
    while True:
        unproven = _tie(left, right, meetings, end)
        wrong = {int(name[1:]) for name in unproven if name.startswith("m")}
        if not unproven:
            return Proof(Outcome.EQUIVALENT)
        if not wrong:
            return _ask_directly(left, right, assuming, end)
        meetings = tuple(meeting for k, meeting in enumerate(meetings) if k not in wrong)


def _tie(left: Netlist, right: Netlist, meetings: tuple[Meeting, ...], end: float) -> tuple[str, ...]:
    """Return the names of the ties that Yosys could not prove."""
    said = _run(_TIES, *with_meetings(left, right, meetings), end)
    if "Equivalence successfully proven" in said:
        return ()
    unproven = tuple(_UNPROVEN.findall(said))
    if not unproven:
        raise ProgramError("Yosys did not say which ties it could prove", hint=f"it said:\n{tail(said)}")
    return unproven


def _ask_directly(left: Netlist, right: Netlist, assuming: Assumption, end: float) -> Proof:
    said = _run(_MITER, *with_meetings(left, right, ()), end)
    if "SAT proof finished - no model found: SUCCESS" in said:
        return Proof(Outcome.EQUIVALENT)
    if "SAT proof finished - model found: FAIL" not in said:
        raise ProgramError("Yosys did not say whether two netlists are equal", hint=f"it said:\n{tail(said)}")
    witness = np.zeros(len(left.inputs), dtype=bool)
    for place, bit in _SHOWN.findall(said):
        witness[int(place)] = bit == "1"
    return Proof(Outcome.DIFFERENT, witness=_possible(witness, left, assuming))


def _run(script: str, gold: Netlist, gate: Netlist, end: float) -> str:
    files = {"gold.blif": to_blif(gold), "gate.blif": to_blif(gate)}
    timeout_s = max(end - time.monotonic(), 0.001)
    return run_yosys(f"read_blif gold.blif; read_blif gate.blif; {script}", files=files, timeout_s=timeout_s).text


def _possible(witness: NDArray[np.bool_], netlist: Netlist, assuming: Assumption) -> NDArray[np.bool_]:
    """Return the possible pattern that a pattern stands for behind `on_possible_patterns`."""
    weaker = dict(assuming.implications(netlist.inputs))
    possible = witness.copy()
    for place in range(len(witness)):
        at: int | None = place
        while at is not None and possible[place]:
            possible[place] = witness[at]
            at = weaker.get(at)
    return possible
