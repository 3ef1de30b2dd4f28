"""How often every cell of a circuit switches, counted in a gate-level simulation of its test vectors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tinydwn.errors import BundleError, ProgramError
from tinydwn.export.testbench import TESTBENCH, VECTORS_FILE
from tinydwn.tools.simulator import simulate_with_results

WAVES = "activity.vcd"
_VARIABLE = re.compile(r"\$var\s+\S+\s+1\s+(\S+)\s+(\S+)(?:\s+\[\S+\])?\s+\$end")
_SCOPE = re.compile(r"\$scope\s+\S+\s+(\S+)\s+\$end")
_DUMP = '\n  initial begin\n    $dumpfile("{file}");\n    $dumpvars(2, dut);\n  end\n'


@dataclass(frozen=True, slots=True)
class Activity:
    """Transitions of each cell's output over `steps` changes from one test vector to the next, by instance name.

    Delays are not simulated, so what a real circuit switches to and fro before it settles is not counted.
    """

    steps: int
    transitions: Mapping[str, int]


def measure_activity(files: Mapping[str, str], outputs: Mapping[str, str], *, timeout_s: float = 300.0) -> Activity:
    """Simulate the mapped netlist of `files` on its vectors and count; `outputs` has the output pin of each cell.

    `files` are `testbench.v`, `vectors.hex`, `mapped.v` and `cells.v` of one cut and library. Raises `BundleError`
    with fewer than two vectors, `ProgramMissing` without Icarus, and `ProgramError` where it fails or a vector is
    answered wrongly.
    """
    steps = len(files[VECTORS_FILE].split()) - 1
    if steps < 1:
        raise BundleError("one test vector tells nothing of what switches", hint="keep more samples for the test")
    head, end, rest = files["testbench.v"].rpartition("endmodule")
    watched = {**files, "testbench.v": head + _DUMP.format(file=WAVES) + end + rest}
    said, results = simulate_with_results(watched, top=TESTBENCH, results=[WAVES], timeout_s=timeout_s)
    if not re.search(r"^PASS: ", said, re.MULTILINE):
        raise ProgramError("the gate level does not pass its testbench", hint="run 'tinydwn verify' on the folder")
    return Activity(steps, read_transitions(results[WAVES], outputs))


def read_transitions(waves: str, outputs: Mapping[str, str]) -> dict[str, int]:
    """Return how often the output of each instance in scope `dut` goes from 0 to 1 or back in a VCD text.

    `outputs` has the name of the output pin by cell, and the instances are those of which `dut.<instance>` has a
    pin; becoming known is no transition.

    >>> lines = ["$scope module dut $end", "$scope module g1 $end", "$var wire 1 ! Y $end", "#0", "1!", "#1", "0!"]
    >>> read_transitions("\\n".join(lines), {"g1": "Y"})
    {'g1': 1}
    """
    scope: list[str] = []
    watched: dict[str, list[str]] = {}
    count: dict[str, int] = {}
    value: dict[str, str] = {}
    for line in _statements(waves):
        if line[0] in "01xzXZ":
            code = line[1:].strip()
            if code in watched:
                known = value.get(code) in ("0", "1") and line[0] in "01"
                for name in watched[code] if known and value[code] != line[0] else ():
                    count[name] += 1
                value[code] = line[0]
        elif match := _SCOPE.match(line):
            scope.append(match[1])
        elif line.startswith("$upscope"):
            scope.pop()
        elif (match := _VARIABLE.match(line)) and scope[-2:-1] == ["dut"] and outputs.get(scope[-1]) == match[2]:
            watched.setdefault(match[1], []).append(scope[-1])
            count[scope[-1]] = 0
    return count


def _statements(waves: str) -> list[str]:
    return [line for line in map(str.strip, waves.splitlines()) if line]
