"""Being told to stop: by Ctrl-C, by `kill`, by a terminal that closes."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPS = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stops_as_interrupts() -> Iterator[None]:
    """Let the first SIGTERM or SIGHUP raise `KeyboardInterrupt` within the block; later ones change nothing.

    One that is ignored, as by `nohup`, stays so. Only the main thread of a process can do this; another does nothing.
    """
    told: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        told.append(number)
        if len(told) == 1:
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.getsignal(one) for one in STOPS}
    try:
        for one, handler in before.items():
            if handler is not signal.SIG_IGN:
                signal.signal(one, stop)
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler if handler is not None else signal.SIG_DFL)
