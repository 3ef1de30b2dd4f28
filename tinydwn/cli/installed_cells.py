"""The open 130 nm cells where they are installed: what a command about layouts takes where no files are given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinydwn.flow.kit import Kit

LIBRARY = "sky130_fd_sc_hd"


def installed_kit() -> Kit | None:
    """Return the kit of sky130 below PDK_ROOT, else `~/.ciel`; None where any of its files is missing."""
    from tinydwn.flow.kit import find_kit

    kit = find_kit(LIBRARY)
    return None if kit.missing else kit


def installed_lefs() -> list[Path]:
    """Return the LEF of technology and cells, none where sky130 is not installed."""
    kit = installed_kit()
    return [kit.tech_lef, kit.cell_lef] if kit else []


def installed_gds() -> list[Path]:
    """Return the GDS of the cells, which a PDK has beside their LEF; none where sky130 is not installed."""
    kit = installed_kit()
    return [kit.cell_lef.parents[1] / "gds" / f"{kit.cell_lef.stem}.gds"] if kit else []


def installed_liberty() -> Path | None:
    """Return the Liberty file of the cells, None where sky130 is not installed."""
    kit = installed_kit()
    return kit.liberty if kit else None
