"""`tinydwn bench fpga`: tables, clock and latency of circuits on FPGAs, beside decision trees and published designs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.bench import bench, show_measured
from tinydwn.cli.bench_circuits import names_of
from tinydwn.cli.console import name_next
from tinydwn.cli.pace import paced
from tinydwn.cli.places import require_folder_for

if TYPE_CHECKING:
    from tinydwn.bench.fpga import FpgaRow, Task


@bench.command()
def fpga(
    datasets: Annotated[
        str | None,
        typer.Option(help="Only these data sets, separated by commas.", show_default="phoneme,segment,letter"),
    ] = None,
    parts: Annotated[str, typer.Option(help="Parts, separated by commas: up5k, hx1k, 25f, 85f, gw1nr-9.")] = "up5k,25f",
    pipeline: Annotated[str, typer.Option(help="Numbers of stages, separated by commas.")] = "1",
    most_nand2: Annotated[
        float, typer.Option(min=1.0, max=1e5, help="The largest circuit that is searched, in NAND2 equivalents.")
    ] = 64.0,
    store: Annotated[
        Path | None,
        typer.Option(help="Keep outcomes here; the same command goes on.", show_default="build/bench/fpga.json"),
    ] = None,
    processes: given.Processes = None,
    scheduler: given.Scheduler = None,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Place and route circuits of data sets and decision trees on FPGAs: tables, highest clock, latency."""
    from tinydwn.bench.cluster import Cluster
    from tinydwn.bench.fpga import measure_fpga, tasks_of

    stages, names = given.whole_numbers("--pipeline", pipeline), names_of(datasets)
    wanted = tuple(name.strip() for name in parts.split(","))
    tasks = tasks_of(datasets=names, parts=wanted, stages=stages, most_nand2=most_nand2)
    place = store or Path("build", "bench", "fpga.json")
    require_folder_for(place)
    with paced("fpga", "models on parts", len(tasks), quiet=quiet) as tell:

        def on_arrival(task: Task, row: FpgaRow, stored: bool) -> None:
            told = f"{task.dataset}, {task.model} {row.settings} on {task.part}"
            tell(f"{told}: {row.lut4:.0f} LUT4, {row.latency_ns:.1f} ns", stored=stored)

        cluster = Cluster(processes=processes, scheduler=scheduler)
        found = measure_fpga(tasks, store=place, cluster=cluster, on_arrival=on_arrival)
    show_measured(found, json=json)
    name_next("tinydwn", "flow", "build/demo", "--plan", "ecp5", quiet=quiet)
