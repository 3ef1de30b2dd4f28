"""More effort never ends with more gates, whatever its recipe does."""

from __future__ import annotations

import pytest

from tinydwn.errors import ConfigError
from tinydwn.minimize import Attempt, Pass, Recipe, efforts, minimize
from tinydwn.minimize.tidy import TIDY
from tinydwn.netlist import Assumption, Netlist, Node

WASTEFUL = Netlist("n", ("a", "b"), (Node(0b1000, (2, 3)), Node(0b1110, (2, 4)), Node(0b1000, (3, 5))), (("y", 6),))
SMALL = Netlist("n", ("a", "b"), (Node(0b1000, (2, 3)),), (("y", 4),))


@pytest.fixture
def recipes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let effort fast find the smallest netlist, and the others nothing."""
    find = Pass("find", lambda _, __: Attempt(SMALL))

    def fake(effort: str, *, timeout_s: float = 1.0) -> Recipe:
        return Recipe(effort, (find,) if effort == "fast" else (TIDY,), 2)

    monkeypatch.setattr(efforts, "recipe", fake)


@pytest.mark.usefixtures("recipes")
def test_what_less_effort_found_is_not_lost() -> None:
    heard = []
    found = minimize(WASTEFUL, "high", on_pass=heard.append)
    assert found.netlist == SMALL
    assert found.lesser == (("fast", SMALL), ("normal", SMALL))
    assert tuple(heard) == found.reports
    assert [(report.name, report.kept) for report in found.reports[:3]] == [
        ("tidy", False),
        ("result of effort fast", True),
        ("result of effort normal", False),
    ]
    assert minimize(WASTEFUL, "fast").lesser == ()


@pytest.mark.usefixtures("recipes")
def test_passes_may_come_first_at_each_effort_and_every_kept_pass_is_checked() -> None:
    begun, checked = [], []

    def begin(effort: str) -> tuple[Pass, ...]:
        begun.append(effort)
        return (Pass(f"begin {effort}", lambda _, __: Attempt(SMALL)),)

    def check(before: Netlist, after: Netlist, assuming: Assumption) -> None:
        checked.append((before, after))

    found = minimize(WASTEFUL, "normal", begin=begin, check=check)
    assert begun == ["fast", "normal"]
    assert checked == [(WASTEFUL, SMALL)] * 2
    assert found.reports[0].name == "begin normal"


def test_an_unknown_effort_is_refused() -> None:
    with pytest.raises(ConfigError, match="unknown effort 'extreme'"):
        minimize(SMALL, "extreme")
