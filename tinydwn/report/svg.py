"""Figures as SVG text that takes its colors from the page, so that it reads well on light and on dark."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.text import Text

# Stand-ins that no figure uses otherwise; each becomes a CSS variable with a color for places without one.
INK, MUTED, LINE, PANEL = "#010203", "#040506", "#070809", "#0a0b0c"
BLUE, ORANGE, GREEN, GRAY = "#0d0e0f", "#101112", "#131415", "#161718"
_COLORS = {
    INK: "var(--ink, #1c2733)",
    MUTED: "var(--muted, #5b6875)",
    LINE: "var(--line, #d5dbe1)",
    PANEL: "var(--panel, #ffffff)",
    BLUE: "var(--blue, #2563a8)",
    ORANGE: "var(--orange, #c2570c)",
    GREEN: "var(--green, #2f7d4f)",
    GRAY: "var(--gray, #9aa5b1)",
}
_STYLE: dict[Any, object] = {
    "svg.fonttype": "none",
    "svg.image_inline": True,
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "text.color": INK,
    "text.usetex": False,
    "axes.edgecolor": LINE,
    "axes.labelcolor": MUTED,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.linewidth": 1.0,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "figure.facecolor": "none",
    "grid.color": LINE,
    "grid.linewidth": 0.8,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "legend.frameon": False,
    "lines.solid_capstyle": "round",
}
_PIXELS_PER_POINT = 96 / 72
_THEMED = re.compile(r"var\(--\w+, (#[0-9a-f]+)\)")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@contextmanager
def figure(width_in: float, height_in: float, *, salt: str) -> Iterator[Figure]:
    """Give an empty figure in the style of the report; `salt` keeps the ids of two figures on a page apart."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(), warnings.catch_warnings():
        # A name in a script that the measuring font lacks is drawn by the reader's own fonts.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support .* natively")
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        mpl.rcParams["svg.hashsalt"] = salt
        yield Figure(figsize=(width_in, height_in))


def to_svg(drawn: Figure, *, title: str) -> str:
    """Return a finished figure as one `<svg>` element without prolog; `title` is read out in its place.

    The same figure gives the same text: no date, no program name, no random id.
    """
    file = StringIO()
    drawn.savefig(
        file, format="svg", transparent=True, metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
    )
    text = file.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"'DejaVu Sans'(, [^;\"]*)?", "system-ui, sans-serif", text)
    text = re.sub(r'<g id="[^"]*"', "<g", text.replace("xlink:href", "href"))
    head, rest = text.split(">", 1)
    head = re.sub(r' (width|xmlns:xlink|version)="[^"]*"', "", head)
    width = float(re.findall(r'viewBox="0 0 ([\d.]+)', head)[0])
    head = re.sub(r' height="[^"]*"', f' width="{width * _PIXELS_PER_POINT:.0f}" role="img"', head)
    for stand_in, variable in _COLORS.items():
        rest = rest.replace(stand_in, variable)
    return f"{head}><title>{escape(printable(title))}</title>{rest}".strip() + "\n"


def fixed_colors(svg: str) -> str:
    """Return a figure that takes no color from a page: for a file of its own."""
    return _THEMED.sub(r"\1", svg)


def plain(text: Text) -> Text:
    """Return a text that is shown as it is: a `$` in a name begins no formula."""
    text.set_parse_math(False)
    return text


def printable(text: str) -> str:
    """Return a text with everything replaced that neither XML nor a reader could show.

    >>> printable("a\\x00b")
    'a�b'
    """
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def shortened(text: str, width: int) -> str:
    """Return a printable text of at most `width` characters, its middle left out where it is longer.

    >>> shortened("mean fractal dimension > 15.05", 20)
    'mean fra…ion > 15.05'
    """
    text = printable(text)
    if len(text) <= width:
        return text
    tail = (width - 1) * 3 // 5
    return text[: width - 1 - tail].rstrip() + "…" + text[-tail:].lstrip()
