"""Tasks that other processes find on their path: squares, and what may go wrong on the way to them."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from tinydwn.bench import protocols
from tinydwn.bench.contest import Outcome
from tinydwn.errors import DataError
from tinydwn.tools.codec import from_json


@dataclass(frozen=True, slots=True)
class Task:
    number: int
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Square:
    value: int
    process: int = 0


def read(stored: object) -> Square:
    found: Square = from_json(Square, stored, where="it")
    return found


def square(task: Task) -> Square:
    """Negative numbers cannot be squared here."""
    if task.number < 0:
        raise DataError(f"{task.number} is negative", hint="give another number")
    return Square(task.number**2)


def square_and_tell(task: Task) -> Square:
    """Tell by whom the square was begun, and take a moment."""
    with Path(task.notes).open("a") as notes:
        notes.write(f"{task.number} {os.getpid()}\n")
    time.sleep(0.25)
    return Square(task.number**2, os.getpid())


def square_after_a_death(task: Task) -> Square:
    """The process of number 3 is killed the first time."""
    place = Path(task.notes)
    if task.number == 3 and not place.exists():
        place.write_text("died")
        os.kill(os.getpid(), signal.SIGKILL)
    return Square(task.number**2, os.getpid())


def die(task: Task) -> Square:
    os.kill(os.getpid(), signal.SIGKILL)
    return square(task)


def compete_and_tell(task: protocols.Task) -> Outcome:
    """Stand in for a contender of `tinydwn bench accuracy`."""
    with Path(os.environ["NOTES"]).open("a") as notes:
        notes.write(f"{task.seed} {os.getpid()}\n")
    time.sleep(0.3)
    return Outcome(0.5, 0.5, 0.3)
