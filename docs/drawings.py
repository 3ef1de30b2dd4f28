"""The drawings of "How it works", as SVG on a light ground of its own.

python docs/drawings.py docs/how
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path

from tinydwn.tools.files import write_atomically

INK, MUTED, BLUE, GREEN, RED, EDGE = "#1c2733", "#5b6875", "#2563a8", "#2e7d4f", "#b3412e", "#d5dbe1"
STYLE = f"""<style>
text {{ font: 13px system-ui, sans-serif; fill: {INK}; }}
.small {{ font-size: 11px; fill: {MUTED}; }} .head {{ font-weight: 650; }} .mid {{ text-anchor: middle; }}
.code {{ font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 12px; }}
.line {{ stroke: {MUTED}; stroke-width: 1.3; fill: none; }} .box {{ fill: #ffffff; stroke: {BLUE}; stroke-width: 1.4; }}
.on {{ fill: #dbe8f6; stroke: {BLUE}; }} .off {{ fill: #f6f7f8; stroke: {EDGE}; }}
.arrow {{ stroke: {MUTED}; stroke-width: 1.3; fill: none; marker-end: url(#tip); }}
</style><defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
<path d="M0 0 L8 4 L0 8 z" fill="{MUTED}"/></marker></defs>"""


def svg(title: str, width: int, height: int, parts: list[str]) -> str:
    """Return a picture of some parts."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    ground = f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="10" fill="#ffffff" stroke="{EDGE}"/>'
    return "\n".join([f'{head} role="img"><title>{escape(title)}</title>', STYLE, ground, *parts, "</svg>", ""])


def text(x: float, y: float, words: str, kind: str = "") -> str:
    """Return words at a place."""
    return f'<text x="{x:g}" y="{y:g}" class="{kind}">{escape(words)}</text>'


def line(*corners: tuple[float, float], kind: str = "line") -> str:
    """Return a line through corners."""
    return f'<path class="{kind}" d="M' + " L".join(f"{x:g} {y:g}" for x, y in corners) + '"/>'


def box(x: float, y: float, width: float, height: float, words: str = "", kind: str = "box", said: str = "mid") -> str:
    """Return a box with words in its middle."""
    shape = f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="4" class="{kind}"/>'
    return shape + (text(x + width / 2, y + height / 2 + 4.5, words, said) if words else "")


def dot(x: float, y: float, color: str, radius: float = 4.5) -> str:
    """Return a dot."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{color}"/>'


def thermometer() -> str:
    """Draw a value on its axis, thresholds, and the bits that it gives."""
    parts = [text(24, 30, "petal length = 4.6 cm", "head"), line((40, 80), (620, 80), kind="arrow")]
    parts += [text(626, 84, "cm", "small")]
    for k, threshold in enumerate((1.5, 2.5, 4.0, 4.9, 5.6)):
        x = 40 + 80 * threshold
        parts += [line((x, 70), (x, 112)), text(x, 62, f"{threshold}", "small mid")]
        bit = int(threshold < 4.6)
        parts += [box(x - 15, 114, 30, 28, str(bit), "on" if bit else "off", "code mid")]
        parts += [text(x, 160, f"> {threshold}", "small mid"), text(x, 176, f"bit {k}", "small mid")]
    parts += [dot(40 + 80 * 4.6, 80, RED, 6)]
    parts += [
        text(24, 206, "Bits come in order: once one is 0, all above it are. In hardware each is a comparison", "")
    ]
    parts += [text(24, 224, "of an unsigned word with a constant.", "")]
    return svg("A thermometer code", 680, 242, parts)


def table_network() -> str:
    """Draw bits, lookup tables, counts and the largest one."""
    heads = ((56, "bits"), (238, "lookup tables"), (428, "counts"), (580, "class"))
    parts = [text(x, 28, name, "head mid") for x, name in heads]
    bits = [(40.0, 48 + 27.0 * k) for k in range(8)]
    for k, (x, y) in enumerate(bits):
        parts.append(box(x, y, 32, 20, "01"[k % 3 == 0], "on" if k % 3 == 0 else "off", "code mid"))
    for table, reads in enumerate(((0, 2, 5), (1, 3, 4), (0, 4, 7), (2, 5, 6))):
        top = 46 + 54.0 * table
        parts += [
            line((72, bits[bit][1] + 10), (178, top + 10 + 12.0 * place)) for place, bit in enumerate(sorted(reads))
        ]
        parts += [box(178, top, 120, 44, "2ⁿ stored bits")]
        count = 74 if table < 2 else 182
        parts.append(line((298, top + 22), (388, count + 22), kind="arrow"))
    for k, top in enumerate((74, 182)):
        parts += [box(390, top, 76, 44, f"count {'AB'[k]}"), line((466, top + 22), (538, 150), kind="arrow")]
    parts += [box(540, 128, 80, 44, "largest")]
    parts += [
        text(24, 288, "A table's inputs are an address; what it gives is the bit stored there. Wires and stored bits")
    ]
    parts += [text(24, 306, "are learnt. There are no weights and no multiplications in what is built.")]
    return svg("A network of lookup tables", 680, 324, parts)


def finite_difference() -> str:
    """Draw the table of three inputs as a cube, with the pairs that tell what one input is worth."""
    parts = [text(24, 30, "What is input 0 worth at address 000?", "head")]
    place = {}
    for address in range(8):
        x = 90 + 150 * (address & 1) + 62 * (address >> 2 & 1)
        place[address] = (float(x), 230.0 - 110 * (address >> 1 & 1) - 46 * (address >> 2 & 1))
    edges = [(address, address | bit) for address in range(8) for bit in (2, 4) if not address & bit]
    parts += [line(place[low], place[high]) for low, high in edges]
    for address, width in ((0, 5.0), (2, 3.0), (4, 3.0), (6, 1.6)):
        (x, y), (right, _) = place[address], place[address | 1]
        parts.append(f'<path d="M{x} {y} L{right} {y}" stroke="{BLUE}" stroke-width="{width}"/>')
    for address, (x, y) in place.items():
        parts += [
            dot(x, y, INK, 4),
            text(x + 7, y + 17, f"{address >> 2}{address >> 1 & 1}{address & 1}", "small code"),
        ]
    said = (
        "Each thick edge is a pair of neighbours that",
        "differ in input 0 alone: entry at its right end",
        "less entry at its left end.",
        "",
        "A plain finite difference takes the pair at the",
        "address. The extended one takes all pairs, the",
        "nearer in the other bits, the heavier.",
    )
    parts += [text(360, 84 + 20 * k, words) for k, words in enumerate(said)]
    return svg("An extended finite difference", 680, 268, parts)


def search() -> str:
    """Draw starts, islands with their archives, and the front."""
    parts = [text(24, 28, "starts", "head"), text(230, 28, "four islands, each an archive by area", "head")]
    parts += [text(590, 28, "front", "head")]
    for k, name in enumerate(("network", "trees", "rules, sums", "nothing")):
        parts += [box(24, 46 + 52.0 * k, 104, 36, name), line((128, 64 + 52.0 * k), (228, 64 + 52.0 * k), kind="arrow")]
    for k in range(4):
        top = 46 + 52.0 * k
        parts.append(f'<rect x="230" y="{top:g}" width="216" height="36" rx="4" class="off"/>')
        for place in range(9):
            height = 5 + 2.6 * place + (3 if (place + k) % 3 == 0 else 0)
            parts.append(
                f'<rect x="{238 + 23 * place}" y="{top + 34 - height:g}" width="17" height="{height:g}" class="on"/>'
            )
        if k < 3:
            parts.append(line((338, top + 38), (338, top + 50), kind="arrow"))
        parts.append(line((446, top + 18), (504, 140), kind="line"))
    parts += [line((506, 220), (660, 220), kind="arrow"), line((506, 220), (506, 56), kind="arrow")]
    parts += [text(600, 240, "area", "small"), text(512, 52, "expected accuracy", "small")]
    front = [(516.0, 200.0), (528.0, 150.0), (548.0, 112.0), (580.0, 92.0), (616.0, 82.0), (646.0, 78.0)]
    parts += [line(*front)] + [dot(x, y, BLUE) for x, y in front]
    parts += [dot(548, 112, RED, 6), text(558, 128, "chosen", "small")]
    parts += [
        text(
            24,
            274,
            "A circuit is drawn, changed a little, and kept where it is as right as the one of its area, or more.",
        )
    ]
    return svg("The search", 680, 292, parts)


def proofs() -> str:
    """Draw what is proven equal to what."""
    row = ("classifier", "lowered", "minimized", "mapped", "Verilog", "routed")
    parts = []
    for k, name in enumerate(row):
        parts.append(box(16 + 110.0 * k, 50, 88, 40, name, said="mid"))
    by = ("samples", "two provers", "two provers", "read back", "proven")
    for k, name in enumerate(by):
        x = 104 + 110.0 * k
        parts += [line((x, 70), (x + 22, 70), kind="arrow"), text(x + 11, 42 if k % 2 else 28, name, "small mid")]
    said = (
        "classifier = lowered: compared on every sample, and on every input that can occur where these are few enough.",
        "lowered = minimized, lowered = mapped: ABC cec and Yosys SAT, each by itself.",
        "Verilog: parsed by Yosys, then proven equal to the netlist that it was written from.",
        "routed = mapped: proven after place and route; the test samples are played on its gates.",
    )
    parts += [text(24, 122 + 20 * k, words, "small") for k, words in enumerate(said)]
    return svg("What is proven", 680, 198, parts)


DRAWINGS = {
    "thermometer": thermometer,
    "table-network": table_network,
    "finite-difference": finite_difference,
    "search": search,
    "proofs": proofs,
}


def main(folder: Path) -> None:
    """Write all drawings."""
    for name, draw in DRAWINGS.items():
        write_atomically(folder / f"{name}.svg", draw().encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
