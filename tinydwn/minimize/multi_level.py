"""Multi-level minimization: a portfolio of ABC scripts on the whole netlist, the smallest result kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinydwn.errors import NetlistError, ProgramError, ProgramMissing, ProgramTimeout
from tinydwn.minimize.passes import Attempt, Pass
from tinydwn.minimize.size import size
from tinydwn.minimize.tidy import tidy
from tinydwn.netlist import Assumption, Netlist, from_blif, to_blif
from tinydwn.tools.abc import run_abc


@dataclass(frozen=True, slots=True)
class Script:
    """A named sequence of ABC commands on the current network, in full words: no abc.rc is read."""

    name: str
    commands: str


_RESYN2 = "strash; balance; rewrite; refactor; balance; rewrite; rewrite -z; balance; refactor -z; rewrite -z; balance"
RESYN2 = Script("resyn2", _RESYN2)
DC2 = Script("dc2", "strash; ifraig; dc2 -b; dc2; dc2")


def multi_level(scripts: Sequence[Script], *, timeout_s: float, name: str = "abc") -> Pass:
    """Return a pass that runs each script on the netlist and gives the smallest result, by `Size`.

    A script that fails or takes longer than `timeout_s` is named in the note. Raises `ProgramMissing`
    without ABC.
    """

    def attempt(netlist: Netlist, assuming: Assumption) -> Attempt:  # noqa: ARG001
        return _best(netlist, scripts, timeout_s)

    return Pass(name, attempt)


def run_script(netlist: Netlist, script: Script, *, timeout_s: float) -> Netlist:
    """Return what one script makes of a netlist; raises as `run_abc`, and `NetlistError` for a foreign result."""
    commands = f"read_blif in.blif; {script.commands}; strash; write_blif out.blif"
    run = run_abc(commands, files={"in.blif": to_blif(netlist.neutral())}, results=["out.blif"], timeout_s=timeout_s)
    return _named_like(netlist, from_blif(run.files["out.blif"]))


def _best(netlist: Netlist, scripts: Sequence[Script], timeout_s: float) -> Attempt:
    best, winner, failures = netlist, "", []
    for script in scripts:
        try:
            found = run_script(netlist, script, timeout_s=timeout_s)
        except ProgramMissing:
            raise
        except ProgramTimeout:
            failures.append(f"{script.name} did not end within {timeout_s:g} s")
        except (ProgramError, NetlistError) as error:
            failures.append(f"{script.name} failed: {error.message}")
        else:
            if size(found) < size(best):
                best, winner = found, script.name
    best_of = f"{winner}, best of {len(scripts)}" if winner and len(scripts) > 1 else winner
    return Attempt(best, "; ".join(part for part in (best_of, *failures) if part))


def _named_like(netlist: Netlist, found: Netlist) -> Netlist:
    """Give a netlist with neutral names the names of the original, in its form."""
    neutral = netlist.neutral()
    if (found.inputs, found.output_names) != (neutral.inputs, neutral.output_names):
        raise NetlistError("ABC changed the inputs or outputs")
    return tidy(
        found.renamed(
            name=netlist.name,
            inputs=dict(zip(found.inputs, netlist.inputs, strict=True)),
            outputs=dict(zip(found.output_names, netlist.output_names, strict=True)),
        )
    )
