"""`tinydwn bench microcontroller`: accuracy, flash, memory and cycles on an ATmega328P."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.bench import bench, show_measured
from tinydwn.cli.bench_circuits import Datasets, names_of
from tinydwn.cli.console import name_next
from tinydwn.cli.pace import paced
from tinydwn.cli.places import require_folder_for

if TYPE_CHECKING:
    from tinydwn.bench.microcontroller.measure import MicrocontrollerRow, Task


@bench.command()
def microcontroller(
    datasets: Datasets = None,
    seeds: Annotated[str, typer.Option(help="Numbers of splits, separated by commas.")] = "0",
    store: Annotated[
        Path | None,
        typer.Option(
            help="Keep outcomes here; the same command goes on.", show_default="build/bench/microcontroller.json"
        ),
    ] = None,
    processes: given.Processes = None,
    scheduler: given.Scheduler = None,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Compare circuits, networks, trees and their ensembles within the 32 kB of an ATmega328P, on simavr."""
    from tinydwn.bench.choice import require_seeds
    from tinydwn.bench.cluster import Cluster
    from tinydwn.bench.microcontroller.measure import FAMILIES
    from tinydwn.bench.microcontroller.table import datasets_of, measure_microcontroller

    names, cluster = datasets_of(names_of(datasets)), Cluster(processes=processes, scheduler=scheduler)
    splits = given.whole_numbers("--seeds", seeds)
    require_seeds(splits)
    place = store or Path("build", "bench", "microcontroller.json")
    require_folder_for(place)
    count = len(names) * len(splits) * len(FAMILIES)
    with paced("microcontroller", "families of models", count, quiet=quiet) as tell:

        def on_arrival(task: Task, rows: list[MicrocontrollerRow], stored: bool) -> None:
            best = max(
                (row for row in rows if row.fits), key=lambda row: (row.validation, -(row.cycles or 0.0)), default=None
            )
            text = "nothing fits" if best is None else f"{100 * best.accuracy:.2f} % in {best.cycles or 0:,.0f} cycles"
            tell(f"{task.dataset}, {task.family}, seed {task.seed}: {text}", stored=stored)

        found = measure_microcontroller(
            datasets=names, seeds=splits, store=place, cluster=cluster, on_arrival=on_arrival
        )
    show_measured(found, json=json)
    name_next("tinydwn", "export", "c", "--help", quiet=quiet)
