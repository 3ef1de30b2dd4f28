"""Multi-level minimization: a portfolio of ABC scripts on the whole netlist, the smallest result kept."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from tinydwn.errors import NetlistError, ProgramError, ProgramMissing, ProgramTimeout
from tinydwn.minimize.passes import Attempt, Pass
from tinydwn.minimize.size import size
from tinydwn.minimize.tidy import tidy
from tinydwn.netlist import Assumption, Netlist, NetlistBuilder, from_blif, to_blif
from tinydwn.tools.abc import run_abc
from tinydwn.tools.parallel import run_together

_CARE_SET = "care_set care.blif; "
_SMALL, _FEW = 500, 3


@dataclass(frozen=True, slots=True)
class Script:
    """A named sequence of ABC commands on the current network, in full words since no abc.rc is read.

    `{care}` stands for the command that hands what is known of the inputs to the next `mfs`. A netlist of more
    than `max_gates` gates, by `Size`, is too large for it: what a script is used for must not depend on how
    fast the machine is.
    """

    name: str
    commands: str
    max_gates: int = 1_000_000


def multi_level(scripts: Sequence[Script], *, timeout_s: float, name: str = "multi-level (ABC)") -> Pass:
    """Return a pass that runs all scripts on the netlist and gives the smallest result, by `Size`; the first of equals.

    The note names the winner and every script that failed or took longer than `timeout_s`. Raises
    `ProgramMissing` without ABC.
    """

    def attempt(netlist: Netlist, assuming: Assumption) -> Attempt:
        return _best(netlist, scripts, assuming, timeout_s)

    return Pass(name, attempt)


def run_script(
    netlist: Netlist,
    script: Script,
    *,
    assuming: Assumption | None = None,
    care: Netlist | None = None,
    timeout_s: float = 120.0,
) -> Netlist:
    """Return what one script makes of a netlist: nodes of two inputs.

    With `care`, of the same inputs, patterns on which one of its outputs is 0 do not matter, whatever `assuming` says:
    `mfs` uses those outputs that read nothing beside what it looks at. Raises as `run_abc`, and `NetlistError` where
    the result has other inputs or outputs, or `care` has other inputs.

    >>> from tinydwn.netlist import Node
    >>> both = Netlist("n", ("a", "b"), (Node(0b1110, (2, 3)), Node(0b1000, (2, 4))), (("y", 5),))
    >>> run_script(both, Script("collapse", "collapse")).outputs
    (('y', 2),)
    """
    return run_scripts(netlist, (script,), assuming=assuming, care=care, timeout_s=timeout_s)[0]


def run_scripts(
    netlist: Netlist,
    scripts: Sequence[Script],
    *,
    assuming: Assumption | None = None,
    care: Netlist | None = None,
    timeout_s: float = 120.0,
) -> list[Netlist]:
    """Return what each script makes of a netlist, in one run of ABC within the time; raises as `run_script`."""
    if care is None:
        care = _care_clauses(netlist, assuming or Assumption.none())
    elif care.inputs != netlist.inputs:
        raise NetlistError(f"netlist '{care.name}' of what matters has other inputs than '{netlist.name}'")
    results = [f"out{k}.blif" for k in range(len(scripts))]
    commands = [
        f"read_blif in.blif; {script.commands}; strash; write_blif {result}".replace(
            "{care}", _CARE_SET if care.outputs else ""
        )
        for script, result in zip(scripts, results, strict=True)
    ]
    # ABC's mfs ends itself on a node that no output depends on, so the netlist is tidied.
    run = run_abc(
        "; ".join(commands),
        files={"in.blif": to_blif(tidy(netlist).neutral()), "care.blif": to_blif(care.neutral())},
        results=results,
        timeout_s=timeout_s,
    )
    return [_named_like(netlist, from_blif(run.files[result])) for result in results]


def _care_clauses(netlist: Netlist, assuming: Assumption) -> Netlist:
    """Return one output per implication between neighbors of a chain: ABC uses those that a window can see."""
    builder = NetlistBuilder("care")
    inputs = [builder.input(f"i{k}") for k in range(len(netlist.inputs))]
    for k, (strong, weak) in enumerate(assuming.implications(netlist.inputs)):
        builder.output(f"o{k}", builder.or_(inputs[weak], builder.invert(inputs[strong])))
    return builder.build()


def _best(netlist: Netlist, scripts: Sequence[Script], assuming: Assumption, timeout_s: float) -> Attempt:
    fitting = [script for script in scripts if script.max_gates >= size(netlist).gates]
    results = _results(netlist, fitting, assuming, timeout_s)
    best, winner, failures = netlist, "", []
    for script, found in zip(fitting, results, strict=True):
        if isinstance(found, str):
            failures.append(f"'{script.name}' {found}")
        elif size(found) < size(best):
            best, winner = found, script.name
    praise = [f"'{winner}', best of {len(fitting)}"] if winner else []
    return Attempt(best, "; ".join(praise + failures))


def _results(
    netlist: Netlist, scripts: Sequence[Script], assuming: Assumption, timeout_s: float
) -> list[Netlist | str]:
    """Return what each script makes of a netlist, or how it failed.

    A small one takes longer to start ABC than to be minimized: few scripts run at once, and alone where one fails.
    """
    if size(netlist).gates <= _SMALL and 1 < len(scripts) <= _FEW:
        with contextlib.suppress(ProgramError, NetlistError):
            return [*run_scripts(netlist, scripts, assuming=assuming, timeout_s=timeout_s)]
    return run_together(partial(_try, netlist, script, assuming, timeout_s) for script in scripts)


def _try(netlist: Netlist, script: Script, assuming: Assumption, timeout_s: float) -> Netlist | str:
    """Return what a script makes of a netlist, or how it failed."""
    try:
        return run_script(netlist, script, assuming=assuming, timeout_s=timeout_s)
    except ProgramMissing:
        raise
    except ProgramTimeout:
        return f"did not end within {timeout_s:g} s"
    except (ProgramError, NetlistError) as error:
        return f"failed: {error.message}"


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
