"""Extract the facts that the package embeds from the vendors' Liberty files.

    python pdk_scripts/extract_facts.py PDK_FOLDER             writes tinydwn/technology/facts/*.json
    python pdk_scripts/extract_facts.py PDK_FOLDER --check     says whether they are up to date

Facts only: names, functions, areas, capacitance, leakage and delay figures. The same files give the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from tinydwn.technology.cells import library_from_liberty
from tinydwn.technology.facts import to_facts
from tinydwn.technology.liberty import load_liberty
from tinydwn.tools.files import write_atomically

FACTS = Path(__file__).resolve().parents[1] / "tinydwn" / "technology" / "facts"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the Liberty file of one library lies below the PDK folder, and where it came from."""

    name: str
    path: str
    source: str
    commit: str
    licence: str
    notes: tuple[str, ...] = ()


_PRINTED = "no licence stated for the vendor's files, which are not redistributed; facts only"
ORIGINS = (
    Origin(
        "sky130_fd_sc_hd",
        "sky130A/libs.ref/sky130_fd_sc_hd/lib/sky130_fd_sc_hd__tt_025C_1v80.lib",
        "The-OpenROAD-Project/OpenSTA examples/sky130hd_tt.lib.gz",
        "d1b2b396",
        "Apache-2.0",
        ("130 nm, typical, 25 C, 1.80 V",),
    ),
    Origin(
        "nangate45",
        "nangate45/lib/NangateOpenCellLibrary_typical.lib",
        "The-OpenROAD-Project/OpenSTA",
        "d1b2b396",
        "Nangate Open Cell Library licence",
        ("45 nm, typical, 25 C, 1.10 V",),
    ),
    Origin(
        "ihp-sg13g2",
        "ihp-sg13g2/lib/sg13g2_stdcell_typ_1p20V_25C.lib",
        "The-OpenROAD-Project/OpenROAD-flow-scripts flow/platforms/ihp-sg13g2",
        "8c009b0b",
        "Apache-2.0",
        ("130 nm, typical, 25 C, 1.20 V",),
    ),
    Origin(
        "egfet",
        "printed/egfet/PPDK_Standard_Library_1.0V_25C_TYP_X1.lib",
        "PrintedComputing/EGFET_PDK",
        "28f02b06",
        _PRINTED,
        ("printed electrolyte-gated transistors, 25 C, 1.0 V", "delays are orders of magnitude only"),
    ),
    Origin(
        "cnt-tft",
        "printed/cnt-tft/CNT_TFT_psuedo_Standard_Library_3.0V_25C_TYP_X1.lib",
        "PrintedComputing/CNT_TFT_PDK",
        "021fedfa",
        _PRINTED,
        ("carbon-nanotube thin-film transistors on foil, 25 C, 3.0 V", "delays are orders of magnitude only"),
    ),
)


def extract(origin: Origin, pdk: Path) -> str:
    """Return the facts file of one library as text."""
    library = library_from_liberty(load_liberty(pdk / origin.path), name=origin.name)
    return to_facts(
        replace(library, source=origin.source, commit=origin.commit, licence=origin.licence, notes=origin.notes)
    )


def main() -> int:
    """Write or check the facts; 1 where a check finds a difference."""
    parser = argparse.ArgumentParser(description="Extract the facts that the package embeds.")
    parser.add_argument("pdk", type=Path, help="the folder with the vendors' files")
    parser.add_argument("--check", action="store_true", help="compare only")
    options = parser.parse_args()
    stale = 0
    for origin in ORIGINS:
        text, path = extract(origin, options.pdk), FACTS / f"{origin.name}.json"
        same = path.is_file() and path.read_text(encoding="utf-8") == text
        stale += not same
        print(f"{origin.name}: {'up to date' if same else 'differs' if options.check else 'written'}")
        if not options.check:
            write_atomically(path, text.encode())
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
