"""All of `tinydwn bench`: each of these files adds its commands when it is imported."""

from tinydwn.cli import (
    bench_choice,
    bench_circuits,
    bench_contest,
    bench_fpga,
    bench_microcontroller,
    bench_opponents,
    bench_pages,
    bench_search,
    bench_simulate,
)
from tinydwn.cli.bench import bench

__all__ = [
    "bench",
    "bench_choice",
    "bench_circuits",
    "bench_contest",
    "bench_fpga",
    "bench_microcontroller",
    "bench_opponents",
    "bench_pages",
    "bench_search",
    "bench_simulate",
]
