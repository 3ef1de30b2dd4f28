"""Explorations on a dask scheduler whose workers are processes of their own, and die."""

from __future__ import annotations

import json
import signal
from contextlib import ExitStack

from tests.explore.conftest import await_true, python
from tests.explore.test_exploration import hearing, run
from tinydwn.explore.exploration import Asked
from tinydwn.explore.space import space_of
from tinydwn.tools.cluster import Cluster


def test_trials_of_a_killed_worker_are_done_by_the_other(made_up, work_path, tmp_path):
    place, notes = tmp_path / "scheduler.json", tmp_path / "notes"
    scheduler = ("-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    options = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--local-directory", str(tmp_path))
    space = space_of(["bits=2,3", "seed=0..2"])
    with ExitStack() as stack:
        stack.enter_context(python(work_path, *scheduler, "--scheduler-file", str(place)))
        await_true(lambda: place.exists() and place.read_text())
        address = json.loads(place.read_text())["address"]
        worker = ("-m", "distributed.cli.dask_worker", address, *options)
        started = [stack.enter_context(python(work_path, *worker, NOTES=str(notes))) for _ in range(2)]
        workers = {one.pid: one for one in started}
        heard = []

        def kill_one(one, stored):
            heard.append(one.number)
            begun = [line.split() for line in notes.read_text().splitlines()]
            busy = [int(pid) for number, pid in begun if int(number) not in heard]
            if len(workers) == 2 and len({pid for _, pid in begun}) == 2 and busy:
                workers.pop(busy[-1]).send_signal(signal.SIGKILL)

        found = run(
            made_up.slow_trial_that_tells,
            tmp_path,
            Asked(space=space, trials=6),
            cluster=Cluster(scheduler=address),
            listen=hearing(kill_one),
        )
    assert len(workers) == 1
    begun = [int(line.split()[0]) for line in notes.read_text().splitlines()]
    assert len(begun) > len(set(begun)) == 6
    assert not any(one.error for one in found.tried)
    here = run(made_up.trial, tmp_path, Asked(space=space, trials=6), study="here")

    def by_values(explored):
        return {tuple(sorted(one.values.items())): one.circuits for one in explored.tried}

    assert by_values(found) == by_values(here)

    def places(explored):
        return [one.circuit.place("chip") for one in explored.front]

    assert places(found) == places(here)
