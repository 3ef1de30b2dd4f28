"""The files of a technology that placing and routing needs, as an installed PDK has them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import ConfigError, LibraryError
from tinydwn.technology.pdk import PDKS, Layout, find_layout, pdk_root

_KNOWN = {pdk.library: pdk for pdk in PDKS if pdk.layouts[0].cell_lef}


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
            raise LibraryError(
                f"the PDK of '{self.library}' lacks {names}",
                hint=f"run 'tinydwn pdk install {_KNOWN[self.library].name}', or set PDK_ROOT, or give --pdk-root, "
                "to the folder that holds it",
            )
        return self


def find_kit(library: str, *, root: Path | None = None) -> Kit:
    """Return the kit of a library below `root`, else below PDK_ROOT, else below `~/.ciel`.

    Of several layouts, the one with most files; the kit is returned even if files are missing, for `require` to
    tell. Raises `ConfigError` for a library whose PDK is not known.
    """
    if library not in _KNOWN:
        raise ConfigError(
            f"no PDK is known for library '{library}' that can be placed and routed",
            hint=f"choose one of {', '.join(_KNOWN)}",
        )
    base = pdk_root(root)
    return _at(library, base, find_layout(_KNOWN[library], base))


def _at(library: str, root: Path, layout: Layout) -> Kit:
    rules = [path for pattern in layout.rules for path in sorted(root.glob(pattern)) if path.is_file()]
    return Kit(
        library=library,
        root=root,
        liberty=root / layout.liberty,
        tech_lef=root / layout.tech_lef,
        cell_lef=root / layout.cell_lef,
        extraction_rules=rules[0] if rules else None,
    )
