"""One cut from its lowered netlist to mapped, counted, proven and written cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from tinydwn.errors import ProgramMissing
from tinydwn.mapping import MappedNetlist, Objective, count_minimized, map_minimized
from tinydwn.minimize import Minimized, PassReport
from tinydwn.netlist import Assumption, Netlist
from tinydwn.netlist.analysis import depth
from tinydwn.synthesis.deliverables import Files, cut_files, gate_level_files
from tinydwn.synthesis.ladder import climb
from tinydwn.synthesis.options import SynthesisOptions
from tinydwn.synthesis.progress import Progress
from tinydwn.synthesis.result import Cut, CutResult
from tinydwn.synthesis.samples import Stimulus
from tinydwn.technology import Library
from tinydwn.tools.parallel import run_together
from tinydwn.verify import Verdict
from tinydwn.verify.gate_level import METHOD, simulate_gates
from tinydwn.verify.simulation import Agreement, compare_on_samples

OnPass = Callable[[PassReport], None]
Minimize = Callable[[OnPass], Minimized]


@dataclass(frozen=True, slots=True)
class Road:
    """What both cuts share."""

    libraries: Sequence[Library]
    options: SynthesisOptions
    progress: Progress


def take_cut(
    road: Road, cut: Cut, lowered: Netlist, assumption: Assumption, stimulus: Stimulus, minimize: Minimize
) -> tuple[CutResult, Files]:
    """Compare a lowered cut with the model, minimize, map to every library, count, write and prove it.

    Raises `VerificationError` where the lowered netlist or the gates differ from the model on a sample.
    """
    progress, options = road.progress, road.options
    agreement = compare_on_samples(lowered, stimulus.inputs, stimulus.outputs, subject=f"{cut} lowered = model")
    agreement.require()
    with progress.stage("minimize", f"{cut}: {len(lowered.nodes)} nodes"):
        minimized = minimize(partial(_tell_pass, progress, cut))
    smaller = minimized.netlist
    with progress.stage("map", f"{cut}: to {len(road.libraries)} libraries"):
        mapped, gates2, nand2 = _map(minimized, road.libraries, options)
        progress.tell(f"{cut}: {gates2} two-input gates, {mapped[0].area_um2:.6g} um2 in {mapped[0].library.name}")
    with progress.stage("verify", f"{cut}: proving"):
        verdicts = climb(
            lowered,
            smaller,
            mapped,
            assuming=assumption,
            timeout_s=options.timeout_s,
            on_verdict=lambda verdict: progress.tell(_verdict_text(verdict)),
        )
    with progress.stage("simulate", f"{cut}: gates on {stimulus.vectors} vectors"):
        files = cut_files(lowered, smaller, mapped, assuming=assumption, stimulus=stimulus)
        gates = gate_level(cut, mapped[0].library.name, "model", files, options.timeout_s)
    depth_ = depth(smaller)
    agreements = (agreement, gates)
    return CutResult(cut, lowered, assumption, minimized, gates2, nand2, depth_, mapped, agreements, verdicts), files


def _map(
    minimized: Minimized, libraries: Sequence[Library], options: SynthesisOptions
) -> tuple[tuple[MappedNetlist, ...], int, int]:
    effort, timeout_s = options.effort, options.timeout_s
    wanted = Objective(options.objective, options.max_delay_ps)
    mapped = run_together(
        partial(map_minimized, minimized, library, effort=effort, objective=wanted, timeout_s=timeout_s)
        for library in libraries
    )
    gates2, nand2 = run_together(
        partial(count_minimized, minimized, rule, effort=effort, timeout_s=timeout_s) for rule in ("gates2", "nand2")
    )
    return tuple(mapped), gates2, nand2


def gate_level(cut: Cut, library: str, golden: str, files: Files, timeout_s: float) -> Agreement:
    """Play the vectors of a cut's files in Icarus; without it nothing was compared, and the agreement says so.

    Raises `VerificationError` where the gates do not answer as the vectors, those of `golden`, want.
    """
    subject = f"{cut} gates in {library} = {golden}"
    try:
        agreement = simulate_gates(gate_level_files(files, library), subject=subject, timeout_s=timeout_s)
    except ProgramMissing as error:
        return Agreement(subject, METHOD, 0, 0, note=f"not simulated: {error.message}")
    agreement.require()
    return agreement


def _tell_pass(progress: Progress, cut: Cut, report: PassReport) -> None:
    """Tell of a pass whose result went on; the report lists the others, too."""
    if report.kept:
        progress.tell(f"{cut}: {report.name}: {report.gates_before} to {report.gates_after} gates")


def _verdict_text(verdict: Verdict) -> str:
    return f"{verdict.subject}: {verdict.outcome.value} by {verdict.method}"
