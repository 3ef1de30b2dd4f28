"""A program that misbehaves ends in an error, and nothing of it stays."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tinydwn.errors import OutputError, ProgramError, ProgramMissing, ProgramTimeout
from tinydwn.tools import program
from tinydwn.tools.program import named, run_program, stop_programs, tail

Fake = Callable[[str], Path]


def run(path: Path, *, timeout_s: float = 20.0, **options: object) -> program.Completed:
    return run_program([path], name="Fake", folder=path.parent, timeout_s=timeout_s, **options)  # type: ignore[arg-type]


def test_what_a_program_says_is_returned(fake: Fake) -> None:
    done = run(fake("cat; echo to the side >&2"), stdin="given\r\nlines\r")
    assert (done.stdout, done.stderr, done.returncode) == ("given\nlines\n", "to the side\n", 0)
    assert done.text == "given\nlines\nto the side\n"


def test_a_program_runs_in_its_folder_with_plain_messages(fake: Fake, tmp_path: Path) -> None:
    done = run(fake("pwd; echo $LC_ALL $EXTRA"), environment={"EXTRA": "given"})
    assert done.stdout == f"{tmp_path.resolve()}\nC.UTF-8 given\n"


@pytest.mark.parametrize("kind", ["hangs", "ignores_sigterm"])
def test_a_program_that_hangs_is_stopped_at_its_timeout(fake: Fake, kind: str) -> None:
    start = time.monotonic()
    with pytest.raises(ProgramTimeout) as caught:
        run(fake(kind), timeout_s=0.3)
    assert time.monotonic() - start < 10
    assert str(caught.value) == (
        "Fake did not end within 0.3 s and was stopped\n\nhint: allow more time, or try a smaller circuit"
    )


def test_the_children_of_a_program_that_hangs_are_killed(fake: Fake, child_is_gone: Callable[[], bool]) -> None:
    with pytest.raises(ProgramTimeout):
        run(fake("hangs_with_child"), timeout_s=0.5)
    assert child_is_gone()


def test_a_child_left_behind_neither_delays_the_answer_nor_stays(fake: Fake, child_is_gone: Callable[[], bool]) -> None:
    start = time.monotonic()
    assert run(fake("leaves_a_child")).stdout == "done\n"
    assert time.monotonic() - start < 10
    assert child_is_gone()


def test_a_program_that_dies_names_the_signal(fake: Fake) -> None:
    with pytest.raises(ProgramError) as caught:
        run(fake("dies"))
    assert str(caught.value) == (
        f"Fake failed, killed by signal {int(signal.SIGSEGV)}\n\nhint: it said:\n    something is rotten"
    )


def test_a_program_that_fails_names_its_exit_status_and_last_words(fake: Fake) -> None:
    with pytest.raises(ProgramError) as caught:
        run(fake("fails"))
    assert str(caught.value) == "Fake failed, exit status 7\n\nhint: it said:\n    out of luck"


def test_a_failure_is_returned_where_it_is_asked_for(fake: Fake) -> None:
    done = run(fake("fails"), check=False)
    assert (done.returncode, done.status) == (7, "exit status 7")


def test_an_error_quotes_the_end_of_megabytes_only(fake: Fake) -> None:
    with pytest.raises(ProgramError) as caught:
        run(fake("prints_megabytes"))
    assert caught.value.hint == f"it said:\n    {'x' * 240} ...\n    last words"


def test_a_program_that_never_stops_talking_is_stopped(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "MAX_OUTPUT_BYTES", 2_000_000)
    with pytest.raises(ProgramError) as caught:
        run(fake("never_stops_talking"))
    assert str(caught.value) == (
        "Fake said more than 2 MB and was stopped\n\n"
        "hint: run 'tinydwn doctor' to see which program was started, or try a smaller circuit"
    )


def test_bytes_that_are_no_text_do_no_harm(fake: Fake) -> None:
    assert run(fake(r"printf '\377\376ok\n'")).stdout == "\ufffd\ufffdok\n"


def test_a_missing_program_says_so(tmp_path: Path) -> None:
    with pytest.raises(ProgramMissing) as caught:
        run(tmp_path / "nothing")
    assert str(caught.value) == (
        f"Fake cannot be started: {tmp_path}/nothing: No such file or directory\n\n"
        "hint: run 'tinydwn doctor' to see what is missing"
    )


def test_a_file_that_is_no_program_says_so(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a program")
    with pytest.raises(ProgramMissing) as caught:
        run(tmp_path / "text")
    assert caught.value.message == f"Fake cannot be started: {tmp_path}/text: Permission denied"


def test_ctrl_c_kills_the_program(
    fake: Fake, child_is_gone: Callable[[], bool], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupted(*_: object) -> bool:
        while not (tmp_path / "child").is_file() or not (tmp_path / "child").read_text():
            time.sleep(0.01)
        raise KeyboardInterrupt

    monkeypatch.setattr(program, "_ended_within", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(fake("hangs_with_child"))
    assert child_is_gone()


def test_waiting_works_where_processes_have_no_descriptors(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("os.pidfd_open", raising=False)
    assert run(fake("echo here")).stdout == "here\n"
    with pytest.raises(ProgramTimeout):
        run(fake("hangs"), timeout_s=0.2)


def test_the_programs_of_a_group_are_stopped_from_another_thread_and_others_run_on(fake: Fake) -> None:
    timers = [threading.Timer(0.3, stop_programs, [group]) for group in ("another", "outer")]
    for timer in timers:
        timer.start()
    with named("outer"), named("inner"), pytest.raises(ProgramError, match="killed by signal 9"):
        run(fake("hangs"))
    for timer in timers:
        timer.join()
    with named("inner"):
        stop_programs("outer")
        assert run(fake("echo here")).stdout == "here\n"


def test_the_tail_of_nothing_says_so() -> None:
    assert tail(" \n\n") == "    (nothing)"
    assert tail("\n".join(map(str, range(20)))).split() == [str(k) for k in range(8, 20)]


def test_what_a_program_says_can_be_kept_as_it_comes_however_it_ends(fake: Fake, tmp_path: Path) -> None:
    log, seen = tmp_path / "log.txt", []
    with pytest.raises(ProgramTimeout):
        run(
            fake("echo begun; echo aside >&2; sleep 600"), timeout_s=1.2, log=log,
            on_wait=lambda: seen.append(log.read_text()),
        )  # fmt: skip
    assert log.read_text() == "begun\naside\n"
    assert seen[-1] == "begun\naside\n"
    done = run(fake("echo again"), log=log)
    assert (done.stdout, done.stderr, log.read_text()) == ("again\n", "", "again\n")


def test_a_log_that_cannot_be_written_is_named(fake: Fake, tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        run(fake("true"), log=tmp_path / "nowhere" / "log.txt")
    assert caught.value.message == f"'{tmp_path / 'nowhere' / 'log.txt'}' cannot be written: No such file or directory"
