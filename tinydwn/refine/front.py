"""What refining gives: circuits none of which is beaten by another in both accuracy and cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from tinydwn.errors import ConfigError
from tinydwn.mapping.mapped import MappedNetlist
from tinydwn.netlist import Netlist


@dataclass(frozen=True, slots=True)
class Point:
    """A refined circuit, its cells, and how right it is.

    `netlist` is the function that was found, from bits to outputs; `mapped` are cells for it on the core, and for the
    whole with the comparators before it on the chip. `accuracy` is that of all samples, plain or balanced as asked.
    `asked` is how much it answers of what the search asked for: that share, or by weight that of what a guide said.
    `start` names the starting point that the circuit descends from.
    """

    netlist: Netlist
    mapped: MappedNetlist
    accuracy: float
    asked: float
    start: str

    @property
    def cost_um2(self) -> float:
        """The sum of the areas of the cells."""
        return self.mapped.area_um2

    @property
    def cost_nand2(self) -> float:
        """The cost in areas of the library's smallest NAND2."""
        return self.mapped.nand2_equivalent


@dataclass(frozen=True, slots=True)
class Front:
    """Points by ascending cost and by what they answer of what was asked; how many circuits were judged.

    `starts` are those of the search, where they were asked for.
    """

    points: tuple[Point, ...]
    starts: tuple[Point, ...]
    judged: int

    def __post_init__(self) -> None:
        if not self.points:
            raise ConfigError("no circuit fits", hint="allow more area")

    def within(self, cost_um2: float) -> Point:
        """Return the point of at most a cost that answers most; `ConfigError` where there is none."""
        fitting = [point for point in self.points if point.cost_um2 <= cost_um2 * (1 + 1e-9)]
        if not fitting:
            least = self.points[0].cost_um2
            raise ConfigError(
                f"no circuit costs at most {cost_um2:.4g} um2", hint=f"the smallest one costs {least:.4g} um2"
            )
        return fitting[-1]


Measured = TypeVar("Measured")


def non_dominated(
    points: Iterable[Measured], *, cost: Callable[[Measured], float], worth: Callable[[Measured], float]
) -> tuple[Measured, ...]:
    """Return the points that no other one equals or beats in both `cost` and `worth`, by ascending cost."""
    kept: list[Measured] = []
    for point in sorted(points, key=lambda point: (cost(point), -worth(point))):
        if not kept or worth(point) > worth(kept[-1]):
            kept.append(point)
    return tuple(kept)
