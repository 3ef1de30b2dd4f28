from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.bench import duel, field
from tinydwn.bench.store import OutcomeStore
from tinydwn.bench.studies import (
    chip,
    efforts,
    exact,
    fronts,
    iwls2020,
    roundtrip,
    scale,
    search,
    smallest,
    tiny_classifiers,
    trees,
)
from tinydwn.bench.tasks import run_tasks
from tinydwn.errors import ConfigError, DataError, OutputError
from tinydwn.tools.cluster import Cluster

HERE = Cluster(processes=0)
NUMBERS = st.lists(st.integers(0, 20), max_size=12)


@pytest.fixture(scope="module")
def work(work_path):
    import arithmetic

    return arithmetic


def stored_in(path, work):
    return OutcomeStore(path, "squares/1", work.read)


def key(number):
    return f'{{"number": {number}, "notes": ""}}'


@given(numbers=NUMBERS, seed=st.randoms())
def test_the_order_of_tasks_changes_nothing(work, numbers, seed):
    store = stored_in(None, work)
    found = run_tasks([work.Task(k) for k in numbers], work.square, store=store, cluster=HERE)
    assert found == {key(k): work.Square(k * k) for k in numbers}
    assert list(found) == [key(k) for k in dict.fromkeys(numbers)]
    seed.shuffle(numbers)
    assert run_tasks([work.Task(k) for k in numbers], work.square, store=store, cluster=HERE) == found


@settings(max_examples=15)
@given(first=NUMBERS, then=NUMBERS)
def test_what_is_stored_is_told_first_and_not_made_again(work, first, then):
    def run(numbers):
        made, heard = [], []

        def make(task):
            made.append(task.number)
            return work.square(task)

        tasks = [work.Task(k) for k in numbers]
        found = run_tasks(
            tasks,
            make,
            store=store,
            cluster=HERE,
            on_arrival=lambda task, outcome, stored: heard.append((task.number, outcome.value, stored)),
        )
        return found, made, heard

    with TemporaryDirectory() as folder:
        store = stored_in(Path(folder) / "squares.json", work)
        run(first)
        found, made, heard = run(then)
        assert set(made) == set(then) - set(first)
        assert len(made) == len(set(made))
        old = [k for k in dict.fromkeys(then) if k in first]
        assert heard == [(k, k * k, True) for k in old] + [(k, k * k, False) for k in made]
        assert run(then)[:2] == (found, [])
        assert {key: one.value for key, one in store.load().items()} == {key(k): k * k for k in (*first, *then)}


@settings(max_examples=20)
@given(numbers=st.lists(st.integers(-3, 9), unique=True, max_size=10))
def test_a_failure_is_raised_as_it_is_and_keeps_what_was_done(work, numbers):
    tasks = [work.Task(k) for k in numbers]
    wrong = [k for k in numbers if k < 0]
    with TemporaryDirectory() as folder:
        store = stored_in(Path(folder) / "squares.json", work)
        if not wrong:
            assert len(run_tasks(tasks, work.square, store=store, cluster=HERE)) == len(tasks)
            return
        with pytest.raises(DataError) as error:
            run_tasks(tasks, work.square, store=store, cluster=HERE)
        assert str(error.value) == f"{wrong[0]} is negative\n\nhint: give another number"
        assert list(store.load()) == sorted(key(k) for k in numbers[: numbers.index(wrong[0])])
        mended = run_tasks(tasks, lambda task: work.Square(task.number**2), store=store, cluster=HERE)
        assert mended == {key(k): work.Square(k * k) for k in numbers}


def test_the_file_is_whole_after_every_arrival(work, tmp_path):
    store = stored_in(tmp_path / "squares.json", work)
    sizes = []

    def look(*_):
        content = json.loads((tmp_path / "squares.json").read_text())
        assert content["schema"] == "squares/1-outcomes"
        sizes.append(len(content["outcomes"]))

    run_tasks([work.Task(k) for k in range(4)], work.square, store=store, cluster=HERE, on_arrival=look)
    assert sizes == [1, 2, 3, 4]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".squares.json.lock", "squares.json"]


def test_a_second_run_with_the_same_store_is_refused_and_the_first_one_loses_nothing(work, tmp_path):
    store, refused = stored_in(tmp_path / "squares.json", work), []

    def run(numbers, on_arrival=None):
        tasks = [work.Task(k) for k in numbers]
        return run_tasks(tasks, work.square, store=store, cluster=HERE, on_arrival=on_arrival)

    def run_another(*_):
        with pytest.raises(OutputError) as error:
            run([7])
        refused.append(str(error.value))

    run([1, 2], run_another)
    path = tmp_path / "squares.json"
    assert (
        refused
        == [f"another run writes '{path}'\n\nhint: wait until it has ended, or give another file with --store"] * 2
    )
    run([7])
    assert list(store.load()) == [key(1), key(2), key(7)]
    with pytest.raises(DataError):
        run([-1])
    run([8])
    assert list(store.load()) == [key(1), key(2), key(7), key(8)]


def test_a_store_that_cannot_be_written_is_told_before_any_task(work, tmp_path):
    (tmp_path / "file").write_text("")
    for folder, reason in (("none", "No such file or directory"), ("file", "Not a directory")):
        store = stored_in(tmp_path / folder / "squares.json", work)
        with pytest.raises(OutputError, match=f"cannot be written: {reason}\n\nhint: choose another folder"):
            run_tasks([work.Task(1)], lambda _: pytest.fail("a task was begun"), store=store, cluster=HERE)


def test_an_error_of_who_listens_ends_the_run_and_keeps_the_outcome(work, tmp_path):
    store = stored_in(tmp_path / "squares.json", work)

    def complain(*_):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        run_tasks([work.Task(k) for k in range(4)], work.square, store=store, cluster=HERE, on_arrival=complain)
    assert list(store.load()) == [key(0)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "it is not JSON"),
        ("3", "it is not an object of JSON"),
        ("{}", "it names no schema"),
        ('{"schema": "squares/1"}', "its schema is 'squares/1'"),
        (
            '{"schema": "squares/1-outcomes", "outcomes": []}',
            "its versions, outcomes or protocol are not objects of JSON",
        ),
        ({key(2): {"root": 2}}, "its outcomes are not those of a 'squares/1-outcomes'"),
        ({key(2): 4}, "its outcomes are not those of a 'squares/1-outcomes'"),
    ],
)
def test_files_that_hold_no_outcomes_are_told_in_plain_words(work, tmp_path, content, said):
    path = tmp_path / "squares.json"
    store = stored_in(path, work)
    store.save({})
    if isinstance(content, str):
        path.write_text(content)
    else:
        path.write_text(json.dumps({**json.loads(path.read_text()), "outcomes": content}))
    with pytest.raises(ConfigError) as error:
        store.load()
    assert str(error.value) == (
        f"'{path}' does not hold outcomes of a measurement: {said}\n\nhint: name another file, or remove this one"
    )


PROTOCOLS = st.dictionaries(
    st.sampled_from("ab"), st.one_of(st.integers(0, 2), st.lists(st.integers(0, 1), max_size=2))
)


@settings(max_examples=30)
@given(schemas=st.tuples(*[st.sampled_from(("squares/1", "squares/2"))] * 2), protocols=st.tuples(PROTOCOLS, PROTOCOLS))
def test_only_what_was_made_by_the_same_schema_and_protocol_is_gone_on_with(work, schemas, protocols):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "squares.json"
        one, other = (
            OutcomeStore(path, schema, work.read, protocol=protocol)
            for schema, protocol in zip(schemas, protocols, strict=True)
        )
        one.save({key(2): work.Square(4)})
        before = path.read_bytes()
        if (schemas[0], protocols[0]) == (schemas[1], protocols[1]):
            assert other.load() == {key(2): work.Square(4)}
            return
        what = "another protocol" if schemas[0] == schemas[1] else f"another measurement: {schemas[0]}-outcomes\n"
        with pytest.raises(ConfigError, match=f"holds outcomes of {what}(.|\n)*name another file with --store"):
            run_tasks([work.Task(2)], work.square, store=other, cluster=HERE)
        assert path.read_bytes() == before


def test_another_protocol_is_named_and_a_file_without_one_has_an_empty_one(work, tmp_path):
    path = tmp_path / "squares.json"
    stored_in(path, work).save({key(2): work.Square(4)})
    content = json.loads(path.read_text())
    del content["protocol"]
    path.write_text(json.dumps(content))
    assert stored_in(path, work).load() == {key(2): work.Square(4)}
    with pytest.raises(ConfigError) as caught:
        OutcomeStore(path, "squares/1", work.read, protocol={"points": (4, 2)}).load()
    assert str(caught.value) == (
        f"'{path}' holds outcomes of another protocol: points nothing instead of [4, 2]\n\n"
        "hint: name another file with --store, or remove this one"
    )


@pytest.mark.parametrize(
    ("study", "module", "name", "value"),
    [
        (tiny_classifiers, duel, "GENERATIONS", (3, 2)),
        (tiny_classifiers, duel, "MANY_SAMPLES", 1),
        (tiny_classifiers, duel, "MOST_NAND2", 1.0),
        (tiny_classifiers, duel, "POINTS", 1),
        (trees, field, "MOST_NAND2", {"core": 1.0}),
        (trees, field, "FAST_ABOVE", {"core": 1.0}),
        (trees, field, "POINTS", 1),
        (trees, field, "DEPTHS", (1,)),
        (trees, field, "OPTIMAL_DEPTHS", (1,)),
        (trees, field, "BOOSTED", ()),
        (trees, field, "GATES", ()),
        *((chip, chip, *one) for one in (("SEARCHED", 0.1), ("POINTS", 1), ("NETWORK", {"layers": [9]}))),
        *((fronts, fronts, *one) for one in (("TABLES_PER_CLASS", (1,)), ("POINTS", 3))),
        *((iwls2020, iwls2020, *one) for one in (("SEARCHED_NODES", 1), ("MOST_NODES", 1))),
        *((scale, scale, *one) for one in (("INPUTS", 1), ("CLASSES", 1))),
        (efforts, efforts, "LIBRARIES", ("egfet",)),
        (roundtrip, roundtrip, "SAMPLES", 1),
        *((one, one, "LIBRARY", "egfet") for one in (chip, exact, fronts, search, smallest)),
    ],
)
def test_protocols_hold_what_decides_outcomes(monkeypatch, study, module, name, value):
    before = study.STUDY.protocol()
    monkeypatch.setattr(module, name, value)
    assert study.STUDY.protocol() != before


def test_clusters_that_make_no_sense_are_refused():
    with pytest.raises(ConfigError, match="-1 processes cannot run anything\n\nhint: choose 0 or more"):
        Cluster(processes=-1)
    with pytest.raises(ConfigError, match="both processes and a scheduler are given\n\nhint: a scheduler brings"):
        Cluster(processes=1, scheduler="tcp://localhost:8786")
    with pytest.raises(ConfigError, match="'localhost' is no address of a scheduler\n\nhint: give one such as tcp://"):
        Cluster(scheduler="localhost")
