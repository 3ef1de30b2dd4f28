"""`tinydwn explore`: many ways through the road for one table, and the one front that they make."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.console import narrate, result_json, show_line, show_table
from tinydwn.cli.pace import Tell, duration, paced
from tinydwn.errors import ConfigError, OutputError
from tinydwn.metrics import CUTS
from tinydwn.synthesis.options import EFFORTS, MOST_NAND2

if TYPE_CHECKING:
    from tinydwn.explore.exploration import Asked, Explored
    from tinydwn.explore.record import Tried
    from tinydwn.report.explored import Commands

_VARIED, _WHERE = "What is varied", "Where"
_TRIALS = 20


def explore(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            metavar="TABLE",
            help="A data set by name, or a table, as 'tinydwn synth' takes them.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            parser=given.place,
            metavar="PATH",
            help="The folder of the trials and of what they come to; the same command goes on there.",
            show_default=False,
        ),
    ],
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="NAME=VALUE,...",
            help="Values of an option of synth to try, such as bits=2,4,8, seed=0..3, library=egfet,sky130_fd_sc_hd, "
            "or of another field of the training, such as tau=1,2; 'auto' is as usual. Repeatable: what is not named "
            "stays as usual.",
            show_default="bits, scheme, input-bits, luts, inputs-per-lut, effort, seed and the libraries",
            rich_help_panel=_VARIED,
        ),
    ] = None,
    trials: Annotated[
        int, typer.Option(help="How many trials there shall be, earlier ones included.", rich_help_panel=_VARIED)
    ] = _TRIALS,
    minutes: Annotated[
        float | None,
        typer.Option(help="Begin no trial after so many minutes.", show_default="no limit", rich_help_panel=_VARIED),
    ] = None,
    trial_timeout: Annotated[
        float, typer.Option(help="Seconds after which a trial is given up.", rich_help_panel=_VARIED)
    ] = 3600.0,
    target: given.Target = None,
    missing: given.Missing = "refuse",
    positive: given.Positive = None,
    missing_marks: given.MissingMarks = None,
    header: given.Header = None,
    decimal: given.Decimal = None,
    encoding: given.Encoding = None,
    only: given.Only = None,
    ignore: given.Ignore = None,
    categorical: given.Categorical = None,
    bins: given.Bins = None,
    drop_rare: given.DropRare = False,
    test: given.Test = None,
    validation: given.Validation = None,
    test_fraction: given.TestFraction = 0.2,
    seed: Annotated[
        int,
        typer.Option(min=0, help="Decides the split, who judges, and what is tried.", rich_help_panel="Data"),
    ] = 0,
    split_seed: given.SplitSeed = None,
    effort: Annotated[
        str,
        typer.Option(
            help=f"How hard every circuit is minimized, mapped and judged, and trials search that do not vary it: "
            f"{', '.join(EFFORTS)}.",
            rich_help_panel="Search",
        ),
    ] = "fast",
    most: Annotated[
        float, typer.Option(help="Search circuits of up to so many NAND2 equivalents.", rich_help_panel="Search")
    ] = MOST_NAND2,
    balanced: Annotated[
        bool, typer.Option("--balanced", help="Let each class count as much as any other.", rich_help_panel="Search")
    ] = False,
    cut: Annotated[
        str, typer.Option(help=f"Whose cost counts: {' or '.join(CUTS)}.", rich_help_panel="Search")
    ] = "chip",
    library: given.Libraries = None,
    timeout: Annotated[
        float, typer.Option(help="Seconds for each run of an external program.", rich_help_panel="Circuit")
    ] = 300.0,
    storage: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Keep trials in this database: sqlite:///FILE or postgresql+pg8000://USER@HOST/DATABASE, whose "
            "password may stand in PGPASSWORD.",
            show_default="a file in the folder",
            rich_help_panel=_WHERE,
        ),
    ] = None,
    study: Annotated[
        str | None,
        typer.Option(
            help="What the exploration is called in the database.",
            show_default="as the table",
            rich_help_panel=_WHERE,
        ),
    ] = None,
    processes: given.Processes = None,
    scheduler: given.Scheduler = None,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Try many options on one table and join what they find: every circuit that no other one equals or beats.

    Trials run side by side, on this machine or on the workers of a dask scheduler, and each is kept as it ends; the
    test part decides nothing. The same command goes on where an interrupted one stopped. Writes explore.json, a page,
    and the model of every circuit of the joined front, which 'tinydwn synth' makes into a proven bundle.
    """
    from tinydwn.explore.exploration import Asked
    from tinydwn.explore.exploration import explore as explored
    from tinydwn.explore.space import space_of
    from tinydwn.explore.storage import Storage
    from tinydwn.synthesis.options import DEFAULT_LIBRARIES, SynthesisOptions
    from tinydwn.synthesis.pipeline import name_of
    from tinydwn.tools.cluster import Cluster

    options = SynthesisOptions(
        reading=given.table_reading(
            target=target,
            positive=positive,
            missing=missing,
            missing_marks=missing_marks,
            header=header,
            decimal=decimal,
            encoding=encoding,
            only=only,
            ignore=ignore,
            categorical=categorical,
            bins=bins,
            drop_rare=drop_rare,
            validation=validation,
            test=test,
        ),
        test_fraction=test_fraction,
        seed=seed,
        split_seed=split_seed,
        cut=cut,  # type: ignore[arg-type]
        most_nand2=most,
        balanced=balanced,
        effort=effort,  # type: ignore[arg-type]
        libraries=tuple(library) if library else DEFAULT_LIBRARIES,
        timeout_s=timeout,
    )
    asked = Asked(space=space_of(vary) if vary else None, trials=trials, minutes=minutes, trial_timeout_s=trial_timeout)
    cluster = Cluster(processes=processes, scheduler=scheduler)
    _refuse_model(source)

    @contextmanager
    def listen(total: int) -> Iterator[Heard]:
        with paced("explore", _announced(total, asked), total, quiet=quiet) as tell:
            yield Heard(tell, options.cut)

    with _folder(out):
        found = explored(
            source,
            options,
            asked,
            storage=Storage.of(storage, out),
            study=study or name_of(source),
            cluster=cluster,
            listen=listen,
        )
    _finish(found, _commands(context, source, out, options.seed_of_split), out, json=json, quiet=quiet)


class Heard:
    """Tells of trials where the progress of all of them is shown."""

    def __init__(self, tell: Tell, cut: str) -> None:
        self._tell, self._cut = tell, cut

    def tell(self, text: str) -> None:
        """Tell what is done now."""
        self._tell.meanwhile(text)

    def ended(self, one: Tried, *, stored: bool) -> None:
        """Tell of a trial that ended, and how long the others take."""
        self._tell(_told(one, self._cut), stored=stored)


def _announced(total: int, asked: Asked) -> str:
    """Return what there is to do, before anything is known of how long it takes."""
    trials = "1 trial" if total == 1 else f"{total} trials"
    until = "" if asked.minutes is None else f"; none begins after {duration(60 * asked.minutes)}"
    return (
        f"{trials}, given up after {duration(asked.trial_timeout_s)} each{until}; how long they take is told once one "
        "has ended"
    )


def _finish(found: Explored, commands: Commands, out: Path, *, json: bool, quiet: bool) -> None:
    """Write the folder and say what was found."""
    from tinydwn.report.explored import MODELS, explored_files, front_table, headline, to_document, trials_table
    from tinydwn.tools.files import write_atomically

    files = explored_files(found, commands)
    for name, content in files.items():
        place = out / name
        place.parent.mkdir(exist_ok=True)
        write_atomically(place, content)
    for old in (out / MODELS).glob("[0-9]*.npz"):
        if f"{MODELS}/{old.name}" not in files:
            old.unlink()
    if json:
        result_json(to_document(found, commands))
    else:
        show_line(headline(found), style="bold")
        show_table(front_table(found))
        show_table(trials_table(found, joined_only=True))
    if not quiet:
        if found.exhausted and len(found.tried) > 1:
            narrate(f"all {len(found.tried)} combinations were tried")
        narrate(f"written: {out}")
        narrate(f"next: {shlex.join(commands.bundle(found.chosen))}")
        narrate(f"      or another circuit; {out / 'explore.html'} names the command of each")
        narrate(f"commands are to be run in {commands.folder}")


def _commands(context: typer.Context, source: str, out: Path, split_seed: int) -> Commands:
    """Return how the circuits of an exploration are made again, by the words that it was called with."""
    from tinydwn.report.explored import Commands

    own = (
        *("source", "out", "vary", "trials", "minutes", "trial_timeout", "storage", "study"),
        *("processes", "scheduler", "json", "quiet"),
    )
    shared = given.words_of(context, leave_out=own)
    alone = given.words_of(context, leave_out=(*own, "most"))
    table = f"./{source}" if source.startswith("-") else source
    return Commands(table, str(out), tuple(shared), tuple(alone), split_seed, folder=str(Path.cwd()))


def _told(one: Tried, cut: str) -> str:
    from tinydwn.explore.space import said

    if one.error:
        return f"trial {one.number} ({said(one.values)}) failed: {one.error}"
    best = max(one.circuits, key=lambda circuit: circuit.expected.accuracy)
    area = best.found.size(cut).nand2_equivalent  # type: ignore[arg-type]  # was checked
    return (
        f"trial {one.number} ({said(one.values)}): {len(one.circuits)} circuits, the best expected to be "
        f"{100 * best.expected.accuracy:.1f} % right with {area:.1f} NAND2 equivalents"
    )


def _refuse_model(source: str) -> None:
    from tinydwn.netlist.netlist_file import is_netlist_file
    from tinydwn.synthesis.source import is_model_file

    if is_model_file(source) or is_netlist_file(source):
        raise ConfigError(f"'{source}' is no table of samples", hint="give the table that it was trained on")


@contextmanager
def _folder(out: Path) -> Iterator[None]:
    """Make a folder; where the block raises and has left nothing in it, it goes again."""
    made = [one for one in (out, *out.parents) if not one.exists()]
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"'{out}' cannot be made: {error.strerror}", hint="choose another place with --out"
        ) from error
    try:
        yield
    except BaseException:
        with suppress(OSError):
            for one in made:
                one.rmdir()
        raise
