"""A routed circuit signed off by OpenSTA: timing corner by corner, power by its test vectors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import LibraryError, NetlistError, ProgramError
from tinydwn.flow.cell_energy import energy_model
from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.corners import Corners
from tinydwn.flow.densities import GUESS, Nets, assumed_densities, counted_densities, unwatched
from tinydwn.flow.played import Played
from tinydwn.flow.routed_cells import Connected, connected
from tinydwn.flow.routed_power import routed_power
from tinydwn.flow.routed_timing import Corner, time_routed
from tinydwn.metrics import Direction, Metric, Provenance
from tinydwn.technology.behavior import Behavior, behaviors
from tinydwn.technology.liberty import Group
from tinydwn.tools.opensta import sta_version

_HIGHER = Direction.HIGHER_IS_BETTER


@dataclass(frozen=True, slots=True)
class Signed:
    """What OpenSTA says of a routed circuit in the usual corner, in the slow and in the fast one.

    A corner is None where it is not installed or OpenSTA failed in it. `power_w` is that of all instances in the usual
    corner; `remarks` tell what was not done and why.
    """

    tool: str = ""
    usual: Corner | None = None
    slow: Corner | None = None
    fast: Corner | None = None
    power_w: float | None = None
    remarks: tuple[str, ...] = ()


def sign_off(
    circuit: FlowCircuit,
    verilog: str,
    spef: Path | None,
    corners: Corners,
    *,
    period_ns: float,
    played: Played,
    tree: Group | None = None,
) -> Signed:
    """Time routed Verilog in every corner that is installed; a program that is missing or fails is told of by corner.

    With the `tree` of the usual corner's Liberty file, its power is counted too: by what was `played`, or where
    nothing was by what is assumed of inputs.
    """
    if spef is None or not spef.is_file():
        return Signed(remarks=("not timed by OpenSTA: the run left no SPEF",))
    wires = spef.read_text(encoding="utf-8", errors="replace")
    try:
        tool = f"OpenSTA {sta_version()}"
    except ProgramError as error:
        return Signed(remarks=(f"not timed by OpenSTA: {_said(error)}",))
    remarks = [corners.remark] if corners.remark else []

    def timed(liberty: Path | None) -> Corner | None:
        if liberty is None:
            return None
        try:
            return time_routed(circuit, verilog, wires, liberty, period_ns=period_ns)
        except ProgramError as error:
            remarks.append(f"not timed by OpenSTA under {liberty.name}: {_said(error)}")
            return None

    usual, slow, fast = timed(corners.usual), timed(corners.slow), timed(corners.fast)
    power_w = None
    if usual is not None and tree is not None:
        parts, cells = connected(verilog), behaviors(tree)
        try:
            energies = energy_model(tree, {one.cell for one in parts})
            nets = densities_of(played, parts, cells, clock=circuit.clock)
            powers = routed_power(usual, parts, cells, energies, nets, period_ns=period_ns)
            power_w = math.fsum(one.total_w for one in powers.values())
            remarks += _unwatched(played, parts, cells)
        except (NetlistError, LibraryError) as error:
            remarks.append(f"power not counted: {error.message}")
    return Signed(tool, usual, slow, fast, power_w, tuple(remarks))


def _said(error: ProgramError) -> str:
    """Return an error with the first line of what its program said."""
    said = error.hint.partition("it said:")[2].strip().partition("\n")[0]
    return f"{error.message}: {said}" if said else error.message


def _unwatched(played: Played, parts: Sequence[Connected], cells: Mapping[str, Behavior]) -> list[str]:
    """Return a remark if the waves lack outputs of cells whose activity is taken of them."""
    driving = [one for one in parts if one.cell in cells and cells[one.cell].outputs]
    count = len(unwatched(played.toggles, driving, cells)) if played.periods else 0
    why = "the waves of the test vectors lack an output of theirs, and power takes it to rest"
    return [f"{count} of {len(driving)} cells: {why}"] if count else []


def densities_of(played: Played, parts: Sequence[Connected], cells: Mapping[str, Behavior], *, clock: str) -> Nets:
    """Return what nets did while vectors were played, or what they do at the usual guess where none were."""
    if played.periods:
        return counted_densities(played.toggles, played.periods, parts, clock)
    return assumed_densities(parts, cells, clock=clock)


def signed_figures(signed: Signed, played: Played) -> tuple[Metric, ...]:
    """Return what signing off adds to the figures of a layout: corners, the largest frequency, power by activity."""
    found = []
    slowest = signed.slow or signed.usual
    if signed.slow:
        found += _slack("setup_slack_slow", signed.slow.setup_slack_ns, signed.slow.liberty, signed.tool)
    if signed.fast:
        found += _slack("hold_slack_fast", signed.fast.hold_slack_ns, signed.fast.liberty, signed.tool)
    if slowest and slowest.least_period_ns is not None:
        mhz = float(f"{1e3 / slowest.least_period_ns:.4g}")
        source = f"no path is late, {slowest.liberty}, {signed.tool}"
        found.append(Metric("largest_frequency", mhz, "MHz", Provenance.ESTIMATED, source, _HIGHER))
    if signed.usual and signed.power_w is not None:
        watts = float(f"{signed.power_w:.6g}")
        source = f"{played.source or GUESS}; energies of {signed.usual.liberty}, slopes and loads by {signed.tool}"
        found.append(Metric("power", watts, "W", Provenance.ESTIMATED, source))
    return tuple(found)


def _slack(name: str, slack_ns: float | None, liberty: str, tool: str) -> list[Metric]:
    if slack_ns is None:
        return []
    value, source = float(f"{slack_ns:.6g}"), f"worst path, {liberty}, {tool}"
    return [Metric(name, value, "ns", Provenance.ESTIMATED, source, _HIGHER)]
