from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
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


EFFORT = "error: unknown effort 'huge'\n\nhint: choose one of fast, normal, high\n"
CUT = "error: unknown cut 'half'\n\nhint: choose core or chip\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("roundtrip", "--effort", "huge"), EFFORT),
        (("scale", "--effort", "huge"), EFFORT),
        (("scale", "--cut", "half"), CUT),
        (("facts", "nangate45", "n.lib", "--effort", "huge"), EFFORT),
        (("smallest", "--effort", "huge"), EFFORT),
        (("smallest", "--cut", "half"), CUT),
        (("chip", "n.lib", "--effort", "huge"), EFFORT),
        (("exact", "n.lib", "--effort", "huge"), EFFORT),
        (("fronts", "n.lib", "--effort", "huge"), EFFORT),
        (("tiny-classifiers", "--effort", "huge"), EFFORT),
        (
            ("tiny-classifiers", "--metric", "luck"),
            "error: unknown metric 'luck'\n\nhint: choose accuracy or balanced\n",
        ),
        (("trees", "--effort", "huge"), EFFORT),
        (("trees", "--cut", "half"), CUT),
        (
            ("trees", "--seeds", "3,3"),
            "error: seeds [3, 3] give no mean and deviation\n\nhint: choose two different ones or more\n",
        ),
    ],
)
def test_wrong_values_are_told_before_any_progress(
    tinydwn: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    words: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.setattr("tinydwn.baselines.accuracy_only.require_xgboost", lambda: None)
    monkeypatch.chdir(tmp_path)
    ended = tinydwn("bench", *words)
    assert (ended.code, ended.out, ended.err) == (1, "", message)
    assert not list(tmp_path.iterdir())


def test_facts_give_the_area_of_their_liberty_file(tinydwn: Callable[..., Any], shared: Path) -> None:
    liberty = next((shared / "pdk" / "nangate45").rglob("*.lib*"))
    ended = tinydwn("bench", "facts", "nangate45", liberty, "--count", "2")
    assert ended.code == 0, ended.err
    assert "2 random netlists, 2 with the same cells, differences in area: 0" in ended.out


def test_another_library_than_the_facts_is_found_out(tinydwn: Callable[..., Any], shared: Path) -> None:
    liberty = next((shared / "pdk" / "ihp-sg13g2").rglob("*.lib*"))
    ended = tinydwn("bench", "facts", "nangate45", liberty, "--count", "1", "--json", "--quiet")
    assert ended.code == 3
    assert json.loads(ended.out)["differences"] == 1
    assert ended.err == (
        f"error: 1 of 1 netlists got another area from {liberty} than from the facts of nangate45\n\n"
        "hint: check that the file is the one that the facts name as their source\n"
    )
