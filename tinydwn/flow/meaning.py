"""Whether a layout means what its netlist means: registers by name, and all logic between them proven equal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tinydwn.errors import LibraryError, NetlistError, ProgramError
from tinydwn.netlist import Netlist, NetlistBuilder
from tinydwn.technology.function import function_table
from tinydwn.technology.liberty import Group, load_liberty, split_arguments
from tinydwn.tools.yosys import run_yosys
from tinydwn.verify.formal import prove_equivalent
from tinydwn.verify.verdict import Outcome, Verdict

_MOST_INPUTS = 8
_KINDS = ("next_state", "clocked_on", "clear", "preset")
_OTHER_STATE = ("latch", "statetable", "ff_bank", "latch_bank")
_CONSTANTS = {"0": 0, "1": 1}
_SUBJECT = "netlist = layout"
_HINT = "look into the netlist and the layout's Verilog"


@dataclass(frozen=True, slots=True)
class CellMeaning:
    """What a cell does: its input pins, and for each output pin a table over them.

    In a register the tables are over its state alone, and `kind` says how it takes its next state.
    """

    inputs: tuple[str, ...]
    outputs: Mapping[str, int]
    kind: str = ""


def cell_meanings(path: Path) -> Mapping[str, CellMeaning]:
    """Return every cell of a Liberty file that has functions or is a flip-flop, clock and delay cells included."""
    return _cell_meanings(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _cell_meanings(path: Path, _changed_ns: int) -> Mapping[str, CellMeaning]:
    found = ((group.name, _meaning(group)) for group in load_liberty(path).all("cell"))
    return MappingProxyType({name: meaning for name, meaning in found if meaning is not None})


def prove_layout(
    netlist: str, layout: str, *, top: str, cells: Mapping[str, CellMeaning], timeout_s: float = 300.0
) -> Verdict:
    """Say whether two gate-level Verilog texts of module `top` mean the same.

    A register is the same in both where it has its instance name and takes its next state in the same way; each of
    its pins must then have equal functions of inputs and registers, the clock's pin too. Cells of which nothing is
    known may drive nothing: taps, fill, diodes. UNDECIDED where ports or registers differ, where a net has no
    driver, and where Yosys cannot read one of the texts.
    """
    try:
        before = _read(netlist, top, cells, timeout_s=timeout_s)
        after = _read(layout, top, cells, timeout_s=timeout_s)
        return _proven(before, after, timeout_s)
    except (NetlistError, ProgramError) as error:
        return Verdict(Outcome.UNDECIDED, _SUBJECT, "comparison", reason=error.message)


def _proven(before: Netlist, after: Netlist, timeout_s: float) -> Verdict:
    """Ask ABC, and Yosys where ABC has no answer: it names no witness for outputs that differ everywhere."""
    try:
        return prove_equivalent(before, after, timeout_s=timeout_s, subject=_SUBJECT)
    except ProgramError:
        return prove_equivalent(before, after, method="yosys", timeout_s=timeout_s, subject=_SUBJECT)


def _meaning(group: Group) -> CellMeaning | None:
    pins = [(name, pin) for pin in group.all("pin") for name in split_arguments(pin.arguments)]
    inputs = tuple(name for name, pin in pins if pin.text("direction") == "input")
    outputs = [(name, pin) for name, pin in pins if pin.text("direction") == "output" and "function" in pin.attributes]
    if not outputs or len(inputs) > _MOST_INPUTS or any("three_state" in pin.attributes for _, pin in outputs):
        return None
    functions = {name: pin.text("function").strip() for name, pin in outputs}
    state = next(group.all("ff"), None)
    try:
        if state is not None:
            return _register(state, inputs, functions)
        if any(inner.kind in _OTHER_STATE for inner in group.groups):
            return None
        return CellMeaning(inputs, {name: function_table(text, inputs) for name, text in functions.items()})
    except LibraryError:  # a function of pins inside the cell: such a cell is as good as unknown
        return None


def _register(state: Group, inputs: tuple[str, ...], functions: Mapping[str, str]) -> CellMeaning:
    """Return a flip-flop with each output as a function of its state."""
    names = split_arguments(state.arguments)
    tables = {names[0]: 0b10, **({names[1]: 0b01} if len(names) > 1 else {})}
    kind = "; ".join(f"{name} {state.text(name)}" for name in _KINDS if name in state.attributes)
    odd = [text for text in functions.values() if text.strip("()") not in tables]
    if odd:
        raise LibraryError(f"'{odd[0]}' is not the state of a register")
    return CellMeaning(inputs, {name: tables[text.strip("()")] for name, text in functions.items()}, kind)


def _read(verilog: str, top: str, cells: Mapping[str, CellMeaning], *, timeout_s: float) -> Netlist:
    """Return a netlist with an input for every port bit and register, an output for every port bit and register pin."""
    script = f"read_verilog gates.v; hierarchy -top {top}; proc; write_json gates.json"
    run = run_yosys(script, files={"gates.v": verilog}, results=["gates.json"], timeout_s=timeout_s)
    return _Reader(json.loads(run.files["gates.json"])["modules"][top], cells).netlist(top)


class _Reader:
    """Turns the JSON of one module into a netlist."""

    def __init__(self, module: Mapping[str, Any], cells: Mapping[str, CellMeaning]) -> None:
        self._module = module
        self._used = {name: (one, cells[one["type"]]) for name, one in module["cells"].items() if one["type"] in cells}
        self._drivers = {
            one["connections"][pin][0]: (name, pin)
            for name, (one, meaning) in self._used.items()
            for pin in meaning.outputs
            if one["connections"].get(pin)
        }
        self._nets: dict[int | str, int] = {}

    def netlist(self, name: str) -> Netlist:
        builder = NetlistBuilder(name)
        inputs = dict(self._port_bits("input"))
        registers = {f"{name} ({one.kind})": name for name, (_, one) in self._used.items() if one.kind}
        for label in sorted([*inputs, *registers]):
            net = builder.input(label)
            if label in inputs:
                self._nets[inputs[label]] = net
            else:
                self._give_state(builder, registers[label], net)
        outputs = dict(self._port_bits("output"))
        for label, register in registers.items():
            cell, meaning = self._used[register]
            outputs |= {f"{label} {pin}": bits[0] for pin in meaning.inputs if (bits := cell["connections"].get(pin))}
        for label in sorted(outputs):
            builder.output(label, self._net(builder, outputs[label]))
        return builder.build()

    def _port_bits(self, direction: str) -> Iterator[tuple[str, Any]]:
        for name, port in self._module["ports"].items():
            if port["direction"] == direction:
                wide = len(port["bits"]) > 1  # a port of one bit may be called x[3]: the bit of a bus in the other text
                yield from ((f"{name}[{k}]" if wide else name, bit) for k, bit in enumerate(port["bits"]))

    def _give_state(self, builder: NetlistBuilder, register: str, net: int) -> None:
        cell, meaning = self._used[register]
        for pin, table in meaning.outputs.items():
            if bits := cell["connections"].get(pin):
                self._nets[bits[0]] = builder.node(table, (net,))

    def _net(self, builder: NetlistBuilder, wanted: int | str) -> int:
        """Return the net of a bit, after all that it depends on."""
        stack, open_bits = [wanted], set()
        while stack:
            bit = stack[-1]
            if bit in _CONSTANTS or bit in self._nets:
                stack.pop()
                continue
            needed = self._sources(bit)
            missing = [source for source in needed if source not in _CONSTANTS and source not in self._nets]
            if missing and bit in open_bits:
                raise NetlistError("its gates form a loop", hint=_HINT)
            if missing:
                open_bits.add(bit)
                stack += missing
                continue
            name, pin = self._drivers[bit]
            nets = [_CONSTANTS[source] if isinstance(source, str) else self._nets[source] for source in needed]
            self._nets[bit] = builder.node(self._used[name][1].outputs[pin], tuple(nets))
        return _CONSTANTS[wanted] if isinstance(wanted, str) else self._nets[wanted]

    def _sources(self, bit: int | str) -> list[int | str]:
        """Return the bits on the inputs of the cell that drives a bit."""
        if bit not in self._drivers:
            raise NetlistError(f"a net is driven by no known cell: {self._name(bit)}", hint=_HINT)
        cell, meaning = self._used[self._drivers[bit][0]]
        found = [cell["connections"].get(pin, ["x"])[0] for pin in meaning.inputs]
        if any(isinstance(source, str) and source not in _CONSTANTS for source in found):
            raise NetlistError(f"an input of '{self._drivers[bit][0]}' is not connected", hint=_HINT)
        return found

    def _name(self, bit: int | str) -> str:
        names = (name for name, net in self._module["netnames"].items() if bit in net["bits"])
        return next(names, str(bit))
