"""`tinydwn bench`: a command of each study; what is measured is made up here, and measured in tests/bench."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from tests.made_up import studied
from tinydwn.bench.compared import Mismatch
from tinydwn.bench.study import studies
from tinydwn.bench.trip import Trip
from tinydwn.errors import ConfigError

STUDIES = studies()


def test_without_a_name_what_can_be_measured_is_listed(tinydwn: Callable[..., Any]) -> None:
    ended = tinydwn("bench")
    assert ended.code == 0
    lines = ended.out.splitlines()
    for name, study in STUDIES.items():
        assert any(line.split()[:1] == [name] for line in lines), name
        assert study.question.split()[0] in ended.out
    assert "1 h 30 min" in ended.out
    assert ended.err.splitlines()[-1] == "next: tinydwn bench search"


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_is_a_command_with_an_option_for_all_it_may_be_asked(tinydwn: Callable[..., Any], name: str) -> None:
    study, ended = STUDIES[name], tinydwn("bench", name, "--help")
    assert (ended.code, ended.err) == (0, "")
    told = " ".join(ended.out.replace("│", " ").split())
    assert study.told in told
    for one in fields(study.asked):
        option = f"--{one.name.replace('_', '-')} "
        assert (f" {one.name.upper()} " if "argument" in one.metadata else option) in told
    for option in ("--store", "--html", "--markdown", "--figure", "--json", "--quiet"):
        assert option in told
    assert ("--processes" in told, "--scheduler" in told) == (not study.timed, not study.timed)
    assert ("Keep outcomes here, by default in build/bench;" in told) == study.kept


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[Any, Path | None]]:
    """Let nothing be measured, and return what would have been asked and kept."""
    heard: list[tuple[Any, Path | None]] = []

    def stop(study: object, one: object, *, store: Path | None, **_: object) -> None:
        heard.append((one, store))
        raise ConfigError("that is enough")

    monkeypatch.setattr("tinydwn.bench.study.measure", stop)
    monkeypatch.chdir(tmp_path)
    return heard


@pytest.mark.parametrize(
    "name", [n for n, study in STUDIES.items() if not any("argument" in one.metadata for one in fields(study.asked))]
)
def test_a_command_alone_asks_what_a_study_asks_by_default(
    tinydwn: Callable[..., Any], asked: list[tuple[Any, Path | None]], name: str
) -> None:
    ended, study = tinydwn("bench", name, "-q"), STUDIES[name]
    assert (ended.code, ended.err) == (1, "error: that is enough\n")
    assert asked == [(study.asked(), Path("build", "bench", f"{name}.json") if study.kept else None)]


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (
            ("simulate", "--networks", "digits, small; phoneme, small", "--samples", "200", "--repetitions", "1"),
            {"networks": ("digits, small", "phoneme, small"), "samples": 200, "repetitions": 1},
        ),
        (("smallest", "--datasets", "iris, a", "--budgets", "8,16"), {"datasets": ("iris", "a"), "budgets": (8, 16)}),
        (("accuracy", "one-bit", "--datasets", "wdbc"), {"name": "one-bit", "datasets": ("wdbc",)}),
        (("search", "--sizes", "3", "--seconds", "2"), {"sizes": (3,), "seconds": 2.0}),
        (("roundtrip", "--effort", "high", "--timeout", "3"), {"effort": "high", "timeout": 3.0}),
        (("facts", "egfet", "n.lib", "--seed", "5"), {"library": "egfet", "liberty": Path("n.lib"), "seed": 5}),
    ],
)  # fmt: skip
def test_words_become_what_is_asked(
    tinydwn: Callable[..., Any],
    asked: list[tuple[Any, Path | None]],
    words: tuple[str, ...],
    values: dict[str, Any],
    tmp_path: Path,
) -> None:
    tinydwn("bench", *words, "-q", "--store", tmp_path / "new" / "s.json")
    assert asked == [(STUDIES[words[0]].asked(**values), tmp_path / "new" / "s.json")]


def test_a_few_random_classifiers_come_back_as_they_went(tinydwn: Callable[..., Any], tmp_path: Path) -> None:
    ended = tinydwn("bench", "roundtrip", "--count", "2", "--processes", "0", "--store", tmp_path / "s.json")
    assert ended.code == 0, ended.err
    assert "mismatches: 0" in ended.out
    assert "roundtrip" in ended.err
    assert ended.err.splitlines()[-1] == "next: tinydwn bench"
    again = tinydwn("bench", "roundtrip", "--count", "2", "--processes", "0", "--store", tmp_path / "s.json")
    assert "classifier 1: " in again.err
    assert "(stored) (2 of 2)" in again.err


def test_a_mismatch_ends_with_3(tinydwn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from tinydwn.bench.studies import roundtrip

    found = Mismatch(5, "core", "map", "output 'y' differs")
    studied(monkeypatch, roundtrip, lambda task: Trip(task.seed, {}, {}, (found,)))
    words = ("--count", "1", "--processes", "0", "--store", tmp_path / "s.json", "--json", "-q")
    ended = tinydwn("bench", "roundtrip", *words)
    assert ended.code == 3
    assert json.loads(ended.out)["summary"]["mismatches"] == 1
    assert ended.err == f"error: {found}\n\nhint: this is a defect of tinydwn; please report it\n"


def test_the_cost_of_a_small_classifier_is_measured(tinydwn: Callable[..., Any]) -> None:
    ended = tinydwn("bench", "scale", "--luts", "30", "--library", "nangate45", "--json")
    assert ended.code == 0, ended.err
    document = json.loads(ended.out)
    assert (document["rows"][0]["luts"], document["library"], document["luts"]) == (30, "nangate45", [30])


EFFORT = "error: unknown effort 'huge'\n\nhint: choose one of fast, normal, high\n"
CUT = "error: unknown cut 'half'\n\nhint: choose core or chip\n"
SEEDS = "error: seeds [3, 3] cannot be measured\n\nhint: give different ones, like 0,1,2\n"
LIBERTY = (
    "error: 'n.lib' cannot be read as a Liberty file: [Errno 2] No such file or directory: 'n.lib'\n\n"
    "hint: check the path\n"
)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("roundtrip", "--effort", "huge"), EFFORT),
        (("scale", "--effort", "huge"), EFFORT),
        (("scale", "--cut", "half"), CUT),
        (
            ("scale", "--luts", "1k"),
            "error: --luts is '1k'\n\nhint: give whole numbers separated by commas, such as 64 or 60,20\n",
        ),
        (("facts", "nangate45", "n.lib", "--effort", "huge"), EFFORT),
        (("smallest", "--effort", "huge"), EFFORT),
        (("smallest", "--cut", "half"), CUT),
        (("choice", "--seeds", "3,3"), SEEDS),
        (("smallest", "--seeds", "3,3"), SEEDS),
        (("tiny-classifiers", "--seeds", "3,3"), SEEDS),
        (
            ("choice", "--seeds", "one"),
            "error: --seeds is 'one'\n\nhint: give whole numbers separated by commas, such as 64 or 60,20\n",
        ),
        *(((name, "n.lib", "--effort", "huge"), EFFORT) for name in ("chip", "exact", "fronts", "iwls2020")),
        *(((name, "n.lib"), LIBERTY) for name in ("chip", "exact", "fronts")),
        (("tiny-classifiers", "--effort", "huge"), EFFORT),
        (
            ("tiny-classifiers", "--metric", "luck"),
            "error: unknown metric 'luck'\n\nhint: choose accuracy or balanced\n",
        ),
        (("trees", "--effort", "huge"), EFFORT),
        (("trees", "--cut", "half"), CUT),
        (
            ("trees", "--seeds", "3,3"),
            "error: seeds [3, 3] cannot be measured\n\nhint: give 2 different ones or more, like 0,1,2\n",
        ),
        (
            ("smallest", "--processes", "1", "--scheduler", "tcp://localhost:1"),
            "error: both processes and a scheduler are given\n\n"
            "hint: a scheduler brings its own workers; give one of both\n",
        ),
        (
            ("accuracy", "tau", "--scheduler", "localhost"),
            "error: 'localhost' is no address of a scheduler\n\nhint: give one such as tcp://localhost:8786\n",
        ),
        (
            ("trees", "--html", "m", "--figure", "m"),
            "error: --html and --figure are the same file 'm'\n\nhint: name two files\n",
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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("choice", "--datasets", "wine,nope"), "no choice is measured on data set 'nope'\n\nhint: choose among b"),
        (("smallest", "--datasets", "nope"), "there are no goals for data set 'nope'\n\nhint: choose among segment"),
        (("simulate", "--networks", "cifar"), "unknown network 'cifar'\n\nhint: choose among phoneme, small; "),
        (("efforts", "--networks", "nope"), "no network 'nope' is measured\n\nhint: choose among iris 21x2 popcount, "),
        (("chip", "cells.lib", "--datasets", "nope"), "there are no goals for data set 'nope'\n\nhint: choose among"),
        (("fronts", "cells.lib", "--datasets", "nope"), "there is no front for data set 'nope'\n\nhint: choose among"),
        (("accuracy", "nope"), "there is no protocol 'nope'\n\nhint: choose one of tabular, mnist"),
        (("iwls2020", "nope"), "there is no folder 'nope'\n\nhint: give the folder that holds ex00.npz and others"),
    ],
)  # fmt: skip
def test_names_that_there_are_not_are_told_at_once(
    tinydwn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cells.lib").write_text("library (none) {}")
    ended = tinydwn("bench", *words)
    assert (ended.code, ended.out, ended.err[: len(said) + 7]) == (1, "", f"error: {said}")
    assert [path.name for path in tmp_path.iterdir()] == ["cells.lib"]


def test_facts_give_the_area_of_their_liberty_file(tinydwn: Callable[..., Any], shared: Path) -> None:
    liberty = next((shared / "pdk" / "nangate45").rglob("*.lib*"))
    ended = tinydwn("bench", "facts", "nangate45", liberty, "--count", "2", "--processes", "0")
    assert ended.code == 0, ended.err
    assert "2 random netlists, 2 with the same cells, differences in area: 0." in " ".join(ended.out.split())


def test_another_library_than_the_facts_is_found_out(tinydwn: Callable[..., Any], shared: Path) -> None:
    liberty = next((shared / "pdk" / "ihp-sg13g2").rglob("*.lib*"))
    words = ("--count", "1", "--processes", "0", "--json", "--quiet")
    ended = tinydwn("bench", "facts", "nangate45", liberty, *words)
    assert ended.code == 3
    assert json.loads(ended.out)["summary"]["differences"] == 1
    assert ended.err == (
        f"error: 1 of 1 netlists got another area from {liberty.name} than from the facts of nangate45\n\n"
        "hint: check that the file is the one that the facts name as their source\n"
    )
