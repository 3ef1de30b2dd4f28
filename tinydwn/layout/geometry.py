"""Rectangles on a layer, in um, and the eight ways to place a cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# As DEF names them (LEF/DEF 5.8 language reference, "Specifying Orientation").
ORIENTATIONS = ("N", "S", "E", "W", "FN", "FS", "FE", "FW")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle from its lower left to its upper right corner, in um."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width_um(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height_um(self) -> float:
        """From bottom to top."""
        return self.top - self.bottom

    @property
    def area_um2(self) -> float:
        """Width times height."""
        return self.width_um * self.height_um

    def moved(self, x: float, y: float) -> Box:
        """Return the same rectangle elsewhere."""
        return Box(self.left + x, self.bottom + y, self.right + x, self.top + y)

    @staticmethod
    def between(x0: float, y0: float, x1: float, y1: float) -> Box:
        """Return the rectangle with two opposite corners.

        >>> Box.between(3, 1, 0, 2)
        Box(left=0, bottom=1, right=3, top=2)
        """
        return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    @staticmethod
    def around(boxes: Iterable[Box]) -> Box:
        """Return the smallest rectangle around others, of which there must be one."""
        all_of_them = list(boxes)
        return Box(
            min(box.left for box in all_of_them),
            min(box.bottom for box in all_of_them),
            max(box.right for box in all_of_them),
            max(box.top for box in all_of_them),
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """A rectangle on a layer."""

    layer: str
    box: Box

    def moved(self, x: float, y: float) -> Shape:
        """Return the same shape elsewhere."""
        return Shape(self.layer, self.box.moved(x, y))


def turned(box: Box, orientation: str) -> Box:
    """Return a rectangle turned about the origin: `S` by 180, `W` by 90, `E` by 270 degrees; then `F` mirrors in x.

    >>> turned(Box(0, 0, 3, 1), "W"), turned(Box(0, 0, 3, 1), "FW")
    (Box(left=-1, bottom=0, right=0, top=3), Box(left=0, bottom=0, right=1, top=3))
    """
    match orientation[-1]:
        case "S":
            box = Box(-box.right, -box.top, -box.left, -box.bottom)
        case "W":
            box = Box(-box.top, box.left, -box.bottom, box.right)
        case "E":
            box = Box(box.bottom, -box.right, box.top, -box.left)
    return Box(-box.right, box.bottom, -box.left, box.top) if orientation[0] == "F" else box


def placed(box: Box, orientation: str, width_um: float, height_um: float, x: float, y: float) -> Box:
    """Return where a rectangle of a cell lies once the cell's lower left corner lies at x, y.

    >>> placed(Box(0, 0, 1, 1), "FS", 3, 2, 10, 20)
    Box(left=10, bottom=21, right=11, top=22)
    """
    corner = turned(Box(0, 0, width_um, height_um), orientation)
    return turned(box, orientation).moved(x - corner.left, y - corner.bottom)
