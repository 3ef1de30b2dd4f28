"""Compiled circuits answer as simulation does, by both backends, for any number of samples."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.errors import ConfigError, NetlistError
from tinydwn.netlist import Netlist, NetlistBuilder, Node, simulate
from tinydwn.netlist.simulate import pack, simulate_words
from tinydwn.targets import compile_netlist

COUNTS = (0, 1, 63, 64, 65, 511, 512, 513, 4097, 20_000)
XOR = Netlist("xor", ("a", "b"), (Node(0b0110, (2, 3)),), (("y", 4),))


def check(netlist: Netlist, backend: Any, counts: tuple[int, ...], seed: int) -> None:
    compiled = compile_netlist(netlist, backend=backend)
    assert compiled.backend == backend
    for count in counts:
        bits = np.random.default_rng([seed, count]).random((count, len(netlist.inputs))) < 0.5
        found = compiled.simulate(bits)
        assert found.shape == (count, len(netlist.outputs))
        assert np.array_equal(found, simulate(netlist, bits))


@given(st.data(), st.integers(0, 2**32))
def test_the_compiled_loop_answers_as_simulation_does(netlists: Any, data: st.DataObject, seed: int) -> None:
    check(data.draw(netlists()), "numba", (data.draw(st.sampled_from(COUNTS)), 70), seed)


@settings(max_examples=12)
@given(st.data(), st.integers(0, 2**32))
def test_compiled_c_answers_as_simulation_does(c_compiler: Path, netlists: Any, data: st.DataObject, seed: int) -> None:
    check(data.draw(netlists()), "c", COUNTS, seed)


@pytest.fixture(scope="module")
def layered() -> Netlist:
    """Return 4,000 tables of 3 inputs, which read inputs and other tables far away: many functions of C."""
    rng = np.random.default_rng(3)
    builder = NetlistBuilder("layered")
    nets = [builder.input(f"x{k}") for k in range(40)]
    for _ in range(4000):
        nets.append(builder.node(int(rng.integers(1 << 8)), rng.choice(nets, 3, replace=False).tolist()))
    for k in range(0, 4000, 8):
        builder.output(f"y{k}", nets[-1 - k])
    return builder.build()


@pytest.mark.parametrize("backend", ["c", "numba"])
def test_thousands_of_nodes_are_answered_right(c_compiler: Path, layered: Netlist, backend: str) -> None:
    assert len(layered.nodes) > 2000
    check(layered, backend, (0, 100, 5000), 0)


@pytest.mark.parametrize("backend", ["c", "numba"])
def test_a_table_of_ten_inputs_constants_and_inputs_as_outputs(c_compiler: Path, backend: str) -> None:
    table = int.from_bytes(np.random.default_rng(0).bytes(128), "little")
    node = Node(table, tuple(range(2, 12)))
    outputs = (("y", 12), ("y again", 12), ("zero", 0), ("one", 1), ("same", 4))
    check(Netlist("wide", tuple(f"x{k}" for k in range(10)), (node,), outputs), backend, COUNTS, 1)
    check(Netlist("mute", ("a",), (), ()), backend, (0, 5), 1)
    check(Netlist("closed", (), (), (("one", 1),)), backend, (0, 130), 1)


@pytest.mark.parametrize("backend", ["c", "numba"])
def test_words_that_are_not_contiguous_and_threads_at_once(c_compiler: Path, layered: Netlist, backend: str) -> None:
    compiled = compile_netlist(layered, backend=backend)
    words = pack(np.random.default_rng(2).random((1000, 40)) < 0.5)
    expected = simulate_words(layered, words)
    assert np.array_equal(compiled.evaluate(np.asfortranarray(words)), expected)
    found: list[bool] = []

    def again() -> None:
        found.extend(np.array_equal(compiled.evaluate(words), expected) for _ in range(20))

    threads = [threading.Thread(target=again) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 80


def test_words_of_another_shape_or_type_are_refused() -> None:
    compiled = compile_netlist(XOR, backend="numba")
    for words in (np.zeros((3, 1), np.uint64), np.zeros((2, 1), np.int64), np.zeros(2, np.uint64)):
        with pytest.raises(NetlistError) as caught:
            compiled.evaluate(words)
        assert str(caught.value) == (
            f"netlist 'xor' has 2 inputs, the words are {words.dtype} of shape {words.shape}\n\n"
            "hint: give packed samples, uint64 of shape (inputs, words)"
        )
    with pytest.raises(NetlistError) as caught:
        compiled.simulate(np.zeros(2, dtype=bool))
    assert str(caught.value) == "the samples have shape (2,)\n\nhint: give (samples, inputs)"


def test_an_unknown_backend_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        compile_netlist(XOR, backend="fortran")  # type: ignore[arg-type]
    assert str(caught.value) == "unknown backend 'fortran'\n\nhint: choose auto, c or numba"
