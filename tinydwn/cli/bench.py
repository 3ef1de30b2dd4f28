"""`tinydwn bench`: measurements of tinydwn itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count as count_from
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from tinydwn.cli import options as given
from tinydwn.cli.console import Step, name_next, progress, result, result_json
from tinydwn.cli.pace import paced
from tinydwn.cli.places import require_folder_for
from tinydwn.errors import VerificationError

if TYPE_CHECKING:
    from tinydwn.bench.contest import Outcome
    from tinydwn.bench.protocol import Task
    from tinydwn.bench.scale import ScalePoint
    from tinydwn.bench.training import TrainingRow

bench = typer.Typer(
    name="bench", help="Measure tinydwn itself: its exactness and its cost.", no_args_is_help=True, add_completion=False
)


@contextmanager
def counted(title: str, what: str, total: int, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show the progress of a measurement: what is given tells of one more of `total`."""
    done = count_from(1)
    with progress(quiet=quiet) as listen:
        listen(Step(title, what, 0, total))
        yield lambda text: listen(Step(title, text, next(done), total))


class _Measured(Protocol):
    """What every measurement gives."""

    def to_text(self) -> str:
        """Return a table and a sentence."""

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""


@bench.command()
def roundtrip(
    count: Annotated[int, typer.Option(min=1, help="How many random classifiers.")] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Number of the first classifier.")] = 0,
    processes: Annotated[int, typer.Option(min=1, help="How many at a time.")] = 2,
    effort: Annotated[
        str | None, typer.Option(help="fast, normal or high.", show_default="fast, a few of them more")
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.001, max=1e6, help="Seconds for each run of an external program.")
    ] = 120.0,
    store: Annotated[
        Path | None, typer.Option(help="Keep outcomes here; the same command goes on.", show_default="none")
    ] = None,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Take random classifiers all the way and back, and count what changed its meaning.

    Ends with exit code 3 unless the count is 0.
    """
    from tinydwn.bench.roundtrip import roundtrip as measure

    if effort is not None:
        given.require_effort(effort)
    what = "random classifiers"
    if store is not None:
        require_folder_for(store)
    with counted("roundtrip", what, count, quiet=quiet) as tell:
        summary = measure(
            count,
            seed=seed,
            effort=effort,
            processes=processes,
            timeout_s=timeout,
            store=store,
            on_result=lambda _: tell(what),
        )
    show_measured(summary, json=json)
    name_next("tinydwn", "bench", "scale", quiet=quiet)
    if summary.mismatches:
        raise VerificationError(str(summary.mismatches[0]), hint="this is a defect of tinydwn; please report it")


@bench.command()
def scale(
    luts: Annotated[str, typer.Option(help="Numbers of lookup tables, separated by commas.")] = "500,1000,2000,3000",
    library: Annotated[str, typer.Option(help="The cell library to map to.")] = "sky130_fd_sc_hd",
    effort: Annotated[str, typer.Option(help="fast, normal or high.")] = "fast",
    cut: Annotated[str, typer.Option(help="core or chip.")] = "core",
    seed: given.Seed = 0,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Lower, minimize and map synthetic classifiers of MNIST's size: seconds per stage, and memory."""
    from tinydwn.bench.scale import scale as measure

    given.require_cut(cut)
    given.require_effort(effort)
    sizes = given.whole_numbers("--luts", luts)
    with counted("scale", "synthetic classifiers", len(sizes), quiet=quiet) as tell:

        def on_point(point: ScalePoint) -> None:
            tell(f"{point.luts} LUTs in {point.total_s:.1f} s")

        found = measure(sizes, library=library, effort=effort, cut=cut, seed=seed, on_point=on_point)  # type: ignore[arg-type]
    show_measured(found, json=json)
    name_next("tinydwn", "bench", "roundtrip", quiet=quiet)


@bench.command()
def facts(
    library: Annotated[str, typer.Argument(help="An embedded library, such as nangate45.", show_default=False)],
    liberty: Annotated[Path, typer.Argument(help="The Liberty file it came from.", show_default=False)],
    count: Annotated[int, typer.Option(min=1, help="How many random netlists.")] = 20,
    seed: given.Seed = 0,
    effort: Annotated[str, typer.Option(help="fast, normal or high.")] = "fast",
    timeout: Annotated[
        float, typer.Option(min=0.001, max=1e6, help="Seconds for each run of an external program.")
    ] = 120.0,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Map random netlists with embedded facts and with their Liberty file, and count differences in area.

    Ends with exit code 3 unless the count is 0.
    """
    from tinydwn.bench.facts import compare_facts

    given.require_effort(effort)
    what = "random netlists"
    with counted("facts", what, count, quiet=quiet) as tell:
        found = compare_facts(
            library,
            liberty,
            count=count,
            seed=seed,
            effort=effort,
            timeout_s=timeout,
            on_point=lambda _: tell(what),
        )
    show_measured(found, json=json)
    name_next("tinydwn", "bench", "roundtrip", quiet=quiet)
    if found.differences:
        raise VerificationError(
            f"{found.differences} of {count} netlists got another area from {liberty} than from the facts of {library}",
            hint="check that the file is the one that the facts name as their source",
        )


@bench.command()
def training(
    batch: Annotated[str, typer.Option(help="Samples per step, separated by commas.")] = "32,256",
    luts: Annotated[str, typer.Option(help="Numbers of lookup tables, multiples of 10.")] = "200,1000,5000",
    inputs: Annotated[str, typer.Option(help="Inputs per table.")] = "2,4,6",
    seed: given.Seed = 0,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Time a training step against the same step sample by sample, as the authors' released kernel works."""
    from tinydwn.bench.training import training_cost

    sizes = {
        "batches": given.whole_numbers("--batch", batch),
        "luts": given.whole_numbers("--luts", luts),
        "inputs": given.whole_numbers("--inputs", inputs),
    }
    with counted("training", "sizes of a step", math.prod(map(len, sizes.values())), quiet=quiet) as tell:

        def on_row(row: TrainingRow) -> None:
            tell(f"{row.luts} LUTs: {row.speedup:.1f} times faster")

        found = training_cost(**sizes, seed=seed, on_row=on_row)
    show_measured(found, json=json)
    name_next("tinydwn", "bench", "accuracy", "one-bit", quiet=quiet)


@bench.command()
def accuracy(
    protocol: Annotated[str, typer.Argument(help="What to measure: one of the names that an unknown one lists.")],
    store: Annotated[
        Path | None,
        typer.Option(help="Keep outcomes here; the same command goes on.", show_default="build/bench/PROTOCOL.json"),
    ] = None,
    datasets: Annotated[
        str | None, typer.Option(help="Only these data sets, separated by commas.", show_default="all")
    ] = None,
    processes: given.Processes = None,
    scheduler: given.Scheduler = None,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Measure test accuracy by a protocol: data sets, contenders and seeds that are written down."""
    from tinydwn.bench.accuracy import measure_accuracy
    from tinydwn.bench.cluster import Cluster
    from tinydwn.bench.protocol import protocol_named

    chosen, cluster = protocol_named(protocol), Cluster(processes=processes, scheduler=scheduler)
    if datasets is not None:
        chosen = chosen.only(tuple(name.strip() for name in datasets.split(",")))
    place = store or Path("build", "bench", f"{protocol}.json")
    require_folder_for(place)
    with paced(protocol, "tasks", len(tuple(chosen.tasks())), quiet=quiet) as tell:

        def on_arrival(task: Task, outcome: Outcome, stored: bool) -> None:
            text = f"{task.dataset}, {task.contender.name}, seed {task.seed}: {100 * outcome.accuracy:.2f} %"
            tell(text, stored=stored)

        found = measure_accuracy(chosen, store=place, cluster=cluster, on_arrival=on_arrival)
    show_measured(found, json=json)
    name_next("tinydwn", "bench", "training", quiet=quiet)


def show_measured(measured: _Measured, *, json: bool) -> None:
    """Print a measurement as a table, or as JSON."""
    if json:
        result_json(measured.to_json())
    else:
        result(measured.to_text())
