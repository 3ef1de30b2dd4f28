"""Versions of OpenSTA that count the internal energy of a transition twice are told from the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tinydwn.errors import ProgramError
from tinydwn.flow import timing
from tinydwn.flow.activity import Activity
from tinydwn.flow.sta_report import CellPower
from tinydwn.tools import opensta
from tinydwn.tools.opensta import internal_energy_counted


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    """Ask every program anew."""
    opensta._counted.cache_clear()
    yield
    opensta._counted.cache_clear()


def saying(folder: Path, watts: str) -> str:
    program = folder / "sta"
    program.write_text(f'#!/bin/sh\necho " {watts} 0 0 {watts} g1"\necho "tinydwn: done"\n')
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize(("watts", "times"), [("1.000000e-06", 1.0), ("1.999999995e-06", 2.0)])
def test_a_program_is_asked_for_the_energy_of_a_known_cell(
    watts: str, times: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINYDWN_STA", saying(tmp_path, watts))
    assert internal_energy_counted() == times


@pytest.mark.parametrize("watts", ["3e-06", "0.0"])
def test_any_other_answer_is_refused(watts: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYDWN_STA", saying(tmp_path, watts))
    with pytest.raises(ProgramError, match=r"counts \d times the energy of a known cell"):
        internal_energy_counted()


def test_the_installed_program_counts_once_or_twice(sta: None) -> None:
    assert internal_energy_counted() in (1.0, 2.0)


def test_energy_is_counted_once_whatever_the_program_does() -> None:
    activity = Activity(steps=2, transitions={"g1": 1})
    once = timing._energy_pj({"g1": CellPower(2e-6, 1e-6, 0.0)}, activity, 1.0)
    assert once == timing._energy_pj({"g1": CellPower(4e-6, 1e-6, 0.0)}, activity, 2.0) == pytest.approx(1.5)
