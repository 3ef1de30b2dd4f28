"""A search that is killed after any part of it goes on to what it would have found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinydwn.errors import OutputError
from tinydwn.netlist import NetlistBuilder
from tinydwn.refine import Examples, RefineOptions, Start
from tinydwn.refine.search import LEGS, Explored, explore
from tinydwn.technology import load_library

LIBRARY = load_library("nangate45")
SHORT = RefineOptions(circuits=6_000, most_nand2=8.0, points=8)


class Killed(Exception):
    """What ends a search between two legs."""


@pytest.fixture(scope="module")
def parity() -> tuple[Examples, list[Start]]:
    """Samples of a parity, and a start that is larger than the budget."""
    rng = np.random.default_rng(6)
    bits = rng.random((200, 6)) < 0.5
    names = tuple(f"x{k}" for k in range(6))
    answer = bits[:, 0] ^ bits[:, 1] ^ (rng.random(200) < 0.1)
    builder = NetlistBuilder("wide")
    nets = [builder.input(name) for name in names]
    builder.output("y", builder.xor(*nets))
    examples = Examples(names, ("y",), bits, answer[:, None], answer.astype(np.int64), np.arange(6), np.zeros(6))
    return examples, [Start("a parity of all", builder.build())]


@pytest.fixture(scope="module")
def whole(parity: tuple[Examples, list[Start]]) -> Explored:
    return explore(*parity, LIBRARY, SHORT)


def searched(parity: tuple[Examples, list[Start]], place: Path, options: RefineOptions = SHORT) -> tuple[Explored, int]:
    """Return what a search finds, and after how many legs it went on."""
    legs: list[int] = []
    found = explore(*parity, LIBRARY, options, checkpoint=place, on_leg=lambda done, _: legs.append(done))
    assert legs == list(range(LEGS - len(legs) + 1, LEGS + 1))
    return found, LEGS - len(legs)


def kill_after(parity: tuple[Examples, list[Start]], place: Path, leg: int) -> None:
    def on_leg(done: int, _: int) -> None:
        if done == leg:
            raise Killed

    with pytest.raises(Killed):
        explore(*parity, LIBRARY, SHORT, checkpoint=place, on_leg=on_leg)


@pytest.mark.parametrize("leg", range(1, LEGS + 1))
def test_a_search_killed_after_any_leg_finds_the_same(parity, whole, tmp_path: Path, leg: int) -> None:
    kill_after(parity, tmp_path / "search.npz", leg)
    assert searched(parity, tmp_path / "search.npz") == (whole, leg)


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_any_number_of_workers_finds_the_same_and_goes_on_from_one_anothers_files(parity, whole, tmp_path, workers):
    kill_after(parity, tmp_path / "search.npz", 4)
    assert searched(parity, tmp_path / "search.npz", replace(SHORT, workers=workers)) == (whole, 4)
    assert explore(*parity, LIBRARY, replace(SHORT, workers=workers)) == whole


def test_a_search_killed_again_and_again_finds_the_same_and_leaves_the_same_file(parity, whole, tmp_path: Path) -> None:
    for leg in (1, 2, 5):
        kill_after(parity, tmp_path / "search.npz", leg)
    assert searched(parity, tmp_path / "search.npz") == (whole, 5)
    assert searched(parity, tmp_path / "other.npz") == (whole, 0)
    assert (tmp_path / "search.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()


def test_the_file_of_another_search_is_passed_over(parity, whole, tmp_path: Path) -> None:
    place = tmp_path / "search.npz"
    kill_after(parity, place, 3)
    content = place.read_bytes()
    examples, starts = parity
    flipped = examples.targets.copy()
    flipped[0] ^= True
    others = (
        (parity, replace(SHORT, seed=1)),
        ((replace(examples, targets=flipped), starts), SHORT),
        ((replace(examples, input_cost_um2=np.full(6, 0.1)), starts), SHORT),
        ((examples, []), SHORT),
    )
    for samples, options in others:
        place.write_bytes(content)
        assert searched(samples, place, options)[1] == 0
    place.write_bytes(content)
    assert searched(parity, place) == (whole, 3)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), value=st.integers(1, 255), cut=st.booleans())
def test_a_damaged_file_is_passed_over(parity, whole, tmp_path: Path, where: float, value: int, cut: bool) -> None:
    place, kept = tmp_path / "search.npz", tmp_path / "kept"
    if not kept.exists():
        kill_after(parity, place, 7)
        kept.write_bytes(place.read_bytes())
    content = bytearray(kept.read_bytes())
    content[int(where * len(content))] ^= value
    place.write_bytes(content[: int(where * len(content))] if cut else content)
    found, _ = searched(parity, place)
    assert found == whole


def test_a_place_that_cannot_be_written_is_an_output_error(parity, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError):
        explore(*parity, LIBRARY, SHORT, checkpoint=tmp_path / "file" / "search.npz")
