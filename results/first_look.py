"""Draw the picture of the README: a chosen circuit with its equations, and a routed layout, side by side.

python results/first_look.py FOLDER RUN TECHNOLOGY.lef CELLS.lef results/first-look.svg

FOLDER is one that `tinydwn synth` wrote, with a circuit that is small enough to be drawn, and RUN one of
`tinydwn flow`, with `chip.def` and `result.json`. Equal files give an equal picture. It keeps its own light background,
so that it reads the same on a light page and on a dark one.
"""

from __future__ import annotations

import json
import re
import sys
from html import escape
from pathlib import Path

from tinydwn.export.bundle import read_bundle
from tinydwn.layout.def_layout import load_def
from tinydwn.layout.drawing import to_svg
from tinydwn.layout.geometry import Box
from tinydwn.layout.lef import Lef, load_lefs
from tinydwn.layout.picture import draw_layout
from tinydwn.report.choosing import report_of
from tinydwn.report.circuit_section import output_meanings
from tinydwn.report.run_report import RunReport
from tinydwn.report.schematic import schematic
from tinydwn.report.svg import fixed_colors
from tinydwn.report.wording import percent_text, plural
from tinydwn.tools.files import write_atomically

WIDTH, EDGE, GAP = 980.0, 24.0, 28.0
SIDE = 292.0
HEAD = 50.0
MARGIN_UM = 1.5
LINE = 19.0
LONGEST_EQUATION = 92
INK, MUTED, GRAY, BLUE, PAPER, EDGE_COLOR = "#1c2733", "#5b6875", "#6b7785", "#2563a8", "#ffffff", "#d5dbe1"
STYLE = f"""
text {{ font-family: system-ui, sans-serif; fill: {INK}; }}
.head {{ font-size: 17px; font-weight: 650; }} .said {{ font-size: 13px; fill: {MUTED}; }}
.equation {{ font: 11px ui-monospace, "DejaVu Sans Mono", monospace; white-space: pre; }}
.equation tspan {{ fill: {MUTED}; }}
.schematic text {{ font-size: 12px; dominant-baseline: central; }}
.schematic .input text {{ text-anchor: end; }} .schematic .output text {{ font-weight: 600; }}
.schematic text.mark {{ font-size: 9px; text-anchor: middle; fill: {MUTED}; }}
.schematic path, .schematic rect, .schematic circle {{ fill: none; stroke: {GRAY}; stroke-width: 1.3; }}
.schematic .dot {{ fill: {GRAY}; stroke: none; }} .schematic .body {{ fill: {PAPER}; stroke: {BLUE}; }}
"""


def main(folder: Path, run: Path, technology: Path, cells: Path, place: Path) -> None:
    """Write the picture of a bundle and of a run of place and route."""
    right = WIDTH - EDGE - SIDE
    circuit, below = _circuit(report_of(read_bundle(folder)), EDGE, right - GAP - EDGE)
    height = max(below, EDGE + HEAD + SIDE) + EDGE
    text = f"""<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}" height="{height:g}" \
viewBox="0 0 {WIDTH:g} {height:g}" role="img"><title>A circuit as equations and gates, and a layout</title>
<style>{STYLE}</style>
<rect x="0.5" y="0.5" width="{WIDTH - 1:g}" height="{height - 1:g}" rx="12" fill="{PAPER}" stroke="{EDGE_COLOR}"/>
{circuit}
{_layout(run, load_lefs([technology, cells]), right)}
</svg>
"""
    write_atomically(place, text.encode())


def _layout(run: Path, lef: Lef, x: float) -> str:
    """Return the words and the core of a routed design from `x` on."""
    layout = load_def(run / "chip.def", lef)
    result = json.loads((run / "result.json").read_text())
    figures = {one["name"]: one["value"] for one in result["metrics"]}
    said = f"{plural(result['cells'], 'cell')}, {figures['netlist_area']:.0f} µm² of {result['library']}"
    drawn = draw_layout(layout, lef)
    die = drawn.groups[0].boxes[0]
    scale = die.width_um / layout.die.width_um
    cells = Box.around(box for group in drawn.groups if group.title in {"logic", "fill", "tap"} for box in group.boxes)
    side = max(cells.width_um, cells.height_um) + 2 * MARGIN_UM * scale
    left, top = ((cells.left + cells.right - side) / 2, (cells.bottom + cells.top - side) / 2)
    core = re.sub(r"<text.*</text>\n?", "", to_svg(drawn))
    inside = f"{left:g} {top:g} {side:g} {side:g}"
    return "\n".join(
        (
            _words(x, "A circuit after place and route", said),
            _placed(core, inside, x, EDGE + HEAD, SIDE, SIDE),
            f'<rect x="{x:g}" y="{EDGE + HEAD:g}" width="{SIDE:g}" height="{SIDE:g}" fill="none" '
            f'stroke="{EDGE_COLOR}"/>',
        )
    )


def _words(x: float, head: str, said: str) -> str:
    return (
        f'<text class="head" x="{x:g}" y="{EDGE + 14:g}">{escape(head)}</text>\n'
        f'<text class="said" x="{x:g}" y="{EDGE + 34:g}">{escape(said)}</text>'
    )


def _circuit(report: RunReport, x: float, width: float) -> tuple[str, float]:
    """Return a circuit's words, equations and chip from `x` on, and where they end."""
    accuracy, chip = report.accuracy, report.chip
    area = chip.area_um2[report.main_library]
    head = f"{report.source} in {plural(chip.gates2, 'two-input gate')}, encoder included"
    said = f"{area:.1f} µm² of {report.main_library}"
    if accuracy.test is not None:
        said += f" · {percent_text(accuracy.test)} of {plural(accuracy.test_samples, 'unseen sample')} right"
    lines, y = [_words(x, head, said)], EDGE + HEAD + 16
    for line in _equations(report):
        lines.append(f'<text class="equation" x="{x:g}" y="{y:g}">{line}</text>')
        y += LINE
    svg = schematic(next(one for one in report.drawings if one.cut == "chip"), meanings=output_meanings(report))
    box = re.findall(r'viewBox="([^"]+)"', svg)[0]
    natural_width, natural_height = (float(part) for part in box.split()[2:])
    y += LINE
    scale = min(width / natural_width, (EDGE + HEAD + SIDE - y) / natural_height, 1.25)
    lines.append(_placed(svg, box, x, y, natural_width * scale, natural_height * scale))
    return "\n".join(lines), y + natural_height * scale


def _equations(report: RunReport) -> list[str]:
    """Return the equations as lines of SVG text, before each output what it is 1 for."""
    meanings = list(output_meanings(report).values())
    lines = []
    for line in report.equations.splitlines():
        bit = re.match(r"class(?:_(\d+))? =", line)
        if bit:
            lines.append(f"<tspan># {escape(meanings[int(bit[1] or 0)])}</tspan>")
        if line and not line.startswith("#"):
            lines.append(escape(line if len(line) <= LONGEST_EQUATION else f"{line[: LONGEST_EQUATION - 1]}…"))
    return lines


def _placed(svg: str, box: str, x: float, y: float, width: float, height: float) -> str:
    """Return a figure as a part of another one, with what is inside `box` of it fitted into a place."""
    head, rest = fixed_colors(svg).split(">", 1)
    head = re.sub(r' (width|height|viewBox|role|xmlns)="[^"]*"', "", head)
    place = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" viewBox="{box}"'
    return f'{head} {place} preserveAspectRatio="xMidYMin">{rest}'


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
