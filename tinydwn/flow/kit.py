"""The files of a technology that placing and routing needs, and where an installed PDK has them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import ConfigError, LibraryError

VARIABLE = "PDK_ROOT"
_HINT = "set PDK_ROOT, or give --pdk-root, to the folder that holds sky130A, ihp-sg13g2 or nangate45"


@dataclass(frozen=True, slots=True)
class Kit:
    """Liberty, technology LEF, cell LEF and, where the PDK has them, rules for extraction. Paths are absolute."""

    library: str
    root: Path
    liberty: Path
    tech_lef: Path
    cell_lef: Path
    extraction_rules: Path | None = None

    @property
    def missing(self) -> tuple[Path, ...]:
        """Those of the files that do not exist."""
        return tuple(path for path in (self.liberty, self.tech_lef, self.cell_lef) if not path.is_file())

    def require(self) -> Kit:
        """Return the kit itself; `LibraryError` that names all files that are missing."""
        if self.missing:
            names = ", ".join(f"'{path}'" for path in self.missing)
            raise LibraryError(f"the PDK of '{self.library}' lacks {names}", hint=_HINT)
        return self


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one layout of a PDK has its files, below the PDK folder; rules are patterns, the first match counts."""

    liberty: str
    tech_lef: str
    cell_lef: str
    rules: tuple[str, ...] = ()


_SKY = "{0}/libs.ref/sky130_fd_sc_hd"
_PLACES = {
    "sky130_fd_sc_hd": tuple(
        _Place(
            f"{_SKY.format(name)}/lib/sky130_fd_sc_hd__tt_025C_1v80.lib",
            f"{_SKY.format(name)}/techlef/sky130_fd_sc_hd__nom.tlef",
            f"{_SKY.format(name)}/lef/sky130_fd_sc_hd.lef",
            (f"{name}/libs.tech/librelane/rules.openrcx.*.nom*", f"{name}/libs.tech/openlane/rules.openrcx.*.nom*"),
        )
        for name in ("sky130A", "sky130B")
    ),
    "nangate45": (
        _Place(
            "nangate45/lib/NangateOpenCellLibrary_typical.lib",
            "nangate45/lef/NangateOpenCellLibrary.tech.lef",
            "nangate45/lef/NangateOpenCellLibrary.macro.mod.lef",
            ("nangate45/rcx_patterns.rules",),
        ),
    ),
    "ihp-sg13g2": tuple(
        _Place(
            f"ihp-sg13g2/{below}lib/sg13g2_stdcell_typ_1p20V_25C.lib",
            f"ihp-sg13g2/{below}lef/sg13g2_tech.lef",
            f"ihp-sg13g2/{below}lef/sg13g2_stdcell.lef",
            ("ihp-sg13g2/libs.tech/librelane/*rcx*.rules", "ihp-sg13g2/IHP_rcx_patterns.rules"),
        )
        for below in ("libs.ref/sg13g2_stdcell/", "")
    ),
}


def find_kit(library: str, *, root: Path | None = None) -> Kit:
    """Return the kit of a library below `root`, else below PDK_ROOT, else below `~/.ciel`.

    Of several layouts, the one with most files; the kit is returned even if files are missing, for `require` to
    tell. Raises `ConfigError` for a library whose PDK is not known.
    """
    if library not in _PLACES:
        raise ConfigError(f"no PDK is known for library '{library}'", hint=f"choose one of {', '.join(_PLACES)}")
    base = (root or Path(os.environ.get(VARIABLE) or Path.home() / ".ciel")).expanduser().absolute()
    return min((_at(library, base, place) for place in _PLACES[library]), key=lambda kit: len(kit.missing))


def _at(library: str, root: Path, place: _Place) -> Kit:
    rules = [path for pattern in place.rules for path in sorted(root.glob(pattern)) if path.is_file()]
    return Kit(
        library=library,
        root=root,
        liberty=root / place.liberty,
        tech_lef=root / place.tech_lef,
        cell_lef=root / place.cell_lef,
        extraction_rules=rules[0] if rules else None,
    )
