"""`tinydwn bench choice`: which circuit of a front is chosen, and how right the expected accuracy is."""

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
    from tinydwn.bench.whole_fronts import Task, WholeFront


@bench.command()
def choice(
    datasets: Datasets = None,
    seeds: Annotated[str, typer.Option(help="Numbers of splits, separated by commas.")] = "0,1,2,3,4",
    store: Annotated[
        Path | None,
        typer.Option(help="Keep fronts here; the same command goes on.", show_default="build/bench/choice.json"),
    ] = None,
    processes: given.Processes = None,
    scheduler: given.Scheduler = None,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Take public data sets to their fronts, choose by every rule, and compare expected with test accuracy."""
    from tinydwn.bench.choice import datasets_of, measure_choices, require_seeds
    from tinydwn.bench.cluster import Cluster
    from tinydwn.bench.picks import picked

    names, cluster = datasets_of(names_of(datasets)), Cluster(processes=processes, scheduler=scheduler)
    splits = given.whole_numbers("--seeds", seeds)
    require_seeds(splits)
    place = store or Path("build", "bench", "choice.json")
    require_folder_for(place)
    with paced("choice", "data sets and seeds", len(names) * len(splits), quiet=quiet) as tell:

        def on_arrival(task: Task, front: WholeFront, stored: bool) -> None:
            chosen, whole = picked(front, "default"), picked(front, "network")
            text = (
                f"{100 * chosen.test:.1f} % in {chosen.chip.nand2_equivalent:.1f} NAND2 eq., expected "
                f"{100 * chosen.expected:.1f} %, the network {100 * whole.test:.1f} %"
            )
            tell(f"{task.dataset}, seed {task.seed}: {text}", stored=stored)

        found = measure_choices(datasets=names, seeds=splits, store=place, cluster=cluster, on_arrival=on_arrival)
    show_measured(found, json=json)
    name_next("tinydwn", "bench", "trees", quiet=quiet)
