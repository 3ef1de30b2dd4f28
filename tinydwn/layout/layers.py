"""Layers as they are shown and written: colors, and the numbers that GDS has for their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from types import MappingProxyType

from tinydwn.errors import DataError

# From the silicon upwards; neighbors differ in hue and in lightness.
_USUAL = ("#a3782b", "#1f6fb4", "#c8501e", "#1b8a5a", "#8a4fb0", "#b8860b", "#0e8c9c", "#b03a6f", "#5b6b7b")
_ENTRY = re.compile(r"<properties>(.*?)</properties>", re.DOTALL)
_FIELD = re.compile(r"<(name|source|fill-color)>([^<]*)</\1>")
_NAME = re.compile(r"([A-Za-z]\w*)(?:\.(\w+))?")
_SOURCE = re.compile(r"(\d+)/(\d+)")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_HINT = "give a layer properties file of KLayout (.lyp)"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colors by layer name, and GDS layer and datatype by name and purpose; what is missing has a usual color.

    >>> Palette({"met1": "#0000ff"}).colors_of(("li1", "met1"))
    {'li1': '#a3782b', 'met1': '#0000ff'}
    """

    colors: Mapping[str, str] = field(default_factory=dict)
    streams: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("colors", "streams"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def colors_of(self, layers: Iterable[str]) -> dict[str, str]:
        """Return a color for each of the layers, which come from the silicon upwards."""
        return {name: self.colors.get(name, _USUAL[k % len(_USUAL)]) for k, name in enumerate(layers)}


def read_lyp(text: str) -> Palette:
    """Return the colors and numbers of a layer properties file of KLayout; `DataError` where it names no layer.

    The drawing purpose gives a layer its color; entries whose name is none, such as a group's, are left out.

    >>> entry = "<fill-color>#0000ff</fill-color><name>met1.drawing - 68/20</name><source>68/20@1</source>"
    >>> palette = read_lyp(f"<layer-properties><properties>{entry}</properties></layer-properties>")
    >>> palette.colors["met1"], palette.streams["met1", "drawing"]
    ('#0000ff', (68, 20))
    """
    colors: dict[str, str] = {}
    streams: dict[tuple[str, str], tuple[int, int]] = {}
    for entry in _ENTRY.findall(text):
        fields = {key: unescape(value).strip() for key, value in _FIELD.findall(entry)}
        name, source = _NAME.match(fields.get("name", "")), _SOURCE.match(fields.get("source", ""))
        if name is None or source is None:
            continue
        layer, purpose = name[1], name[2] or "drawing"
        streams.setdefault((layer, purpose), (int(source[1]), int(source[2])))
        color = fields.get("fill-color", "")
        if purpose == "drawing" and _COLOR.fullmatch(color):
            colors.setdefault(layer, color.lower())
    if not streams:
        raise DataError("the layer properties name no layer", hint=_HINT)
    return Palette(colors, streams)


def load_lyp(path: Path) -> Palette:
    """Read a `.lyp` file; `DataError` names it where it cannot be read."""
    try:
        return read_lyp(path.read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        raise DataError(f"'{path}' cannot be read: {error.strerror}", hint=_HINT) from error
    except DataError as error:
        raise DataError(f"'{path}': {error.message}", hint=error.hint) from error
