"""The tasks of a measurement: done side by side in any order, kept as they end, complete in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import Protocol, TypeVar

from tinydwn.bench.cluster import Cluster
from tinydwn.bench.store import OutcomeStore


class Keyed(Protocol):
    """A task; it must be possible to pickle it."""

    @property
    def key(self) -> str:
        """Everything that decides the outcome, as text."""


Task = TypeVar("Task", bound=Keyed)
Outcome = TypeVar("Outcome")


def run_tasks(
    tasks: Iterable[Task],
    work: Callable[[Task], Outcome],
    *,
    store: OutcomeStore[Outcome],
    cluster: Cluster,
    on_arrival: Callable[[Task, Outcome, bool], object] | None = None,
) -> dict[str, Outcome]:
    """Return the outcome of every task by its key, in the order of the tasks.

    `work` is a function of a module, so that other processes find it. Outcomes are kept in the store as they come;
    those that it holds already are not made again. `on_arrival` hears task, outcome, and whether it was stored
    already: first all that were, then the others as they end. Where a task raises, no other one is begun, those that
    run are waited for and kept, and then its error is raised. The store is held meanwhile. Raises as `OutcomeStore`
    and `Cluster.run` too.
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
    asked = {task.key: task for task in tasks}
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
                outcomes[task.key] = future.result()
                store.save(outcomes)
                hear(task, outcomes[task.key], False)
    if failures:
        raise failures[0]
    return {key: outcomes[key] for key in asked}
