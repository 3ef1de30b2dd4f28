"""A flat picture of rectangles and texts in pixels, as SVG or PNG; y grows downwards."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import Literal

from tinydwn.layout.geometry import Box

Anchor = Literal["start", "middle", "end"]
INK, MUTED, PAPER = "ink", "muted", "paper"
FIXED_COLORS: Mapping[str, str] = {INK: "#1c2733", MUTED: "#5b6875", PAPER: "#ffffff"}
# The page of a report gives these; a color for places without one stands behind.
THEME_COLORS: Mapping[str, str] = {INK: "var(--ink, #1c2733)", MUTED: "var(--muted, #5b6875)", PAPER: "none"}
_POINTS_PER_PIXEL = 72 / 96
_HALO = "#ffffff"
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ALIGN = {"start": "left", "middle": "center", "end": "right"}


@dataclass(frozen=True, slots=True)
class Group:
    """Rectangles of one look; `title` is shown where a pointer rests on them. `line_px` 0 draws no border."""

    title: str
    fill: str
    boxes: tuple[Box, ...]
    opacity: float = 1.0
    line: str = ""
    line_px: float = 0.0


@dataclass(frozen=True, slots=True)
class Text:
    """A text at a place on its baseline; `upright` turns it by 90 degrees against the clock."""

    x: float
    y: float
    text: str
    size_px: float = 13.0
    anchor: Anchor = "start"
    color: str = INK
    bold: bool = False
    upright: bool = False
    halo: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture: groups from below to above, then texts."""

    title: str
    width_px: float
    height_px: float
    groups: tuple[Group, ...]
    texts: tuple[Text, ...]


def to_svg(drawing: Drawing, *, colors: Mapping[str, str] = FIXED_COLORS) -> str:
    """Return one `<svg>` element; equal drawings give equal text.

    >>> picture = Drawing("a <b>", 20, 10, (Group("", "#ff0000", (Box(1, 2, 4.5, 3),)),), ())
    >>> to_svg(picture).splitlines()[2]
    '<path fill="#ff0000" d="M1 2h3.5v1h-3.5z"/>'
    """
    width, height = _short(drawing.width_px), _short(drawing.height_px)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img" '
        f'font-family="system-ui, sans-serif"><title>{_shown(drawing.title)}</title>'
    )
    paper = colors.get(PAPER, "none")
    background = f'<rect width="{width}" height="{height}" fill="{paper}"/>'
    body = (*(_path(group, colors) for group in drawing.groups), *(_text(text, colors) for text in drawing.texts))
    return "\n".join((head, background, *body, "</svg>", ""))


def to_png(drawing: Drawing, *, scale: float = 2.0) -> bytes:
    """Return a PNG, `scale` pixels of it for each of the drawing; equal drawings give equal bytes."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.collections import PolyCollection
    from matplotlib.figure import Figure
    from matplotlib.patheffects import withStroke

    file = BytesIO()
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        mpl.rcdefaults()
        figure = Figure(figsize=(drawing.width_px / 96, drawing.height_px / 96), facecolor=FIXED_COLORS[PAPER])
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, drawing.width_px), ylim=(drawing.height_px, 0))
        axes.set_axis_off()
        for order, group in enumerate(drawing.groups):
            shapes = PolyCollection(
                [_corners(box) for box in group.boxes],
                facecolor=_fixed(group.fill),
                edgecolor=_fixed(group.line) if group.line_px else "none",
                linewidth=group.line_px * _POINTS_PER_PIXEL,
                alpha=group.opacity,
                zorder=order,
            )
            axes.add_collection(shapes, autolim=False)
        for text in drawing.texts:
            shown = axes.text(
                text.x,
                text.y,
                text.text,
                fontsize=text.size_px * _POINTS_PER_PIXEL,
                color=_fixed(text.color),
                ha="left" if text.upright and text.anchor == "start" else _ALIGN[text.anchor],
                va="baseline",
                fontweight="bold" if text.bold else "normal",
                rotation=90 if text.upright else 0,
                rotation_mode="anchor",
                parse_math=False,
                zorder=len(drawing.groups) + 1,
            )
            if text.halo:
                shown.set_path_effects([withStroke(linewidth=3 * _POINTS_PER_PIXEL, foreground=_HALO)])
        figure.savefig(file, format="png", dpi=96 * scale, metadata={"Software": None})
    return file.getvalue()


def _fixed(color: str) -> str:
    return FIXED_COLORS.get(color, color)


def _corners(box: Box) -> list[tuple[float, float]]:
    return [(box.left, box.bottom), (box.right, box.bottom), (box.right, box.top), (box.left, box.top)]


def _path(group: Group, colors: Mapping[str, str]) -> str:
    d = "".join(_rectangle(box) for box in group.boxes)
    looks = [f'fill="{colors.get(group.fill, group.fill)}"']
    looks += [f'opacity="{_short(group.opacity)}"'] if group.opacity != 1 else []
    if group.line_px:
        looks.append(f'stroke="{colors.get(group.line, group.line)}" stroke-width="{_short(group.line_px)}"')
    inner = f"><title>{_shown(group.title)}</title></path>" if group.title else "/>"
    return f'<path {" ".join(looks)} d="{d}"{inner}'


def _rectangle(box: Box) -> str:
    width, height = _short(box.width_um), _short(box.height_um)
    return f"M{_short(box.left)} {_short(box.bottom)}h{width}v{height}h-{width}z"


def _text(text: Text, colors: Mapping[str, str]) -> str:
    x, y = _short(text.x), _short(text.y)
    looks = [f'x="{x}" y="{y}" font-size="{_short(text.size_px)}" fill="{colors.get(text.color, text.color)}"']
    looks += [f'text-anchor="{text.anchor}"'] if text.anchor != "start" else []
    looks += ['font-weight="600"'] if text.bold else []
    looks += [f'transform="rotate(-90 {x} {y})"'] if text.upright else []
    looks += [f'stroke="{_HALO}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'] if text.halo else []
    return f"<text {' '.join(looks)}>{_shown(text.text)}</text>"


def _shown(text: str) -> str:
    """Return a text as XML shows it; what it could not show is replaced."""
    return escape(_UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text))


def _short(value: float) -> str:
    """Return a number with at most two digits after the point."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def clipped(boxes: Iterator[Box], window: Box) -> tuple[Box, ...]:
    """Return what of some rectangles lies within a window.

    >>> clipped(iter([Box(0, 0, 4, 4), Box(9, 9, 10, 10)]), Box(2, 2, 8, 8))
    (Box(left=2, bottom=2, right=4, top=4),)
    """
    found = []
    for box in boxes:
        left, right = max(box.left, window.left), min(box.right, window.right)
        bottom, top = max(box.bottom, window.bottom), min(box.top, window.top)
        if left < right and bottom < top:
            found.append(Box(left, bottom, right, top))
    return tuple(found)
