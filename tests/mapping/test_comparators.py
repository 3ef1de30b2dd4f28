from __future__ import annotations

import pytest

from tinydwn.lowering.comparators import comparator_netlist
from tinydwn.mapping import map_to_cells
from tinydwn.mapping.comparators import comparator_areas
from tinydwn.technology import load_library


@pytest.mark.parametrize("name", ["sky130_fd_sc_hd", "egfet"])
def test_areas_are_close_to_those_of_mapped_comparators(name):
    library = load_library(name)
    areas = comparator_areas(library, 6)
    assert len(areas) == 63
    for constant in (0, 1, 3, 5, 10, 21, 30, 31, 37, 42, 47, 62):
        mapped = map_to_cells(comparator_netlist(6, (constant,)), library).area_um2
        assert mapped * 0.999 <= areas[constant] <= 1.4 * mapped + 1e-9


def test_the_highest_bit_alone_is_free_and_dearer_constants_cost_more():
    areas = comparator_areas(load_library("nangate45"), 8)
    assert areas[127] == 0
    assert areas[63] == areas[191] < areas[31] < areas[0]
    assert areas.max() == max(areas[k] for k in range(0, 255, 2))
