"""Supply, battery and yield, as a report tells them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.mapping import map_to_cells
from tinydwn.netlist import Netlist, Node
from tinydwn.report.facts import LibraryFacts, RegisteredFacts, SupplyFacts
from tinydwn.report.markdown import to_markdown
from tinydwn.report.page import to_html
from tinydwn.report.printed import GOOD_SHARE, printed_remarks, supplies_table, tolerated_share, transistors
from tinydwn.report.run_report import RunReport, from_text, to_text
from tinydwn.report.supplies import registered
from tinydwn.technology import load_library


@pytest.fixture
def supplied(report: RunReport) -> RunReport:
    """Return the report of a chip that was also mapped to a printed library."""
    printed = LibraryFacts("egfet", 7, 247860.0, "a printer", "", "none", "11" * 32)
    chip = RegisteredFacts("DFFNRX1", 17, 471_924_144.0, 3000.0)
    silicon = SupplyFacts("sky130_fd_sc_hd", 1.8, 0.00021, None, None)
    supplies = (silicon, SupplyFacts("egfet", 1.0, 150.0, 900.0, chip))
    return replace(report, libraries=(*report.libraries, printed), supplies=supplies)


def test_supplies_are_a_table_and_survive_json(supplied: RunReport) -> None:
    assert from_text(to_text(supplied)) == supplied
    table = supplies_table(supplied)
    assert table is not None
    assert table.rows == (
        ("sky130_fd_sc_hd", "1.8 V", "210.0 pW", "not given", "none", "", ""),
        ("egfet", "1 V", "150.0 µW", "900.0 µW", "17 DFFNRX1", "3.00 mW", "4.72 cm²"),
    )


def test_only_printed_circuits_are_held_against_a_printed_battery(supplied: RunReport) -> None:
    assert printed_remarks(supplied) == (
        "egfet: the chip takes 20,019 µm² and 11 cells at 1 V. Its static power, 900.0 µW, is nearly all of its power "
        "in such a technology and 3.0 % of what a printed battery delivers, at most 30.00 mW (Mubarik et al., MICRO "
        "2020; Armeniakos et al., DATE 2022): one can feed it, with its registers too, 3.00 mW. For nine in ten such "
        "chips to work, no more than one cell in 105 may fail, or one of its about 13 transistors (2 in a NAND2, by "
        "area) in 124.",
    )
    for text in (to_markdown(supplied), to_html(supplied)):
        assert "one cell in 105 may fail" in text
        assert "17 DFFNRX1" in text


@pytest.mark.parametrize(
    ("chip_uw", "registered_uw", "said"),
    [
        (29_999.0, 30_001.0, "one can feed it, but not with its registers, 30.00 mW."),
        (30_000.0, 30_000.0, "one can feed it, with its registers too, 30.00 mW."),
        (30_001.0, 90_000.0, "it takes 2 of them."),
        (300.0, None, "one can feed it."),
    ],
)
def test_what_a_battery_can_feed_is_told(
    supplied: RunReport, chip_uw: float, registered_uw: float | None, said: str
) -> None:
    one = supplied.supplies[1]
    assert one.registered is not None
    facts = replace(
        one, chip_static_power_uw=chip_uw, registered=replace(one.registered, static_power_uw=registered_uw)
    )
    assert said in printed_remarks(replace(supplied, supplies=(facts,)))[0]


def test_transistors_are_told_by_area_where_a_nand2_is_known() -> None:
    assert transistors("cnt-tft", 4.0) == 24
    assert transistors("nand2", 4.0) is None


def test_too_much_for_a_battery_is_told_as_a_multiple(supplied: RunReport) -> None:
    hungry = replace(supplied, supplies=(replace(supplied.supplies[1], chip_static_power_uw=75_000.0),))
    assert (
        "75.00 mW, is nearly all of its power in such a technology and 2.5 times of what" in printed_remarks(hungry)[0]
    )


def test_without_figures_nothing_is_claimed(supplied: RunReport, report: RunReport) -> None:
    bare = replace(supplied, supplies=(SupplyFacts("egfet", None, None, None, None),))
    assert "battery" not in printed_remarks(bare)[0]
    assert supplies_table(report) is None
    assert printed_remarks(report) == ()
    assert "Static power" not in to_markdown(report) + to_html(report)


@given(st.integers(1, 10**6))
def test_with_the_tolerated_share_of_bad_cells_enough_circuits_work(cells: int) -> None:
    assert (1 - tolerated_share(cells)) ** cells == pytest.approx(GOOD_SHARE)


def test_registers_hold_what_is_read_and_what_comes_out() -> None:
    gate = Netlist("gate", ("a", "unread", "b"), (Node(0b0111, (2, 4)),), (("y", 5), ("copy", 2)))
    library = load_library("egfet")
    mapped = map_to_cells(gate, library, effort="fast")
    found, register = registered(mapped), library.register
    assert found is not None
    assert register is not None
    assert (found.register, found.registers) == ("DFFNRX1", 4)
    nand = library.cell("NAND2X1")
    assert found.area_um2 == pytest.approx(nand.area_um2 + 4 * register.area_um2)
    assert found.static_power_uw == pytest.approx((nand.leakage_nw + 4 * register.leakage_nw) / 1000)
    assert registered(map_to_cells(gate, load_library("nand2"), effort="fast")) is None
