"""Sums of products as small multi-level circuits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tinydwn.netlist import NetlistBuilder
from tinydwn.netlist.truth_table import Cube


def build_factored(builder: NetlistBuilder, cubes: Sequence[Cube], nets: Sequence[int]) -> int:
    """Add the OR of cubes over `nets` (input `k` of a cube is `nets[k]`) and return its net.

    What all cubes share is taken out, then the literal that most cubes share, and so on (Brayton, "Factoring
    logic functions", 1987, quick factoring by literals).

    >>> builder = NetlistBuilder("f")
    >>> a, b, c = builder.input("a"), builder.input("b"), builder.input("c")
    >>> builder.output("y", build_factored(builder, [Cube(0b011, 0b011), Cube(0b101, 0b101)], [a, b, c]))
    >>> [node.fanin for node in builder.build().nodes]
    [(3, 4), (2, 5)]
    """
    if not cubes:
        return 0
    if any(cube.care == 0 for cube in cubes):
        return 1
    care, value = _common(cubes)
    if care:
        rest = [_without(cube, care) for cube in cubes]
        return builder.and_(_product(builder, Cube(care, value), nets), build_factored(builder, rest, nets))
    bit, one = _most_shared(cubes)
    inside = [cube for cube in cubes if cube.care & bit and bool(cube.value & bit) == one]
    if len(inside) < 2:
        return builder.or_(*(_product(builder, cube, nets) for cube in cubes))
    outside = [cube for cube in cubes if cube not in inside]
    return builder.or_(build_factored(builder, inside, nets), build_factored(builder, outside, nets))


def _common(cubes: Sequence[Cube]) -> tuple[int, int]:
    """Return the literals that all cubes share."""
    care = cubes[0].care
    for cube in cubes:
        care &= cube.care & ~(cube.value ^ cubes[0].value)
    return care, cubes[0].value & care


def _without(cube: Cube, care: int) -> Cube:
    return Cube(cube.care & ~care, cube.value & ~care)


def _most_shared(cubes: Sequence[Cube]) -> tuple[int, bool]:
    """Return the literal that most cubes share, the first one among equals, as its bit and its value."""
    counts: Counter[tuple[int, bool]] = Counter()
    for cube in cubes:
        care = cube.care
        while care:
            bit = care & -care
            care ^= bit
            counts[bit, bool(cube.value & bit)] += 1
    return min(counts, key=lambda literal: (-counts[literal], literal))


def _product(builder: NetlistBuilder, cube: Cube, nets: Sequence[int]) -> int:
    literals = [(nets[k], cube.value >> k & 1) for k in range(cube.care.bit_length()) if cube.care >> k & 1]
    return builder.and_(*(net if one else builder.invert(net) for net, one in literals))
