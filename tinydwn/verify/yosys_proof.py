"""Combinational equivalence by Yosys and its own SAT solver; nothing of ABC takes part."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Sequence
from json import JSONDecodeError, loads

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import ProgramError, ProgramTimeout
from tinydwn.netlist import Netlist
from tinydwn.tools.program import tail
from tinydwn.tools.yosys import YosysRun, run_yosys
from tinydwn.verify.candidates import candidates
from tinydwn.verify.proof import Proof
from tinydwn.verify.sweep import Sweep
from tinydwn.verify.verdict import Outcome

_LAYERS = 3
_COUNT = re.compile(r"Of those cells (\d+) are proven and (\d+) are unproven\.")
_UNPROVEN = re.compile(r"Unproven \$equiv \\?(\w+)_cell")


def yosys_proof(left: Netlist, right: Netlist, timeout_s: float) -> Proof:
    """Ask Yosys whether two netlists with neutral names, of one interface, are equal.

    Each round tries to prove all candidate pairs, and the outputs. A pair that is not proven is dropped, and what was
    proven with its help is proven anew without it, until all pairs that are left are proven. Outputs that are not
    proven then are decided with their whole logic, the proven pairs merged.
    """
    clock = _Clock(timeout_s)
    pairs = dict(enumerate(candidates(left, right)))
    outputs = {f"output{k}" for k in range(len(left.outputs))}
    proven: dict[str, frozenset[int]] = {}
    while True:
        sweep = Sweep(left, right, pairs)
        proven |= _prove_more(sweep, {*outputs, *(f"pair{number}" for number in pairs)} - set(proven), clock)
        failed = {number for number in pairs if f"pair{number}" not in proven}
        if not failed:
            break
        pairs = {number: pair for number, pair in pairs.items() if number not in failed}
        proven = {name: helped_by for name, helped_by in proven.items() if helped_by.isdisjoint(failed)}
    if not outputs <= set(proven):
        return _solve(sweep, clock)
    return Proof(Outcome.EQUIVALENT)


def _prove_more(sweep: Sweep, checks: Collection[str], clock: _Clock) -> dict[str, frozenset[int]]:
    """Return what is proven with one, two or three layers of logic below it, and the pairs that it relies on."""
    free, found = frozenset(sweep.pairs), dict[str, frozenset[int]]()
    for _ in range(_LAYERS):
        if not checks:
            break
        cones = {name: sweep.cone(name, free) for name in checks}
        unproven = _prove(sweep.module(cones), len(checks), clock)
        found |= {name: cone.merged for name, cone in cones.items() if name not in unproven}
        checks = unproven
        free = free.difference(*(cones[name].edge for name in unproven))
    return found


class _Clock:
    """The time that is left for several runs together."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._end = time.monotonic() + timeout_s

    def run(self, script: str, module: str, results: Sequence[str] = ()) -> YosysRun:
        late = ProgramTimeout(f"Yosys did not end within {self._timeout_s:g} s and was stopped")
        left_s = self._end - time.monotonic()
        if left_s <= 0:
            raise late
        script = f"read_rtlil sweep.il\n{script}\n"
        try:
            return run_yosys(script, files={"sweep.il": module}, results=results, timeout_s=left_s)
        except ProgramTimeout as error:
            raise late from error


def _prove(module: str, expected: int, clock: _Clock) -> frozenset[str]:
    """Return the names of the `$equiv` cells that `equiv_simple` leaves unproven."""
    said = clock.run("equiv_simple\nequiv_status", module).text
    count = _COUNT.search(said)
    unproven = frozenset(_UNPROVEN.findall(said))
    if count is None or int(count[1]) + int(count[2]) != expected or int(count[2]) != len(unproven):
        raise ProgramError(f"Yosys did not report on {expected} equivalences", hint=f"it said:\n{tail(said)}")
    return unproven


def _solve(sweep: Sweep, clock: _Clock) -> Proof:
    """Ask for a pattern on which outputs differ, with the proven pairs merged."""
    module = sweep.module_of_all()
    run = clock.run("sat -prove differs 0 -show in -dump_json model.json", module)
    if "no model found: SUCCESS!" in run.text:
        return Proof(Outcome.EQUIVALENT)
    if "model found: FAIL!" in run.text:
        run = clock.run("sat -prove differs 0 -show in -dump_json model.json", module, ["model.json"])
        return Proof(Outcome.DIFFERENT, witness=_witness(run.files["model.json"], len(sweep.left.inputs)))
    raise ProgramError("Yosys did not say whether two netlists are equal", hint=f"it said:\n{tail(run.text)}")


def _witness(model: str, inputs: int) -> NDArray[np.bool_]:
    """Read the value of `in`, most significant bit first, from a model in WaveJSON; what is undefined is 0.

    A word is among the data, a single bit is drawn as the wave itself.
    """
    try:
        signal = next(one for one in loads(model)["signal"] if one["name"] == "in")
        digits = signal["wave"][0] if inputs == 1 else signal["data"][0]
    except (JSONDecodeError, KeyError, IndexError, StopIteration, TypeError):
        digits = ""
    if len(digits) != inputs or not set(digits) <= set("01xXzZ"):
        raise ProgramError("Yosys wrote a counterexample that cannot be read", hint=f"it wrote:\n{tail(model)}")
    return np.array([digit == "1" for digit in reversed(digits)], dtype=bool)
