"""`tinydwn bench simulate`: how many samples per second a trained network answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.bench import bench, counted, show_measured
from tinydwn.cli.console import name_next

if TYPE_CHECKING:
    from tinydwn.bench.simulate import SpeedRow


@bench.command()
def simulate(
    networks: Annotated[
        str | None, typer.Option(help="Only these networks, separated by semicolons.", show_default="all")
    ] = None,
    samples: Annotated[int, typer.Option(min=1, max=1 << 24, help="How many samples at a time.")] = 1 << 16,
    repetitions: Annotated[int, typer.Option(min=1, help="How often each is timed.")] = 9,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Train networks, and time them compiled by C, by numba, in numpy and in torch, next to trees and XGBoost."""
    from tinydwn.bench.simulate import NETWORKS, measure_simulate

    names = None if networks is None else tuple(name.strip() for name in networks.split(";"))
    with counted("simulate", "networks", len(names or NETWORKS), quiet=quiet) as tell:

        def on_network(name: str, rows: tuple[SpeedRow, ...]) -> None:
            fastest = max(row.samples_per_s for row in rows)
            tell(f"{name}: up to {fastest / 1e6:.1f} million samples per second")

        found = measure_simulate(networks=names, samples=samples, repetitions=repetitions, on_network=on_network)
    show_measured(found, json=json)
    name_next("tinydwn", "bench", "training", quiet=quiet)
