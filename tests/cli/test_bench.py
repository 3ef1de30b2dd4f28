from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest


def test_a_few_random_classifiers_come_back_as_they_went(tinydwn: Callable[..., Any]) -> None:
    ended = tinydwn("bench", "roundtrip", "--count", "2", "--processes", "1")
    assert ended.code == 0, ended.err
    assert "mismatches: 0" in ended.out
    assert ended.err.splitlines()[-1] == "next: tinydwn bench scale"


def test_a_mismatch_ends_with_3(tinydwn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from tinydwn.bench import roundtrip as roundtrip_module
    from tinydwn.bench.roundtrip import RoundtripSummary
    from tinydwn.bench.trip import Mismatch

    found = Mismatch(5, "core", "map", "output 'y' differs")
    summary = RoundtripSummary(1, 0, (), (found,))
    monkeypatch.setattr(roundtrip_module, "roundtrip", lambda *_, **__: summary)
    ended = tinydwn("bench", "roundtrip", "--count", "1", "--json")
    assert ended.code == 3
    assert json.loads(ended.out)["mismatches"] == 1
    assert f"error: {found}\n\nhint: this is a defect of tinydwn; please report it\n" in ended.err


def test_the_cost_of_a_small_classifier_is_measured(tinydwn: Callable[..., Any]) -> None:
    ended = tinydwn("bench", "scale", "--luts", "30", "--library", "nangate45", "--json")
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["points"][0]["luts"] == 30
    assert ended.err.splitlines()[-1] == "next: tinydwn bench roundtrip"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--cut", "half"), "error: unknown cut 'half'\n\nhint: choose core or chip\n"),
        (
            ("--luts", "1k"),
            "error: --luts is '1k'\n\nhint: give whole numbers separated by commas, such as 64 or 60,20\n",
        ),
    ],
)
def test_measurements_that_make_no_sense_are_refused(
    tinydwn: Callable[..., Any], words: tuple[str, ...], message: str
) -> None:
    ended = tinydwn("bench", "scale", *words, "--quiet")
    assert (ended.code, ended.out, ended.err) == (1, "", message)
