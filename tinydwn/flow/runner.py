"""Running a plan: stage after stage, from the last good one on, each judged by more than its exit status."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import FlowError, ProgramTimeout
from tinydwn.flow import run_dir, state
from tinydwn.flow.complaints import errors_of
from tinydwn.flow.stage import Plan, Planned, Stage
from tinydwn.tools.container import fresh_name
from tinydwn.tools.files import write_atomically
from tinydwn.tools.program import Completed, run_program, tail

_WROTE = re.compile(r"^tinydwn: wrote (\S+) (\d+)$", re.MULTILINE)
_LAST_BYTES = 4096
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One step of progress, as the command line shows it."""

    stage: str
    text: str
    done: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class StageRun:
    """How one stage went: its folder, how long it took, and whether it was done before."""

    name: str
    folder: Path
    seconds: float
    kept: bool


def write_plan(prepared: Planned) -> tuple[Path, ...]:
    """Write all files of a plan without running it, and return where they are; `FlowError` where a run is at work."""
    files = prepared.plan.files
    with run_dir.alone_in(prepared.folder):
        run_dir.write_files(prepared.folder, files)
    return tuple(prepared.folder / name for name in sorted(files))


def run_plan(
    plan: Plan, folder: Path, *, timeout_s: float, on_event: Callable[[FlowStep], None] = lambda _: None
) -> tuple[StageRun, ...]:
    """Write a plan's files to `folder` and run the stages that are not done; `timeout_s` is for each of them.

    Raises `FlowError` where a stage fails, with all that it complained about, where a script of its own is no longer
    the plan's, and where another run is at work there; the stages before it stay done. `ProgramMissing` where its
    program cannot be started.
    """
    with run_dir.alone_in(folder):
        return run_stages(plan, folder, timeout_s=timeout_s, on_event=on_event)


def run_stages(
    plan: Plan, folder: Path, *, timeout_s: float, on_event: Callable[[FlowStep], None] = lambda _: None
) -> tuple[StageRun, ...]:
    """Do as `run_plan` for a caller that is `alone_in` the folder already, and has more to do there afterwards."""
    run_dir.write_files(folder, plan.files)
    runs: list[StageRun] = []
    before: state.Mark | None = None
    for stage in plan.stages:
        mark = state.good_mark(stage, folder, before)
        on_event(FlowStep(stage.name, stage.title if mark is None else "done before"))
        run_dir.require_written(folder, {name: plan.files[name] for name in stage.scripts})
        kept = mark is not None
        if not kept:
            run_dir.withdraw_outcome(folder)
        before = mark or _run_stage(stage, folder, before, timeout_s, on_event)
        runs.append(StageRun(stage.name, folder / stage.name, before.seconds, kept))
    return tuple(runs)


def _run_stage(
    stage: Stage, folder: Path, before: state.Mark | None, timeout_s: float, on_event: Callable[[FlowStep], None]
) -> state.Mark:
    made_from = state.fingerprint(stage, folder, before)
    part = run_dir.start(folder, stage.name)
    try:
        done = _started(stage, part, timeout_s, on_event)
        wrong = _wrong(stage, part, done)
    except BaseException as error:
        failed = run_dir.put_aside(folder, stage.name)
        if isinstance(error, ProgramTimeout):
            said = (failed / run_dir.LOG).read_text(encoding="utf-8", errors="replace")
            raise _failure(stage, failed, [error.message, *map(str, errors_of(said))], said) from error
        raise
    if wrong:
        raise _failure(stage, run_dir.put_aside(folder, stage.name), wrong, done.stdout)
    results = {name: state.digest(part / name) for name in stage.results}
    mark = state.Mark(made_from, results, round(done.seconds, 3))
    write_atomically(part / state.MARK, mark.text.encode())
    run_dir.accept(folder, stage.name)
    return mark


def _started(stage: Stage, part: Path, timeout_s: float, on_event: Callable[[FlowStep], None]) -> Completed:
    log = part / run_dir.LOG
    told = ""

    def tell() -> None:
        nonlocal told
        last = _last_line(log)
        if last and last != told:
            told = last
            on_event(FlowStep(stage.name, last))

    name = fresh_name()
    command = stage.container.words(stage.command, folder=part, name=name) if stage.container else stage.command
    try:
        return run_program(
            command, name=stage.program, variable=stage.variable, folder=part, timeout_s=timeout_s,
            check=False, cores=stage.cores, log=log, on_wait=tell,
        )  # fmt: skip
    finally:
        if stage.container:
            stage.container.stop(name)


def _wrong(stage: Stage, part: Path, done: Completed) -> list[str]:
    """Return everything that speaks against a stage: exit status, complaints, missing and half-written files."""
    wrong = [str(one) for one in errors_of(done.stdout)]
    if done.returncode != 0:
        wrong.append(done.status)
    if stage.done_line and stage.done_line not in done.stdout.splitlines():
        wrong.append(f"it ended without saying '{stage.done_line}'")
    for name, size in _WROTE.findall(done.stdout):
        path = part / name
        here = path.stat().st_size if path.is_file() else -1
        if here != int(size):
            wrong.append(f"'{name}' has {max(here, 0)} of {size} bytes")
    for name in stage.results:
        path = part / name
        if not path.is_file():
            wrong.append(f"'{name}' was not written")
        elif path.stat().st_size == 0 and name not in stage.may_be_empty:
            wrong.append(f"'{name}' is empty")
    return wrong


def _failure(stage: Stage, failed: Path, wrong: list[str], said: str) -> FlowError:
    listed = "\n".join(f"    {one}" for one in wrong)
    return FlowError(
        f"stage '{stage.name}' failed in {stage.program}:\n{listed}",
        hint=f"its files are in '{failed}'; the last that it said:\n{tail(said)}",
    )


def _last_line(log: Path) -> str:
    """Return the last whole line of a log that is being written."""
    try:
        with log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(file.tell() - _LAST_BYTES, 0))
            lines = file.read().decode("utf-8", errors="replace").split("\n")[:-1]
    except OSError:
        return ""
    return next((line.strip()[:_WIDTH] for line in reversed(lines) if line.strip()), "")
