"""Turning and placing: against matrices, which share nothing with the code."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.layout.geometry import ORIENTATIONS, Box, placed, turned

_TURN = np.array([[0, -1], [1, 0]])
_FLIP = np.array([[-1, 0], [0, 1]])
# Counterclockwise turns by name, then the flip in x (LEF/DEF 5.8).
_TURNS = {"N": 0, "W": 1, "S": 2, "E": 3}
numbers = st.integers(-50, 50)
boxes = st.builds(Box.between, numbers, numbers, numbers, numbers)


def by_matrix(box: Box, orientation: str) -> Box:
    matrix = np.linalg.matrix_power(_TURN, _TURNS[orientation[-1]])
    if orientation[0] == "F":
        matrix = _FLIP @ matrix
    x0, y0 = matrix @ (box.left, box.bottom)
    x1, y1 = matrix @ (box.right, box.top)
    return Box.between(int(x0), int(y0), int(x1), int(y1))


@given(boxes, st.sampled_from(ORIENTATIONS))
def test_turning_is_what_the_matrices_say(box: Box, orientation: str) -> None:
    assert turned(box, orientation) == by_matrix(box, orientation)


@given(boxes, st.sampled_from(ORIENTATIONS), numbers, numbers)
def test_a_placed_cell_has_its_lower_left_corner_where_it_was_put(box: Box, orientation: str, x: int, y: int) -> None:
    width, height = 7, 3
    outline = placed(Box(0, 0, width, height), orientation, width, height, x, y)
    assert (outline.left, outline.bottom) == (x, y)
    assert outline.area_um2 == width * height
    inner = placed(box, orientation, width, height, x, y)
    assert sorted((inner.width_um, inner.height_um)) == sorted((box.width_um, box.height_um))
