"""Mapping by ABC: the function stays, the area is the sum, and whatever goes wrong is said."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.bench.random_classifier import random_classifier
from tinydwn.errors import ConfigError, ProgramError, ProgramMissing
from tinydwn.lowering import lower_core
from tinydwn.mapping import MappedNetlist, Objective, map_to_cells, mapper
from tinydwn.mapping.portfolio import Cover, MappingScript, Stage
from tinydwn.netlist import Netlist, Node, simulate
from tinydwn.netlist.simulate import every_pattern
from tinydwn.technology import COUNTING_RULES, FACT_LIBRARIES, load_library

LIBRARIES = (*FACT_LIBRARIES, *COUNTING_RULES)
AND, OR, XOR, NOT, BUFFER = 0b1000, 0b1110, 0b0110, 0b01, 0b10


@st.composite
def netlists(draw, inputs: int = 5, nodes: int = 8) -> Netlist:
    """Draw any netlist: constants read, nets read twice, nodes without inputs, outputs on anything."""
    names = tuple(f"x {k}[0]" for k in range(draw(st.integers(0, inputs))))
    built: list[Node] = []
    for _ in range(draw(st.integers(0, nodes))):
        here = 2 + len(names) + len(built)
        fanin = tuple(draw(st.lists(st.integers(0, here - 1), max_size=4)))
        built.append(Node(draw(st.integers(0, (1 << (1 << len(fanin))) - 1)), fanin))
    last = 1 + len(names) + len(built)
    outputs = draw(st.lists(st.integers(0, last), max_size=4))
    return Netlist("any", names, tuple(built), tuple((f"y$ {k}", net) for k, net in enumerate(outputs)))


def values(netlist: Netlist) -> np.ndarray:
    return simulate(netlist, every_pattern(len(netlist.inputs)))


def exact_area(mapped: MappedNetlist) -> Fraction:
    """Sum areas cell by cell without rounding."""
    areas = {
        (cell.name, cell.output): Fraction(cell.area_um2) for cell in (*mapped.library.cells, *mapped.library.ties)
    }
    return sum((areas[item.cell.name, item.cell.output] for item in mapped.instances), Fraction(0))


@settings(max_examples=25)
@given(netlists(), st.sampled_from(LIBRARIES), st.sampled_from(["wire", "buffer"]))
def test_mapping_keeps_the_function_and_the_interface(netlist, name, connections):
    library = load_library(name)
    mapped = map_to_cells(netlist, library, effort="fast", connections=connections)
    functions = mapped.functions()
    assert (functions.name, functions.inputs, functions.output_names) == ("any", netlist.inputs, netlist.output_names)
    assert np.array_equal(values(functions), values(netlist))
    assert mapped.area_um2 == float(exact_area(mapped))
    assert {instance.cell for instance in mapped.instances} <= {*library.cells, *library.ties}
    assert all(net > 1 for instance in mapped.instances for net in instance.fanin)


@settings(max_examples=6)
@given(netlists(inputs=7, nodes=12), st.sampled_from(LIBRARIES))
def test_more_effort_never_gives_a_larger_circuit(netlist, name):
    library = load_library(name)
    areas = [map_to_cells(netlist, library, effort=effort).area_um2 for effort in ("fast", "normal", "high")]
    assert areas == sorted(areas, reverse=True)


@settings(max_examples=6)
@given(netlists(inputs=7, nodes=12), st.sampled_from(LIBRARIES))
def test_mapping_twice_gives_the_same_circuit(netlist, name):
    assert map_to_cells(netlist, load_library(name)) == map_to_cells(netlist, load_library(name))


@pytest.mark.parametrize("name", LIBRARIES)
def test_constants_come_from_tie_cells_where_there_are_some(name):
    library = load_library(name)
    constants = Netlist("c", ("a",), (Node(1, ()),), (("zero", 0), ("one", 1), ("too", 3), ("a_again", 2)))
    mapped = map_to_cells(constants, library)
    expected = [library.tie(value).area_um2 for value in (0, 1) if library.tie(value)]
    assert mapped.area_um2 == pytest.approx(sum(expected))
    assert len(mapped.instances) == len(expected)
    assert values(mapped.functions()).tolist() == [[False, True, True, False], [False, True, True, True]]
    assert (mapped.script, mapped.attempts) == ("none", ())


def test_a_constant_that_only_abc_sees_is_tied_as_well():
    contradiction = (Node(AND, (2, 3)), Node(0b0001, (2, 3)), Node(AND, (4, 5)))
    mapped = map_to_cells(Netlist("c", ("a", "b"), contradiction, (("y", 6),)), load_library("sky130_fd_sc_hd"))
    assert mapped.cell_counts == {"sky130_fd_sc_hd__conb_1": 1}
    assert mapped.instances[0].cell.output == "LO"
    printed = map_to_cells(Netlist("c", ("a", "b"), contradiction, (("y", 6),)), load_library("egfet"))
    assert (printed.instances, printed.outputs) == ((), (("y", 0),))


ALIASES = Netlist("alias", ("a", "b"), (Node(AND, (2, 3)),), (("p", 2), ("q", 4), ("r", 4), ("s", 2)))


def test_outputs_that_equal_something_are_plain_connections_without_area():
    library = load_library("nangate45")
    mapped = map_to_cells(ALIASES, library)
    assert mapped.cell_counts == {"AND2_X1": 1}
    assert mapped.outputs == (("p", 2), ("q", 4), ("r", 4), ("s", 2))


def test_outputs_that_equal_something_can_get_buffers_or_two_inverters():
    buffered = map_to_cells(ALIASES, load_library("nangate45"), connections="buffer")
    assert buffered.cell_counts == {"AND2_X1": 1, "BUF_X1": 3}
    assert len({net for _, net in buffered.outputs}) == 4
    printed = map_to_cells(ALIASES, load_library("egfet"), connections="buffer")
    assert printed.cell_counts["INVX1"] == 6
    assert np.array_equal(values(printed.functions()), values(ALIASES))


def test_netlists_without_outputs_inputs_or_nodes_are_mapped_to_nothing():
    library = load_library("sky130_fd_sc_hd")
    for netlist in (
        Netlist("a", (), (), ()),
        Netlist("b", ("x",), (Node(NOT, (2,)),), ()),
        Netlist("c", ("x", "y"), (), (("z", 3),)),
    ):
        mapped = map_to_cells(netlist, library)
        assert (mapped.instances, mapped.area_um2, mapped.inputs) == ((), 0.0, netlist.inputs)


@pytest.mark.parametrize(
    ("name", "table", "n", "cells"),
    [
        ("sky130_fd_sc_hd", 0b11101000, 3, {"sky130_fd_sc_hd__maj3_1": 1}),
        ("sky130_fd_sc_hd", 0b0111, 2, {"sky130_fd_sc_hd__nand2_1": 1}),
        ("nangate45", 0b0110, 2, {"XOR2_X1": 1}),
        ("ihp-sg13g2", 0b0001, 2, {"sg13g2_nor2_1": 1}),
        ("egfet", 0b0111, 2, {"NAND2X1": 1}),
        ("cnt-tft", 0b01, 1, {"INVX1_psuedo": 1}),
        ("nand2", 0b0110, 2, {"NAND2": 4}),
        ("gates2", 0b1001, 2, {"XNOR2": 1}),
        ("egfet", 0b0110, 2, {"NAND2X1": 4}),
        ("egfet", 0b1001, 2, {"NAND2X1": 2, "OR2X1": 1}),
    ],
)
def test_known_functions_become_known_cells(name, table, n, cells):
    netlist = Netlist("f", tuple("abc"[:n]), (Node(table, tuple(range(2, 2 + n))),), (("y", 2 + n),))
    mapped = map_to_cells(netlist, load_library(name))
    assert mapped.cell_counts == cells


def test_the_winner_and_every_attempt_are_named():
    mapped = map_to_cells(
        Netlist("m", ("a", "b", "c"), (Node(0b11101000, (2, 3, 4)),), (("y", 5),)), load_library("egfet")
    )
    areas = {attempt.script: attempt.area_um2 for attempt in mapped.attempts}
    assert areas[mapped.script] == min(areas.values()) == mapped.area_um2
    assert all(attempt.reason == "" for attempt in mapped.attempts)


@settings(max_examples=8)
@given(netlists(inputs=7, nodes=14), st.sampled_from(("nangate45", "egfet", "nand2")))
def test_each_objective_is_met_at_least_as_well_as_by_the_others(netlist, name):
    library = load_library(name)
    small = map_to_cells(netlist, library)
    quick = map_to_cells(netlist, library, objective=Objective("delay"))
    assert np.array_equal(values(quick.functions()), values(netlist))
    assert (quick.delay_ps or quick.depth) <= (small.delay_ps or small.depth)
    assert small.area_um2 <= quick.area_um2
    if library.has_delays and quick.delay_ps:
        limit = (quick.delay_ps + small.delay_ps) / 2
        between = map_to_cells(netlist, library, objective=Objective(limit_ps=limit))
        assert between.delay_ps <= limit
        assert small.area_um2 <= between.area_um2
        assert np.array_equal(values(between.functions()), values(netlist))


def test_a_limit_that_is_not_kept_is_refused_and_so_is_one_without_delays():
    limit = Objective(limit_ps=0.001)
    with pytest.raises(
        ConfigError,
        match=r"no circuit of at most 0.001 ps was found for the gate in nangate45\n\nhint: the quickest one takes \d+",
    ):
        map_to_cells(GATE, load_library("nangate45"), objective=limit)
    with pytest.raises(ConfigError, match="library 'nand2' tells no delays"):
        map_to_cells(GATE, load_library("nand2"), objective=limit)
    with pytest.raises(ConfigError, match="no objective 'power'\n\nhint: choose one of: area, delay"):
        Objective("power")
    with pytest.raises(ConfigError, match="leave one of the two out"):
        Objective("delay", 5.0)


GATE = Netlist("gate", ("a", "b"), (Node(AND, (2, 3)),), (("y", 4),))


def _stages(*, covers: tuple[Cover, ...], polish: tuple[Cover, ...], rounds: int, most_cells: int = 9_999):
    return lambda effort, gates, objective: (Stage((MappingScript("raw", "", covers, 9),), polish, rounds, most_cells),)


def test_a_script_that_fails_is_recorded_and_the_others_count(monkeypatch):
    covers = (Cover("broken", "no_such_command"), Cover("map", "map -a"))
    monkeypatch.setattr(mapper, "stages_for", _stages(covers=covers, polish=covers, rounds=5))
    mapped = map_to_cells(GATE, load_library("nangate45"))
    assert [(attempt.script, attempt.area_um2, attempt.reason) for attempt in mapped.attempts] == [
        ("raw+broken", None, "ABC refused its script"),
        ("raw+map", pytest.approx(1.064), ""),
        ("raw+map+broken", None, "ABC refused its script"),
        ("raw+map+map", pytest.approx(1.064), ""),
    ]
    assert mapped.script == "raw+map"


def test_polish_goes_on_while_it_gains(monkeypatch):
    # nothing is optimized at first; each round of polish then remaps what is there
    polish = (Cover("again", "unmap; strash; dch; map -a"),)
    wasteful = (Cover("plain", "map"),)
    monkeypatch.setattr(mapper, "stages_for", _stages(covers=wasteful, polish=polish, rounds=9))
    mapped = map_to_cells(lower_core(random_classifier(5)).netlist, load_library("nand2"))
    areas = [attempt.area_um2 for attempt in mapped.attempts]
    assert mapped.area_um2 == min(areas) < areas[0]
    assert len(areas) > 2
    assert all(later < earlier for earlier, later in pairwise(areas[:-1]))
    assert np.array_equal(values(mapped.functions()), values(lower_core(random_classifier(5)).netlist))


def test_large_circuits_are_not_polished(monkeypatch):
    covers = (Cover("map", "map"),)
    monkeypatch.setattr(mapper, "stages_for", _stages(covers=covers, polish=covers, rounds=9, most_cells=3))
    assert len(map_to_cells(lower_core(random_classifier(5)).netlist, load_library("nand2")).attempts) == 1


def _map_with(body: str, fake_abc, **options):
    fake_abc(body)
    with pytest.raises(ProgramError) as caught:
        map_to_cells(GATE, load_library("nand2"), effort="fast", **options)
    assert caught.value.message == "no mapping script came to a result"
    assert caught.value.hint.startswith("allow more time; the scripts said:\n    ")
    return caught.value.hint


def test_an_abc_that_only_complains_is_an_error(fake_abc):
    assert "ABC refused its script" in _map_with("echo '** cmd error: aborting'", fake_abc)


def test_an_abc_that_dies_is_an_error(fake_abc):
    assert "ABC failed, killed by signal 9" in _map_with("kill -9 $$", fake_abc)


def test_an_abc_that_hangs_is_stopped(fake_abc):
    assert "ABC did not end within" in _map_with("sleep 60", fake_abc, timeout_s=0.3)


def test_an_abc_that_writes_nothing_is_an_error(fake_abc):
    assert "ABC ended without writing its result 'mapped0.blif'" in _map_with("exit 0", fake_abc)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (".gate g1 a=i0 b=i1 O=n1", "ABC wrote a mapped circuit that breaks off"),
        (".names i0 o0\n1 1\n.end", "ABC wrote a mapped circuit that cannot be read: '.names i0 o0'"),
        (".gate g9 a=i0 O=o0\n.end", "ABC wrote a mapped circuit with an unknown gate 'g9'"),
        (".gate g1 a=i0 O=o0\n.end", "ABC wrote a mapped circuit with 1 nets on the gate 'g1'"),
        (".gate g1 a=i0 b=n9 O=o0\n.end", "ABC wrote a mapped circuit that does not drive 'n9'"),
        (".gate g1 a=i0 b=o0 O=o0\n.end", "ABC wrote a mapped circuit with a cycle at 'o0'"),
        (".gate g1 a=i0 b=i1 O=o0\n.end", "ABC wrote a mapped circuit that computes something else"),
    ],
)
def test_an_abc_that_writes_a_bad_circuit_is_caught(text, reason, fake_abc):
    assert reason in _map_with(f"cat > mapped0.blif <<'END'\n{text}\nEND", fake_abc)


def test_a_missing_abc_is_no_attempt_but_an_error(monkeypatch):
    monkeypatch.setenv("TINYDWN_ABC", "/nowhere/abc")
    with pytest.raises(ProgramMissing) as caught:
        map_to_cells(GATE, load_library("nand2"))
    assert caught.value.message.startswith("ABC cannot be started: /nowhere/abc")


def test_unknown_options_are_refused():
    with pytest.raises(ConfigError) as caught:
        map_to_cells(GATE, load_library("nand2"), effort="extreme")
    assert str(caught.value) == "no effort 'extreme'\n\nhint: choose one of: fast, normal, high"
    with pytest.raises(ConfigError) as caught:
        map_to_cells(GATE, load_library("nand2"), connections="rope")
    assert str(caught.value) == "no kind of connection 'rope'\n\nhint: choose one of: wire, buffer"
