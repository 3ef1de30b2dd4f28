"""Running the scripts of a portfolio on one netlist, and keeping the smallest sound result."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tinydwn.errors import ProgramError, ProgramMissing, ProgramTimeout
from tinydwn.mapping.mapped import Attempt
from tinydwn.mapping.portfolio import Cover, MappingScript, Portfolio
from tinydwn.mapping.task import Found, Task


def smallest(task: Task, portfolio: Portfolio, *, timeout_s: float) -> tuple[Found, tuple[Attempt, ...]]:
    """Run all scripts, then polish; return the smallest result, with what all came to.

    Of equal areas the one with fewer cells counts, then the first. Raises `ProgramError` where no script comes to
    a result and `ProgramMissing` without ABC.
    """
    search = _Search(task, time.monotonic() + timeout_s)
    for script in portfolio.scripts:
        search.run(script, script.covers, start=None)
    if not search.found:
        reasons = "\n".join(f"    {attempt.script}: {attempt.reason}" for attempt in search.attempts)
        raise ProgramError("no mapping script came to a result", hint=f"allow more time; the scripts said:\n{reasons}")
    for _ in range(portfolio.polish_rounds):
        best = search.best
        search.run(portfolio.polish, portfolio.polish.covers, start=best)
        if search.best is best:
            break
    return search.best, tuple(search.attempts)


@dataclass(slots=True)
class _Search:
    """Results and attempts as they come in, until a moment of the monotonic clock."""

    task: Task
    end: float
    found: list[Found] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def best(self) -> Found:
        return min(self.found, key=lambda result: (result.area_um2, len(result.instances)))

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
            self.attempts += [Attempt(f"{script.name}+{cover.name}", None, error.message) for cover in covers]
        else:
            self.found += results
            self.attempts += [Attempt(result.script, result.area_um2) for result in results]
