"""C text: the same for the same netlist, taken without a word by a strict compiler, whatever the names."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.bench.random_classifier import random_classifier
from tinydwn.errors import ConfigError
from tinydwn.lowering import lower_core
from tinydwn.netlist import Netlist, Node
from tinydwn.targets import to_c
from tinydwn.targets.c_classifier import classifier_to_c
from tinydwn.targets.comparisons import Comparisons

STRICT = (
    *("-std=c99", "-O0", "-Wall", "-Wextra", "-Wcomment", "-Wtrigraphs", "-pedantic-errors", "-Werror"),
    "-fsyntax-only",
)


@settings(max_examples=40)
@given(st.data())
def test_equal_netlists_give_equal_text_in_ascii(netlists: Any, data: st.DataObject) -> None:
    netlist = data.draw(netlists())
    text = to_c(netlist)
    assert text == to_c(Netlist(netlist.name, netlist.inputs, netlist.nodes, netlist.outputs))
    assert text.isascii()
    assert text.count("/*") == text.count("*/")


@settings(max_examples=10)
@given(st.data())
def test_a_strict_compiler_has_nothing_to_say(c_compiler: Path, netlists: Any, data: st.DataObject) -> None:
    text = to_c(data.draw(netlists()))
    done = subprocess.run(
        [c_compiler, *STRICT, "-x", "c", "-"], input=text, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("constant", [False, True])
def test_a_strict_compiler_has_nothing_to_say_about_a_classifier(c_compiler: Path, constant: bool) -> None:
    classifier = random_classifier(3005)
    core = lower_core(classifier).netlist
    if constant:
        core = Netlist("constant", (), (), tuple((name, 1) for name in core.output_names))
    text = classifier_to_c(core, Comparisons.of(classifier.encoder, core))
    done = subprocess.run(
        [c_compiler, *STRICT, "-x", "c", "-"], input=text, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_functions_stay_short_and_lines_can_be_read() -> None:
    chain = [Node(0b10010110, (2, 3, 2 + 3))]
    chain += [Node(0b11001010 if k % 3 else 0b10010110, (2 + k % 3, 5 + k - 1, 4)) for k in range(1, 1500)]
    text = to_c(Netlist("chain", ("a", "b", "c"), (Node(0b0110, (2, 3)), *chain[1:]), (("y", 4 + 1500),)))
    functions = re.findall(r"static void part_\d+\(.*?\n\}", text, re.DOTALL)
    assert len(functions) > 3
    assert max(function.count("\n") for function in functions) < 300
    assert max(map(len, text.splitlines())) < 300


@pytest.mark.parametrize(
    "name", ["int", "class_", "2nd", "a b", "", "größe", "memcpy", "malloc", "part_0", "uint64_t", "INPUTS", "circuit"]
)
def test_names_that_c_has_already_are_refused(name: str) -> None:
    netlist = Netlist("int", ("while",), (), (("for", 2),))
    if name == "class_":
        assert f"\nint {name}(const uint64_t *in, uint64_t *out, size_t words) {{\n" in to_c(netlist, name=name)
        return
    with pytest.raises(ConfigError) as caught:
        to_c(netlist, name=name)
    assert str(caught.value) == (
        f"{name!r} cannot be the name of a function in C\n\n"
        "hint: choose letters, digits and _, a small letter among them, and no name that C has already"
    )


def test_the_ports_are_named_in_the_head() -> None:
    text = to_c(Netlist("my */ circuit", ("petal > 1", "??/"), (Node(0b0110, (2, 3)),), (("class[0]", 4),)))
    assert text.startswith(
        "/* Circuit 'my *_/ circuit': bit-parallel, 64 samples in a word.\n"
        "   in[0]  'petal > 1'\n"
        "   in[1]  '?_?/'\n"
        "   out[0]  'class[0]'\n"
        "*/\n"
    )
