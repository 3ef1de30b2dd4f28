from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.bench.cluster import Cluster
from tinydwn.bench.store import OutcomeStore
from tinydwn.bench.tasks import run_tasks
from tinydwn.errors import ConfigError, DataError

HERE = Cluster(processes=0)
NUMBERS = st.lists(st.integers(0, 20), max_size=12)


@pytest.fixture(scope="module")
def work(work_path):
    import arithmetic

    return arithmetic


def stored_in(path, work):
    return OutcomeStore(path, "squares/1", work.Square.from_json)


@given(numbers=NUMBERS, seed=st.randoms())
def test_the_order_of_tasks_changes_nothing(work, numbers, seed):
    store = stored_in(None, work)
    found = run_tasks([work.Task(k) for k in numbers], work.square, store=store, cluster=HERE)
    assert found == {f"square {k}": work.Square(k * k) for k in numbers}
    assert list(found) == [f"square {k}" for k in dict.fromkeys(numbers)]
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
        assert {key: one.value for key, one in store.load().items()} == {f"square {k}": k * k for k in (*first, *then)}


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
        assert list(store.load()) == sorted(f"square {k}" for k in numbers[: numbers.index(wrong[0])])
        mended = run_tasks(tasks, lambda task: work.Square(task.number**2), store=store, cluster=HERE)
        assert mended == {f"square {k}": work.Square(k * k) for k in numbers}


def test_the_file_is_whole_after_every_arrival(work, tmp_path):
    store = stored_in(tmp_path / "squares.json", work)
    sizes = []

    def look(*_):
        content = json.loads((tmp_path / "squares.json").read_text())
        assert content["schema"] == "squares/1-outcomes"
        sizes.append(len(content["outcomes"]))

    run_tasks([work.Task(k) for k in range(4)], work.square, store=store, cluster=HERE, on_arrival=look)
    assert sizes == [1, 2, 3, 4]
    assert [path.name for path in tmp_path.iterdir()] == ["squares.json"]


def test_an_error_of_who_listens_ends_the_run_and_keeps_the_outcome(work, tmp_path):
    store = stored_in(tmp_path / "squares.json", work)

    def complain(*_):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        run_tasks([work.Task(k) for k in range(4)], work.square, store=store, cluster=HERE, on_arrival=complain)
    assert list(store.load()) == ["square 0"]


def test_clusters_that_make_no_sense_are_refused():
    with pytest.raises(ConfigError, match="-1 processes cannot run anything\n\nhint: choose 0 or more"):
        Cluster(processes=-1)
    with pytest.raises(ConfigError, match="both processes and a scheduler are given\n\nhint: a scheduler brings"):
        Cluster(processes=1, scheduler="tcp://localhost:8786")
    with pytest.raises(ConfigError, match="'localhost' is no address of a scheduler\n\nhint: give one such as tcp://"):
        Cluster(scheduler="localhost")
