"""How the command line speaks: results on standard output, narration on standard error."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from tinydwn.errors import OutputError, TinydwnError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID
    from rich.table import Table as RichTable
    from rich.text import Text

    from tinydwn.report.sections import Table

_PLAIN_WIDTH = 110
_spoken = False
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_BADGE_STYLES = {
    "EQUIVALENT": "green",
    "AGREES": "green",
    "DIFFERENT": "bold red",
    "UNDECIDED": "bold yellow",
    "SKIPPED": "dim",
}


class Told(Protocol):
    """One step of progress: its stage, what happens, and how far it is where that is counted."""

    @property
    def stage(self) -> str:
        """The stage that the step belongs to."""

    @property
    def text(self) -> str:
        """What happens."""

    @property
    def done(self) -> int | None:
        """How many units are done."""

    @property
    def total(self) -> int | None:
        """Of how many units."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step that a command tells itself."""

    stage: str
    text: str
    done: int | None = None
    total: int | None = None


def result(text: str) -> None:
    """Write one line, or several, of result to standard output; a reader that has gone away is no error.

    Raises `OutputError` where the disk behind it is full.
    """
    global _spoken
    _spoken = True
    with _handing_over():
        sys.stdout.write(text if text.endswith("\n") else text + "\n")


def has_spoken() -> bool:
    """Say whether anything was written to standard output since it was opened."""
    return _spoken


def result_json(document: object) -> None:
    """Write one JSON document to standard output, escaped where its encoding lacks a character."""
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        text = json.dumps(document, indent=2, allow_nan=False)
    result(text)


def open_streams() -> None:
    """Let a standard stream that is closed lead nowhere, and say `?` for characters that standard output lacks."""
    global _spoken
    _spoken = False
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest that is free, so that no file takes the number of a stream
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(nowhere, "r" if descriptor == 0 else "w", encoding="utf-8"))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def narrate(text: str) -> None:
    """Write a line, or several, to standard error, if anyone listens; what would steer a terminal is escaped."""
    _say(harmless(text))


def _say(text: str) -> None:
    with suppress(OSError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def harmless(text: str) -> str:
    """Return a text with characters escaped that steer a terminal or turn the direction of writing.

    >>> print(harmless("size\\x1b[2J"))
    size\\x1b[2J
    """
    return _STEERING.sub(lambda found: ascii(found[0])[1:-1], text)


def on_one_line(text: str) -> str:
    """Return a harmless text with its line breaks and tabs escaped too, for a place where only one line belongs.

    >>> print(on_one_line("leaf\\nwidth"))
    leaf\\nwidth
    """
    return harmless(text).replace("\n", "\\n").replace("\t", "\\t")


def name_next(*words: str | Path, quiet: bool = False) -> None:
    """Name the command to go on with, as it can be typed; a path is no option, whatever it begins with."""
    if not quiet:
        narrate(f"next: {' '.join(map(typed, words))}")


def typed(word: str | Path) -> str:
    """Return a word as it is typed in a shell.

    >>> typed(Path("-a b"))
    "'./-a b'"
    """
    text = str(word)
    return shlex.quote(f"./{text}" if isinstance(word, Path) and text.startswith("-") else text)


def complain(error: TinydwnError) -> None:
    """Write an error: what and where, an empty line, and a hint."""
    red = sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    mark = "\x1b[31merror:\x1b[0m" if red else "error:"
    _say(f"{mark} {harmless(error.message)}")
    if error.hint:
        narrate(f"\nhint: {error.hint}")


def show_table(table: Table) -> None:
    """Write a table to standard output, in color on a terminal only; one that is too wide, in several."""
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    from tinydwn.cli.widths import fitted

    for part, widths in fitted(table, _console(sys.stdout).width):
        shown = RichTable(
            box=box.SIMPLE_HEAD, title=on_one_line(part.title) or None, title_justify="left", pad_edge=False
        )
        shown.title_style, shown.header_style = "bold", "dim"
        for k, (name, width) in enumerate(zip(part.columns, widths, strict=True)):
            shown.add_column(
                on_one_line(name), justify="left" if k < part.numbers_from else "right", overflow="fold", width=width
            )
        for row in part.rows:
            shown.add_row(*(Text(on_one_line(cell), style=_BADGE_STYLES.get(cell, "")) for cell in row))
        _show(shown)
    if table.note:
        _show(Text(f"{harmless(table.note)}\n", style="dim"))


def show_line(text: str, *, style: str = "") -> None:
    """Write a line of prose to standard output, bold or colored on a terminal only."""
    from rich.text import Text

    _show(Text(on_one_line(text), style=style))


def _show(what: RichTable | Text) -> None:
    drawing = _Drawing(sys.stdout)
    _console(drawing).print(what)
    result(drawing.getvalue())


class _Drawing(io.StringIO):
    """Takes what rich draws for a stream, so that rich never writes to the stream itself."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a plain attribute in typeshed
        return self._stream.encoding

    def isatty(self) -> bool:
        return self._stream.isatty()


def _console(stream: TextIO) -> Console:
    from rich.console import Console

    # A file or a pipe has no width of its own, and rich would take 80 columns.
    width = None if stream.isatty() or "COLUMNS" in os.environ else _PLAIN_WIDTH
    return Console(file=stream, width=width, emoji=False, highlight=False, markup=False)


@contextmanager
def progress(*, quiet: bool) -> Iterator[Listener]:
    """Give a listener for steps of progress: bars on a terminal, plain lines elsewhere, nothing if `quiet`."""
    if quiet:
        yield Listener()
    elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        with _bars() as bars:
            listener = BarListener(bars)
            yield listener
            listener.close()
    else:
        lines = LineListener()
        yield lines
        lines.close()


class Listener:
    """Hears every step and says nothing."""

    def __call__(self, event: Told) -> None:
        """Hear one step."""


class LineListener(Listener):
    """Says one line per stage and per uncounted step, and the seconds a stage took."""

    def __init__(self) -> None:
        self._stage = ""
        self._start = 0.0
        self._told = 0.0

    def __call__(self, event: Told) -> None:
        """Hear one step; counted steps are told every few seconds only."""
        now = time.monotonic()
        if event.stage != self._stage:
            self.close()
            self._stage, self._start, self._told = event.stage, now, now
            narrate(f"{event.stage}: {on_one_line(event.text)}")
        elif event.total is None or event.done == event.total or now - self._told > _PLAIN_PAUSE_S:
            self._told = now
            narrate(f"  {on_one_line(event.text)}{_counted(event, now - self._start)}")

    def close(self) -> None:
        """End the last stage."""
        if self._stage:
            narrate(f"  {self._stage} took {time.monotonic() - self._start:.1f} s")
        self._stage = ""


_PLAIN_PAUSE_S = 5.0


class BarListener(Listener):
    """Shows a bar, or a spinner, per stage."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._stage = ""
        self._task: TaskID | None = None

    def __call__(self, event: Told) -> None:
        """Move the bar of the stage; a step that is not counted leaves it where it is."""
        if event.stage != self._stage:
            self.close()
            self._stage, self._task = event.stage, self._bars.add_task(event.stage, total=event.total, text="")
        if self._task is not None:
            done = None if event.total is None else event.done or 0
            self._bars.update(self._task, text=on_one_line(event.text), total=event.total, completed=done)

    def close(self) -> None:
        """End the last stage."""
        if self._task is not None:
            self._bars.update(self._task, total=1, completed=1)


def _bars() -> Progress:
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.table import Column

    return Progress(
        SpinnerColumn(finished_text="[green]✓"),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("left:", style="dim"),
        TimeRemainingColumn(compact=True, elapsed_when_finished=False),
        TextColumn("{task.fields[text]}", markup=False, style="dim", table_column=Column(no_wrap=True, ratio=1)),
        console=_console(sys.stderr),
        expand=True,
    )


def _counted(event: Told, elapsed_s: float) -> str:
    """Return how far a stage is, and about how long the rest of it takes."""
    if event.total is None:
        return ""
    done, left = event.done or 0, ""
    if 0 < done < event.total and elapsed_s >= 1:
        left = f", about {max(1, round(elapsed_s / done * (event.total - done)))} s left of this"
    return f" ({done} of {event.total}{left})"


def flush() -> None:
    """Hand everything written to standard output over; as `result` where that cannot be done."""
    with _handing_over():
        sys.stdout.flush()


@contextmanager
def _handing_over() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        drop_output()
    except OSError as error:
        drop_output()
        why = f"the result cannot be written to standard output: {error.strerror}"
        raise OutputError(why, hint="free some space, or write to another place") from error


def drop_output() -> None:
    """Send what is still to be written to nowhere, so that Python ends quietly."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
