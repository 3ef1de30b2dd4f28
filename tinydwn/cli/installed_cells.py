"""The open 130 nm cells below PDK_ROOT: what a command about layouts takes where no files are given."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinydwn.flow.kit import Kit

LIBRARY = "sky130_fd_sc_hd"


def installed_kit() -> Kit | None:
    """Return the kit of sky130 below PDK_ROOT, None where PDK_ROOT is not set; files may be missing."""
    from tinydwn.flow.kit import find_kit

    return find_kit(LIBRARY) if os.environ.get("PDK_ROOT") else None


def installed_lefs() -> list[Path]:
    """Return the LEF of technology and cells, none where PDK_ROOT is not set; `LibraryError` where it lacks them."""
    kit = installed_kit()
    return [kit.require().tech_lef, kit.cell_lef] if kit else []


def installed_gds() -> list[Path]:
    """Return the GDS of the cells, which a PDK has beside their LEF; none where PDK_ROOT is not set."""
    kit = installed_kit()
    return [kit.require().cell_lef.parents[1] / "gds" / f"{kit.cell_lef.stem}.gds"] if kit else []


def installed_liberty() -> Path | None:
    """Return the Liberty file of the cells, None where PDK_ROOT is not set; `LibraryError` where it lacks it."""
    kit = installed_kit()
    return kit.require().liberty if kit else None
