"""A routed netlist against the one that went into place and route, cell by cell and register by register."""

from __future__ import annotations

from collections.abc import Mapping

from tinydwn.errors import NetlistError, ProgramTimeout
from tinydwn.netlist import Netlist
from tinydwn.technology.behavior import Behavior
from tinydwn.verify.cut_open import cut_open
from tinydwn.verify.formal import Method, prove_equivalent
from tinydwn.verify.verdict import Outcome, Verdict

_SHOWN = 3


def prove_routed(
    before: str,
    after: str,
    cells: Mapping[str, Behavior],
    *,
    module: str = "",
    method: Method = "abc",
    timeout_s: float = 120.0,
    subject: str = "",
    names: tuple[str, str] = ("", ""),
) -> Verdict:
    """Say whether Verilog after place and route means the same as the Verilog before it.

    Both are cells of one library, `cells` being what `tinydwn.technology.behavior` says of it. Registers are matched
    by name; what is proven is that every output and every register's data, clock, clear and preset are the same
    function of inputs and states. Added buffers, clock trees, taps and fill do not matter. Raises `NetlistError` where
    pins or registers are not the same or a text is not sound, which is then told by its name in `names`, and
    `ProgramError` where Yosys fails.
    """
    subject = subject or f"routed {module or 'netlist'} = netlist before"
    try:
        left, right = (
            _read(text, cells, module=module, timeout_s=timeout_s, name=name)
            for text, name in zip((before, after), names, strict=True)
        )
    except ProgramTimeout as late:
        return Verdict(Outcome.UNDECIDED, subject, "reading by Yosys", reason=late.message)
    _require_same_parts(left, right)
    return prove_equivalent(left, right, method=method, timeout_s=timeout_s, subject=subject)


def _read(text: str, cells: Mapping[str, Behavior], *, module: str, timeout_s: float, name: str) -> Netlist:
    try:
        return cut_open(text, cells, module=module, timeout_s=timeout_s)
    except NetlistError as error:
        raise NetlistError(f"'{name}': {error.message}" if name else error.message, hint=error.hint) from error


def _require_same_parts(left: Netlist, right: Netlist) -> None:
    for what, ours, theirs in (
        ("inputs or registers", left.inputs, right.inputs),
        ("outputs or registers", left.output_names, right.output_names),
    ):
        for side, only in (("before", set(ours) - set(theirs)), ("after", set(theirs) - set(ours))):
            if only:
                names = ", ".join(sorted(only)[:_SHOWN]) + (", ..." if len(only) > _SHOWN else "")
                raise NetlistError(
                    f"{what} that are there only {side} place and route: {names}",
                    hint="registers are matched by name; keep names, and retime nothing",
                )
