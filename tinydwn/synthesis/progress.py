"""Stages that are timed and told about, one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Event:
    """One step of progress: the stage, what happens, and how far it is where that is known."""

    stage: str
    text: str
    done: int | None = None
    total: int | None = None


OnEvent = Callable[[Event], None]


class Tell(Protocol):
    """Hears of a step within a stage."""

    def __call__(self, text: str, *, done: int | None = None, total: int | None = None) -> None:
        """Hear what happens, and how far it is where that is counted."""


def tell_nobody(text: str, *, done: int | None = None, total: int | None = None) -> None:
    """Hear of a step, and do nothing."""
    del text, done, total


class Progress:
    """Tells a listener what happens and keeps the seconds of each stage.

    >>> told = []
    >>> progress = Progress(told.append)
    >>> with progress.stage("lower", "to boolean functions"):
    ...     progress.tell("half way", done=1, total=2)
    >>> [(event.stage, event.text) for event in told]
    [('lower', 'to boolean functions'), ('lower', 'half way')]
    """

    def __init__(self, on_event: OnEvent | None = None) -> None:
        self._on_event = on_event
        self._stage = ""
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str, text: str) -> Iterator[None]:
        """Open a stage; its time is added up even when it fails."""
        outer, self._stage = self._stage, name
        start = time.monotonic()
        self.tell(text)
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - start
            self._stage = outer

    def tell(self, text: str, *, done: int | None = None, total: int | None = None) -> None:
        """Tell the listener of a step within the open stage."""
        if self._on_event is not None:
            self._on_event(Event(self._stage, text, done, total))
