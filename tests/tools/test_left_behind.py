"""However a process ends, kill -9 included, no program of its stays, and the next one removes its scratch folders."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tinydwn.tools.guard import MARK, Guard
from tinydwn.tools.program import run_program
from tinydwn.tools.scratch import scratch_folder, sweep

Fake = Callable[[str], Path]
LINGERS = "sleep 600 & sleep 0.2; echo $! > {folder}/child; sleep 600"
RUNS = """
import sys
from pathlib import Path
from tinydwn.tools.program import run_program
from tinydwn.tools.scratch import scratch_folder
with scratch_folder({"text": "of a run"}) as folder:
    run_program([sys.argv[1]], name="Fake", folder=folder, timeout_s=60)
"""


def killed(fake: Path, number: int, temporary: Path) -> None:
    """Run a program that waits for its child in a process of its own, and kill that process by the signal."""
    temporary.mkdir(exist_ok=True)
    environment = {**os.environ, "TMPDIR": str(temporary)}
    child = fake.parent / "child"
    child.unlink(missing_ok=True)
    with subprocess.Popen([sys.executable, "-c", RUNS, str(fake)], env=environment) as process:
        while not child.is_file() or not child.read_text():
            time.sleep(0.01)
        process.send_signal(number)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_no_program_outlives_a_process_that_is_killed(
    fake: Fake, child_is_gone: Callable[[], bool], tmp_path: Path, number: int
) -> None:
    killed(fake(LINGERS), number, tmp_path / "temporary")
    assert child_is_gone()


def test_a_scratch_folder_of_a_killed_process_is_swept_and_a_used_one_stays(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    killed(fake(LINGERS), signal.SIGKILL, temporary)
    assert [path.name for path in temporary.glob("tinydwn-*/text")] == ["text"]
    (temporary / "tinydwn-results").mkdir()
    (temporary / "tinydwn-abcdefgh.scratch").symlink_to(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with scratch_folder({"a": "1"}) as folder:
        sweep(temporary)
        kept = {folder, temporary / "tinydwn-results", temporary / "tinydwn-abcdefgh.scratch"}
        assert set(temporary.iterdir()) == kept
        assert (folder / "a").read_text() == "1"
    assert set(temporary.iterdir()) == kept - {folder}


def test_a_folder_that_a_sweep_took_for_a_left_one_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def make(suffix: str, prefix: str, parent: str) -> str:
        made.append(tmp_path / f"{prefix}{len(made):08}{suffix}")
        made[-1].mkdir()
        if len(made) == 1:
            sweep(tmp_path)
        return str(made[-1])

    monkeypatch.setattr("tempfile.mkdtemp", make)
    with scratch_folder({}) as folder:
        assert [folder] == made[1:]


def test_what_a_program_leaves_among_temporary_files_goes_with_it(fake: Fake) -> None:
    done = run_program([fake("echo x > $TMPDIR/left; echo $TMPDIR")], name="Fake", folder=Path("/"), timeout_s=20)
    assert done.stdout.startswith("/")
    assert not Path(done.stdout.strip()).exists()


def test_a_guard_kills_what_is_watched_and_spares_what_was_released() -> None:
    guard = Guard()
    programs = [subprocess.Popen(["sleep", "60"], start_new_session=True) for _ in range(3)]
    for program in programs:
        guard.watch(program.pid)
    guard.release(programs[1].pid)
    guard.close()
    assert [program.wait(20) for program in (programs[0], programs[2])] == [-signal.SIGKILL] * 2
    assert programs[1].poll() is None
    programs[1].kill()
    programs[1].wait()


def test_a_program_that_the_guard_was_not_told_of_is_known_by_its_mark() -> None:
    guard = Guard()
    guard.open()
    marked = subprocess.Popen(["sleep", "60"], env={**os.environ, MARK: guard.mark}, start_new_session=True)
    other = subprocess.Popen(["sleep", "60"], env={**os.environ, MARK: "another"}, start_new_session=True)
    assert guard._shell is not None
    assert guard._shell.stdin is not None
    guard._shell.stdin.close()  # as when this process is killed
    assert marked.wait(20) == -signal.SIGKILL
    guard._shell.wait(20)
    assert other.poll() is None
    other.kill()
    other.wait()


def test_a_guard_that_was_killed_itself_is_replaced() -> None:
    guard = Guard()
    programs = [subprocess.Popen(["sleep", "60"], start_new_session=True) for _ in range(2)]
    guard.watch(programs[0].pid)
    shell = guard._shell
    assert shell is not None
    shell.kill()
    os.waitid(os.P_PID, shell.pid, os.WEXITED | os.WNOWAIT)
    guard.watch(programs[1].pid)
    assert guard._shell is not shell
    guard.close()
    assert [program.wait(20) for program in programs] == [-signal.SIGKILL] * 2


def test_a_fork_leaves_the_guard_to_its_parent() -> None:
    guard = Guard()
    program = subprocess.Popen(["sleep", "60"], start_new_session=True)
    guard.watch(program.pid)
    child = os.fork()
    if child == 0:
        guard.forget()
        os._exit(int(guard._shell is not None))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert program.poll() is None
    guard.close()
    assert program.wait(20) == -signal.SIGKILL
