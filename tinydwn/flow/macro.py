"""The folder `macro`: what another design needs to take a finished layout as a part of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import OutputError, TinydwnError
from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.example_top import EXAMPLE_SCRIPT, EXAMPLE_VERILOG, to_example_script, to_example_top
from tinydwn.flow.kit import Kit
from tinydwn.layout.def_layout import load_def
from tinydwn.layout.gds import merge_gds
from tinydwn.layout.lef import load_lefs
from tinydwn.tools.files import write_atomically

MACRO = "macro"
KINDS = {
    ".v": "routed netlist",
    ".powered.v": "routed netlist with supply pins",
    ".cells.v": "models of its cells",
    ".def": "layout",
    ".lef": "abstract: outline, pins, what routers must keep off",
    ".lib": "timing model",
    ".gds": "masks",
    ".spef": "wires",
    ".sdf": "delays",
    ".sdc": "constraints",
}
"""What the folder holds, by the end of the name, which begins with the design's."""


@dataclass(frozen=True, slots=True)
class Macro:
    """The files that were written, and what is missing and why."""

    files: tuple[Path, ...] = ()
    remarks: tuple[str, ...] = ()


def write_macro(
    folder: Path, design: str, sources: Mapping[str, Path | str | bytes | None], *, why: Mapping[str, str]
) -> Macro:
    """Write the parts of a design that there are to `folder`, by the ends in `KINDS`, and remove what it had of others.

    `sources` are files, or contents; `why` tells of parts that are missing what kept them away. Raises `OutputError`
    where the folder cannot be written.
    """
    written, remarks = [], []
    try:
        folder.mkdir(exist_ok=True)
        for end, meaning in KINDS.items():
            path, source = folder / f"{design}{end}", sources.get(end)
            content = source.read_bytes() if isinstance(source, Path) and source.is_file() else source
            if content is None or isinstance(content, Path):
                path.unlink(missing_ok=True)
                remarks.append(f"{MACRO}: no {path.name} ({meaning}){f': {why[end]}' if end in why else ''}")
                continue
            write_atomically(path, content.encode() if isinstance(content, str) else content)
            written.append(path)
    except OSError as error:
        raise OutputError(f"'{folder}' cannot be written: {error.strerror}", hint="choose another --out") from error
    return Macro(tuple(written), tuple(remarks))


def write_example(folder: Path, circuit: FlowCircuit, kit: Kit, *, period_ns: float) -> Macro:
    """Write two copies of a macro as a design of their own, with the Tcl that lays it out, beside its parts.

    They need the abstract for the size, and the timing model.
    """
    names = (EXAMPLE_VERILOG, EXAMPLE_SCRIPT)
    needed = [folder / f"{circuit.top}{end}" for end in (".lef", ".lib")]
    try:
        lacking = [path.name for path in needed if not path.is_file()]
        abstract = None if lacking else load_lefs([needed[0]]).macros.get(circuit.top)
        why = f"without {' and '.join(lacking)}" if lacking else f"{needed[0].name} has no macro {circuit.top}"
    except TinydwnError as error:
        abstract, why = None, f"{needed[0].name}: {error.message}"
    try:
        if abstract is None:
            for name in names:
                (folder / name).unlink(missing_ok=True)
            return Macro((), (f"{MACRO}: no {EXAMPLE_SCRIPT} (two of them in a design): {why}",))
        size_um = (abstract.width_um, abstract.height_um)
        texts = (to_example_top(circuit), to_example_script(circuit, kit, size_um=size_um, period_ns=period_ns))
        for name, text in zip(names, texts, strict=True):
            write_atomically(folder / name, text.encode())
    except OSError as error:
        raise OutputError(f"'{folder}' cannot be written: {error.strerror}", hint="choose another --out") from error
    return Macro(tuple(folder / name for name in names))


def masks(layout: Path | None, kit: Kit) -> tuple[bytes | None, str]:
    """Return the GDS of a layout by KLayout with the shapes of a kit's cells, or None and what is missing for it."""
    if layout is None or not layout.is_file():
        return None, "the run left no DEF"
    if b"COMPONENTS" not in layout.read_bytes():
        return None, "the run's DEF has no cells"
    shapes = sorted((kit.cell_lef.parent.parent / "gds").glob("*.gds"))
    if not shapes:
        return None, f"the PDK of '{kit.library}' has no GDS of its cells"
    lefs = [kit.tech_lef, kit.cell_lef]
    try:
        lef = load_lefs(lefs)
        return merge_gds(layout, load_def(layout, lef), lef, lefs=lefs, cells=shapes), ""
    except TinydwnError as error:
        return None, error.message


def one_of(paths: Iterable[Path], *ends: str) -> Path | None:
    """Return the first path whose name has one of the ends, in their order."""
    known = tuple(paths)
    return next((path for end in ends for path in known if path.name.endswith(end)), None)
