"""What a technology means for placing and routing: grids, straps, and its name in each tool."""

from __future__ import annotations

from dataclasses import dataclass

from tinydwn.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Straps:
    """Power straps in one direction: their layer, width, and the usual distance from one to the next of its net."""

    layer: str
    width_um: float
    pitch_um: float


@dataclass(frozen=True, slots=True)
class Platform:
    """A technology with its standard cells.

    Tracks are the wire grids of the layers that hold pins: horizontal wires end on the left and right edge,
    vertical ones at top and bottom. `regular_core_edge_um` is the edge from which the usual straps fit.
    Inputs are driven by `driving_cell`, and outputs loaded with `output_load`, in the unit of the Liberty file.
    `librelane_pdk` is empty where LibreLane has no such technology.
    """

    library: str
    site_width_um: float
    row_height_um: float
    horizontal_track_um: float
    vertical_track_um: float
    core_margin_um: float
    regular_core_edge_um: float
    vertical_straps: Straps
    horizontal_straps: Straps
    rail_layer: str
    rail_width_um: float
    driving_cell: str
    output_load: float
    librelane_pdk: str
    librelane_cells: str
    orfs_platform: str


_ALL = (
    Platform(
        library="sky130_fd_sc_hd",
        site_width_um=0.46,
        row_height_um=2.72,
        horizontal_track_um=0.68,
        vertical_track_um=0.46,
        core_margin_um=4.0,
        regular_core_edge_um=60.0,
        vertical_straps=Straps("met4", 1.6, 27.14),
        horizontal_straps=Straps("met5", 1.6, 27.2),
        rail_layer="met1",
        rail_width_um=0.48,
        driving_cell="sky130_fd_sc_hd__inv_2",
        output_load=0.0334,
        librelane_pdk="sky130A",
        librelane_cells="sky130_fd_sc_hd",
        orfs_platform="sky130hd",
    ),
    Platform(
        library="nangate45",
        site_width_um=0.19,
        row_height_um=1.4,
        horizontal_track_um=0.28,
        vertical_track_um=0.28,
        core_margin_um=2.8,
        regular_core_edge_um=45.0,
        vertical_straps=Straps("metal4", 0.48, 28.0),
        horizontal_straps=Straps("metal7", 1.4, 30.0),
        rail_layer="metal1",
        rail_width_um=0.17,
        driving_cell="BUF_X1",
        output_load=3.9,
        librelane_pdk="",
        librelane_cells="",
        orfs_platform="nangate45",
    ),
    Platform(
        library="ihp-sg13g2",
        site_width_um=0.48,
        row_height_um=3.78,
        horizontal_track_um=0.42,
        vertical_track_um=0.48,
        core_margin_um=7.5,
        regular_core_edge_um=80.0,
        vertical_straps=Straps("TopMetal1", 2.2, 37.8),
        horizontal_straps=Straps("TopMetal2", 2.2, 37.8),
        rail_layer="Metal1",
        rail_width_um=0.44,
        driving_cell="sg13g2_buf_1",
        output_load=0.02,
        librelane_pdk="ihp-sg13g2",
        librelane_cells="sg13g2_stdcell",
        orfs_platform="ihp-sg13g2",
    ),
)
PLATFORMS = {one.library: one for one in _ALL}


def platform_of(library: str) -> Platform:
    """Return the platform of a cell library; `ConfigError` for one that cannot be placed and routed here."""
    if library not in PLATFORMS:
        raise ConfigError(
            f"library '{library}' cannot be placed and routed: its layers are not known",
            hint=f"choose one of {', '.join(PLATFORMS)}",
        )
    return PLATFORMS[library]
