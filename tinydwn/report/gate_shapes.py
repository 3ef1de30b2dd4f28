"""The outlines of gates after IEEE Std 91, distinctive shapes, as SVG paths; lengths are in pixels of the page."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from tinydwn.report.svg import shortened
from tinydwn.report.symbols import Symbol

PITCH = 14.0
"""The distance of two pins."""
_LEAD, _BUBBLE = 7.0, 3.0
_AND, _OR, _HOLLOW, _SECOND = 30.0, 34.0, 9.0, 4.0
_BUFFER, _MUX, _CHARACTER = 20.0, 26.0, 6.6
_LABEL = 9


@dataclass(frozen=True, slots=True)
class Outline:
    """A gate drawn from (0, 0): its size, how far down each pin stands at the left, and its SVG elements.

    `leads` are the elements from each pin to the gate, `elements` all others. The output is at the right, halfway down.
    """

    width: float
    height: float
    pins: tuple[float, ...]
    leads: tuple[str, ...]
    elements: str


@dataclass(frozen=True, slots=True)
class _Body:
    """A body, where its left side begins, how far that is hollow in the middle, and where its tip is."""

    element: str
    left: float
    hollow: float
    tip: float

    def begins(self, share: float) -> float:
        """Return where the body begins at a share of its height."""
        return self.left + 2 * share * (1 - share) * self.hollow


def outline_of(symbol: Symbol) -> Outline:
    """Return the outline of a symbol; pins in the order of `symbol.pins`.

    >>> from tinydwn.report.symbols import Pin
    >>> outline = outline_of(Symbol("and", ((Pin(0), Pin(1)),), inverted=True))
    >>> outline.width, outline.height, outline.pins, len(outline.leads), outline.elements.count("circle")
    (50.0, 28.0, (7.0, 21.0), 2, 1)
    """
    if symbol.shape in ("and-or", "or-and"):
        return _compound(symbol)
    if symbol.shape in ("box", "constant"):
        return _box(symbol)
    height = PITCH * max(len(symbol.pins), 3 if symbol.shape == "mux" else 2)
    pins = _spread(len(symbol.pins), height)
    body = _body(symbol.shape, _LEAD, 0.0, height)
    leads = (_lead(at, body.begins(at / height), pin.inverted) for at, pin in zip(pins, symbol.pins, strict=True))
    elements = [body.element]
    if symbol.shape == "mux":
        elements += [_text(_LEAD + 7, at, name) for at, name in zip(pins, "01s", strict=True)]
    tail, width = _tail(body.tip, height / 2, symbol.inverted)
    return Outline(width, height, pins, tuple(leads), "".join([*elements, tail]))


def _spread(pins: int, height: float) -> tuple[float, ...]:
    return tuple(height / 2 + PITCH * (k - (pins - 1) / 2) for k in range(pins))


def _compound(symbol: Symbol) -> Outline:
    """Draw the gates of the groups, one above the other, and the gate that joins them behind."""
    first, second = ("and", "or") if symbol.shape == "and-or" else ("or", "and")
    height = PITCH * len(symbol.pins)
    joined = _LEAD + (_AND if first == "and" else _OR) + 5.0
    body = _body(second, joined, 1.0, height - 2.0)
    leads, elements, top = [], [], 0.0
    for group in symbol.groups:
        tall = PITCH * len(group)
        middle = top + tall / 2
        if len(group) == 1:
            leads.append(_lead(middle, body.begins(middle / height), group[0].inverted))
        else:
            inner = _body(first, _LEAD, top + 1.0, tall - 2.0)
            leads += [
                _lead(top + PITCH * (k + 0.5), inner.begins((k + 0.5) / len(group)), pin.inverted)
                for k, pin in enumerate(group)
            ]
            elements += [inner.element, _line(inner.tip, middle, body.begins(middle / height), kind="inner")]
        top += tall
    tail, width = _tail(body.tip, height / 2, symbol.inverted)
    pins = _spread(len(symbol.pins), height)
    return Outline(width, height, pins, tuple(leads), "".join([*elements, body.element, tail]))


def _box(symbol: Symbol) -> Outline:
    label = shortened(symbol.label, _LABEL)
    height = PITCH * max(len(symbol.pins), 2)
    wide = max(24.0, _CHARACTER * len(label) + 12.0)
    pins = _spread(len(symbol.pins), height)
    leads = (_lead(at, _LEAD, pin.inverted) for at, pin in zip(pins, symbol.pins, strict=True))
    body = f'<rect class="body" x="{_LEAD:g}" y="1" width="{wide:g}" height="{height - 2:g}" rx="3"/>'
    tail, width = _tail(_LEAD + wide, height / 2, symbol.inverted)
    return Outline(width, height, pins, tuple(leads), body + _text(_LEAD + wide / 2, height / 2, label) + tail)


def _body(shape: str, x: float, y: float, height: float) -> _Body:
    """Return the body of a plain gate whose upper left corner is at (x, y)."""
    low, middle = y + height, y + height / 2
    match shape:
        case "and":
            flat = _AND - min(16.0, height / 2)
            arc = f"A{_AND - flat:g} {height / 2:g} 0 0 1 {x + flat:g} {low:g}"
            return _Body(_path(f"M{x:g} {y:g}h{flat:g}{arc}H{x:g}Z"), x, 0.0, x + _AND)
        case "buffer":
            path = f"M{x:g} {middle - 9:g}L{x + _BUFFER:g} {middle:g}L{x:g} {middle + 9:g}Z"
            return _Body(_path(path), x, 0.0, x + _BUFFER)
        case "mux":
            path = f"M{x:g} {y:g}L{x + _MUX:g} {y + 9:g}V{low - 9:g}L{x:g} {low:g}Z"
            return _Body(_path(path), x, 0.0, x + _MUX)
    path = (
        f"M{x:g} {y:g}Q{x + 0.6 * _OR:g} {y:g} {x + _OR:g} {middle:g}"
        f"Q{x + 0.6 * _OR:g} {low:g} {x:g} {low:g}Q{x + _HOLLOW:g} {middle:g} {x:g} {y:g}Z"
    )
    if shape != "xor":
        return _Body(_path(path), x, _HOLLOW, x + _OR)
    left = x - _SECOND
    second = f'<path class="inner" d="M{left:g} {y:g}Q{left + _HOLLOW:g} {middle:g} {left:g} {low:g}"/>'
    return _Body(_path(path) + second, left, _HOLLOW, x + _OR)


def _lead(y: float, end: float, inverted: bool) -> str:
    """Draw from the left to where a body begins, with a bubble before it if `inverted`."""
    if not inverted:
        return _line(0.0, y, end)
    return _line(0.0, y, end - 2 * _BUBBLE) + _circle(end - _BUBBLE, y)


def _tail(begin: float, y: float, inverted: bool) -> tuple[str, float]:
    """Draw from where a body ends to the output; return its elements and how far right they reach."""
    width = begin + _LEAD + (2 * _BUBBLE if inverted else 0.0)
    bubble = _circle(begin + _BUBBLE, y) if inverted else ""
    return bubble + _line(begin + (2 * _BUBBLE if inverted else 0.0), y, width), width


def _line(x: float, y: float, end: float, *, kind: str = "lead") -> str:
    return f'<path class="{kind}" d="M{x:g} {y:g}H{end:g}"/>' if end > x else ""


def _circle(x: float, y: float) -> str:
    return f'<circle class="body" cx="{x:g}" cy="{y:g}" r="{_BUBBLE:g}"/>'


def _path(path: str) -> str:
    return f'<path class="body" d="{path}"/>'


def _text(x: float, y: float, text: str) -> str:
    return f'<text class="mark" x="{x:g}" y="{y:g}">{escape(text)}</text>'
