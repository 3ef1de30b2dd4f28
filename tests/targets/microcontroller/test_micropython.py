"""The file for MicroPython, run by Python here: answers are the golden ones."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.targets.microcontroller.conftest import SCALES, case
from tinydwn.targets.microcontroller import micropython, python_module


def classes_of(text: str, integers: np.ndarray) -> list[int]:
    module: dict = {}
    exec(compile(text, "classifier.py", "exec"), module)
    return [int(module["classify"](row)) for row in integers.tolist()]


@settings(max_examples=25)
@given(st.integers(0, 5000), st.sampled_from(SCALES), st.booleans())
def test_answers_are_the_golden_ones(seed, scale, in_tables):
    drawn, most = case(seed, samples=40), micropython.MOST_STEPS
    try:
        micropython.MOST_STEPS = -1 if in_tables else 10**9
        module = python_module(drawn.model, drawn.core, scales=scale)
    finally:
        micropython.MOST_STEPS = most
    assert module.form == ("tables" if in_tables else "gates")
    integers, answers = drawn.played(module.inputs)
    assert classes_of(module.text, integers) == answers.tolist()
    assert module.text.isascii()
