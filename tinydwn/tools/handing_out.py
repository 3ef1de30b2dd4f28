"""Tasks handed out to the workers of a dask scheduler, no more at a time than there are workers."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar, cast

from tinydwn import __version__
from tinydwn.errors import ProgramError
from tinydwn.tools.versions import versions_here, versions_text

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as Handed
    from distributed.client import VersionsDict

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")
_LOOK_EVERY_S = 2.0
START_WORKERS = "dask worker --nworkers=-1 --nthreads=1"
"""The command that starts as many workers as there are cores; the address of the scheduler follows."""


def handed_out(
    client: Client, work: Callable[[Task], Outcome], tasks: Iterable[Task], *, place: str, timeout_s: float
) -> Iterator[tuple[Task, Future[Outcome]]]:
    """Yield tasks as they end; see `Cluster.run`.

    Workers may come and go meanwhile. `ProgramError` where the scheduler is lost, or has no worker for `timeout_s`.
    """
    from distributed import wait

    left = iter(tasks)
    running: dict[Handed[Any], Task] = {}
    seen_s = time.monotonic()
    try:
        while True:
            workers = len(client.nthreads())
            seen_s = time.monotonic() if workers else seen_s
            for task in islice(left, max(0, max(workers, 1) - len(running))):
                running[client.submit(_checked, work, task, versions(), pure=False)] = task
            if not running:
                return
            if time.monotonic() - seen_s > timeout_s:
                raise ProgramError(
                    f"{place} has had no worker for {timeout_s:g} s", hint="start one; the same command goes on"
                )
            try:
                with client.as_current():
                    done = wait(list(running), timeout=_LOOK_EVERY_S, return_when="FIRST_COMPLETED").done
            except TimeoutError:
                continue
            for future in done:
                task = running.pop(future)
                yield task, _ended(future, task)
    except (OSError, CancelledError, asyncio.CancelledError) as error:
        raise ProgramError(
            f"{place} was lost", hint="see that it runs; the same command goes on where it was"
        ) from error


def end_of(outcome: Outcome | None = None, *, error: BaseException | None = None) -> Future[Outcome]:
    """Return a finished future."""
    future: Future[Any] = Future()
    if error is None:
        future.set_result(outcome)
    else:
        future.set_exception(error)
    return future


def versions() -> dict[str, str]:
    """Return what must be the same wherever tasks run: the versions of Python and of what outcomes depend on."""
    python = ".".join(map(str, sys.version_info[:2]))
    return {**versions_here(), "tinydwn": __version__, "python": python}


def require_fit(client: Client) -> None:
    """Raise `ProgramError` where a worker has another Python or tinydwn, or runs several tasks side by side.

    All versions are looked at with each task, on whatever worker it comes to.
    """
    mine = {name: versions()[name] for name in ("python", "tinydwn")}
    found = cast("VersionsDict", client.get_versions(packages=["tinydwn"]))
    for address, threads in client.nthreads().items():
        _require_one_thread(threads, address)
    for address, said in found["workers"].items():
        python = ".".join(str(said["host"]["python"]).split(".")[:2])
        _require_same(mine, {"python": python, "tinydwn": said["packages"]["tinydwn"] or "none"}, address)


def _require_one_thread(threads: int, address: str) -> None:
    """Tasks of one process would share its random numbers and its cores."""
    if threads != 1:
        raise ProgramError(
            f"the worker {address} has {threads} threads",
            hint=f"start workers of one thread: '{START_WORKERS} ADDRESS'",
        )


def _require_same(mine: Mapping[str, str], theirs: Mapping[str, str], address: str) -> None:
    names = [name for name in {**mine, **theirs} if mine.get(name) != theirs.get(name)]
    if names:
        there, here = (versions_text({name: one.get(name, "none") for name in names}) for one in (theirs, mine))
        raise ProgramError(
            f"the worker {address} has {there}; this process has {here}",
            hint="start workers from the same environment as this command",
        )


def _checked(work: Callable[[Task], Outcome], task: Task, expected: Mapping[str, str]) -> Outcome:
    """Do a task on a worker, which may have come after the others were looked at."""
    from distributed import get_worker

    worker = get_worker()
    _require_one_thread(worker.state.nthreads, worker.address)
    _require_same(expected, versions(), worker.address)
    return work(task)


def _ended(future: Handed[Any], task: object) -> Future[Any]:
    """Return a finished future of what a handed-out one came to."""
    from distributed import KilledWorker

    if future.status == "finished":
        return end_of(future.result())
    if future.status != "error":
        raise CancelledError(f"a task was {future.status}")
    error = future.exception()
    if isinstance(error, KilledWorker):
        error = ProgramError(
            f"the worker process of {task} died, {error.allowed_failures + 1} times",
            hint="it may have run out of memory; try fewer processes or a smaller size",
        )
    return end_of(error=error)
