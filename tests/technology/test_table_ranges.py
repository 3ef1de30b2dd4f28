from __future__ import annotations

from pathlib import Path

import pytest

from tinydwn.technology.liberty import load_liberty, read_liberty
from tinydwn.technology.pdk import find_pdk
from tinydwn.technology.table_ranges import CellRanges, Range, table_ranges

TEXT = """library (l) {
  time_unit : "1ps"; capacitive_load_unit (1, pf);
  lu_table_template (a) { variable_1 : input_net_transition; variable_2 : total_output_net_capacitance;
    index_1 ("1, 2, 50"); index_2 ("0.1, 0.4"); }
  cell (ND2) { pin (Y) {
    timing () { cell_rise (a) { values ("1, 2, 3, 4, 5, 6"); } rise_transition (a) { index_1 ("9, 9, 9"); } }
    timing () { cell_fall (a) { index_1 ("2, 3, 40"); values ("1, 2, 3, 4, 5, 6"); } } } }
  cell (TIE) { pin (Y) { function : "1"; } }
}"""


def test_a_range_is_what_all_delay_tables_hold_in_fixed_units() -> None:
    found = table_ranges(read_liberty(TEXT))
    assert set(found) == {"ND2"}
    assert found["ND2"].slew_ns == Range(pytest.approx(0.002), pytest.approx(0.04))
    assert found["ND2"].load_ff == Range(pytest.approx(100.0), pytest.approx(400.0))
    assert found["ND2"].middle_slew_ns == pytest.approx(0.002)


def test_the_ends_of_a_range_belong_to_it() -> None:
    one = Range(10.0, 20.0)
    assert [one.holds(value) for value in (9.9, 10.0, 15.0, 20.0, 20.1)] == [False, True, True, True, False]
    assert one.holds(20.00001)  # a printed number is rounded


def test_printed_tables_begin_far_above_what_cells_are_loaded_with(shared: Path) -> None:
    found = table_ranges(load_liberty(shared / "pdk" / find_pdk("egfet").layouts[0].liberty))
    nand = found["NAND2X1"]
    assert nand == CellRanges(Range(1000.0, 5000.0), Range(pytest.approx(1e7), pytest.approx(2e7)), 2000.0)
