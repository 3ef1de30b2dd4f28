"""Which PDKs are known, where each has its files below the folder of all PDKs, and where to get them.

The folder is the one that ciel and LibreLane use: PDK_ROOT, else `~/.ciel`. A PDK that is there already, laid out
by whomever, is found in any of the layouts that are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import ConfigError
from tinydwn.tools.cache_folder import environment_folder
from tinydwn.tools.download import Remote

VARIABLE = "PDK_ROOT"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a PDK has its files, below the folder of all PDKs; `""` for what it does not have.

    `rules` are patterns of files for the extraction of wires, the first match counts.
    """

    liberty: str
    tech_lef: str = ""
    cell_lef: str = ""
    rules: tuple[str, ...] = ()

    @property
    def needed(self) -> tuple[str, ...]:
        """The files that must be there, rules left out."""
        return tuple(filter(None, (self.liberty, self.tech_lef, self.cell_lef)))


@dataclass(frozen=True, slots=True)
class Pinned:
    """A file that is fetched, to `path` below the folder of all PDKs."""

    path: str
    remote: Remote


@dataclass(frozen=True, slots=True)
class ByCiel:
    """A PDK that ciel fetches: its family, the version, the libraries of it, and where that version is then told."""

    family: str
    version: str
    libraries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pdk:
    """A technology that can be installed; `library` is the name of its facts.

    Either `files` has every file with its address and sha256, or `ciel` says what ciel is to fetch. The first of
    the `layouts` is the one that an installation makes.
    """

    name: str
    library: str
    title: str
    source: str
    licence: str
    layouts: tuple[Layout, ...]
    files: tuple[Pinned, ...] = ()
    ciel: ByCiel | None = None


def _github(repository: str, commit: str, path: str, *, to: str, size: int, sha256: str) -> Pinned:
    return Pinned(to, Remote(f"https://raw.githubusercontent.com/{repository}/{commit}/{path}", sha256, size))


def _flow_scripts(path: str, *, to: str, size: int, sha256: str) -> Pinned:
    return _github(_ORFS, _ORFS_COMMIT, f"flow/platforms/{path}", to=to, size=size, sha256=sha256)


_ORFS, _ORFS_COMMIT = "The-OpenROAD-Project/OpenROAD-flow-scripts", "8c009b0b663703fc3fe2f474eab918b12fffbaf6"
_STA, _STA_COMMIT = "The-OpenROAD-Project/OpenSTA", "d1b2b3962cd47539c748bb163da5de2bd5d2f85f"
_EGFET, _EGFET_COMMIT = "PrintedComputing/EGFET_PDK", "28f02b060b47374ddf8e3ee0a101bcdbd3cc2b14"
_CNT, _CNT_COMMIT = "PrintedComputing/CNT_TFT_PDK", "021fedfa09de4f915b0456ec5ad2963abd355512"
_NONE_STATED = "none stated by its authors: for your own use, not to be passed on"
_SKY = "{0}/libs.ref/sky130_fd_sc_hd"
_EGFET_LIB = "PPDK_Standard_Library_1.0V_25C_TYP_X1.lib"
_CNT_LIB = "CNT_TFT_psuedo_Standard_Library_3.0V_25C_TYP_X1.lib"

PDKS = (
    Pdk(
        name="sky130",
        library="sky130_fd_sc_hd",
        title="SkyWater 130 nm, high density cells",
        source="open_pdks, through ciel",
        licence="Apache-2.0",
        layouts=tuple(
            Layout(
                f"{_SKY.format(name)}/lib/sky130_fd_sc_hd__tt_025C_1v80.lib",
                f"{_SKY.format(name)}/techlef/sky130_fd_sc_hd__nom.tlef",
                f"{_SKY.format(name)}/lef/sky130_fd_sc_hd.lef",
                (f"{name}/libs.tech/librelane/rules.openrcx.*.nom*", f"{name}/libs.tech/openlane/rules.openrcx.*.nom*"),
            )
            for name in ("sky130A", "sky130B")
        ),
        # The version that LibreLane 3.0.17 names in its pdk_hashes.yaml.
        ciel=ByCiel(
            "sky130", "8afc8346a57fe1ab7934ba5a6056ea8b43078e71", ("sky130_fd_sc_hd", "sky130_fd_pr", "sky130_fd_io")
        ),
    ),
    Pdk(
        name="nangate45",
        library="nangate45",
        title="Nangate Open Cell Library, 45 nm, for academic figures",
        source=f"{_STA} and {_ORFS}",
        licence="Nangate Open Cell Library licence, in the files",
        layouts=(
            Layout(
                "nangate45/lib/NangateOpenCellLibrary_typical.lib",
                "nangate45/lef/NangateOpenCellLibrary.tech.lef",
                "nangate45/lef/NangateOpenCellLibrary.macro.mod.lef",
                ("nangate45/rcx_patterns.rules",),
            ),
        ),
        files=(
            _github(
                _STA,
                _STA_COMMIT,
                "test/nangate45/Nangate45_typ.lib",
                to="nangate45/lib/NangateOpenCellLibrary_typical.lib",
                size=6691483,
                sha256="2efd0b32eb580e4e60e72fc0575bb3bc69aac907c91d908442e4ae6d7fe55895",
            ),
            _flow_scripts(
                "nangate45/lef/NangateOpenCellLibrary.tech.lef",
                to="nangate45/lef/NangateOpenCellLibrary.tech.lef",
                size=19485,
                sha256="834a79295054cd4209178d1bade67c353863c47bb4b3c22ee38b862b7cec37f2",
            ),
            _flow_scripts(
                "nangate45/lef/NangateOpenCellLibrary.macro.mod.lef",
                to="nangate45/lef/NangateOpenCellLibrary.macro.mod.lef",
                size=255903,
                sha256="a43aea339f12a57a63497783e508ba16f3da2dc056d3247dec7d99707c2dedef",
            ),
            _flow_scripts(
                "nangate45/rcx_patterns.rules",
                to="nangate45/rcx_patterns.rules",
                size=134186,
                sha256="2f65fafbe2c704b378563c53a680b93cef080c2799997019d43df7d1e5a563e9",
            ),
        ),
    ),
    Pdk(
        name="ihp-sg13g2",
        library="ihp-sg13g2",
        title="IHP SG13G2, 130 nm",
        source=_ORFS,
        licence="Apache-2.0",
        layouts=tuple(
            Layout(
                f"ihp-sg13g2/{below}lib/sg13g2_stdcell_typ_1p20V_25C.lib",
                f"ihp-sg13g2/{below}lef/sg13g2_tech.lef",
                f"ihp-sg13g2/{below}lef/sg13g2_stdcell.lef",
                ("ihp-sg13g2/libs.tech/librelane/*rcx*.rules", "ihp-sg13g2/IHP_rcx_patterns.rules"),
            )
            for below in ("", "libs.ref/sg13g2_stdcell/")
        ),
        files=(
            _flow_scripts(
                "ihp-sg13g2/lib/sg13g2_stdcell_typ_1p20V_25C.lib",
                to="ihp-sg13g2/lib/sg13g2_stdcell_typ_1p20V_25C.lib",
                size=1715351,
                sha256="968b0cfdcefc49a88d9a5c48874769eaad9aba3509e1240b5e14a821bb07a3c4",
            ),
            _flow_scripts(
                "ihp-sg13g2/lef/sg13g2_tech.lef",
                to="ihp-sg13g2/lef/sg13g2_tech.lef",
                size=28564,
                sha256="054f5b7b24d72365b4b1088be1331e04c1c2e3805de9f99c37e71938ed231efc",
            ),
            _flow_scripts(
                "ihp-sg13g2/lef/sg13g2_stdcell.lef",
                to="ihp-sg13g2/lef/sg13g2_stdcell.lef",
                size=188966,
                sha256="c7575039af0b124e1834c407bfb9ac7a2db576d1e3533d98474dad3fbc2af589",
            ),
            _flow_scripts(
                "ihp-sg13g2/IHP_rcx_patterns.rules",
                to="ihp-sg13g2/IHP_rcx_patterns.rules",
                size=50282,
                sha256="ffda02d57a6ecb39b02268be9511d89ef072911f17bd2dcd095f3f3cbeb5a905",
            ),
        ),
    ),
    Pdk(
        name="egfet",
        library="egfet",
        title="EGFET, printed electrolyte-gated transistors, 1.0 V",
        source=_EGFET,
        licence=_NONE_STATED,
        layouts=(Layout(f"printed/egfet/{_EGFET_LIB}"),),
        files=(
            _github(
                _EGFET,
                _EGFET_COMMIT,
                f"lib_files/{_EGFET_LIB}",
                to=f"printed/egfet/{_EGFET_LIB}",
                size=171509,
                sha256="17625551b5bb48431751549c050cb27afb94948b717ac5799c71f3ac058bc850",
            ),
        ),
    ),
    Pdk(
        name="cnt-tft",
        library="cnt-tft",
        title="CNT-TFT, carbon-nanotube transistors on foil, 3.0 V",
        source=_CNT,
        licence=_NONE_STATED,
        layouts=(Layout(f"printed/cnt-tft/{_CNT_LIB}"),),
        files=(
            _github(
                _CNT,
                _CNT_COMMIT,
                f"lib_files/{_CNT_LIB}",
                to=f"printed/cnt-tft/{_CNT_LIB}",
                size=175771,
                sha256="e1ef91cc3d1433e2031d177b60cd8b29b9da17601edc0d513aff293ce9e5451c",
            ),
        ),
    ),
)


def find_pdk(name: str) -> Pdk:
    """Return the PDK of a name or of the library in it; `ConfigError` for an unknown one.

    >>> find_pdk("sky130_fd_sc_hd").name
    'sky130'
    """
    for pdk in PDKS:
        if name in (pdk.name, pdk.library):
            return pdk
    raise ConfigError(f"no PDK is known for '{name}'", hint=f"choose one of {', '.join(pdk.name for pdk in PDKS)}")


def pdk_root(root: Path | None = None) -> Path:
    """Return the folder of all PDKs, absolute: `root`, else PDK_ROOT, else `~/.ciel`; it need not exist.

    `ConfigError` where it is something else than a folder.
    """
    given = root or environment_folder(VARIABLE)
    found = (given or Path.home() / ".ciel").expanduser().absolute()
    if found.exists() and not found.is_dir():
        named = VARIABLE if given and not root else "the folder of the PDKs"
        hint = f"name a folder, which need not exist{'' if root else f', or unset {VARIABLE}'}"
        raise ConfigError(f"{named} is '{found}', which is no folder", hint=hint)
    return found


def find_layout(pdk: Pdk, root: Path) -> Layout:
    """Return the layout of which most files are below `root`, the first of equals."""
    return min(pdk.layouts, key=lambda layout: sum(not (root / path).is_file() for path in layout.needed))


def find_liberty(library: str, *, root: Path | None = None) -> Path | None:
    """Return the Liberty file of a library where its PDK is installed, else None."""
    pdk = next((pdk for pdk in PDKS if pdk.library == library), None)
    if pdk is None:
        return None
    found = pdk_root(root) / find_layout(pdk, pdk_root(root)).liberty
    return found if found.is_file() else None
