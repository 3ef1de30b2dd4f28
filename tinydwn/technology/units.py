"""The units that a Liberty file counts in."""

from __future__ import annotations

import re

from tinydwn.errors import LibraryError
from tinydwn.technology.liberty import Group, split_arguments

_PREFIXES = {"f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "": 1.0}
_QUANTITY = re.compile(r"^([0-9.eE+-]*)\s*([fpnumk]?)[swfv]$")


def unit(tree: Group, attribute: str, default: float) -> float:
    """Return a unit such as `1ns` in base units; `LibraryError` where it is none."""
    text = tree.text(attribute)
    return _quantity(attribute, text) if text else default


def capacitance_unit_f(tree: Group) -> float:
    """Return the unit of capacitance in farad, 1 pF where the file has none."""
    words = split_arguments(tree.lists.get("capacitive_load_unit", ""))
    return _quantity("capacitive_load_unit", f"{words[0]}{words[1]}") if len(words) == 2 else 1e-12


def _quantity(attribute: str, text: str) -> float:
    match = _QUANTITY.match(text.strip().lower())
    try:
        return float(match[1] or 1) * _PREFIXES[match[2]] if match else _refuse(attribute, text)
    except ValueError:
        return _refuse(attribute, text)


def _refuse(attribute: str, text: str) -> float:
    raise LibraryError(f"'{attribute}' of the library is no unit: '{text}'", hint="a unit looks like 1ns, 1nW or 1,pf")
