from __future__ import annotations

import os

import pytest

from tinydwn.bench.workers import worker_processes
from tinydwn.errors import ProgramError


def test_a_worker_is_another_process():
    with worker_processes(1) as pool:
        assert pool.submit(os.getpid).result() != os.getpid()


def test_a_worker_that_dies_is_an_error_with_a_hint():
    with pytest.raises(ProgramError) as error, worker_processes(1) as pool:
        pool.submit(os.abort).result()
    assert str(error.value) == (
        "a worker process died\n\nhint: it may have run out of memory; try fewer processes or a smaller size"
    )
