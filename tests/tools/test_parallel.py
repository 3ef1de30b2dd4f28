from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import accumulate
from pathlib import Path

import pytest

from tinydwn.errors import ConfigError
from tinydwn.tools.parallel import AT_A_TIME, run_together
from tinydwn.tools.program import Completed, run_program


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


def test_a_failure_stops_the_programs_of_its_own_jobs_alone(tmp_path: Path) -> None:
    def program(seconds: float) -> Completed:
        return run_program(["sleep", str(seconds)], name="sleep", folder=tmp_path, timeout_s=20.0)

    def fail() -> Completed:
        time.sleep(0.2)
        raise ConfigError("no", hint="none")

    with ThreadPoolExecutor(1) as beside:
        other = beside.submit(run_together, [partial(program, 0.8)])
        with pytest.raises(ConfigError, match="no"):
            run_together([partial(program, 15.0), fail])
        assert not other.done()
        assert other.result()[0].returncode == 0


def test_numbers_that_make_no_sense_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for said in ("many", "0", "-1"):
        monkeypatch.setenv(AT_A_TIME, said)
        with pytest.raises(ConfigError) as error:
            run_together([lambda: 1])
        assert str(error.value) == (
            f"TINYDWN_PROGRAMS is {said!r}\n\nhint: set it to a number of at least 1, or unset it"
        )
    monkeypatch.setenv(AT_A_TIME, "")
    assert run_together([lambda: 1, lambda: 2]) == [1, 2]
