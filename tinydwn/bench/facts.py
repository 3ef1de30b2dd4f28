"""Whether embedded facts map to the same area as the Liberty file that they were extracted from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tinydwn.bench.random_classifier import random_classifier
from tinydwn.bench.text_table import text_table
from tinydwn.lowering import lower_core
from tinydwn.mapping import map_to_cells
from tinydwn.technology import load_library


@dataclass(frozen=True, slots=True)
class FactsPoint:
    """One random netlist, mapped with the facts and with the Liberty file."""

    seed: int
    nodes: int
    facts_area_um2: float
    liberty_area_um2: float
    same_cells: bool

    @property
    def differs(self) -> bool:
        """Whether the two areas are not the same number."""
        return self.facts_area_um2 != self.liberty_area_um2


@dataclass(frozen=True, slots=True)
class FactsSummary:
    """What `compare_facts` found; print `to_text()`, keep `to_json()`."""

    library: str
    liberty: str
    points: tuple[FactsPoint, ...]

    @property
    def differences(self) -> int:
        """How many netlists got another area."""
        return sum(point.differs for point in self.points)

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""
        return {
            "library": self.library,
            "liberty": self.liberty,
            "netlists": len(self.points),
            "differences": self.differences,
            "points": [
                {
                    "seed": point.seed,
                    "nodes": point.nodes,
                    "facts_area_um2": point.facts_area_um2,
                    "liberty_area_um2": point.liberty_area_um2,
                    "same_cells": point.same_cells,
                }
                for point in self.points
            ],
        }

    def to_text(self) -> str:
        """Return a table of the netlists, and the count."""
        head = ("seed", "nodes", "facts um2", "Liberty um2")
        rows = [
            (str(point.seed), str(point.nodes), f"{point.facts_area_um2:.4f}", f"{point.liberty_area_um2:.4f}")
            for point in self.points
        ]
        same = sum(point.same_cells for point in self.points)
        count = (
            f"{self.library} against {self.liberty}: {len(self.points)} random netlists, "
            f"{same} with the same cells, differences in area: {self.differences}"
        )
        return f"{text_table(head, rows)}\n\n{count}\n"


def compare_facts(
    library: str,
    liberty: Path,
    *,
    count: int = 20,
    seed: int = 0,
    effort: str = "fast",
    timeout_s: float = 120.0,
    on_point: Callable[[FactsPoint], None] | None = None,
) -> FactsSummary:
    """Map the tables of `count` random classifiers with an embedded library and with its Liberty file.

    Seeds count up from `seed`. Raises `LibraryError` where either library cannot be had.
    """
    facts, original = load_library(library), load_library(liberty)
    points = []
    for number in range(seed, seed + count):
        netlist = lower_core(random_classifier(number)).netlist
        ours = map_to_cells(netlist, facts, effort=effort, timeout_s=timeout_s)
        theirs = map_to_cells(netlist, original, effort=effort, timeout_s=timeout_s)
        same = ours.cell_counts == theirs.cell_counts
        points.append(FactsPoint(number, len(netlist.nodes), ours.area_um2, theirs.area_um2, same))
        if on_point is not None:
            on_point(points[-1])
    return FactsSummary(library, liberty.name, tuple(points))
