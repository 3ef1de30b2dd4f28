"""Workers in processes of their own: they die, they are lost, they are others than they should be."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress

import psutil
import pytest

from tinydwn import __version__
from tinydwn.bench.store import OutcomeStore
from tinydwn.bench.tasks import run_tasks
from tinydwn.errors import ProgramError
from tinydwn.tools import cluster as cluster_module
from tinydwn.tools.cluster import Cluster

SCHEDULER = ("-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
WORKER = ("--no-nanny", "--nthreads", "1", "--no-dashboard")


@pytest.fixture(scope="module")
def work(work_path):
    import arithmetic

    return arithmetic


def run(work, how, numbers, *, cluster, notes="", path=None, **options):
    tasks = [work.Task(k, str(notes)) for k in numbers]
    return run_tasks(tasks, how, store=OutcomeStore(path, "squares/1", work.read), cluster=cluster, **options)


def await_true(condition, seconds=60.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.05)


@contextmanager
def python(path, *words, stderr=subprocess.DEVNULL, **variables):
    """Run another Python, in a group of its own, until the block ends."""
    with subprocess.Popen(
        [sys.executable, *words],
        env={**os.environ, **variables, "PYTHONPATH": os.pathsep.join((str(path), *sys.path))},
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def scheduler(work_path, tmp_path_factory):
    """Return the address of a scheduler in a process of its own."""
    place = tmp_path_factory.mktemp("scheduler") / "scheduler.json"
    with python(work_path, *SCHEDULER, "--scheduler-file", str(place)):
        await_true(lambda: place.exists() and place.read_text())
        yield json.loads(place.read_text())["address"]


def test_a_task_whose_worker_dies_is_done_again_in_another_process(work, tmp_path):
    me, listening, environment = psutil.Process(), [], dict(os.environ)

    def look(*_):
        for process in (me, *me.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):  # the one that died
                listening.extend(c.laddr.ip for c in process.net_connections() if c.status == "LISTEN")

    found = run(
        work,
        work.square_after_a_death,
        range(6),
        cluster=Cluster(processes=2),
        notes=tmp_path / "notes",
        on_arrival=look,
    )
    assert [one.value for one in found.values()] == [0, 1, 4, 9, 16, 25]
    assert os.getpid() not in {one.process for one in found.values()}
    assert (tmp_path / "notes").read_text() == "died"
    assert set(listening) == {"127.0.0.1"}
    assert dict(os.environ) == environment


def test_a_task_that_always_ends_its_worker_is_an_error_with_a_hint(work, monkeypatch):
    monkeypatch.setattr(cluster_module, "ALLOWED_FAILURES", 1)
    with pytest.raises(ProgramError) as error:
        run(work, work.die, [7], cluster=Cluster(processes=1))
    assert str(error.value) == (
        "the worker process of Task(number=7, notes='') died, 2 times\n\n"
        "hint: it may have run out of memory; try fewer processes or a smaller size"
    )


def test_workers_end_when_their_parent_is_killed(work, work_path, tmp_path):
    notes = tmp_path / "notes"
    code = (
        "import arithmetic\n"
        "from tinydwn.tools.cluster import Cluster\n"
        "if __name__ == '__main__':\n"
        f"    tasks = iter([arithmetic.Task(k, {str(notes)!r}) for k in range(1000)])\n"
        "    list(Cluster(processes=2).run(arithmetic.square_and_tell, tasks))\n"
    )
    with python(work_path, "-c", code) as parent:
        await_true(lambda: notes.exists() and len(notes.read_text().splitlines()) >= 3)
        parent.kill()
    workers = {int(line.split()[1]) for line in notes.read_text().splitlines()}
    assert 1 <= len(workers) <= 2  # on a busy machine the second starts late
    await_true(lambda: not any(map(psutil.pid_exists, workers)))


def test_interrupted_measurements_end_with_130_keep_what_was_done_and_leave_no_process(work_path, tmp_path):
    notes, store = tmp_path / "notes", tmp_path / "s.json"
    code = (
        "import arithmetic, tinydwn.bench.studies.accuracy as accuracy\n"
        "from dataclasses import replace\n"
        "from tinydwn.cli.app import main\n"
        "if __name__ == '__main__':\n"
        "    accuracy.STUDY = replace(accuracy.STUDY, run=arithmetic.compete_and_tell)\n"
        "    main()\n"
    )
    words = ("bench", "accuracy", "tau", "--processes", "2", "--store", str(store))
    with python(work_path, "-c", code, *words, NOTES=str(notes), stderr=subprocess.PIPE) as command:
        await_true(store.exists)
        os.killpg(command.pid, signal.SIGINT)
        said = command.communicate(timeout=60)[1].decode()
    assert command.returncode == 130, said
    assert said.endswith("interrupted; nothing half-written was left, and the same command goes on or starts anew\n")
    assert "Traceback" not in said
    assert 1 <= len(json.loads(store.read_text())["outcomes"]) < 100
    workers = {int(line.split()[1]) for line in notes.read_text().splitlines()}
    assert 1 <= len(workers) <= 2  # on a busy machine the second starts late
    await_true(lambda: not any(map(psutil.pid_exists, workers)))


def test_a_scheduler_without_workers_and_one_that_is_not_there_are_told(work, scheduler):
    with pytest.raises(ProgramError) as error:
        run(work, work.square, [1], cluster=Cluster(scheduler=scheduler, timeout_s=0.3))
    assert str(error.value) == (
        f"the scheduler at {scheduler} has had no worker for 0.3 s\n\n"
        f"hint: start some with 'dask worker --nworkers=-1 --nthreads=1 {scheduler}'"
    )
    with pytest.raises(ProgramError) as error:
        run(work, work.square, [1], cluster=Cluster(scheduler="tcp://127.0.0.1:1", timeout_s=0.3))
    assert str(error.value) == (
        "no scheduler answers at tcp://127.0.0.1:1 within 0.3 s\n\n"
        "hint: start one with 'dask scheduler' and workers with "
        "'dask worker --nworkers=-1 --nthreads=1 tcp://127.0.0.1:1', or leave it out"
    )


def test_who_waits_for_a_scheduler_can_interrupt_at_once(work_path, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60.0)
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        words = ("bench", "accuracy", "tau", "--scheduler", address, "--store", str(tmp_path / "s.json"))
        with (
            python(
                work_path, "-c", "from tinydwn.cli.app import main; main()", *words, stderr=subprocess.PIPE
            ) as command,
            silent.accept()[0],
        ):
            time.sleep(0.2)  # past the accepted connection, in the wait for an answer
            command.send_signal(signal.SIGINT)
            said = command.communicate(timeout=30)[1].decode()  # the command itself would wait for 60 s
    assert command.returncode == 130, said
    assert said.endswith("interrupted; nothing half-written was left, and the same command goes on or starts anew\n")
    assert "Traceback" not in said


def test_tasks_of_a_killed_worker_of_a_scheduler_are_done_by_the_other(work, work_path, scheduler, tmp_path):
    notes = tmp_path / "notes"
    worker = ("-m", "distributed.cli.dask_worker", scheduler, *WORKER, "--local-directory", str(tmp_path))
    with ExitStack() as stack:
        workers = {one.pid: one for one in (stack.enter_context(python(work_path, *worker)) for _ in range(2))}
        heard = []

        def kill_one(task, outcome, stored):
            heard.append(task.number)
            begun = [line.split() for line in notes.read_text().splitlines()]
            busy = [int(pid) for number, pid in begun if int(number) not in heard]
            if len(workers) == 2 and len({pid for _, pid in begun}) == 2 and busy:
                workers.pop(busy[-1]).send_signal(signal.SIGKILL)

        cluster = Cluster(scheduler=scheduler, timeout_s=60.0)
        found = run(work, work.square_and_tell, range(8), cluster=cluster, notes=notes, on_arrival=kill_one)
        assert [one.value for one in found.values()] == [k * k for k in range(8)]
        assert len(workers) == 1
        begun = [int(line.split()[0]) for line in notes.read_text().splitlines()]
        assert len(begun) > len(set(begun)) == 8


def test_a_scheduler_that_is_lost_on_the_way_is_told_and_what_arrived_is_kept(work, work_path, tmp_path, capfd):
    place, notes = tmp_path / "scheduler.json", tmp_path / "notes"
    with python(work_path, *SCHEDULER, "--scheduler-file", str(place)) as lost:
        await_true(lambda: place.exists() and place.read_text())
        address = json.loads(place.read_text())["address"]
        words = ("-m", "distributed.cli.dask_worker", address, *WORKER, "--local-directory", str(tmp_path))
        with python(work_path, *words), pytest.raises(ProgramError) as error:
            run(
                work,
                work.square_and_tell,
                range(6),
                cluster=Cluster(scheduler=address, timeout_s=60.0),
                notes=notes,
                path=tmp_path / "s.json",
                on_arrival=lambda task, *_: lost.kill() if task.number == 1 else None,
            )
    assert str(error.value) == (
        f"the scheduler at {address} was lost\n\nhint: see that it runs; the same command goes on where it was"
    )
    kept = json.loads((tmp_path / "s.json").read_text())["outcomes"]
    assert [json.loads(key)["number"] for key in kept] == [0, 1]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("version", "threads", "message", "hint"),
    [
        ("99", "1", " has tinydwn 99; this process has tinydwn 0.", "start workers from the same environment as this"),
        (__version__, "2", " has 2 threads", "start workers of one thread: 'dask worker --nworkers=-1 --nthreads=1"),
    ],
)
def test_workers_that_would_make_other_outcomes_are_refused(
    work, work_path, scheduler, tmp_path, version, threads, message, hint
):
    code = f"import tinydwn; tinydwn.__version__ = '{version}'; from distributed.cli.dask_worker import main; main()"
    words = (scheduler, "--no-nanny", "--nthreads", threads, "--no-dashboard", "--local-directory", str(tmp_path))
    with python(work_path, "-c", code, *words):
        with pytest.raises(ProgramError) as error:
            run(work, work.square, [1], cluster=Cluster(scheduler=scheduler, timeout_s=60.0))
        assert message in error.value.message
        assert error.value.hint.startswith(hint)
