"""The naive reading refuses what it does not understand, and what no circuit is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import tinydwn.bench.naive as module
from tinydwn.bench.naive import Naive, naive_blif, naive_classes

HEAD = "module m (input wire a, input wire [1:0] b, output wire y);"


def test_it_imports_nothing_of_the_package_and_no_arrays():
    tree = ast.parse(Path(module.__file__).read_text())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported == {"__future__", "re", "collections.abc", "dataclasses", "graphlib"}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a & b[0] | ~b[1]", lambda a, b, c: a & b | (1 - c)),
        ("a ^ b[0] & b[1]", lambda a, b, c: a ^ (b & c)),
        ("~(a | b[0]) ^ b[1]", lambda a, b, c: (1 - (a | b)) ^ c),
        ("a ? b[0] : b[1] ? 1'b1 : 1'b0", lambda a, b, c: b if a else c),
    ],
)
def test_operators_bind_as_in_verilog(expression, value):
    samples = [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)]
    given = {name: sum(one[k] << s for s, one in enumerate(samples)) for k, name in enumerate(("a", "b[0]", "b[1]"))}
    found = Naive(f"{HEAD} assign y = {expression}; endmodule", "m").answer(given, 255)["y"]
    assert [found >> s & 1 for s in range(8)] == [value(*one) for one in samples]


def test_a_register_takes_what_it_is_given_where_it_is_told_to():
    text = (
        "module m (input wire c, input wire e, input wire d, output reg q); reg p;"
        "always @(posedge c) begin if (e) p <= d; q <= p; end endmodule"
    )
    chip = Naive(text, "m")
    seen = []
    for enabled, given in ((1, 1), (0, 0), (1, 0), (0, 1)):
        chip.step({"c": 0, "e": enabled, "d": given}, 1)
        seen.append(chip.answer({"c": 0, "e": 0, "d": 0}, 1)["q"])
    assert seen == [0, 1, 1, 0]


@pytest.mark.parametrize(
    "body",
    [
        "assign y = a; assign y = b[0]; endmodule",
        "wire n; assign y = n; endmodule",
        "wire n; assign n = y; assign y = n; endmodule",
        "assign y = a + b[0]; endmodule",
        "assign y = b; endmodule",
        "assign y = a;",
        "initial y = 1; endmodule",
    ],
)
def test_what_is_no_circuit_is_refused(body):
    with pytest.raises((ValueError, KeyError)):
        Naive(f"{HEAD} {body}", "m").answer({"a": 0, "b[0]": 0, "b[1]": 0}, 1)


def test_covers_of_ones_and_of_zeros_and_gates():
    cells = "module INV (input wire A, output wire Y); assign Y = ~A; endmodule"
    text = (
        ".model m\n.inputs a \\\nb\n.outputs x y z\n.names a b x\n1- 1\n01 1\n.names a b y\n11 0\n"
        ".gate INV A=x Y=z\n.end\n"
    )
    assert naive_blif(text, {"a": 0b0011, "b": 0b0101}, 15, cells) == {"x": 0b0111, "y": 0b1110, "z": 0b1000}
    with pytest.raises(ValueError, match=r"\.latch is not understood"):
        naive_blif(".model m\n.inputs a\n.outputs a\n.latch a q\n.end\n", {"a": 0}, 1)


def test_endings_of_a_network():
    wires = ([[False, True]] * 4, [[0], [1], [2], [3]])
    bits = [[True, False, False, True], [False, False, True, True]]
    assert naive_classes(bits, [wires], "popcount", 2) == [0, 1]
    assert naive_classes(bits, [wires], "learnable", 4) == [0, 2]
    assert naive_classes(bits, [wires], "coded", 9) == [1, 4]
