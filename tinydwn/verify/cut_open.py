"""A netlist of cells with registers, cut open at them: what remains is combinational and can be proven.

Each register becomes an input, its state, and outputs for all that decides its next state: data, clock, clear, preset.
Two netlists whose parts so cut are equal behave alike from equal states on, however many clocks there are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinydwn.errors import NetlistError, ProgramError
from tinydwn.netlist import Netlist, NetlistBuilder
from tinydwn.netlist.graph import FALSE, TRUE
from tinydwn.technology.behavior import Behavior
from tinydwn.technology.function import function_table, read_pins
from tinydwn.tools.yosys import run_yosys

_SCRIPT = "read_verilog design.v\nhierarchy {top}\nflatten\nwrite_json design.json"
_REFUSED = re.compile(r"(?:\bdesign\.v:(\d+): )?ERROR: (.+)")
_WHOLE = "give one whole netlist of cells: every module once, and no `include"
_HINT = "give the netlist of cells and the Liberty file that it was made with"


def cut_open(text: str, cells: Mapping[str, Behavior], *, module: str = "", timeout_s: float = 120.0) -> Netlist:
    """Return the combinational part of structural Verilog, read by Yosys; names of inputs and outputs are sorted.

    A register `u` of the text gives the input `u.state` and outputs such as `u.next_state` and `u.clocked_on`. Supply
    pins (inout) are left out, and so are cells without a signal pin, such as fill and taps. `module` is the top, where
    there are several. Raises `ProgramError` where Yosys fails, and `NetlistError` for a text that it refuses, for a
    cell that is not among `cells`, for a net that is read and driven by nothing, or by two, and for a loop.
    """
    script = _SCRIPT.format(top=f"-top {module}" if module else "-auto-top")
    try:
        run = run_yosys(script, files={"design.v": text}, results=["design.json"], timeout_s=timeout_s)
    except ProgramError as error:
        refused = _REFUSED.search(error.hint)
        if refused is None:
            raise
        # At the end of a text Yosys says line 1.
        where = f"line {refused[1]}: " if refused[1] and "end of file" not in refused[2] else ""
        raise NetlistError(f"Yosys cannot read the Verilog: {where}{refused[2]}", hint=_WHOLE) from error
    tops = [
        (name, one)
        for name, one in json.loads(run.files["design.json"])["modules"].items()
        if name == module or int(one["attributes"].get("top", "0"), 2)
    ]
    if len(tops) != 1:
        raise ProgramError("Yosys did not name one top module", hint=_HINT)
    return _Cut(tops[0][0], tops[0][1], cells).netlist()


Bit = int | str


@dataclass(frozen=True, slots=True)
class _Instance:
    name: str
    behavior: Behavior
    pins: Mapping[str, Bit]


class _Cut:
    """One module while its parts are put together."""

    def __init__(self, name: str, module: Mapping[str, Any], cells: Mapping[str, Behavior]) -> None:
        self._name = name
        self._names = {bit: net for net, one in module["netnames"].items() for bit in one["bits"]}
        self._ports = {direction: _bits(module["ports"], direction) for direction in ("input", "output", "inout")}
        supply = set(self._ports["inout"].values())
        self._instances = [
            found
            for label, one in sorted(module["cells"].items())
            if (found := self._instance(label, one, cells, supply)) is not None
        ]
        self._registers = [one for one in self._instances if one.behavior.state is not None]
        self._driver: dict[Bit, tuple[_Instance, str]] = {}
        for one in self._instances:
            for pin, function in one.behavior.outputs:
                if pin in one.pins:
                    self._drive(one.pins[pin], one, function)
        self._builder = NetlistBuilder(name)
        self._nets: dict[Bit, int] = {"0": FALSE, "1": TRUE}
        self._states: dict[str, int] = {}

    def netlist(self) -> Netlist:
        inputs: dict[str, Bit | None] = dict(self._ports["input"])
        inputs |= {f"{one.name}.state": None for one in self._registers}
        for name, bit in sorted(inputs.items()):
            net = self._builder.input(name)
            if bit is None:
                self._states[name.removesuffix(".state")] = net
            elif bit in self._driver or bit in self._nets:
                raise NetlistError(f"input {name!r} of '{self._name}' is driven within, too", hint=_HINT)
            else:
                self._nets[bit] = net
        outputs = {name: self._net(bit) for name, bit in self._ports["output"].items()}
        for one in self._registers:
            for role, expression in one.behavior.deciding:
                outputs[f"{one.name}.{role}"] = self._value(one, expression)
        for name, net in sorted(outputs.items()):
            self._builder.output(name, net)
        return self._builder.build()

    def _instance(
        self, label: str, one: Mapping[str, Any], cells: Mapping[str, Behavior], supply: set[Bit]
    ) -> _Instance | None:
        """Return a cell of the netlist, None for one that is joined to the supply alone."""
        joined = {pin: bits for pin, bits in one["connections"].items() if not set(bits) <= supply}
        if one["type"] not in cells:
            if not joined:
                return None
            raise NetlistError(f"'{label}' is a '{one['type'][:60]}', which the library does not have", hint=_HINT)
        behavior = cells[one["type"]]
        known = {*behavior.inputs, *(pin for pin, _ in behavior.outputs)}
        for pin, bits in joined.items():
            if pin not in known or len(bits) != 1:
                raise NetlistError(f"'{label}' has no pin '{pin}' of one bit in the library", hint=_HINT)
        return _Instance(label, behavior, {pin: bits[0] for pin, bits in joined.items()})

    def _drive(self, bit: Bit, one: _Instance, function: str) -> None:
        if bit in self._driver or isinstance(bit, str):
            raise NetlistError(f"net '{self._names.get(bit, bit)}' has two drivers, one is '{one.name}'", hint=_HINT)
        self._driver[bit] = (one, function)

    def _net(self, wanted: Bit) -> int:
        """Return the net of a bit, and make all that it reads first, without recursion."""
        path: list[Bit] = [wanted]
        opened: set[Bit] = set()
        while path:
            bit = path[-1]
            if bit in self._nets:
                path.pop()
                continue
            one, function = self._driven_by(bit)
            missing = [source for source in self._read(one, function) if source not in self._nets]
            if not missing:
                self._nets[bit] = self._value(one, function)
                path.pop()
            elif bit in opened:
                raise NetlistError(f"net '{self._names.get(bit, bit)}' depends on itself", hint=_HINT)
            else:
                opened.add(bit)
                path += missing
        return self._nets[wanted]

    def _driven_by(self, bit: Bit) -> tuple[_Instance, str]:
        if bit not in self._driver:
            raise NetlistError(f"net '{self._names.get(bit, bit)}' is read and driven by nothing", hint=_HINT)
        one, function = self._driver[bit]
        if not function:
            raise NetlistError(f"the library gives no function for '{one.name}', a {one.behavior.name}", hint=_HINT)
        return one, function

    def _read(self, one: _Instance, expression: str) -> list[Bit]:
        """Return the bits that an expression of a cell reads; its own state is none."""
        pins = [pin for pin in read_pins(expression) if pin not in (one.behavior.state or ())]
        loose = [pin for pin in pins if pin not in one.pins]
        if loose:
            raise NetlistError(f"pin '{loose[0]}' of '{one.name}' is read and not joined to anything", hint=_HINT)
        return [one.pins[pin] for pin in pins]

    def _value(self, one: _Instance, expression: str) -> int:
        """Return the net of an expression over the pins and the state of a cell."""
        pins = read_pins(expression)
        nets = []
        for pin in pins:
            if pin in (one.behavior.state or ()):
                state = self._states[one.name]
                inverted = one.behavior.state is not None and pin == one.behavior.state[1]
                nets.append(self._builder.invert(state) if inverted else state)
            else:
                self._read(one, expression)
                nets.append(self._net(one.pins[pin]))
        return self._builder.node(function_table(expression, pins), nets)


def _bits(ports: Mapping[str, Any], direction: str) -> dict[str, Bit]:
    """Return the bits of all ports of a direction by name, those of a vector as `name[place]`."""
    found: dict[str, Bit] = {}
    for name, port in ports.items():
        if port["direction"] != direction:
            continue
        bits, first = port["bits"], port.get("offset", 0)
        places = range(first, first + len(bits))
        labels = [name] if len(bits) == 1 and "offset" not in port else [f"{name}[{place}]" for place in places]
        if port.get("upto"):
            labels.reverse()
        found |= zip(labels, bits, strict=True)
    return found
