from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from tinydwn.bench.workers import worker_processes
from tinydwn.errors import ProgramError


def test_a_worker_is_another_process():
    with worker_processes(1) as pool:
        assert pool.submit(os.getpid).result() != os.getpid()


def test_a_worker_ends_when_its_parent_is_killed():
    code = (
        "import os, signal, time\n"
        "from tinydwn.bench.workers import worker_processes\n"
        "if __name__ == '__main__':\n"
        "    with worker_processes(1) as pool:\n"
        "        print(pool.submit(os.getpid).result(), flush=True)\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    worker = int(done.stdout)
    for _ in range(100):
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("the worker is still there ten seconds after its parent")


def test_a_worker_that_dies_is_an_error_with_a_hint():
    with pytest.raises(ProgramError) as error, worker_processes(1) as pool:
        pool.submit(os.abort).result()
    assert str(error.value) == (
        "a worker process died\n\nhint: it may have run out of memory; try fewer processes or a smaller size"
    )
