from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.progress import Progress, TextColumn

from tinydwn.cli import console
from tinydwn.cli.console import (
    BarListener,
    LineListener,
    Step,
    harmless,
    name_next,
    on_one_line,
    progress,
    result_json,
    show_line,
    show_table,
)
from tinydwn.report.sections import Table


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_next_command_can_be_pasted(capsys: pytest.CaptureFixture[str]) -> None:
    name_next("tinydwn", "report", "my folder/a'b")
    assert capsys.readouterr().err == "next: tinydwn report 'my folder/a'\"'\"'b'\n"


def test_quiet_names_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    name_next("tinydwn", "doctor", quiet=True)
    assert capsys.readouterr() == ("", "")


def test_json_is_one_document_and_never_nan(capsys: pytest.CaptureFixture[str]) -> None:
    result_json({"größe": [1, None]})
    assert json.loads(capsys.readouterr().out) == {"größe": [1, None]}
    with pytest.raises(ValueError, match="not JSON compliant"):
        result_json(float("nan"))


def test_plain_progress_tells_each_stage_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.time, "monotonic", lambda: 0.0)
    listener = LineListener()
    listener(Step("train", "training"))
    for epoch in range(1, 4):
        listener(Step("train", f"accuracy 0.{epoch}", epoch, 3))
    listener(Step("map", "to cells"))
    listener(Step("map", "14 gates"))
    listener.close()
    listener.close()
    assert capsys.readouterr().err.splitlines() == [
        "train: training",
        "  accuracy 0.3 (3 of 3)",
        "  train took 0.0 s",
        "map: to cells",
        "  14 gates",
        "  map took 0.0 s",
    ]


def test_plain_progress_shows_life_every_few_seconds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = iter([0.0, 1.0, 6.0, 7.0])
    monkeypatch.setattr(console.time, "monotonic", lambda: next(now))
    listener = LineListener()
    for epoch in range(4):
        listener(Step("train", f"epoch {epoch}", epoch, 9))
    assert capsys.readouterr().err.splitlines() == ["train: epoch 0", "  epoch 2 (2 of 9, about 21 s left of this)"]


def test_quiet_progress_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(quiet=True) as listen:
        listen(Step("a", "b"))
    assert capsys.readouterr() == ("", "")


def test_without_a_terminal_progress_is_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(quiet=False) as listen:
        listen(Step("a", "[b] c"))
    assert capsys.readouterr().err.splitlines()[0] == "a: [b] c"


def test_on_a_terminal_progress_is_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with progress(quiet=False) as listen:
        assert isinstance(listen, BarListener)
        listen(Step("train", "[epoch] 1", 1, 2))
        listen(Step("map", "to cells"))
    assert "train" in screen.getvalue()
    assert "[epoch] 1" in screen.getvalue()


def test_a_stage_that_is_over_shows_a_full_bar() -> None:
    bars = Progress(console=Console(file=io.StringIO()))
    listen = BarListener(bars)
    listen(Step("train", "", 1, 4))
    listen(Step("map", "", None, None))
    assert [task.finished for task in bars.tasks] == [True, False]


def test_a_step_that_is_not_counted_leaves_the_bar_where_it_is() -> None:
    bars = Progress(TextColumn("{task.fields[text]}"), console=Console(file=io.StringIO()))
    listen = BarListener(bars)
    listen(Step("explore", "first", 3, 20))
    listen(Step("explore", "a trial begins"))
    task = bars.tasks[0]
    assert (task.completed, task.total, task.fields["text"]) == (3, 20, "a trial begins")


def test_a_table_keeps_every_character_of_its_cells(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("Title", ("name", "n"), (("[red]x[/red] :smile:", "12"), ("µm² → 🙂", "3")), note="a [note]")
    show_table(table)
    out = capsys.readouterr().out
    for piece in ("Title", "[red]x[/red] :smile:", "µm² → 🙂", "a [note]"):
        assert piece in out
    assert "\x1b" not in out


WIDE = Table(
    "Standard cells",
    ("library", *(f"{cut} {name}" for cut in ("core", "chip") for name in ("area", "NAND2 eq.", "cells", "depth"))),
    (("sky130_fd_sc_hd", "978 µm²", "260.7", "181", "25", "1,179 µm²", "314.0", "215", "30"),),
    note="depth is in cells",
)


@pytest.mark.parametrize(("width", "tables"), [(40, 4), (60, 2), (80, 2), (100, 1), (200, 1)])
def test_a_table_breaks_no_word_on_a_narrow_terminal(
    width: int, tables: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    show_table(WIDE)
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert max(map(len, lines)) <= width
    assert out.count("library") == out.count("sky130_fd_sc_hd") == tables
    assert {word for line in lines for word in line.split() if not word.startswith("─")} == {
        word for text in (WIDE.title, *WIDE.columns, *WIDE.rows[0], WIDE.note) for word in text.split()
    }
    assert any(line.split()[:3] == ["sky130_fd_sc_hd", "978", "µm²"] for line in lines)
    assert (lines[0].strip(), out.count(WIDE.title)) == (WIDE.title, 1)


def test_a_sentence_in_a_table_wraps_between_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "24")
    show_table(Table("", ("measured on", "right"), (("test part, held back", "90.0 %"),)))
    assert [line.split() for line in capsys.readouterr().out.splitlines()[3:5]] == [
        ["test", "part,", "90.0", "%"],
        ["held", "back"],
    ]


def test_no_color_is_obeyed_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table("Proofs", ("outcome",), (("UNDECIDED",),), 1)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(sys, "stdout", colored := Terminal())
    monkeypatch.delenv("NO_COLOR", raising=False)
    show_table(table)
    monkeypatch.setattr(sys, "stdout", plain := Terminal())
    monkeypatch.setenv("NO_COLOR", "1")
    show_table(table)
    assert "\x1b[1;33m" in colored.getvalue()
    assert "\x1b[1;33m" not in plain.getvalue()
    assert "3" + "3m" not in plain.getvalue()


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_table_on_a_full_disk_is_told_plainly(unbuffered: str) -> None:
    code = """
import sys
from tinydwn.cli import app, console
from tinydwn.report.sections import Table
app.app = lambda: [console.show_table(Table("T", ("a", "b"), (("x", "1"),), note="n")), console.show_line("end")]
app.main()
"""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        )
    assert done.stderr == (
        "error: the result cannot be written to standard output: No space left on device\n\n"
        "hint: free some space, or write to another place\n"
    )
    assert done.returncode == 1


@given(st.text())
def test_no_text_steers_a_terminal(text: str) -> None:
    assert all(letter in "\n\t" or unicodedata.category(letter) != "Cc" for letter in harmless(text))
    assert on_one_line(text).splitlines() in ([], [on_one_line(text)])
    if text.isprintable():
        assert harmless(text) == on_one_line(text) == text


def test_a_name_with_a_line_break_or_an_escape_stays_on_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(Table("T\n1", ("leaf\nwidth",), (("a\x1b[2Jb",),), 1, note="n\x1b"))
    show_line("features needed: leaf\nwidth")
    with progress(quiet=False) as listen:
        listen(Step("data", "reading a\nb"))
    said = capsys.readouterr()
    for piece in ("T\\n1", "leaf\\nwidth", "a\\x1b[2Jb", "n\\x1b", "features needed: leaf\\nwidth"):
        assert piece in said.out
    assert "\x1b" not in said.out
    assert said.err.splitlines()[0] == "data: reading a\\nb"
