"""The IWLS 2020 contest: circuits learnt from samples of unknown functions, next to what others published."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from tinydwn.bench import ask
from tinydwn.bench.contest_circuits import (
    GROWTH,
    MOST_NODES,
    POINTS,
    POINTS_ABOVE,
    SEARCHED_NODES,
    Solved,
    Task,
    solve,
)
from tinydwn.bench.contest_function import digest_of, functions_in
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.study import Measured, Study

WITHIN = (50, 100, 137, 300, 744, MOST_NODES)
"""AND nodes of budgets: 744 is what UFPel's circuits take on average over all functions of the contest."""
RIVALS = {"ufpel": "UFPel", "cgp": "CGP", "best": "best published"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The folder of the functions, which of them, effort and seed of the searches."""

    folder: Path = ask.argument("The folder that holds ex00.npz and others.")
    functions: tuple[str, ...] | None = ask.option(
        None, "Only these functions, separated by commas.", shown="all in the folder"
    )
    effort: str = ask.effort()
    seed: int = ask.option(0, "Number of the search.", least=0)

    def __post_init__(self) -> None:
        ask.require_effort(self.effort)
        functions_in(self.folder, self.functions)


def _tasks(asked: Asked) -> list[Task]:
    place, names = asked.folder.resolve(), functions_in(asked.folder, asked.functions)
    return [Task(place, name, digest_of(place, name), asked.effort, asked.seed) for name in names]


def _arrival(task: Task, found: Solved) -> str:
    text = f"{100 * found.test_accuracy:.2f} % with {found.and_nodes} AND nodes, from {found.start}"
    return f"{task.function}: {text}"


@cache
def published() -> dict[str, dict[str, tuple[float, int]]]:
    """Return test accuracy in percent and AND nodes of what was published, by function and rival; see its sources."""
    text = resources.files("tinydwn.bench").joinpath("iwls2020_published.json").read_text(encoding="utf-8")
    functions: dict[str, dict[str, tuple[float, int]]] = json.loads(text)["functions"]
    return functions


def _summary(measured: Measured[Solved]) -> Mapping[str, Any]:
    """Return means over functions; accuracies are fractions.

    `within` has for each budget the mean test accuracy of the circuits that are most accurate on the validation
    part within it, and their mean nodes. `rivals` has the means of what was published for these functions, as far
    as it was. `at_ufpel` is the geometric mean of our nodes over UFPel's where a circuit of the front is as
    accurate on the test part, and how many functions that is.
    """
    rows = measured.rows
    return {
        "functions": len(rows),
        "test_accuracy": statistics.mean(row.test_accuracy for row in rows),
        "and_nodes": statistics.mean(row.and_nodes for row in rows),
        "seconds": statistics.mean(row.seconds for row in rows),
        "within": {str(nodes): _within(rows, nodes) for nodes in WITHIN},
        "rivals": {name: means for name in RIVALS if (means := _rival(rows, name)) is not None},
        "at_ufpel": _at_ufpel(rows),
    }


def _within(rows: tuple[Solved, ...], nodes: int) -> list[float]:
    bought = [
        max((point for point in row.front if point.and_nodes <= nodes), key=lambda one: one.validation_accuracy)
        for row in rows
    ]
    return [statistics.mean(one.test_accuracy for one in bought), statistics.mean(one.and_nodes for one in bought)]


def _rival(rows: tuple[Solved, ...], name: str) -> list[float] | None:
    known = [published()[row.function][name] for row in rows if row.function in published()]
    if not known:
        return None
    return [statistics.mean(percent / 100 for percent, _ in known), statistics.mean(nodes for _, nodes in known)]


def _at_ufpel(rows: tuple[Solved, ...]) -> list[float]:
    ratios = []
    for row in rows:
        percent, nodes = published().get(row.function, {}).get("ufpel", (101.0, 1))
        as_right = [point.and_nodes for point in row.front if point.test_accuracy >= percent / 100 - 5e-5]
        if as_right:
            ratios.append(max(min(as_right), 1) / max(nodes, 1))
    return [statistics.geometric_mean(ratios) if ratios else 0.0, len(ratios)]


def _findings(measured: Measured[Solved]) -> Findings:
    lines = tuple(
        (
            row.function,
            str(row.inputs),
            f"{100 * row.test_accuracy:.2f} @ {row.and_nodes}",
            *(_published_text(row.function, rival) for rival in RIVALS),
            str(row.depth),
            f"{row.nand2:.0f}",
            f"{row.seconds:.0f}",
            row.start,
        )
        for row in measured.rows
    )
    head = ("function", "inputs", "test % @ ANDs", *RIVALS.values(), "depth", "NAND2", "seconds", "from")
    budgets = tuple(
        (nodes, f"{100 * accuracy:.2f}", f"{mean:.0f}")
        for nodes, (accuracy, mean) in measured.summary["within"].items()
    )
    tables = (TextTable(head, lines), TextTable(("at most ANDs", "mean test %", "mean ANDs"), budgets))
    return Findings(STUDY.question, tables, tuple(_note(measured)))


def _published_text(function: str, rival: str) -> str:
    if function not in published():
        return "-"
    percent, nodes = published()[function][rival]
    return f"{percent:.2f} @ {nodes}"


def _note(measured: Measured[Solved]) -> Iterator[str]:
    said = measured.summary
    rivals = [
        f"{RIVALS[name]} {100 * accuracy:.2f} % @ {nodes:.0f}" for name, (accuracy, nodes) in said["rivals"].items()
    ]
    yield (
        f"Mean test accuracy {100 * said['test_accuracy']:.2f} % with {said['and_nodes']:.0f} AND nodes, "
        f"{said['seconds']:.0f} s for a function."
    )
    yield f"Published, on the same functions: {', '.join(rivals) or 'nothing'}."
    ratio, reached = said["at_ufpel"]
    if reached:
        yield (
            f"At UFPel's accuracy, function by function: {ratio:.2f} of its nodes (geometric mean over the {reached} "
            "functions where a circuit of the front reaches it, the smallest that does on the test part)."
        )
    yield (
        "AND nodes after ABC's dc2; dc2; dch; dc2, an XOR being three. Searched and chosen on the training and the "
        "validation part, by one rule for all functions; the test part is reported. Best published: chosen with "
        "the test part in view."
    )
    yield f"Effort {measured.about['effort']}, seed {measured.about['seed']}."


def _protocol() -> Mapping[str, int]:
    return {
        "searched_nodes": SEARCHED_NODES,
        "most_nodes": MOST_NODES,
        "points": POINTS,
        "points_above": POINTS_ABOVE,
        "growth": GROWTH,
    }


STUDY = Study(
    name="iwls2020",
    question="What do circuits learnt from 12,800 samples know of the functions of the IWLS 2020 contest?",
    told="Learn the functions of the IWLS 2020 contest from their samples: how accurate, with how many AND nodes.",
    minutes=60,
    asked=Asked,
    outcome=Solved,
    row=Solved,
    tasks=_tasks,
    run=solve,
    on_arrival=_arrival,
    rows=lambda _, done: [row for _, row in done],
    findings=_findings,
    summary=_summary,
    protocol=_protocol,
)
