"""Whether the parts of a macro are of one design: the pins of its abstract, its timing model and its netlist."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from tinydwn.errors import TinydwnError
from tinydwn.layout.lef import load_lefs
from tinydwn.technology.liberty import load_liberty, named_pins, split_arguments

SUPPLY = frozenset({"VDD", "VSS", "VPWR", "VGND", "VPB", "VNB"})
_PORT = re.compile(r"^\s*(?:input|output)\s+(?:wire\s+)?(?:\[(\d+):(\d+)\]\s*)?([A-Za-z_]\w*)\s*[,;]?$", re.MULTILINE)
_NAMED = re.compile(r"get_ports\s+\{?([\w\[\]]+?)\}?\]")
_SHOWN = 3


def differing_pins(folder: Path, design: str) -> tuple[str, ...]:
    """Return how the pins of `design.lef` and `design.lib` differ from the ports of `design.v`; empty where they agree.

    So are told ports that `design.sdc` names and that are none, and a file that is there and not sound. Supply is left
    out, and a file that is not there is told by whoever was to write it.
    """
    netlist = folder / f"{design}.v"
    if not netlist.is_file():
        return ()
    ports = ports_of(netlist.read_text(encoding="utf-8", errors="replace"), design)
    told = []
    for end, read in ((".lef", _lef_pins), (".lib", _liberty_pins)):
        path = folder / f"{design}{end}"
        if not path.is_file():
            continue
        try:
            told += _differences(path.name, ports, read(path, design))
        except TinydwnError as error:
            told.append(f"{path.name}: {error.message}")
    constraints = folder / f"{design}.sdc"
    if constraints.is_file():
        named = set(_NAMED.findall(constraints.read_text(encoding="utf-8", errors="replace")))
        whole = ports | {port.partition("[")[0] for port in ports}
        told += [f"{constraints.name} names {port}, which is no port" for port in sorted(named - whole)]
    return tuple(told)


def ports_of(verilog: str, design: str) -> set[str]:
    """Return the bits of the ports of a module in a netlist, supply left out.

    >>> sorted(ports_of("module m (a, y);\\n input [1:0] a;\\n output y;\\nendmodule", "m"))
    ['a[0]', 'a[1]', 'y']
    """
    text = re.search(rf"\bmodule\s+{re.escape(design)}\b.*?\bendmodule\b", verilog, re.DOTALL)
    found: set[str] = set()
    for high, low, name in _PORT.findall(text[0] if text else ""):
        found |= _bits(name, int(high), int(low)) if high else {name}
    return found - SUPPLY


def _bits(name: str, first: int, last: int) -> set[str]:
    low, high = sorted((first, last))
    return {f"{name}[{bit}]" for bit in range(low, high + 1)}


def _lef_pins(path: Path, design: str) -> set[str]:
    macro = load_lefs([path]).macros.get(design)
    return {pin.name for pin in macro.signal_pins} - SUPPLY if macro else set()


def _liberty_pins(path: Path, design: str) -> set[str]:
    tree = load_liberty(path)
    cell = next((one for one in tree.all("cell") if one.name == design), None)
    if cell is None:
        return set()
    types = {one.name: one for one in (*tree.all("type"), *cell.all("type"))}
    found = {name for name, _ in named_pins(cell)}
    for bus in cell.all("bus"):
        kind = types.get(bus.text("bus_type"))
        ends = (kind.number("bit_from"), kind.number("bit_to")) if kind else (None, None)
        inner = {name for pin in bus.all("pin") for name in split_arguments(pin.arguments)}
        found |= _bits(bus.name, int(ends[0]), int(ends[1])) if None not in ends else inner  # type: ignore[arg-type]
    return found - SUPPLY


def _differences(name: str, ports: set[str], pins: set[str]) -> list[str]:
    sides: Mapping[str, set[str]] = {"lacks": ports - pins, "has more than the netlist:": pins - ports}
    return [
        f"{name} {what} {', '.join(sorted(odd)[:_SHOWN])}{', ...' if len(odd) > _SHOWN else ''}"
        for what, odd in sides.items()
        if odd
    ]
