"""How far a run of LibreLane came: steps that it finished, the one that it ended in, and the figures up to there."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import DataError, FlowError
from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.figures import figures_of
from tinydwn.flow.metrics_file import MetricsFile, read_metrics
from tinydwn.tools.files import write_atomically
from tinydwn.tools.librelane import RUN_TAG

REACHED = "reached.json"
_STEP = re.compile(r"(\d+)-([\w-]+)")
_STATE = "state_out.json"
_SKIPPED = re.compile(r"Skipping step\s+'([^']+)'")


@dataclass(frozen=True, slots=True)
class Reached:
    """Steps in their order by number and name, of those that ended well the last one's figures, and what was left out.

    `ended_in` is the step that began and did not end, "" where there is none.
    """

    finished: tuple[str, ...]
    ended_in: str
    skipped: tuple[str, ...]
    metrics: MetricsFile

    @property
    def sentence(self) -> str:
        """What was reached, in words."""
        last = f"step {self.finished[-1]} was finished" if self.finished else "no step was finished"
        ended = f", and {self.ended_in} ended the run" if self.ended_in else ""
        left_out = f"; left out: {', '.join(self.skipped)}" if self.skipped else ""
        return f"{last}{ended}{left_out}"


def reached(folder: Path, log: str) -> Reached | None:
    """Return how far the run in a stage's folder came, None where it has no steps; `DataError` for odd figures."""
    place = folder / "runs" / RUN_TAG
    steps = sorted(
        (int(match[1]), path)
        for path in (place.iterdir() if place.is_dir() else ())
        if path.is_dir() and (match := _STEP.fullmatch(path.name))
    )
    if not steps:
        return None
    done = [path for _, path in steps if (path / _STATE).is_file()]
    return Reached(
        finished=tuple(path.name for path in done),
        ended_in="" if done and steps[-1][1] == done[-1] else steps[-1][1].name,
        skipped=tuple(dict.fromkeys(_SKIPPED.findall(" ".join(log.split())))),
        metrics=_metrics(done[-1] / _STATE) if done else read_metrics("{}", where="no state"),
    )


def told_of_failure(error: FlowError, folder: Path, circuit: FlowCircuit) -> FlowError:
    """Return the error of a failed stage with how far it came; its figures up to there are written beside its log."""
    log = folder / "log.txt"
    said = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
    found = reached(folder, said)
    if found is None:
        return error
    registers = circuit.registers > 0
    figures = figures_of(found.metrics, netlist_area_um2=circuit.area_um2, routed_area_um2=None, registers=registers)
    document = {
        "finished": found.finished,
        "ended_in": found.ended_in,
        "skipped": found.skipped,
        "figures": {one.name: {"value": one.value, "unit": one.unit, "source": one.source} for one in figures},
    }
    write_atomically(folder / REACHED, (json.dumps(document, indent=2, allow_nan=False) + "\n").encode())
    hint = f"the {len(figures)} figures up to there are in '{folder / REACHED}'; {error.hint}"
    return FlowError(f"{error.message}\n    {found.sentence}", hint=hint)


def _metrics(path: Path) -> MetricsFile:
    try:
        state = json.loads(path.read_text(encoding="utf-8", errors="replace"))
        told = {name: value for name, value in state["metrics"].items() if value is not None}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"'{path}' is no state of LibreLane: {error}", hint="remove the run and start again") from error
    return read_metrics(json.dumps(told), where=f"'{path}'")
