"""Trials that are made up from their values alone, for workers anywhere."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from pathlib import Path

from tinydwn.errors import ConfigError
from tinydwn.explore.circuit import Found
from tinydwn.synthesis.front import Size


def trial(task):
    """Return a few circuits, some of equal area or accuracy, the same for the same values."""
    rng = random.Random(json.dumps(dict(task.values), sort_keys=True))
    found = []
    for k in range(rng.randint(1, 5)):
        size = Size(rng.randint(1, 9), 2.0 * rng.randint(1, 8), float(rng.randint(1, 8)))
        found.append(Found(k, "refined", "a start", size, size, rng.randint(5, 10) / 10, ("leaf",), "bW9kZWw="))
    return tuple(sorted(found, key=lambda one: one.chip.area_um2))


def trial_that_may_fail(task):
    if task.values["bits"] == "2":
        raise ConfigError("2 bits are too few")
    return trial(task)


def trial_that_ends_its_process(task):
    """Return what `trial` does; the process is killed in trial 3."""
    if task.number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return trial(task)


def trial_with_a_defect(task):
    raise ZeroDivisionError


def slow_trial_that_tells(task):
    """Return what `trial` does, after it told who began it."""
    with (Path(os.environ["NOTES"])).open("a") as notes:
        notes.write(f"{task.number} {os.getpid()}\n")
    time.sleep(0.3)
    return trial(task)
