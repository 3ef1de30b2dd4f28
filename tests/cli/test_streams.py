"""Streams that are closed, that lead to a reader who leaves, and that cannot write every letter."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinydwn import __version__

COMMAND = shlex.join([sys.executable, "-c", "from tinydwn.cli.app import main; main()"])


def shell(text: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of bash, in which `tinydwn` is the command."""
    line = f'set -o pipefail; tinydwn() {{ {COMMAND} "$@"; }}; {text}'
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "PYTHONIOENCODING")}
    return subprocess.run(["bash", "-c", line], capture_output=True, env=kept | environment, timeout=120)


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_no_error(closed: str) -> None:
    done = shell(f"tinydwn --version {closed}")
    heard = b"" if ">&- " in f"{closed} ".replace("2>&-", "") else f"tinydwn {__version__}\n".encode()
    assert (done.returncode, done.stdout, done.stderr) == (0, heard, b"")


def test_no_file_of_a_command_takes_the_number_of_a_closed_stream(walked: tuple[Path, Any]) -> None:
    for words in ("report", "verify --json"):
        done = shell(f"tinydwn {words} {shlex.quote(str(walked[0]))} >&- 2>&-")
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_reader_that_leaves_early_is_no_failure() -> None:
    done = shell("tinydwn synth --help | head -1 >/dev/null")
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_help_on_a_full_disk_is_told_plainly(unbuffered: str) -> None:
    done = shell("tinydwn --help >/dev/full", PYTHONUNBUFFERED=unbuffered)
    assert (done.returncode, done.stderr.decode()) == (
        1,
        "error: nothing more can be written: No space left on device\n\n"
        "hint: free some space, or write to another place\n",
    )


@pytest.mark.parametrize(
    "environment",
    [{"PYTHONIOENCODING": "cp1252"}, {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}],
)
def test_letters_that_an_output_lacks_are_replaced(walked: tuple[Path, Any], environment: dict[str, str]) -> None:
    done = shell(f"tinydwn report {shlex.quote(str(walked[0]))}", **environment)
    assert (done.returncode, b"error" in done.stderr) == (0, False)
    assert b"?" in done.stdout
    assert (b"\xf6\xdf" in done.stdout) == ("PYTHONIOENCODING" in environment and "cp1252" in environment.values())


def test_a_document_keeps_every_letter_whatever_the_encoding(walked: tuple[Path, Any]) -> None:
    folder = shlex.quote(str(walked[0]))
    plain, full = (shell(f"tinydwn report --json {folder}", PYTHONIOENCODING=one) for one in ("ascii", "utf-8"))
    assert plain.stdout.isascii()
    assert not full.stdout.isascii()
    assert json.loads(plain.stdout) == json.loads(full.stdout)


def test_the_next_command_takes_a_folder_for_no_option(
    walked: tuple[Path, Any], tinydwn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "-dash it").symlink_to(walked[0])
    monkeypatch.chdir(tmp_path)
    said = tinydwn("report", "--", "-dash it")
    assert (said.code, said.err) == (0, "next: tinydwn verify './-dash it'\n")
