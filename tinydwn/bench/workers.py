"""Worker processes that start clean."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from tinydwn.errors import ProgramError

_WATCH_S = 1.0


@contextmanager
def worker_processes(count: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool of new Python processes, which share no memory with this one.

    Raises `ProgramError` where one of them dies. Where the body is left by an exception, work that has not begun
    is dropped and work that has is ended. Where this process is killed, they end by themselves within a second or two.
    """
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_end_with, initargs=(os.getpid(),))
    try:
        yield pool
    except BrokenProcessPool as error:
        raise ProgramError(
            "a worker process died", hint="it may have run out of memory; try fewer processes or a smaller size"
        ) from error
    except BaseException:
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _end_with(parent: int) -> None:
    """End this process soon after its parent has died: a worker that waits for work would not notice."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH_S)
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent ends its workers
    threading.Thread(target=watch, daemon=True).start()
