"""Several runs of external programs at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import TypeVar

from tinydwn.errors import ConfigError
from tinydwn.tools.program import named, stop_programs

Result = TypeVar("Result")
AT_A_TIME = "TINYDWN_PROGRAMS"
"""The environment variable that says how many jobs run at a time, where processes share a machine."""


def run_together(jobs: Iterable[Callable[[], Result]]) -> list[Result]:
    """Call every job, as many at a time as there are processors or `AT_A_TIME` says, and return results in order.

    The first exception, Ctrl-C included, stops all programs that the jobs have started or still start, and goes
    through.

    >>> run_together([lambda: 1, lambda: 2])
    [1, 2]
    """
    group = object()
    with ThreadPoolExecutor(max_workers=_at_a_time()) as pool:
        with named(group):
            futures = [pool.submit(copy_context().run, job) for job in jobs]
        try:
            for future in wait(futures, return_when=FIRST_EXCEPTION).done:
                future.result()
            return [future.result() for future in futures]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            # A job may start another program after one was stopped, so one blow is not enough.
            while not all(future.done() for future in futures):
                stop_programs(group)
                wait(futures, timeout=0.05)
            raise


def _at_a_time() -> int:
    said = os.environ.get(AT_A_TIME)
    if not said:
        return os.cpu_count() or 1
    if not (said.isascii() and said.isdigit() and int(said)):
        raise ConfigError(f"{AT_A_TIME} is {said!r}", hint="set it to a number of at least 1, or unset it")
    return int(said)
