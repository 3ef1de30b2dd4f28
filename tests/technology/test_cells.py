"""Which cells of a Liberty file are used, and what is kept of them."""

from __future__ import annotations

import pytest

from tinydwn.errors import LibraryError
from tinydwn.technology.cells import library_from_liberty
from tinydwn.technology.liberty import read_liberty
from tinydwn.technology.library import Cell, Register

IN = "pin ({0}) {{ direction : input; capacitance : 2; }} "
OUT = 'pin ({0}) {{ direction : output; function : "{1}"; }} '
BASE = (
    "cell (INV) { area : 1; pin (A) { direction : input; capacitance : 1.5; } "
    + OUT.format("Y", "!A")
    + "} cell (ND2) { area : 2; pin (A, B) { direction : input; capacitance : 1; } "
    + OUT.format("Y", "!(A B)")
    + "}"
)
UNITS = 'time_unit : "10ps"; leakage_power_unit : "1pW"; capacitive_load_unit (100, "ff");'


def library(cells: str = "", head: str = ""):
    return library_from_liberty(read_liberty(f"library (test) {{ {head} {BASE} {cells} }}"))


def names(cells: str) -> list[str]:
    return [cell.name for cell in library(cells).cells if cell.name not in {"INV", "ND2"}]


def cell(name: str, body: str, *, area: str = "area : 3;") -> str:
    return f"cell ({name}) {{ {area} {body} }}"


BUFFER = IN.format("A") + 'pin (Y) { direction : output; function : "A"; }'


def test_a_cell_keeps_name_area_pins_table_and_figures_in_our_units():
    gate = 'pin (Z) { direction : output; function : "B + !A"; } ' + IN.format("A") + IN.format("B")
    found = library(cell("G", "cell_leakage_power : 4; " + gate), UNITS).cell("G")
    assert found == Cell("G", 3.0, ("A", "B"), "Z", 0b1101, (200.0, 200.0), (), 0.004)


def test_leakage_is_the_mean_over_states_where_the_cell_gives_no_figure():
    states = "".join(f"leakage_power () {{ value : {value}; }}" for value in (1, 2, 6))
    assert library(cell("G", states + BUFFER), UNITS).cell("G").leakage_nw == 0.003
    assert library(cell("G", BUFFER)).cell("G").leakage_nw is None


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("MARKED", "dont_use : true; " + BUFFER),
        ("SHIFTER", "is_level_shifter : true; " + BUFFER),
        ("ISOLATE", "is_isolation_cell : true; " + BUFFER),
        ("ON", "always_on : true; " + BUFFER),
        ("GATED", "clock_gating_integrated_cell : latch_posedge; " + BUFFER),
        ("LATCH", "latch (IQ, IQN) { enable : A; data_in : A; } " + BUFFER),
        ("STATE", 'statetable ("A", "IQ") { } ' + BUFFER),
        ("WIDE", "bus (Q) { } " + BUFFER),
        ("FILL", ""),
        ("TWO", BUFFER + 'pin (Z) { direction : output; function : "!A"; }'),
        ("TRI", IN.format("A") + 'pin (Y) { direction : output; function : "A"; three_state : "A"; }'),
        ("PAD", IN.format("A") + 'pin (Y) { direction : inout; function : "A"; }'),
        ("DEAF", BUFFER + IN.format("UNREAD")),
        ("BLANK", IN.format("A") + "pin (Y) { direction : output; }"),
        ("SEVEN", IN.format("A, B, C, D, E, F, G") + 'pin (Y) { direction : output; function : "A B C D E F G"; }'),
        ("CLKBUF_X1", BUFFER),
        ("lib__clkdlybuf4_1", BUFFER),
        ("lib_dlygate_1", BUFFER),
        ("lib__lpflow_iso_1", BUFFER),
        ("lib__probe_p_8", BUFFER),
        ("lib__macro_spare", BUFFER),
    ],
)
def test_cells_that_mapping_must_not_use_are_left_out(name, body):
    assert names(cell(name, body) + cell("KEPT", BUFFER)) == ["KEPT"]


def test_names_that_only_resemble_special_ones_are_kept():
    assert names(cell("AOICLK", BUFFER) + cell("bufdly", BUFFER)) == ["AOICLK", "bufdly"]


def test_tie_cells_are_found_with_one_or_two_outputs_even_if_marked_dont_use():
    high, low = OUT.format("H", "1"), OUT.format("L", "(0)")
    found = library(cell("BOTH", high + low) + cell("LOW", "dont_use : true;" + low, area="area : 2;"))
    assert [(tie.name, tie.output, tie.table, tie.area_um2) for tie in found.ties] == [
        ("BOTH", "H", 1, 3.0),
        ("BOTH", "L", 0, 3.0),
        ("LOW", "L", 0, 2.0),
    ]
    assert (found.tie(0).name, found.tie(1).name) == ("LOW", "BOTH")


def flip_flop(ff: str, pins: str = "D, CK", outputs: str = 'pin (Q) { direction : output; function : "IQ"; }') -> str:
    return f"ff (IQ, IQN) {{ {ff} }} {IN.format(pins)} {outputs}"


def test_flip_flops_are_kept_as_registers():
    plain = flip_flop('clocked_on : "CK"; next_state : "D";')
    reset = flip_flop(
        'clocked_on : "(!CK)"; next_state : "D"; clear : "!R";',
        "D, CK, R",
        'pin (Q) { direction : output; function : "IQ"; } pin (QN) { direction : output; function : "IQN"; }',
    )
    scan = flip_flop('clocked_on : "CK"; next_state : "(D !S) + (T S)";', "D, S, T, CK")
    enable = flip_flop('clocked_on : "CK"; next_state : "D";', "D, CK, E")
    latch = (
        "latch (IQ, IQN) { enable : CK; data_in : D; } "
        + IN.format("D, CK")
        + "pin (Q) { direction : output; function : IQ; }"
    )
    unused = "dont_use : true; " + plain
    cells = zip(
        ("DFF", "DFFR", "SDFF", "EDFF", "LAT", "NEVER"), (plain, reset, scan, enable, latch, unused), strict=True
    )
    assert library("".join(cell(*pair) for pair in cells)).registers == (
        Register("DFF", 3.0, "D", "CK", True, "Q"),
        Register("DFFR", 3.0, "D", "CK", False, "Q", "QN", "!R", ""),
    )


TIMED = """
lu_table_template (grid) { variable_1 : input_net_transition; variable_2 : total_output_net_capacitance;
  index_1 ("1, 2, 3"); index_2 ("1, 2"); }
lu_table_template (turned) { variable_1 : total_output_net_capacitance; variable_2 : input_net_transition; }
cell (G) { area : 1; pin (A) { direction : input; capacitance : 1; } pin (B) { direction : input; capacitance : 1; }
  pin (Y) { direction : output; function : "A B";
    timing () { related_pin : "A"; cell_rise (grid) { index_2 ("4, 8"); values ("1, 1", "10, 30", "1, 1"); }
                cell_fall (scalar) { values ("3"); } }
    timing () { related_pin : "A B"; timing_type : combinational;
                cell_rise (turned) { index_1 ("1, 2"); index_2 ("1, 2"); values ("%s"); } }
    timing () { related_pin : "A"; timing_type : three_state_enable; cell_rise (scalar) { values ("999"); } } } }
"""


def test_a_delay_is_the_slowest_table_at_four_inverter_loads_and_the_middle_slope():
    # four inverter inputs of 1.5: a load of 6, halfway from 4 to 8 in the first table, beyond the second
    found = library(TIMED % "1, 2, 3, 7", 'time_unit : "1ns";').cell("G")
    assert found.delay_ps == (20000.0, 7000.0)


def test_a_cell_with_a_delay_that_is_not_positive_counts_as_one_without_delays():
    found = library(TIMED % "1, 2, 3, -7", 'time_unit : "1ns";')
    assert found.cell("G").delay_ps == ()
    assert not found.has_delays


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            f"library (x) {{ {cell('FILL', '')} }}",
            "library 'x' has no cell that may be used for mapping\n\n"
            "hint: a usable cell has one output with a function, no state, and is not marked dont_use",
        ),
        (
            f"library (x) {{ {cell('BUF', BUFFER)} }}",
            "library 'x' lacks an inverter or a two-input NAND or AND that may be used\n\n"
            "hint: give a library of standard cells; cells marked dont_use do not count",
        ),
        (
            f"library (x) {{ {BASE} {BASE} }}",
            "library 'x' has two cells named 'INV'\n\nhint: rename one of them",
        ),
        (
            f"library (x) {{\n{cell('BUF', BUFFER, area='')} }}",
            "cell 'BUF' in line 2 has no area\n\nhint: check the Liberty file",
        ),
        (
            f"library (x) {{\n{cell('BUF', BUFFER, area='area : -1;')} }}",
            "cell 'BUF' in line 2 has a negative area\n\nhint: check the Liberty file",
        ),
        (
            f"library (x) {{\n\n{cell('G', IN.format('A') + OUT.format('Y', 'A Z'))} }}",
            "cell 'G' in line 3: the cell function 'A Z' cannot be read: it reads 'Z', which is no input pin\n\n"
            "hint: a cell function uses ! ' ^ * & + | ( ) and input pins",
        ),
        (
            f'library (x) {{ time_unit : "soon"; {BASE} }}',
            "'time_unit' of the library is no unit: 'soon'\n\nhint: a unit looks like 1ns, 1nW or 1,pf",
        ),
        (
            "library (x) {" + TIMED % "1, 2, 3" + BASE + "}",
            "the table in line 10 has 3 values for a grid of [2, 2]\n\nhint: check the Liberty file",
        ),
    ],
)
def test_libraries_that_cannot_be_used_say_why(text, message):
    with pytest.raises(LibraryError) as caught:
        library_from_liberty(read_liberty(text))
    assert str(caught.value) == message
