"""The command line: which commands there are, and how each one ends."""

from __future__ import annotations

import errno
import sys
from typing import Annotated

import typer

from tinydwn import __version__
from tinydwn.cli.bench import bench
from tinydwn.cli.choose import choose
from tinydwn.cli.compare import compare
from tinydwn.cli.console import complain, drop_output, flush, has_spoken, narrate, open_streams, result, result_json
from tinydwn.cli.doctor import doctor
from tinydwn.cli.explore import explore
from tinydwn.cli.export_code import export
from tinydwn.cli.flow import flow
from tinydwn.cli.import_model import import_model
from tinydwn.cli.interrupts import stops_as_interrupts
from tinydwn.cli.layout import layout
from tinydwn.cli.pdk import pdk
from tinydwn.cli.predict import predict
from tinydwn.cli.report import report
from tinydwn.cli.synth import synth
from tinydwn.cli.timing import timing
from tinydwn.cli.train import train
from tinydwn.cli.verify import verify
from tinydwn.errors import OutputError, TinydwnError

INTERRUPTED = 130
ERROR_SCHEMA = "tinydwn.error/1"
_INTERRUPTED = "interrupted; nothing half-written was left, and the same command goes on or starts anew"

_HELP = "From a table of samples to proven standard cells: classifiers a few dozen gates small."
_EPILOG = """[bold]Examples[/bold]

  tinydwn synth breast_cancer --out build/demo
  tinydwn synth data.csv --target label --out build/mine
  tinydwn choose build/demo --max-area 12
  tinydwn explore data.csv --out build/explored
  tinydwn predict build/mine new.csv
  tinydwn verify build/demo
  tinydwn report build/demo --html
  tinydwn compare build/demo build/mine

Exit codes: 0 good, 1 your input, 2 usage, 3 not equivalent, 4 a program is missing or failed, 130 interrupted."""

app = typer.Typer(
    name="tinydwn",
    help=_HELP,
    epilog=_EPILOG,
    add_completion=True,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
app.command(rich_help_panel="The road")(synth)
app.command(rich_help_panel="The road")(choose)
app.command(rich_help_panel="The road")(explore)
app.command(rich_help_panel="The road")(train)
app.command("import", rich_help_panel="The road")(import_model)
app.command(rich_help_panel="Results")(predict)
app.command(rich_help_panel="Results")(verify)
app.command(rich_help_panel="Results")(report)
app.command(rich_help_panel="Results")(layout)
app.command(rich_help_panel="Results")(compare)
app.command(rich_help_panel="Results")(timing)
app.command(rich_help_panel="Results")(flow)
app.add_typer(export, rich_help_panel="Results")
app.command(rich_help_panel="This machine")(doctor)
app.add_typer(pdk, rich_help_panel="This machine")
app.add_typer(bench, rich_help_panel="This machine")


def _show_version(wanted: bool) -> None:
    if wanted:
        result(f"tinydwn {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and end."),
    ] = False,
) -> None:
    del version


def main() -> None:
    """Run the command line and end the process with the exit code that DESIGN.md promises.

    An error that the user can act on is told without a traceback; anything else is a bug and keeps its own. A command
    with `--json` that fails before its document prints one about the error.
    """
    open_streams()
    sys.exit(_exit_code())


def _exit_code() -> int:
    code, failure = _ended()
    try:
        if code and "--json" in sys.argv[1:] and not has_spoken():
            result_json({"schema": ERROR_SCHEMA, "exit_code": code, **failure})
        flush()
    except TinydwnError as error:
        complain(error)
        code = code or error.exit_code
    if code == INTERRUPTED:
        narrate(_INTERRUPTED)
    return code


def _ended() -> tuple[int, dict[str, str]]:
    """Run a command; return its exit code and, for a document, what is to be said of a failure."""
    try:
        with stops_as_interrupts():
            code = _run()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        drop_output()
        code = 0
    except TinydwnError as error:
        complain(error)
        return error.exit_code, {"error": error.message, "hint": error.hint}
    told = _INTERRUPTED if code == INTERRUPTED else "the command was not understood; standard error says why"
    return code, {"error": told, "hint": ""}


def _run() -> int:
    try:
        app()
    except SystemExit as end:
        if isinstance(end.__context__, OSError) and end.__context__.errno == errno.EPIPE:
            raise BrokenPipeError from end  # typer ends with 1 where a reader has gone away
        return end.code if isinstance(end.code, int) else 0
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        drop_output()  # help is written by typer, past `result`
        why = f"nothing more can be written: {error.strerror}"
        raise OutputError(why, hint="free some space, or write to another place") from error
    return 0
