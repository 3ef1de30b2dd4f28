"""Make the gallery of the documentation: six public tables, from samples to a drawn and proven circuit.

python docs/gallery.py docs/examples --commit $(git rev-parse --short HEAD)

Tables that do not come with scikit-learn are taken from the folder TINYDWN_DATA, else from OpenML. The search is held
short, so that all six take a few minutes; equal versions give equal pages.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from tinydwn.report.circuit_section import output_meanings
from tinydwn.report.collect import collect
from tinydwn.report.run_report import RunReport
from tinydwn.report.schematic import schematic
from tinydwn.report.svg import fixed_colors
from tinydwn.report.wording import percent_text, plural
from tinydwn.synthesis import SynthesisOptions, synthesize
from tinydwn.synthesis.front import Choice
from tinydwn.tools.files import write_atomically

MAX_AREA = 12.0
OPTIONS = SynthesisOptions(
    libraries=("sky130_fd_sc_hd", "egfet"), most_nand2=16.0, circuits=100_000, points=8, training={"epochs": 20}
)
PAGE = "gallery.md"


@dataclass(frozen=True, slots=True)
class Piece:
    """A table by its name, what its rows are, and where it comes from."""

    name: str
    rows: str
    source: str


PIECES = (
    Piece("iris", "Flowers of three kinds, by the size of their leaves.", "R. A. Fisher, 1936; with scikit-learn"),
    Piece("wine", "Wines of three growers, by chemical analysis.", "UCI, M. Forina and others; with scikit-learn"),
    Piece(
        "breast_cancer",
        "Tumours, benign or malignant, by the shape of cell nuclei.",
        "UCI, W. H. Wolberg and others; with scikit-learn",
    ),
    Piece("seeds", "Kernels of three kinds of wheat, by their shape.", "UCI, M. Charytanowicz and others; OpenML 1499"),
    Piece("phoneme", "Vowels, nasal or oral, by the strength of five harmonics.", "ELENA project; OpenML 1489"),
    Piece(
        "ionosphere",
        "Radar returns from the ionosphere, good or bad.",
        "UCI, V. Sigillito and others; OpenML 59",
    ),
)


def main(folder: Path, commit: str) -> None:
    """Write the page and one picture for each table into the folder."""
    sections = []
    for piece in PIECES:
        synthesis = synthesize(piece.name, OPTIONS, choice=Choice("area", MAX_AREA))
        report = collect(synthesis)
        write_atomically(folder / f"{piece.name}.svg", picture(report).encode())
        sections.append(section(piece, report))
        print(piece.name, percent_text(report.accuracy.test or 0.0), report.chip.gates2)
    write_atomically(folder / PAGE, page(sections, commit).encode())


def page(sections: list[str], commit: str) -> str:
    """Return the page around the sections."""
    body = "\n".join(sections)
    return f"""# Six circuits

Six public tables, each as a circuit of at most {MAX_AREA:g} NAND2 equivalents, comparators of the features included:
the one of the front of which most is expected within that area. The search was held short ({OPTIONS.circuits:,}
circuits for each); `tinydwn synth NAME --out build/NAME --max-area {MAX_AREA:g}` searches longer.

Made on commit {commit} by [gallery.py](../gallery.py):

```console
$ python docs/gallery.py docs/examples --commit {commit}
```

{body}"""


def section(piece: Piece, report: RunReport) -> str:
    """Return what the page says about one circuit."""
    accuracy, chip = report.accuracy, report.chip
    features = {one.feature for one in report.interface.features_read}
    equations = "\n".join(line for line in report.equations.splitlines() if line)
    codes = "; ".join(f"{one.code} is {one.name}" for one in report.interface.classes)
    proofs = f"all {len(report.verdicts)} EQUIVALENT" if report.all_equivalent else "not all EQUIVALENT"
    data = report.data
    size = f"{data.samples:,} rows, {data.features} features, {len(data.classes)} classes. " if data else ""
    rows = {
        "expected accuracy": f"{percent_text(accuracy.expected or 0)} ± {percent_text(accuracy.expected_error or 0)}",
        "test accuracy": f"{percent_text(accuracy.test or 0)} of {plural(accuracy.test_samples, 'unseen sample')}",
        "two-input gates, encoder included": f"{chip.gates2}",
        "area in sky130_fd_sc_hd": f"{chip.area_um2['sky130_fd_sc_hd']:.1f} µm²",
        "area printed, in egfet": f"{chip.area_um2['egfet'] / 1e6:.2f} mm²",
        "features read": f"{len(features)}",
        "proofs": proofs,
    }
    table = "\n".join(f"| {name} | {value} |" for name, value in rows.items())
    return f"""## {piece.name}

{piece.rows} {size}Source: {piece.source}.

![{piece.name}: schematic of the chip]({piece.name}.svg)

```text
{equations}
```

The code that comes out: {codes}.

| | |
| --- | --- |
{table}
"""


def picture(report: RunReport) -> str:
    """Return the schematic of the chip on a light ground of its own."""
    drawing = next(one for one in report.drawings if one.cut == "chip")
    svg = fixed_colors(schematic(drawing, meanings=output_meanings(report)))
    head, rest = svg.split(">", 1)
    return f"{head}>{STYLE}{rest}\n"


STYLE = """<style>
text { font: 12px system-ui, sans-serif; fill: #1c2733; dominant-baseline: central; }
.input text { text-anchor: end; } .output text { font-weight: 600; }
text.mark { font-size: 9px; text-anchor: middle; fill: #5b6875; }
path, rect, circle { fill: none; stroke: #6b7785; stroke-width: 1.3; }
.dot { fill: #6b7785; stroke: none; } .body { fill: #ffffff; stroke: #2563a8; }
</style><rect width="100%" height="100%" rx="8" style="fill: #ffffff; stroke: none"/>"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--commit", required=True)
    given = parser.parse_args()
    main(given.folder, given.commit)
