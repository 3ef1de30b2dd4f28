"""The Liberty files of a PDK by corner: the usual one, and a slow and a fast one where they are installed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tinydwn.flow.kit import Kit

# Slow: weak transistors, low voltage, hot; fast: strong ones, high voltage, cold.
_SLOW = ("*__ss_100C_1v60.lib", "*_slow_1p08V_125C.lib", "*_slow.lib")
_FAST = ("*__ff_n40C_1v95.lib", "*_fast_1p32V_m40C.lib", "*_fast.lib")


@dataclass(frozen=True, slots=True)
class Corners:
    """Liberty files: of the corner that everything is designed in, and of those that setup and hold are signed in."""

    usual: Path
    slow: Path | None = None
    fast: Path | None = None

    @property
    def remark(self) -> str:
        """Which corners are not installed, in words; empty where all are."""
        missing = [name for name, path in (("slow", self.slow), ("fast", self.fast)) if path is None]
        if not missing:
            return ""
        return f"the PDK has no {' and no '.join(missing)} corner: timing is that of {self.usual.name} alone"


def corners_of(kit: Kit) -> Corners:
    """Return the corners of a kit: what lies beside its Liberty file under a usual name.

    >>> corners_of(Kit("l", Path(), Path("no/folder/l_typical.lib"), Path(), Path())).remark
    'the PDK has no slow and no fast corner: timing is that of l_typical.lib alone'
    """
    return Corners(kit.liberty, _first(kit.liberty.parent, _SLOW), _first(kit.liberty.parent, _FAST))


def _first(folder: Path, patterns: tuple[str, ...]) -> Path | None:
    return next((path for pattern in patterns for path in sorted(folder.glob(pattern)) if path.is_file()), None)
