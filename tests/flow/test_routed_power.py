"""Power of routed circuits: activity spreads by the laws of densities, and OpenROAD's own figures are met."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import product
from math import prod
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.flow.recorded import recorded
from tinydwn.errors import LibraryError, NetlistError
from tinydwn.flow.cell_energy import Reading, Slew, energy_model, internal_energy_j
from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.densities import Density, Nets, assumed_densities, through
from tinydwn.flow.kit import find_kit
from tinydwn.flow.played import Played, play
from tinydwn.flow.routed_cells import connected, to_routed_cells
from tinydwn.flow.routed_power import routed_power
from tinydwn.flow.routed_timing import Corner, time_routed
from tinydwn.flow.signoff import densities_of
from tinydwn.flow.sta_report import CellPower
from tinydwn.technology.behavior import Behavior, behaviors
from tinydwn.technology.liberty import Group, load_liberty, read_liberty

RUNS = ("demo_registered", "demo_reg_nangate", "demo_reg_ihp")
shares = st.floats(0.0, 1.0)


def densities(count: int) -> st.SearchStrategy[list[Density]]:
    return st.lists(st.builds(Density, st.floats(0.0, 4.0), shares), min_size=count, max_size=count)


@given(st.data(), st.integers(0, 4))
def test_a_cell_passes_what_a_simulation_of_all_its_inputs_passes(data: st.DataObject, n: int) -> None:
    table, inputs = data.draw(st.integers(0, (1 << (1 << n)) - 1)), data.draw(densities(n))
    found = through(table, inputs)
    duty = often = 0.0
    for bits in product((0, 1), repeat=n):
        weight = prod(one.duty if bit else 1 - one.duty for one, bit in zip(inputs, bits, strict=True))
        address = sum(bit << k for k, bit in enumerate(bits))
        value = table >> address & 1
        duty += weight * value
        often += weight * sum(
            one.transitions for k, one in enumerate(inputs) if value != table >> (address ^ 1 << k) & 1
        )
    assert found.duty == pytest.approx(duty, abs=1e-9)
    assert found.transitions == pytest.approx(often, abs=1e-9)


def test_a_register_passes_what_it_reads_and_at_most_once_a_period() -> None:
    text = "module m (a, clk, q);\n XOR x (.A(a), .B(qn), .Y(d));\n DFF r (.D(d), .CK(clk), .Q(q), .QN(qn));\nendmodule"
    cells = {
        "XOR": Behavior("XOR", ("A", "B"), (("Y", "A ^ B"),)),
        "DFF": Behavior("DFF", ("D", "CK"), (("Q", "IQ"), ("QN", "IQN")), ("IQ", "IQN"), (("next_state", "D"),)),
    }
    parts = connected(text)
    nets = assumed_densities(parts, cells, clock="clk", inputs=Density(0.3, 0.5))
    # Each period adds what a does to what the register did, until it switches in every period.
    assert nets.of(parts[1], "Q") == nets.of(parts[1], "QN") == Density(1.0, 0.5)
    assert nets.of(parts[0], "Y").transitions == pytest.approx(1.3)
    assert nets.of(parts[1], "CK").transitions == 2
    loop = "module m (a, y);\n XOR g (.A(a), .B(y), .Y(y));\nendmodule"
    with pytest.raises(NetlistError, match="cell 'g' is in a loop"):
        assumed_densities(connected(loop), cells)


LIBRARY = """library (l) { nom_voltage : 2; capacitive_load_unit (1, ff); time_unit : "10ps";
power_lut_template (t) { variable_1 : total_output_net_capacitance; variable_2 : input_transition_time;
  index_1 ("0, 10"); index_2 ("0, 1"); }
cell (ND2) { area : 1;
  pin (A) { direction : input; } pin (B) { direction : input;
    internal_power () { when : "A"; power (scalar) { values ("8"); } }
    internal_power () { power (scalar) { values ("2"); } } }
  pin (Y) { direction : output; function : "!(A B)"; timing () { related_pin : "A"; timing_sense : negative_unate; }
    internal_power () { related_pin : "A"; rise_power (t) { values ("0, 1", "20, 21"); }
      fall_power (t) { values ("4, 5", "24, 25"); } }
    internal_power () { related_pin : "B"; power (scalar) { values ("6"); } } } } }"""


def test_energy_is_shared_among_the_inputs_that_switch_an_output() -> None:
    """By hand: A switches Y for a quarter of its 0.4 transitions, B for half of its 0.2, half of them while A is 1."""
    (one,) = connected("module m (a, b, y);\n ND2 g (.A(a), .B(b), .Y(y));\nendmodule")
    tree = read_liberty(LIBRARY)
    cells = behaviors(tree)
    nets = Nets({"a": Density(0.4, 0.5), "b": Density(0.2, 0.25), "y": Density(0.2, 0.875)}, Density(0, 0))
    slews = {"A": Slew(rise_ns=0.01, fall_ns=0.0), "B": Slew(0.0, 0.0)}
    told = {}
    for reading in ("liberty", "openroad"):
        energies = energy_model(tree, ["ND2"], reading=reading).cells["ND2"]
        told[reading] = internal_energy_j(one, cells["ND2"], energies, nets, slews, 5e-15)
    # Y rises as A falls: 10 fJ at half of the load, and falls as A rises: 15 fJ.
    output = 0.2 * (0.5 * 12.5e-15 + 0.5 * 6e-15)
    assert told["liberty"] == pytest.approx(output + 0.2 * (0.5 * 8e-15 + 0.5 * 2e-15))
    assert told["openroad"] == pytest.approx(output + 0.2 * (0.5 * 8e-15 + 2e-15))


def test_tables_that_are_not_whole_are_refused() -> None:
    for old, new, message in (
        ('values ("0, 1", "20, 21")', 'values ("0, 1")', "has 2 values for a grid of"),
        ("nom_voltage : 2;", "", "library 'l' tells no voltage"),
        ("total_output_net_capacitance", "input_transition_time", "depends on more than a slope and a load"),
    ):
        with pytest.raises(LibraryError, match=message):
            energy_model(read_liberty(LIBRARY.replace(old, new)), ["ND2"])


@cache
def tree_of(shared: Path, library: str) -> Group:
    return load_liberty(find_kit(library, root=shared / "pdk").liberty)


@cache
def timed(shared: Path, run: str) -> tuple[FlowCircuit, str, Corner]:
    played = recorded(shared, run)
    circuit = played.circuit
    text, spef = (played.text(f"finish/{circuit.top}{end}") for end in (".routed.v", ".spef"))
    liberty = find_kit(circuit.library, root=shared / "pdk").liberty
    return circuit, text, time_routed(circuit, text, spef, liberty, period_ns=10.0)


def groups(shared: Path, run: str, reading: Reading, *, ties: str) -> Counter[str]:
    """Return the power in W of registers, clock tree and logic at the usual guess; `ties` is what tie cells give."""
    circuit, text, corner = timed(shared, run)
    tree, parts = tree_of(shared, circuit.library), connected(text)
    cells = behaviors(tree)
    told = {name: replace(cell, outputs=(("L_HI", ties),)) if "tiehi" in name else cell for name, cell in cells.items()}
    nets = assumed_densities(parts, told, clock=circuit.clock)
    model = energy_model(tree, {one.cell for one in parts}, reading=reading)
    powers = routed_power(corner, parts, cells, model, nets, period_ns=10.0)
    found: Counter[str] = Counter()
    for one in parts:
        clock = "Clock" if one.instance.startswith("clk") else "Combinational"
        kind = "Sequential" if re.search("dfxtp|DFF|dfrbp", one.cell) else clock
        total = powers.get(one.instance, CellPower(0.0, 0.0, 0.0)).total_w
        found.update({kind: total, "Total": total})
    return found


@pytest.mark.parametrize("run", RUNS)
def test_power_by_opensta_of_debian_is_that_of_openroad(run: str, shared: Path, sta: None) -> None:
    """Every group within two hundredths, in OpenROAD's reading, to which a reset that a tie cell holds at 1 is at 0."""
    log = recorded(shared, run).text("finish/log.txt")
    found = groups(shared, run, "openroad", ties="0")
    for kind in ("Sequential", "Combinational", "Clock", "Total"):
        (told,) = re.findall(rf"^{kind} +\S+ +\S+ +\S+ +(\S+)", log, re.MULTILINE)
        assert found[kind] == pytest.approx(float(told), rel=0.02), kind


@pytest.mark.parametrize(
    ("run", "share"), [("demo_registered", 1.0), ("demo_reg_nangate", 1.66), ("demo_reg_ihp", 0.68)]
)
def test_registers_take_what_the_liberty_file_means(run: str, share: float, shared: Path, sta: None) -> None:
    """OpenROAD misses half of nangate's clock energy, Q and QN being independent to it, and counts ihp's twice."""
    theirs, ours = groups(shared, run, "openroad", ties="0"), groups(shared, run, "liberty", ties="1")
    assert ours["Sequential"] == pytest.approx(share * theirs["Sequential"], rel=0.01)
    assert ours["Clock"] == theirs["Clock"]


def test_power_follows_the_activity_of_the_vectors(shared: Path, sta: None, icarus: object) -> None:
    """A circuit whose inputs rest takes what its leakage takes; one that switches takes more, the more it does."""
    run = recorded(shared, "orfs_tiny_nobuf")
    circuit, text, spef = run.circuit, run.text("6_final.v"), run.text("6_final.spef")
    liberty = find_kit(circuit.library, root=shared / "pdk").liberty
    corner = time_routed(circuit, text, spef, liberty, period_ns=10.0)
    tree, parts = tree_of(shared, circuit.library), connected(text)
    known, model = behaviors(tree), energy_model(tree, {one.cell for one in parts})

    def power_w(played: Played) -> float:
        nets = densities_of(played, parts, known, clock="")
        return sum(one.total_w for one in routed_power(corner, parts, known, model, nets, period_ns=10.0).values())

    powers = {}
    for share in (0.0, 0.1, 1.0):
        draw, value, lines = random.Random(1), 0, []
        for _ in range(400):
            value ^= sum((draw.random() < share) << k for k in range(circuit.pins - 1))
            lines.append(f"{value:x}")
        played = play(vectors_for(circuit, lines), text, to_routed_cells(text, known), known)
        assert played.periods == 399
        powers[share] = power_w(played)
    leakage = sum(one.leakage_w for one in corner.once.values())
    assert powers[0.0] == pytest.approx(leakage)
    assert leakage < powers[0.1] < powers[1.0]
    # The guess is near to what inputs do in a simulation, where several switch at a time.
    assert powers[0.1] == pytest.approx(power_w(Played("none")), rel=0.15)


def vectors_for(circuit: FlowCircuit, lines: list[str]) -> dict[str, str]:
    """Return a testbench that plays lines of inputs and asks for nothing."""
    ports = re.findall(r"^  input (?:\[(\d+):0\] )?(\w+);", circuit.verilog, re.MULTILINE)
    pins, low = [], 0
    for high, name in ports:
        width = int(high or 0) + 1
        pins.append(f".{name}(in[{low + width - 1}:{low}])")
        low += width
    text = (
        f"module testbench;\n  reg [{low - 1}:0] in, vectors [0:{len(lines) - 1}];\n  integer k;\n"
        f"  {circuit.top} dut ({', '.join(pins)}, .class_());\n"
        '  initial begin\n    $readmemh("vectors.hex", vectors);\n'
        f"    for (k = 0; k < {len(lines)}; k = k + 1) begin in = vectors[k]; #1; end\n"
        '    $display("PASS: all"); $finish;\n  end\nendmodule\n'
    )
    return {"testbench.v": text, "vectors.hex": "\n".join(lines) + "\n"}
