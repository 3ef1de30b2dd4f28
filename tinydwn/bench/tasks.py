"""The tasks of a measurement: done side by side in any order, kept as they end, complete in the end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from tinydwn.bench.store import OutcomeStore
from tinydwn.tools.cluster import Cluster
from tinydwn.tools.codec import to_json

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")


def key_of(task: Any) -> str:  # noqa: ANN401 - any dataclass
    """Return everything of a task that decides its outcome, as text: its fields, but for places of files."""
    named = ((one.name, getattr(task, one.name)) for one in fields(task))
    return json.dumps({name: to_json(value) for name, value in named if not isinstance(value, Path)})


def run_tasks(
    tasks: Iterable[Task],
    work: Callable[[Task], Outcome],
    *,
    store: OutcomeStore[Outcome],
    cluster: Cluster,
    on_arrival: Callable[[Task, Outcome, bool], object] | None = None,
) -> dict[str, Outcome]:
    """Return the outcome of every task by its key, see `key_of`, in the order of the tasks.

    Tasks are dataclasses that can be pickled, `work` is a function of a module, so that other processes find both.
    Outcomes are kept in the store as they come; those that it holds already are not made again. `on_arrival` hears
    task, outcome, and whether it was stored already: first all that were, then the others as they end. Where a task
    raises, no other one is begun, those that run are waited for and kept, and then its error is raised. The store is
    held meanwhile. Raises as `OutcomeStore` and `Cluster.run` too.
    """
    with store.held():
        return _run_held(tasks, work, store, cluster, on_arrival or (lambda *_: None))


def _run_held(
    tasks: Iterable[Task],
    work: Callable[[Task], Outcome],
    store: OutcomeStore[Outcome],
    cluster: Cluster,
    hear: Callable[[Task, Outcome, bool], object],
) -> dict[str, Outcome]:
    asked = {key_of(task): task for task in tasks}
    outcomes = store.load()
    waiting = [task for key, task in asked.items() if key not in outcomes]
    for key, task in asked.items():
        if key in outcomes:
            hear(task, outcomes[key], True)
    failures: list[BaseException] = []

    def begun() -> Iterator[Task]:
        for task in waiting:
            if failures:
                return
            yield task

    if waiting:
        with closing(cluster.run(work, begun())) as ends:
            for task, future in ends:
                error = future.exception()
                if error is not None:
                    failures.append(error)
                    continue
                outcomes[key_of(task)] = future.result()
                store.save(outcomes)
                hear(task, outcomes[key_of(task)], False)
    if failures:
        raise failures[0]
    return {key: outcomes[key] for key in asked}
