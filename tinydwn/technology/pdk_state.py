"""What is there of a PDK: all of it, a part, another one, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tinydwn.errors import LibraryError
from tinydwn.technology.pdk import Pdk, find_layout
from tinydwn.tools.checksum import sha256_of

Whole = Literal["complete", "incomplete", "absent", "different"]


@dataclass(frozen=True, slots=True)
class PdkState:
    """What was found below the folder of all PDKs, `root`; paths are relative to it.

    `different` has files with another sha256 than the pinned one, `spare` what an installation brings and timing
    and layout can do without. `version` is what ciel says is current, `""` where it did not install the PDK.
    """

    pdk: Pdk
    root: Path
    found: tuple[str, ...]
    missing: tuple[str, ...]
    different: tuple[str, ...] = ()
    version: str = ""
    spare: tuple[str, ...] = ()

    @property
    def state(self) -> Whole:
        """The finding in one word."""
        if self.missing:
            return "incomplete" if self.found else "absent"
        return "different" if self.different else "complete"

    @property
    def remark(self) -> str:
        """What a reader should know beyond the state."""
        if self.missing and self.found:
            return f"lacks {', '.join(self.missing)}"
        if self.different:
            return f"not the pinned files: {', '.join(self.different)}"
        if self.pdk.ciel and not self.missing:
            return _version_remark(self.version, self.pdk.ciel.version)
        return f"without {', '.join(self.spare)}" if self.spare and not self.missing else ""


def state_of(pdk: Pdk, root: Path, *, hashes: bool = True) -> PdkState:
    """Return what is there of a PDK below `root`, in the layout of which most is there.

    With `hashes`, files that were pinned are compared with their sha256; what ciel installs is known by its
    version alone.
    """
    layout = find_layout(pdk, root)
    pinned = {one.path: one.remote.sha256 for one in pdk.files} if layout == pdk.layouts[0] else {}
    wanted = tuple(dict.fromkeys((*layout.needed, *pinned)))
    found = tuple(path for path in wanted if (root / path).is_file())
    different: tuple[str, ...] = ()
    if hashes:
        different = tuple(path for path in found if path in pinned and _sha256(root / path) != pinned[path])
    lacking = [path for path in wanted if path not in found]
    missing = tuple(path for path in lacking if path in layout.needed)
    spare = tuple(path for path in lacking if path not in layout.needed)
    return PdkState(pdk, root, found, missing, different, _version(pdk, root), spare)


def _sha256(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError as error:
        raise LibraryError(f"'{path}' cannot be read: {error.strerror}", hint="check its permissions") from error


def _version(pdk: Pdk, root: Path) -> str:
    """Return the version that ciel made the current one; it keeps it in a file of one line."""
    if pdk.ciel is None:
        return ""
    try:
        return (root / "ciel" / pdk.ciel.family / "current").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _version_remark(version: str, pinned: str) -> str:
    if not version:
        return "not installed by ciel: its version is not known"
    return f"version {version[:12]}" + ("" if version == pinned else f", not the pinned {pinned[:12]}")
