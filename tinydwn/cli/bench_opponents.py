"""`tinydwn bench` for opponents: refined circuits next to Tiny Classifier circuits, trees and others."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.bench import bench, show_measured
from tinydwn.cli.bench_circuits import Datasets, Effort, names_of
from tinydwn.cli.console import name_next
from tinydwn.cli.pace import paced
from tinydwn.cli.places import require_folder_for

if TYPE_CHECKING:
    from tinydwn.bench.duel import Duel
    from tinydwn.bench.duel import Task as DuelTask
    from tinydwn.bench.field import Field
    from tinydwn.bench.field import Task as FieldTask


@bench.command()
def tiny_classifiers(
    metric: Annotated[str, typer.Option(help="What both sides optimize: accuracy or balanced.")] = "accuracy",
    effort: Effort = "fast",
    datasets: Datasets = None,
    store: Annotated[
        Path | None,
        typer.Option(
            help="Keep outcomes here; the same command goes on.", show_default="build/bench/tiny-classifiers.json"
        ),
    ] = None,
    processes: given.Processes = None,
    scheduler: given.Scheduler = None,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Refine public data sets, and evolve Tiny Classifier circuits for them: how small, how accurate."""
    from tinydwn.bench.cluster import Cluster
    from tinydwn.bench.smallest import SEEDS, goals_of, in_words
    from tinydwn.bench.tiny_classifiers import measure_tiny_classifiers, require_sense

    require_sense(metric=metric, effort=effort)
    names, cluster = names_of(datasets), Cluster(processes=processes, scheduler=scheduler)
    place = store or Path("build", "bench", "tiny-classifiers.json")
    require_folder_for(place)
    with paced("tiny-classifiers", "data sets and seeds", len(goals_of(names)) * len(SEEDS), quiet=quiet) as tell:

        def on_arrival(task: DuelTask, outcome: Duel, stored: bool) -> None:
            sides = {"evolved": outcome.evolved, "refined": outcome.smallest}.items()
            text = ", ".join(f"{n} {100 * one.accuracy:.1f} % in {one.sizes.nangate45:.1f} NAND2" for n, one in sides)
            tell(f"{in_words(task.goal.dataset)}, seed {task.seed}: {text}", stored=stored)

        found = measure_tiny_classifiers(
            date=_today(),
            metric=metric,
            effort=effort,
            datasets=names,
            store=place,
            cluster=cluster,
            on_arrival=on_arrival,
        )
    show_measured(found, json=json)
    name_next("tinydwn", "bench", "trees", quiet=quiet)


@bench.command()
def trees(
    cut: Annotated[str, typer.Option(help="core or chip.")] = "core",
    effort: Effort = "fast",
    datasets: Datasets = None,
    seeds: Annotated[str, typer.Option(help="Numbers of two splits or more, separated by commas.")] = "0,1,2",
    store: Annotated[
        Path | None,
        typer.Option(help="Keep outcomes here; the same command goes on.", show_default="build/bench/trees.json"),
    ] = None,
    processes: given.Processes = None,
    scheduler: given.Scheduler = None,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Take trees, boosted trees, networks of gates and refined circuits to cells: which is best for its area."""
    from tinydwn.bench.cluster import Cluster
    from tinydwn.bench.smallest import goals_of, in_words
    from tinydwn.bench.trees import measure_trees, require_sense

    names, cluster = names_of(datasets), Cluster(processes=processes, scheduler=scheduler)
    splits = given.whole_numbers("--seeds", seeds)
    require_sense(cut=cut, effort=effort, seeds=splits)
    place = store or Path("build", "bench", "trees.json")
    require_folder_for(place)
    with paced("trees", "data sets and seeds", len(goals_of(names)) * len(splits), quiet=quiet) as tell:

        def on_arrival(task: FieldTask, outcome: Field, stored: bool) -> None:
            text = f"{len(outcome.points)} circuits, XGBoost {100 * outcome.xgboost:.1f} %"
            tell(f"{in_words(task.goal.dataset)}, seed {task.seed}: {text}", stored=stored)

        found = measure_trees(
            date=_today(),
            cut=cut,  # type: ignore[arg-type]  # other texts are refused there
            effort=effort,
            datasets=names,
            seeds=splits,
            store=place,
            cluster=cluster,
            on_arrival=on_arrival,
        )
    show_measured(found, json=json)
    name_next("tinydwn", "bench", "tiny-classifiers", quiet=quiet)


def _today() -> str:
    return date.today().isoformat()  # noqa: DTZ011  # the day where the measurement is made
