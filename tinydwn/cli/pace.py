"""How far a measurement of many tasks is, and how long it will take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from tinydwn.cli.console import Listener, Step, progress


class Tell(Protocol):
    """Hears of one more task: what came of it, and whether that was stored already."""

    def __call__(self, text: str, *, stored: bool) -> None:
        """Hear of one more task."""

    def meanwhile(self, text: str) -> None:
        """Hear what is done before the next task ends."""


class Pace:
    """Counts tasks as they arrive; those that were done meanwhile tell how long the others take.

    >>> seconds = iter([0.0, 60.0])
    >>> pace = Pace(4, clock=lambda: next(seconds))
    >>> pace.told("first", stored=True), pace.told("second", stored=False)
    ('first (stored)', 'second; about 2 min left, 1 was stored')
    """

    def __init__(self, total: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._total, self._clock, self._begun_s = total, clock, clock()
        self._stored = self._made = 0

    @property
    def done(self) -> int:
        """Tasks that arrived, stored ones included."""
        return self._stored + self._made

    def told(self, text: str, *, stored: bool) -> str:
        """Count one more task and return its text, with what is left."""
        if stored:
            self._stored += 1
            return f"{text} (stored)"
        self._made += 1
        left = self._total - self.done
        seconds = (self._clock() - self._begun_s) / self._made * left
        said = [f"about {duration(seconds)} left"] if left else []
        if self._stored:
            said.append(f"{self._stored} {'was' if self._stored == 1 else 'were'} stored")
        return "; ".join(filter(None, (text, ", ".join(said))))


def duration(seconds: float) -> str:
    """Return a time in its two largest units, more or less.

    >>> [duration(s) for s in (0.2, 59, 600, 7_800, 86_400 * 3.5)]
    ['1 s', '59 s', '10 min', '2 h 10 min', '3 d 12 h']
    """
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes = round(whole / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(round(whole / 3600), 24)
    return f"{days} d {hours} h"


class _Told:
    """Tells of tasks where progress is shown."""

    def __init__(self, title: str, total: int, listen: Listener) -> None:
        self._title, self._total, self._listen = title, total, listen
        self._pace = Pace(total)

    def __call__(self, text: str, *, stored: bool) -> None:
        told = self._pace.told(text, stored=stored)
        self._listen(Step(self._title, told, self._pace.done, self._total))

    def meanwhile(self, text: str) -> None:
        self._listen(Step(self._title, text))


@contextmanager
def paced(title: str, what: str, total: int, *, quiet: bool) -> Iterator[Tell]:
    """Show the progress of a measurement of `total` tasks, and about how long it will take."""
    with progress(quiet=quiet) as listen:
        listen(Step(title, what, 0, total))
        yield _Told(title, total, listen)
