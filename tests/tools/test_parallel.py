from __future__ import annotations

import time
from itertools import accumulate

import pytest

from tinydwn.tools.parallel import AT_A_TIME, run_together


def most_at_a_time(jobs: int) -> int:
    """Return how many of the jobs ran at once."""
    seen: list[int] = []

    def job() -> None:
        seen.append(1)
        time.sleep(0.05)
        seen.append(-1)

    run_together([job] * jobs)
    return max(accumulate(seen))


def test_no_more_jobs_run_at_a_time_than_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for allowed in (1, 3):
        monkeypatch.setenv(AT_A_TIME, str(allowed))
        assert most_at_a_time(6) == allowed


@pytest.mark.parametrize("said", ["", "many", "0"])
def test_jobs_run_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv(AT_A_TIME, said)
    assert run_together([lambda: 1, lambda: 2]) == [1, 2]
