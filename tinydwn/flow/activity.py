"""How often the pins of a circuit switch, counted in a gate-level simulation of its test vectors."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from tinydwn.errors import BundleError, ProgramError
from tinydwn.export.bundle_files import TESTBENCH_FILE, VECTORS_FILE
from tinydwn.export.testbench import TESTBENCH
from tinydwn.tools.simulator import simulate_with_results

WAVES = "activity.vcd"
_VARIABLE = re.compile(r"\$var\s+\S+\s+(\d+)\s+(\S+)\s+(\S+)(?:\s+\[(\d+)(?::(\d+))?\])?\s+\$end")
_SCOPE = re.compile(r"\$scope\s+\S+\s+(\S+)\s+\$end")
_VALUE = re.compile(r"(?:([01xzXZ])|[bB]([01xzXZ]+)\s+)(\S+)")
_DUMP = '\n  initial begin\n    $dumpfile("{file}");\n    $dumpvars(2, dut);\n  end\n'
Pin = tuple[str, str]
"""An instance and its pin; "" and a port, with its bit where it has several, for the circuit itself."""


@dataclass(frozen=True, slots=True)
class Activity:
    """Transitions of each cell's output over `steps` changes from one test vector to the next, by instance name.

    Delays are not simulated, so what a real circuit switches to and fro before it settles is not counted.
    """

    steps: int
    transitions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Toggles:
    """How often a pin goes from 0 to 1 or back, and the share of the time for which it is 1."""

    transitions: int
    high: float


def measure_activity(files: Mapping[str, str], outputs: Mapping[str, str], *, timeout_s: float = 300.0) -> Activity:
    """Simulate the mapped netlist of `files` on its vectors and count; `outputs` has the output pin of each cell.

    `files` are `testbench.v`, `vectors.hex`, `mapped.v` and `cells.v` of one cut and library. Raises `BundleError`
    with fewer than two vectors, `ProgramMissing` without Icarus, and `ProgramError` where it fails or a vector is
    answered wrongly.
    """
    steps = len(files[VECTORS_FILE].split()) - 1
    if steps < 1:
        raise BundleError("one test vector tells nothing of what switches", hint="keep more samples for the test")
    said, waves = simulate_waves(files, timeout_s=timeout_s)
    if not re.search(r"^PASS: ", said, re.MULTILINE):
        raise ProgramError("the gate level does not pass its testbench", hint="run 'tinydwn verify' on the folder")
    return Activity(steps, read_transitions(waves, outputs))


def simulate_waves(files: Mapping[str, str], *, timeout_s: float = 300.0) -> tuple[str, str]:
    """Return what `testbench.v` of `files` says and the waves of its module `dut`, as text of a VCD file."""
    head, end, rest = files[TESTBENCH_FILE].rpartition("endmodule")
    watched = {**files, TESTBENCH_FILE: head + _DUMP.format(file=WAVES) + end + rest}
    said, results = simulate_with_results(watched, top=TESTBENCH, results=[WAVES], timeout_s=timeout_s)
    return said, results[WAVES]


def read_transitions(waves: str, outputs: Mapping[str, str]) -> dict[str, int]:
    """Return how often the output of each instance in scope `dut` goes from 0 to 1 or back in a VCD text.

    `outputs` has the name of the output pin by cell, and the instances are those of which `dut.<instance>` has a
    pin; becoming known is no transition.

    >>> lines = ["$scope module dut $end", "$scope module g1 $end", "$var wire 1 ! Y $end", "#0", "1!", "#1", "0!"]
    >>> read_transitions("\\n".join(lines), {"g1": "Y"})
    {'g1': 1}
    """
    return {instance: found.transitions for (instance, _), found in read_toggles(waves, outputs.items()).items()}


def read_toggles(waves: str, pins: Collection[Pin]) -> dict[Pin, Toggles]:
    """Return what those of `pins` do that a VCD text has below or in scope `dut`; becoming known is no transition.

    >>> lines = ["$scope module dut $end", "$var wire 2 ! a [1:0] $end", "#0", "b1 !", "#3", "b10 !", "#4"]
    >>> read_toggles("\\n".join(lines), [("", "a[0]"), ("", "a[1]")])
    {('', 'a[0]'): Toggles(transitions=1, high=0.75), ('', 'a[1]'): Toggles(transitions=1, high=0.25)}
    """
    wanted = set(pins)
    watched: dict[str, list[tuple[int, _Track]]] = {}
    tracks: dict[Pin, _Track] = {}
    scope: list[str] = []
    now = 0
    for line in _statements(waves):
        if line[0] == "#":
            now = int(line[1:])
        elif match := _VALUE.fullmatch(line):
            for bit, track in watched.get(match[3], ()):
                track.become(_bit(match[1] or match[2], bit), now)
        elif match := _SCOPE.match(line):
            scope.append(match[1])
        elif line.startswith("$upscope"):
            scope.pop()
        elif match := _VARIABLE.match(line):
            for place, pin in _pins_of(match, scope):
                if pin in wanted:
                    watched.setdefault(match[2], []).append((place, tracks.setdefault(pin, _Track())))
    return {pin: track.ended(now) for pin, track in tracks.items()}


class _Track:
    """One bit as it was followed so far."""

    __slots__ = ("count", "high", "since", "value")

    def __init__(self) -> None:
        self.count, self.high, self.since, self.value = 0, 0, 0, "x"

    def become(self, value: str, now: int) -> None:
        if value in "01" and self.value in "01" and value != self.value:
            self.count += 1
        self.high += (now - self.since) * (self.value == "1")
        self.value, self.since = value, now

    def ended(self, now: int) -> Toggles:
        self.become(self.value, now)
        return Toggles(self.count, self.high / now if now else 0.0)


def _pins_of(variable: re.Match[str], scope: list[str]) -> Iterator[tuple[int, Pin]]:
    """Return each bit of a variable, its place from the lowest on, as a pin of `dut` or of an instance in it."""
    if scope[-1:] == ["dut"]:
        instance = ""
    elif scope[-2:-1] == ["dut"]:
        instance = scope[-1]
    else:
        return
    width, name, high, low = int(variable[1]), variable[3], variable[4], variable[5]
    if low is None:
        yield 0, (instance, name if high is None else f"{name}[{high}]")
        return
    first, step = int(low), 1 if int(high) >= int(low) else -1
    for place in range(width):
        yield place, (instance, f"{name}[{first + step * place}]")


def _bit(value: str, place: int) -> str:
    """Return one bit of a value of a VCD, whose leading zeros or unknown bits are left out."""
    if place < len(value):
        return value[-1 - place].lower()
    return "0" if value[0] in "01" else value[0].lower()


def _statements(waves: str) -> list[str]:
    return [line for line in map(str.strip, waves.splitlines()) if line]
