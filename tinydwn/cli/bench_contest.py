"""`tinydwn bench iwls2020`: the functions of a contest, next to what others published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.bench import bench, show_measured
from tinydwn.cli.bench_circuits import Effort, names_of
from tinydwn.cli.console import name_next
from tinydwn.cli.pace import paced
from tinydwn.cli.places import require_folder_for

if TYPE_CHECKING:
    from tinydwn.bench.contest_circuits import Solved, Task


@bench.command()
def iwls2020(
    folder: Annotated[Path, typer.Argument(help="The folder that holds ex00.npz and others.", show_default=False)],
    functions: Annotated[
        str | None, typer.Option(help="Only these functions, separated by commas.", show_default="all in the folder")
    ] = None,
    effort: Effort = "normal",
    seed: Annotated[int, typer.Option(min=0, help="Number of the search.")] = 0,
    store: Annotated[
        Path | None,
        typer.Option(help="Keep outcomes here; the same command goes on.", show_default="build/bench/iwls2020.json"),
    ] = None,
    processes: given.Processes = None,
    scheduler: given.Scheduler = None,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Learn the functions of the IWLS 2020 contest from their samples: how accurate, with how many AND nodes."""
    from tinydwn.bench.cluster import Cluster
    from tinydwn.bench.contest_function import functions_in
    from tinydwn.bench.iwls2020 import measure_contest

    given.require_effort(effort)
    names = names_of(functions)
    asked = functions_in(folder, None if names is None else tuple(names))
    place = store or Path("build", "bench", "iwls2020.json")
    require_folder_for(place)
    cluster = Cluster(processes=processes, scheduler=scheduler)
    with paced("iwls2020", "functions", len(asked), quiet=quiet) as tell:

        def on_arrival(task: Task, outcome: Solved, stored: bool) -> None:
            text = f"{100 * outcome.test_accuracy:.2f} % with {outcome.and_nodes} AND nodes, from {outcome.start}"
            tell(f"{task.function}: {text}", stored=stored)

        found = measure_contest(
            folder,
            functions=asked,
            effort=effort,
            seed=seed,
            store=place,
            cluster=cluster,
            on_arrival=on_arrival,
        )
    show_measured(found, json=json)
    name_next("tinydwn", "bench", "trees", quiet=quiet)
