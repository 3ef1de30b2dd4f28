"""`tinydwn bench`: measurements of tinydwn itself, a command each, made of what its study may be asked."""

from __future__ import annotations

import inspect
from dataclasses import MISSING, Field, fields
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin, get_type_hints

import typer
from typer.core import TyperCommand, TyperGroup

from tinydwn.cli import options as given
from tinydwn.cli.bench_pages import fill, page, require_figure, write_figure, write_pages
from tinydwn.cli.console import name_next, result, result_json, show_table
from tinydwn.cli.pace import duration, paced
from tinydwn.cli.places import require_apart, require_folder_for

if TYPE_CHECKING:
    from tinydwn.bench.index import Entry
    from tinydwn.bench.study import Measured, Study

_FOUND = "What is found"


class _Studies(TyperGroup):
    """The commands of all studies: they are told without loading any, and the one that is to run is loaded alone."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - a context of click, wherever typer has it
        self._fill()
        return super().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - a command of that click
        if cmd_name not in self.commands:
            self._fill()
        return super().get_command(ctx, cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - as click has it
        name, command, rest = super().resolve_command(ctx, args)
        return name, command.load() if isinstance(command, _Told) else command, rest

    def _fill(self) -> None:
        from tinydwn.bench.index import entries

        for name, entry in entries().items():
            if name not in self.commands:
                self.add_command(_Told(entry))


class _Told(TyperCommand):
    """What is told of the command of a study."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry.name, help=_help(entry))
        self._entry = entry

    def load(self) -> Any:  # noqa: ANN401 - a command of click
        """Return the command itself."""
        return _command(self._entry.load())


bench = typer.Typer(
    name="bench",
    cls=_Studies,
    help="Measure tinydwn itself: its exactness and its cost. Without a name: what can be measured.",
    add_completion=False,
)
bench.command()(page)
bench.command()(fill)


@bench.callback(invoke_without_command=True)
def _listed(context: typer.Context) -> None:
    """Show what can be measured, where nothing is named."""
    if context.invoked_subcommand is not None:
        return
    from tinydwn.bench.index import entries
    from tinydwn.report.sections import Table

    rows = tuple((one.name, one.question, duration(60 * one.minutes)) for one in entries().values())
    note = "Times are about those of two cores, with the defaults. Outcomes are kept as they come."
    show_table(Table("", ("tinydwn bench", "question", "takes"), rows, 2, note))
    name_next("tinydwn", "bench", "search", quiet=False)


def _command(study: Study[Any, Any, Any, Any]) -> Any:  # noqa: ANN401 - a command of click
    """Return the command of a study."""
    asked = [_parameter(one, hint) for one, hint in _asked(study)]
    around = [one for one in _around(study) if one.name not in {each.name for each in asked}]

    def run(**values: Any) -> None:  # noqa: ANN401 - what the options give
        own = {one.name: _value(one, hint, values.pop(one.name)) for one, hint in _asked(study)}
        _run(study, study.asked(**own), **values)

    run.__doc__ = _help(study)
    run.__signature__ = inspect.Signature([*asked, *around])  # type: ignore[attr-defined]  # typer reads it
    run.__annotations__ = {}
    alone = typer.Typer(add_completion=False)
    alone.command(study.name)(run)
    return typer.main.get_command(alone)


def _help(study: Study[Any, Any, Any, Any] | Entry) -> str:
    return f"{study.told} About {duration(60 * study.minutes)} on two cores."


def _asked(study: Study[Any, Any, Any, Any]) -> list[tuple[Field[Any], Any]]:
    hints = get_type_hints(study.asked)
    return [(one, hints[one.name]) for one in fields(study.asked)]


def _parameter(one: Field[Any], hint: Any) -> inspect.Parameter:  # noqa: ANN401 - a type
    """Return what the command line asks for in place of a field."""
    about = one.metadata
    kind, many = _kind(hint)
    default = None if one.default is MISSING else one.default
    if many and default is not None:
        default = about["between"].join(map(str, default))
    text = str if many else kind
    shown = str | None if text is str and default is None and "argument" not in about else text
    if "argument" in about:
        told = typer.Argument(help=about["help"], show_default=False, metavar=one.name.upper())
        return inspect.Parameter(one.name, inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[text, told])
    told = typer.Option(
        f"--{one.name.replace('_', '-')}",
        help=about["help"],
        min=about["least"],
        max=about["most"],
        show_default=about["shown"] or True,
    )
    return inspect.Parameter(
        one.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[shown, told]
    )


def _kind(hint: Any) -> tuple[type, bool]:  # noqa: ANN401 - a type
    """Return the type of a field's values, and whether there may be many."""
    if get_origin(hint) is UnionType:
        hint = next(part for part in get_args(hint) if part is not type(None))
    return (get_args(hint)[0], True) if get_origin(hint) is tuple else (hint, False)


def _value(one: Field[Any], hint: Any, text: Any) -> Any:  # noqa: ANN401 - of the field's type
    """Return the value of a field that an option stands for."""
    kind, many = _kind(hint)
    if not many or text is None:
        return text
    if kind is int:
        return given.whole_numbers(f"--{one.name}", text)
    return tuple(name.strip() for name in text.split(one.metadata["between"]))


def _around(study: Study[Any, Any, Any, Any]) -> list[inspect.Parameter]:
    """Return what every study may be asked besides: where outcomes are kept, who works, what is written."""

    def parameter(name: str, annotation: Any, default: Any = None) -> inspect.Parameter:  # noqa: ANN401
        return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)

    def place(told: str) -> Any:  # noqa: ANN401 - an annotation
        return Annotated[
            Path | None, typer.Option(parser=given.place, metavar="PATH", help=told, rich_help_panel=_FOUND)
        ]

    usual = ", by default in build/bench" if study.kept else ""
    told = typer.Option(help=f"Keep outcomes here{usual}; the same command goes on.", show_default=False)
    workers = () if study.timed else (("processes", given.Processes), ("scheduler", given.Scheduler))
    return [
        parameter("store", Annotated[Path | None, told]),
        *(parameter(name, annotation) for name, annotation in workers),
        parameter("html", place("Write it as a page.")),
        parameter("markdown", place("Write it as Markdown.")),
        parameter("figure", place("Draw its figure, SVG, where it has one.")),
        parameter("json", given.Json, False),
        parameter("quiet", given.Quiet, False),
    ]


def _run(
    study: Study[Any, Any, Any, Any],
    asked: Any,  # noqa: ANN401 - of the study's own type
    *,
    store: Path | None,
    html: Path | None,
    markdown: Path | None,
    figure: Path | None,
    json: bool,
    quiet: bool,
    processes: int | None = None,
    scheduler: str | None = None,
) -> None:
    """Measure, show and write; ends with exit code 3 where what is found tells of a defect."""
    from tinydwn.bench.study import measure
    from tinydwn.tools.cluster import Cluster

    cluster = Cluster(processes=processes, scheduler=scheduler)
    place = store or (Path("build", "bench", f"{study.name}.json") if study.kept else None)
    outputs = {"--html": html, "--markdown": markdown, "--figure": figure}
    require_apart(outputs, [place] if place else [])
    if figure is not None:
        require_figure(study.name)
    for one in filter(None, (place, *outputs.values())):
        require_folder_for(one)
    with paced(study.name, "tasks", len(study.tasks(asked)), quiet=quiet) as tell:

        def on_arrival(task: Any, outcome: Any, stored: bool) -> None:  # noqa: ANN401
            tell(study.on_arrival(task, outcome), stored=stored)

        found = measure(study, asked, store=place, cluster=cluster, on_arrival=on_arrival)
    show_measured(found, json=json)
    write_pages([found], html=html, markdown=markdown, quiet=quiet)
    write_figure(found, figure, quiet=quiet)
    name_next("tinydwn", "bench", quiet=quiet)
    defect = study.defect(found)
    if defect is not None:
        raise defect


def show_measured(measured: Measured[Any], *, json: bool) -> None:
    """Print a measurement as a table, or as JSON."""
    if json:
        result_json(measured.to_json())
    else:
        result(measured.to_text())
