from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinydwn import __version__
from tinydwn.cli import app as app_module
from tinydwn.cli import console
from tinydwn.errors import DataError, OutputError, ProgramMissing, TinydwnError, VerificationError

HEAVY = ("torch", "pandas", "sklearn", "matplotlib", "networkx", "pyeda", "pyosys", "numba", "scipy")


def _python(code: str, **changes: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, **changes)


def test_importing_tinydwn_loads_nothing_heavy() -> None:
    done = _python(f"import sys, tinydwn; print([name for name in {(*HEAVY, 'numpy')} if name in sys.modules])")
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        (["--help"], set()),
        (["synth", "--help"], set()),
        (["bench", "--help"], set()),
        (["bench"], {"numpy"}),
        (["bench", "simulate", "--help"], {"numpy"}),
    ],
)
def test_help_loads_nothing_heavy(words: list[str], allowed: set[str]) -> None:
    code = (
        f"import sys, atexit; sys.argv = ['tinydwn', *{words}]\n"
        f"heavy = { ({*HEAVY, 'numpy'}) } - {allowed or 'set()'}\n"
        "atexit.register(lambda: print('heavy:', [name for name in heavy if name in sys.modules]))\n"
        "from tinydwn.cli.app import main; main()"
    )
    done = _python(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("heavy: []")


def test_the_version_is_told(tinydwn: Callable[..., Any]) -> None:
    ended = tinydwn("--version")
    assert (ended.code, ended.out, ended.err) == (0, f"tinydwn {__version__}\n", "")


def test_help_groups_the_commands_and_shows_examples(tinydwn: Callable[..., Any]) -> None:
    ended = tinydwn("--help")
    assert ended.code == 0
    for piece in ("The road", "Results", "This machine", "tinydwn synth breast_cancer --out build/demo", "Exit codes"):
        assert piece in ended.out
    for command in ("synth", "train", "verify", "report", "compare", "doctor", "bench"):
        assert f" {command} " in ended.out


def test_every_option_of_every_command_says_what_it_does() -> None:
    import typer.main

    group = typer.main.get_command(app_module.app)
    commands = list(group.commands.values())
    bench = group.commands["bench"]
    commands += [bench.get_command(None, name) for name in bench.list_commands(None)]
    commands += group.commands["pdk"].commands.values()
    for command in commands:
        assert command.help, command.name
        for option in command.params:
            if option.name != "help":
                assert option.help, f"{command.name} {option.name}"


@pytest.mark.parametrize("words", [["nonsense"], ["synth"], ["synth", "iris"], ["report", "x", "--nonsense"]])
def test_wrong_usage_ends_with_2_on_standard_error(tinydwn: Callable[..., Any], words: list[str]) -> None:
    ended = tinydwn(*words)
    assert ended.code == 2
    assert ended.out == ""
    assert "Usage" in ended.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DataError("column 'a' is empty", hint="fill it"), 1),
        (VerificationError("a = b: DIFFERENT", hint="report it"), 3),
        (ProgramMissing("ABC was not found", hint="pip install pyosys"), 4),
    ],
)
def test_an_error_ends_with_its_code_and_its_hint_without_a_traceback(
    tinydwn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, error: TinydwnError, code: int
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(app_module, "app", fail)
    ended = tinydwn("doctor")
    assert (ended.code, ended.out) == (code, "")
    assert ended.err == f"error: {error.message}\n\nhint: {error.hint}\n"


def test_an_error_without_a_hint_ends_after_its_message(
    tinydwn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OutputError("[red]it[/red] is full: 100 %")

    monkeypatch.setattr(app_module, "app", fail)
    assert tinydwn("doctor").err == "error: [red]it[/red] is full: 100 %\n"


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), SystemExit(130)])
def test_an_interrupt_ends_with_130_and_one_line(
    tinydwn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, stop: BaseException
) -> None:
    def interrupted() -> None:
        raise stop

    monkeypatch.setattr(app_module, "app", interrupted)
    ended = tinydwn("doctor")
    assert (ended.code, ended.out) == (130, "")
    assert ended.err == ("interrupted; nothing half-written was left, and the same command goes on or starts anew\n")


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(app_module, "app", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        app_module.main()


def test_a_reader_that_goes_away_is_no_error() -> None:
    code = "import sys; sys.argv = ['tinydwn', '--help']; from tinydwn.cli.app import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        said = process.stderr.read()
        process.wait(timeout=60)
    assert "Traceback" not in said
    assert "Exception ignored" not in said


def test_a_full_disk_behind_standard_output_is_told_plainly() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        code = "import sys; sys.argv = ['tinydwn', '--version']; from tinydwn.cli.app import main; main()"
        done = subprocess.run([sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr == (
        "error: the result cannot be written to standard output: No space left on device\n\n"
        "hint: free some space, or write to another place\n"
    )


@pytest.mark.parametrize("words", [("synth", "iris"), ("train", "iris"), ("report", ".")])
def test_an_empty_place_is_refused_as_usage(tinydwn: Callable[..., Any], words: tuple[str, ...]) -> None:
    ended = tinydwn(*words, "--out", "")
    assert ended.code == 2
    assert "the path is empty" in ended.err


def test_color_is_left_out_without_a_terminal_and_with_no_color(tinydwn: Callable[..., Any], tmp_path: Path) -> None:
    assert "\x1b[" not in tinydwn("doctor").out + tinydwn("synth", "no_such_data", "--out", tmp_path / "x").err


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("verify", "no such folder", "--json"), 1, "'no such folder' does not exist"),
        (("verify", "--json"), 2, "the command was not understood; standard error says why"),
        (("report", "no such folder", "--json"), 1, "'no such folder' does not exist"),
    ],
)
def test_a_command_with_json_that_fails_prints_a_document_about_the_error(
    tinydwn: Callable[..., Any], words: tuple[str, ...], code: int, error: str
) -> None:
    ended = tinydwn(*words)
    document = json.loads(ended.out)
    assert (ended.code, document["exit_code"], document["schema"]) == (code, code, "tinydwn.error/1")
    assert document["error"] == error
    assert error in ended.err or code == 2
    assert tinydwn(*words[:-1]).out == ""


def test_an_interrupted_command_with_json_says_so_in_a_document(
    tinydwn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(app_module, "app", interrupted)
    ended = tinydwn("doctor", "--json")
    assert json.loads(ended.out)["exit_code"] == ended.code == 130


def test_a_document_that_was_printed_stays_the_only_one(
    tinydwn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        console.result_json({"verdict": "DIFFERENT"})
        raise VerificationError("a = b: DIFFERENT")

    monkeypatch.setattr(app_module, "app", fail)
    ended = tinydwn("verify", "x", "--json")
    assert (ended.code, json.loads(ended.out)) == (3, {"verdict": "DIFFERENT"})
