"""The tiles of Tiny Tapeout, and which of them a circuit fits."""

from __future__ import annotations

from dataclasses import dataclass

from tinydwn.errors import ConfigError

# Margins between die and core that the template's src/config.json asks for: 6 sites of 0.46 um at the left and at the
# right, a row of 2.72 um at the top and at the bottom.
_MARGIN_X_UM, _MARGIN_Y_UM = 2.76, 2.72


@dataclass(frozen=True, slots=True)
class Tile:
    """A size that a project may have, by its name and the size of its die."""

    name: str
    width_um: float
    height_um: float

    @property
    def core_um2(self) -> float:
        """The area where cells may stand."""
        return (self.width_um - 2 * _MARGIN_X_UM) * (self.height_um - 2 * _MARGIN_Y_UM)


TILE_SOURCE = "tt-support-tools, tech/sky130A/tile_sizes.yaml"

TILES = (
    Tile("1x1", 161.0, 111.52),
    Tile("1x2", 161.0, 225.76),
    Tile("2x2", 334.88, 225.76),
    Tile("3x2", 508.76, 225.76),
    Tile("4x2", 682.64, 225.76),
    Tile("6x2", 1030.4, 225.76),
    Tile("8x2", 1378.16, 225.76),
)
"""The sizes that the template offers, smallest first, with the dies of sky130; from `TILE_SOURCE`."""


def smallest_tile(area_um2: float, *, utilization: float) -> Tile:
    """Return the smallest tile in which cells of an area fill at most `utilization` of the core.

    `ConfigError` where even the largest is too small, or where `utilization` is no share.

    >>> smallest_tile(9000.0, utilization=0.6).name, smallest_tile(11000.0, utilization=0.6).name
    ('1x1', '1x2')
    """
    if not 0.05 <= utilization <= 0.95:
        raise ConfigError(f"utilization {utilization} is not from 0.05 to 0.95", hint="0.6 is what the template takes")
    for tile in TILES:
        if area_um2 <= utilization * tile.core_um2:
            return tile
    raise ConfigError(
        f"the circuit needs {area_um2:,.0f} um2, and the largest tile, {TILES[-1].name}, has "
        f"{utilization * TILES[-1].core_um2:,.0f} um2 for cells",
        hint="synthesize a smaller circuit, with fewer --luts or --bits, or raise --utilization",
    )
