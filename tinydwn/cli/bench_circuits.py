"""`tinydwn bench` for circuits: how small they are, next to what plain tools make of the same networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.bench import bench, show_measured
from tinydwn.cli.console import name_next
from tinydwn.cli.pace import paced
from tinydwn.cli.places import require_apart, require_folder_for

if TYPE_CHECKING:
    from tinydwn.bench.chip import ChipPair
    from tinydwn.bench.chip import Task as ChipTask
    from tinydwn.bench.efforts import EffortRow
    from tinydwn.bench.exact import ExactRow
    from tinydwn.bench.fronts import FrontPoint
    from tinydwn.bench.fronts import Task as FrontTask
    from tinydwn.bench.smallest import Task

Effort = Annotated[str, typer.Option(help="fast, normal or high.")]
Datasets = Annotated[str | None, typer.Option(help="Only these data sets, separated by commas.", show_default="all")]


@bench.command()
def smallest(
    cut: Annotated[str, typer.Option(help="core or chip.")] = "core",
    effort: Effort = "normal",
    datasets: Datasets = None,
    budgets: Annotated[
        str | None,
        typer.Option(
            help="NAND2 equivalents, ascending: the same ones for every data set, of any name.",
            show_default="those of each",
        ),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(
            help="Keep outcomes here; the same command goes on.", show_default="build/bench/smallest-CUT.json"
        ),
    ] = None,
    processes: given.Processes = None,
    scheduler: given.Scheduler = None,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Refine public data sets within small budgets, and count the test samples that the circuits get right."""
    from tinydwn.bench.cluster import Cluster
    from tinydwn.bench.smallest import in_words, measure_smallest, tasks_of

    given.require_cut(cut)
    given.require_effort(effort)
    names = names_of(datasets)
    cluster = Cluster(processes=processes, scheduler=scheduler)
    place = store or Path("build", "bench", f"smallest-{cut}.json")
    require_folder_for(place)
    each = None if budgets is None else given.whole_numbers("--budgets", budgets)
    total = len(tasks_of(cut=cut, effort=effort, datasets=names, budgets=each))
    with paced("smallest", "data sets and seeds", total, quiet=quiet) as tell:

        def on_arrival(task: Task, outcome: Sequence[Mapping[str, float | str]], stored: bool) -> None:
            text = ", ".join(f"{100 * float(o['accuracy']):.1f} % in {float(o['cost']):.1f} NAND2" for o in outcome)
            tell(f"{in_words(task.goal.dataset)}, seed {task.seed}: {text}", stored=stored)

        found = measure_smallest(
            cut=cut,
            effort=effort,
            datasets=names,
            budgets=each,
            store=place,
            cluster=cluster,
            on_arrival=on_arrival,
        )
    show_measured(found, json=json)
    name_next("tinydwn", "synth", "phoneme", "--cut", cut, "--out", "build/phoneme", quiet=quiet)


@bench.command()
def chip(
    liberty: Annotated[Path, typer.Argument(help="The Liberty file of nangate45.", show_default=False)],
    effort: Effort = "normal",
    datasets: Datasets = None,
    store: Annotated[
        Path | None,
        typer.Option(help="Keep outcomes here; the same command goes on.", show_default="build/bench/chip.json"),
    ] = None,
    processes: given.Processes = None,
    scheduler: given.Scheduler = None,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Refine whole chips, and compare them with a trained network that plain Yosys takes to cells."""
    from tinydwn.bench.chip import measure_chips
    from tinydwn.bench.cluster import Cluster
    from tinydwn.bench.smallest import SEEDS, goals_of, in_words

    given.require_effort(effort)
    names = names_of(datasets)
    cluster = Cluster(processes=processes, scheduler=scheduler)
    place = store or Path("build", "bench", "chip.json")
    require_folder_for(place)
    with paced("chip", "data sets and seeds", len(goals_of(names)) * len(SEEDS), quiet=quiet) as tell:

        def on_arrival(task: ChipTask, pair: ChipPair, stored: bool) -> None:
            text = f"{100 * pair.accuracy:.1f} % in {pair.cost:.1f} NAND2"
            plain = f"{100 * pair.plain_accuracy:.1f} % in {pair.plain_cost:.0f}"
            tell(f"{in_words(task.goal.dataset)}, seed {task.seed}: {text}, the network {plain}", stored=stored)

        found = measure_chips(
            liberty, effort=effort, datasets=names, store=place, cluster=cluster, on_arrival=on_arrival
        )
    show_measured(found, json=json)
    name_next("tinydwn", "bench", "smallest", "--cut", "chip", quiet=quiet)


@bench.command()
def exact(
    liberty: Annotated[Path, typer.Argument(help="The Liberty file of sky130_fd_sc_hd.", show_default=False)],
    effort: Effort = "normal",
    store: Annotated[
        Path | None,
        typer.Option(help="Keep rows here; the same command goes on.", show_default="build/bench/exact.json"),
    ] = None,
    processes: given.Processes = None,
    scheduler: given.Scheduler = None,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Take thirty trained networks to cells, with plain Yosys and with every function kept, and compare areas."""
    from tinydwn.bench.cluster import Cluster
    from tinydwn.bench.exact import NETWORKS, measure_exact

    given.require_effort(effort)
    cluster = Cluster(processes=processes, scheduler=scheduler)
    place = store or Path("build", "bench", "exact.json")
    require_folder_for(place)
    with paced("exact", "networks", len(NETWORKS), quiet=quiet) as tell:

        def on_arrival(_: object, row: ExactRow, stored: bool) -> None:
            tell(f"{row.network}: {row.ratio:.2f} of the area", stored=stored)

        found = measure_exact(liberty, effort=effort, store=place, cluster=cluster, on_arrival=on_arrival)
    show_measured(found, json=json)
    name_next("tinydwn", "bench", "smallest", quiet=quiet)


@bench.command()
def efforts(
    networks: Annotated[
        str | None,
        typer.Option(help="Only these networks of 'bench exact', separated by commas.", show_default="six small ones"),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(help="Keep rows here; the same command goes on.", show_default="build/bench/efforts.json"),
    ] = None,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Take trained networks to cells at each effort, and compare areas and seconds."""
    from tinydwn.bench.efforts import EFFORTS, measure_efforts, networks_named

    chosen = networks_named(names_of(networks))
    place = store or Path("build", "bench", "efforts.json")
    require_folder_for(place)
    with paced("efforts", "networks and efforts", len(chosen) * len(EFFORTS), quiet=quiet) as tell:

        def on_arrival(_: object, row: EffortRow, stored: bool) -> None:
            tell(f"{row.network}, {row.effort}: {row.gates2} two-input gates in {row.seconds:.1f} s", stored=stored)

        found = measure_efforts(networks=chosen, store=place, on_arrival=on_arrival)
    show_measured(found, json=json)
    name_next("tinydwn", "bench", "efforts", "--networks", "wine 42x4 popcount", quiet=quiet)


@bench.command()
def fronts(
    liberty: Annotated[Path, typer.Argument(help="The Liberty file of nangate45.", show_default=False)],
    effort: Effort = "normal",
    datasets: Datasets = None,
    drawing: Annotated[
        Path | None,
        typer.Option(parser=given.place, metavar="PATH", help="Draw an SVG figure here.", show_default="none"),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(help="Keep points here; the same command goes on.", show_default="build/bench/fronts.json"),
    ] = None,
    processes: given.Processes = None,
    scheduler: given.Scheduler = None,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Take networks of several classes and sizes to cells in both ways, refine, and draw accuracy over area."""
    from tinydwn.bench.cluster import Cluster
    from tinydwn.bench.fronts import DATASETS, measure_fronts
    from tinydwn.report.class_fronts import fronts_figure
    from tinydwn.report.svg import fixed_colors
    from tinydwn.tools.files import write_atomically

    given.require_effort(effort)
    names = names_of(datasets) or tuple(DATASETS)
    cluster = Cluster(processes=processes, scheduler=scheduler)
    place = store or Path("build", "bench", "fronts.json")
    require_apart({"--drawing": drawing}, [liberty, place])
    for file in filter(None, (place, drawing)):
        require_folder_for(file)
    with paced("fronts", "data sets", len(names), quiet=quiet) as tell:

        def on_arrival(task: FrontTask, points: Sequence[FrontPoint], stored: bool) -> None:
            tell(f"{task.dataset}: {len(points)} circuits", stored=stored)

        found = measure_fronts(
            liberty, effort=effort, datasets=names, store=place, cluster=cluster, on_arrival=on_arrival
        )
    if drawing is not None:
        write_atomically(drawing, fixed_colors(fronts_figure(found)).encode())
    show_measured(found, json=json)
    name_next("tinydwn", "bench", "exact", str(liberty), quiet=quiet)


def names_of(datasets: str | None) -> tuple[str, ...] | None:
    """Return the data sets of an option, None for all."""
    return None if datasets is None else tuple(name.strip() for name in datasets.split(","))
