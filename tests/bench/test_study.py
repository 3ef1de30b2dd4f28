"""What holds for every study that there is, and for any that there may be."""

from __future__ import annotations

import json
import pickle
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.made_up import again
from tinydwn.bench import ask
from tinydwn.bench import studies as folder
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.index import entries
from tinydwn.bench.rows import Spread, flat, from_flat
from tinydwn.bench.studies import microcontroller
from tinydwn.bench.study import HERE, Measured, Study, by, measure, studies
from tinydwn.bench.tasks import key_of
from tinydwn.errors import ConfigError, ProgramError
from tinydwn.tools.cluster import Cluster
from tinydwn.tools.codec import from_json, to_json
from tinydwn.tools.versions import versions_here

STUDIES = studies()
EVERY = pytest.mark.parametrize("study", STUDIES.values(), ids=list(STUDIES))
NOBODY = Cluster(scheduler="tcp://127.0.0.1:1", timeout_s=0.1)
SCALARS: dict[Any, Any] = {
    str: st.text(max_size=3),
    int: st.integers(-9, 9),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    type(None): st.none(),
}


def values_of(kind):
    """Return any values of a type that outcomes and rows may have."""
    if kind in SCALARS:
        return SCALARS[kind]
    if get_origin(kind) is UnionType:
        return st.one_of(*map(values_of, get_args(kind)))
    if get_origin(kind) is Mapping:
        return st.dictionaries(st.text(max_size=3), values_of(get_args(kind)[1]), max_size=2)
    if get_origin(kind) is tuple:
        first, *rest = get_args(kind)
        return st.lists(values_of(first), max_size=2).map(tuple) if rest == [...] else of_parts(first, *rest)
    return st.builds(kind, **{name: values_of(hint) for name, hint in get_type_hints(kind).items()})


def of_parts(*parts):
    return st.tuples(*map(values_of, parts))


def through_text(value):
    return json.loads(json.dumps(value))


@pytest.fixture(scope="module", autouse=True)
def _no_tools_needed():
    """Let studies be asked where the programs and packages that they need are not installed."""
    with pytest.MonkeyPatch.context() as patch:
        for needed in ("require_generators", "find_avr_gcc", "find_runner"):
            patch.setattr(microcontroller, needed, lambda: None)
        yield


@pytest.fixture(scope="module")
def given_to(tmp_path_factory):
    """Return a function that asks a study for what it does where nothing else is said."""
    place = tmp_path_factory.mktemp("asked")
    (place / "ex00.npz").write_bytes(b"")
    (place / "cells.lib").write_text("library (none) {}")
    answers = {
        "name": "one-bit",
        "datasets": ("digits",),
        "library": "egfet",
        "liberty": place / "cells.lib",
        "folder": place,
    }

    def ask_it(study):
        asked = [one.name for one in fields(study.asked) if "argument" in one.metadata]
        return study.asked(**{name: answers[name] for name in asked})

    return ask_it


def test_studies_are_named_like_their_files_in_order():
    assert list(STUDIES) == sorted(STUDIES)
    files = {path.stem for path in Path(folder.__file__).parent.glob("*.py")} - {"__init__"}
    assert {name.replace("-", "_") for name in STUDIES} == files
    assert len({study.schema for study in STUDIES.values()}) == len(STUDIES)


@EVERY
def test_a_study_says_what_it_asks_and_what_it_may_be_asked(study):
    assert study.question.endswith("?")
    assert study.told.endswith(".")
    assert study.minutes > 0
    assert re.fullmatch(r"[a-z0-9-]+", study.name)
    assert all(one.metadata["help"].endswith(".") for one in fields(study.asked))


@EVERY
def test_tasks_are_told_apart_and_other_processes_find_them_and_their_work(study, given_to):
    tasks = study.tasks(given_to(study))
    assert len({key_of(task) for task in tasks}) == len(tasks) > 0
    assert pickle.loads(pickle.dumps((tasks, study.run))) == (tasks, study.run)
    assert study.tasks(given_to(study)) == tasks


@EVERY
def test_a_protocol_is_as_json_gives_it_back(study):
    assert through_text(study.protocol()) == study.protocol()


@EVERY
@settings(max_examples=8)
@given(data=st.data())
def test_outcomes_and_rows_are_read_back_as_they_were_and_others_are_refused(study, data):
    outcome, row = data.draw(values_of(study.outcome)), data.draw(values_of(study.row))
    assert from_json(study.outcome, through_text(to_json(outcome)), where="it") == outcome
    kept = through_text(flat(row))
    assert from_flat(study.row, kept) == row
    assert not set(study.derived) & set(kept)
    lost = data.draw(st.sampled_from(sorted(kept)))
    with pytest.raises(ValueError, match=f"^a row lacks '{lost}'$"):
        from_flat(study.row, {name: one for name, one in kept.items() if name != lost})
    with pytest.raises(ValueError, match=r"^a row has an unknown entry 'more'$"):
        from_flat(study.row, {**kept, "more": 1})


@dataclass(frozen=True, slots=True)
class Inner:
    size: Spread
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outer:
    one: Inner
    other: Spread
    by_name: Mapping[str, Inner]
    pair: tuple[int, float]
    maybe: int | None


@given(row=values_of(Outer))
def test_names_of_what_a_row_holds_are_joined(row):
    kept = through_text(flat(row))
    assert from_flat(Outer, kept) == row
    inner = {"one_size_mean", "one_size_std", "one_names", "other_mean", "other_std"}
    assert set(kept) == {*inner, "by_name", "pair", "maybe"}
    assert all(set(one) == {"size_mean", "size_std", "names"} for one in kept["by_name"].values())


@given(values=st.lists(st.integers(-99, 99), min_size=1, max_size=9))
def test_a_spread_is_mean_and_deviation_of_a_sample(values):
    found, mean = Spread.of(values), sum(values) / len(values)
    assert found.mean == pytest.approx(mean)
    if len(values) == 1:
        assert found.std is None
    else:
        assert found.std == pytest.approx((sum((one - mean) ** 2 for one in values) / (len(values) - 1)) ** 0.5)


@dataclass(frozen=True, slots=True)
class Task:
    number: int
    name: str = ""
    parts: tuple[Spread, ...] = ()
    place: Path = Path()


PLACES = st.sampled_from((Path("here"), Path("there") / "cells.lib"))
TASKS = st.builds(Task, SCALARS[int], SCALARS[str], values_of(tuple[Spread, ...]), PLACES)


@given(one=TASKS, other=TASKS, place=PLACES)
def test_keys_tell_tasks_apart_but_for_places_of_files(one, other, place):
    assert (key_of(one) == key_of(other)) == (replace(one, place=place) == replace(other, place=place))


@dataclass(frozen=True, slots=True)
class Asked:
    numbers: tuple[int, ...] = ask.option((3, 4), "Numbers.")
    place: Path = Path("far") / "away.lib"


@dataclass(frozen=True, slots=True)
class Squares:
    """The squares of all numbers that are odd, or even."""

    odd: bool
    square: Spread

    @property
    def root(self) -> float:
        return float(self.square.mean**0.5)


def square(task):
    if task.number < 0:
        raise ConfigError("it is negative", hint="give another one")
    return task.number**2


SQUARES = Study(
    name="squares",
    question="What are the squares?",
    told="Square numbers.",
    minutes=1,
    asked=Asked,
    outcome=int,
    row=Squares,
    tasks=lambda asked: [Task(number, place=asked.place) for number in asked.numbers],
    run=square,
    on_arrival=lambda task, value: f"{task.number}: {value}",
    rows=lambda _, done: [
        Squares(odd, Spread.of(found)) for odd, found in by(done, lambda task: task.number % 2 == 1).items()
    ],
    findings=lambda measured: Findings(
        "What are the squares?",
        (TextTable(("odd", "square"), tuple((str(row.odd), row.square.text(1)) for row in measured.rows)),),
        ("All of them.",),
    ),
    summary=lambda measured: {"largest": max(row.square.mean for row in measured.rows)},
    more=lambda asked, done: {"pairs": [(task.number, value) for task, value in done]},
    derived=("root",),
    protocol=lambda: {"power": 2},
)


def test_a_measurement_has_rows_what_was_asked_what_decided_and_when():
    heard = []
    found = measure(SQUARES, Asked((3, 4, 5)), cluster=HERE, on_arrival=lambda *one: heard.append(one))
    assert [(task.number, value, stored) for task, value, stored in heard] == [(k, k * k, False) for k in (3, 4, 5)]
    assert found.rows == (Squares(True, Spread.of([9, 25])), Squares(False, Spread(16.0, None)))
    today = date.today().isoformat()  # noqa: DTZ011
    assert found.to_json() == {
        "schema": "tinydwn.bench.squares/1",
        "numbers": [3, 4, 5],
        "place": "away.lib",
        "protocol": {"power": 2},
        "date": today,
        "versions": versions_here(),
        "pairs": [[3, 9], [4, 16], [5, 25]],
        "rows": [
            {"odd": True, "square_mean": 17.0, "square_std": pytest.approx(128**0.5), "root": 17.0**0.5},
            {"odd": False, "square_mean": 16.0, "square_std": None, "root": 4.0},
        ],
        "summary": {"largest": 17.0},
    }
    assert again(found) == found
    assert found.to_text().startswith(
        "What are the squares?\n\nodd    square\n-----  -----------\nTrue   17.0 ± 11.3\nFalse  16.0\n\nAll of them.\n"
    )
    assert f"\nMeasured {today} with tinydwn " in found.to_text()
    assert replace(found, about={**found.about, "versions": {}}).findings().note[1:] == (f"Measured {today}.",)
    assert replace(found, about={**found.about, "versions": {}, "date": ""}).findings().note == ("All of them.",)


def test_rows_are_read_back_whole_or_not_at_all():
    content = measure(SQUARES, Asked(), cluster=HERE).to_json()
    for wrong in ({"odd": True}, {**content["rows"][0], "cube": 1}, {**content["rows"][0], "odd": 1}):
        with pytest.raises(ValueError, match=r"lacks|unknown entry|true or false is expected"):
            Measured.from_json(SQUARES, {**content, "rows": [wrong]})


def test_outcomes_are_kept_for_the_same_schema_and_protocol(tmp_path):
    store, heard = tmp_path / "squares.json", []
    first = measure(SQUARES, Asked((2, 3)), store=store, cluster=HERE)
    never = replace(SQUARES, run=lambda _: pytest.fail("it was done again"))
    elsewhere = measure(never, Asked((2, 3), Path("elsewhere")), store=store, cluster=HERE)
    assert elsewhere.rows == first.rows
    measure(SQUARES, Asked((3, 9)), store=store, cluster=HERE, on_arrival=lambda *one: heard.append(one[1:]))
    assert heard == [(9, True), (81, False)]
    for other, said in (
        (replace(never, protocol=dict), "protocol: power 2"),
        (replace(never, name="x"), "measurement"),
    ):
        with pytest.raises(ConfigError, match=f"holds outcomes of another {said}"):
            measure(other, Asked((2, 3)), store=store, cluster=HERE)
    store.write_text("notes")
    with pytest.raises(ConfigError, match="does not hold outcomes of a measurement"):
        measure(SQUARES, Asked((2, 3)), store=store, cluster=HERE)
    assert store.read_text() == "notes"


def test_what_takes_time_is_timed_in_this_process_one_by_one():
    assert (
        measure(replace(SQUARES, timed=True), Asked(), cluster=NOBODY).rows
        == measure(SQUARES, Asked(), cluster=HERE).rows
    )
    with pytest.raises(ProgramError, match="no scheduler answers"):
        measure(SQUARES, Asked(), cluster=NOBODY)
    assert {name for name, study in STUDIES.items() if study.timed} == {
        "efforts", "scale", "search", "simulate", "training",
    }  # fmt: skip


def test_what_is_told_of_studies_without_loading_them_is_what_they_are():
    told = {name: (one.name, one.question, one.told, one.minutes) for name, one in entries().items()}
    assert told == {name: (one.name, one.question, one.told, one.minutes) for name, one in STUDIES.items()}


@pytest.mark.parametrize("name", ["chip", "exact", "facts", "fronts"])
def test_another_liberty_file_makes_other_tasks(name, tmp_path):
    study, place = STUDIES[name], tmp_path / "cells.lib"
    given = {"library": "egfet"} if name == "facts" else {}
    keys = []
    for text in ("library (one) {}", "library (two) {}", "library (one) {}"):
        place.write_text(text)
        keys.append([key_of(task) for task in study.tasks(study.asked(liberty=place, **given))])
    assert keys[0] == keys[2]
    assert not set(keys[0]) & set(keys[1])


def test_a_file_in_the_folder_is_a_study(monkeypatch, tmp_path):
    (tmp_path / "cubes.py").write_text(
        "from dataclasses import replace\n"
        "from tinydwn.bench.studies.search import STUDY as SEARCH\n"
        "STUDY = replace(SEARCH, name='cubes')\n"
    )
    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])
    assert list(studies()) == sorted((*STUDIES, "cubes"))
    del sys.modules[f"{folder.__name__}.cubes"], folder.cubes
    monkeypatch.undo()
    assert studies() == STUDIES


@dataclass(frozen=True, slots=True)
class Bounded:
    count: int = ask.option(3, "How many.", least=1)
    timeout: float = ask.option(2.0, "Seconds.", least=0.5, most=1e6)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"count": 0}, "count is 0\n\nhint: choose at least 1"),
        ({"timeout": 0.25}, "timeout is 0.25\n\nhint: choose at least 0.5, at most 1e+06"),
        ({"timeout": float("inf")}, "timeout is inf\n\nhint: choose at least 0.5, at most 1e+06"),
        ({"timeout": float("nan")}, "timeout is nan\n\nhint: choose at least 0.5, at most 1e+06"),
    ],
)
def test_numbers_out_of_bounds_are_refused_before_anything_is_done(values, message):
    study = replace(SQUARES, asked=Bounded, tasks=lambda _: pytest.fail("tasks were made"))
    with pytest.raises(ConfigError) as caught:
        measure(study, Bounded(**values), cluster=HERE)
    assert str(caught.value) == message
    ask.require_within(Bounded(1, 0.5))


def test_a_measurement_of_nothing_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="nothing is asked for\n\nhint: leave an empty choice out, which means all"):
        measure(SQUARES, Asked(()), store=tmp_path / "s.json", cluster=HERE)
    assert not list(tmp_path.iterdir())


def test_seeds_cuts_efforts_and_names_that_there_are_not_are_refused():
    assert ask.require_known(None, "abc", "no {!r}") == ("a", "b", "c")
    with pytest.raises(ConfigError, match="no 'd'\n\nhint: choose among a; b"):
        ask.require_known(("a", "d"), "ab", "no {!r}", between="; ")
    ask.require_seeds((4, 1), least=2)
    for seeds, least, hint in (
        ((), 1, "different ones"),
        ((1, 1), 1, "different ones"),
        ((1,), 2, "2 different ones or"),
    ):
        with pytest.raises(ConfigError, match=f"cannot be measured\n\nhint: give {hint}"):
            ask.require_seeds(seeds, least=least)
    for require, said in ((ask.require_cut, "unknown cut 'half'"), (ask.require_effort, "unknown effort 'half'")):
        with pytest.raises(ConfigError, match=said):
            require("half")
