"""Worker processes that start clean."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from tinydwn.errors import ProgramError


@contextmanager
def worker_processes(count: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool of new Python processes, which share no memory with this one.

    Raises `ProgramError` where one of them dies. Where the body is left by an exception, work that has not begun
    is dropped.
    """
    pool = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))
    try:
        yield pool
    except BrokenProcessPool as error:
        raise ProgramError(
            "a worker process died", hint="it may have run out of memory; try fewer processes or a smaller size"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)
