"""Damaged LEF and DEF: whatever happens to a text, it is read or refused with `DataError`."""

from __future__ import annotations

import contextlib
import random
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.errors import DataError
from tinydwn.layout.def_layout import read_def
from tinydwn.layout.lef import Lef, read_lef
from tinydwn.layout.picture import draw_layout

ODD = ["(", ")", ";", "-", "+", "END", "*", "NEW", "x", "-1", "0", '"', "#", "DO", "N", "SHIELD", "VIA"]
ODD += ["1e400", "1e300", "1e-320", "nan"]


def damaged(text: str, seed: int) -> str:
    """Return a text with one to three words lost, doubled, swapped or replaced."""
    rng = random.Random(seed)
    words = re.findall(r"\S+|\n", text)
    for _ in range(rng.randint(1, 3)):
        at, other = rng.randrange(len(words)), rng.randrange(len(words))
        match rng.randrange(4):
            case 0:
                del words[at]
            case 1:
                words.insert(at, words[at])
            case 2:
                words[at], words[other] = words[other], words[at]
            case _:
                words[at] = rng.choice(ODD)
    return " ".join(words)


@given(seed=st.integers(0, 10**9))
@settings(max_examples=120)
def test_a_damaged_layout_is_read_or_refused(small_text: str, small_lef: Lef, seed: int) -> None:
    with contextlib.suppress(DataError):
        layout = read_def(damaged(small_text, seed).splitlines(), small_lef)
        draw_layout(layout, small_lef)


@given(seed=st.integers(0, 10**9))
@settings(max_examples=120)
def test_a_damaged_lef_is_read_or_refused(small_lef_text: str, seed: int) -> None:
    with contextlib.suppress(DataError):
        read_lef(damaged(small_lef_text, seed).splitlines())
