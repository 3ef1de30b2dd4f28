"""Running the scripts of a portfolio on one netlist, and keeping the best sound result."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tinydwn.errors import ProgramError, ProgramMissing, ProgramTimeout
from tinydwn.mapping.mapped import Attempt
from tinydwn.mapping.portfolio import Cover, MappingScript, Stage
from tinydwn.mapping.task import Found, Task


def best_of(task: Task, stages: Sequence[Stage], *, timeout_s: float) -> tuple[Found, tuple[Attempt, ...]]:
    """Run all stages; return the best result by the task's objective, with what all scripts came to.

    Of equal ones the first counts. Raises `ProgramError` where no script comes to a result and `ProgramMissing` without
    ABC.
    """
    end = time.monotonic() + timeout_s
    searches = [_run_stage(task, stage, end) for stage in stages]
    attempts = tuple(attempt for search in searches for attempt in search.attempts)
    found = [search.best for search in searches if search.found]
    if not found:
        reasons = "\n".join(f"    {attempt.script}: {attempt.reason}" for attempt in attempts)
        raise ProgramError("no mapping script came to a result", hint=f"allow more time; the scripts said:\n{reasons}")
    return min(found, key=task.rank), attempts


def _run_stage(task: Task, stage: Stage, end: float) -> _Search:
    """Run the scripts of a stage and polish their best result."""
    search = _Search(task, end)
    for script in stage.scripts:
        search.run(script, script.covers, start=None)
    for _ in range(stage.rounds if search.found else 0):
        best = search.best
        if len(best.instances) <= stage.most_cells:
            search.run(MappingScript("polish", "", stage.polish, 0), stage.polish, start=best)
        if search.best is best:
            break
    return search


@dataclass(slots=True)
class _Search:
    """Results and attempts as they come in, until a moment of the monotonic clock."""

    task: Task
    end: float
    found: list[Found] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def best(self) -> Found:
        return min(self.found, key=self.task.rank)

    def run(self, script: MappingScript, covers: Sequence[Cover], *, start: Found | None) -> None:
        """Run one script and note what came of it; where one of several covers fails, each is run alone."""
        try:
            results = self.task.run(script, covers, start=start, timeout_s=max(self.end - time.monotonic(), 0.1))
        except ProgramMissing:
            raise
        except ProgramError as error:
            if len(covers) > 1 and not isinstance(error, ProgramTimeout):
                for cover in covers:
                    self.run(script, (cover,), start=start)
                return
            before = start.script if start else script.name
            self.attempts += [Attempt(f"{before}+{cover.name}", None, error.message) for cover in covers]
        else:
            self.found += results
            self.attempts += [Attempt(result.script, result.area_um2) for result in results]
