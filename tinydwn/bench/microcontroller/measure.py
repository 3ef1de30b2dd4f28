"""One family of models on one data set: learnt, chosen by, tested, and played on the simulated processor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from tinydwn.bench.microcontroller.data import Parts, parts_of
from tinydwn.bench.microcontroller.firmware import play
from tinydwn.bench.microcontroller.opponents import boosted, forests, trees
from tinydwn.bench.microcontroller.ours import Model, circuits, networks

FAMILIES: Mapping[str, Callable[[Parts, int], Iterator[Model]]] = {
    "trees": trees,
    "boosting": boosted,
    "networks": networks,
    "forests": forests,
    "circuits": circuits,
}
MOST_PLAYED = 500
"""Test samples that are played; accuracy is that on all of them."""


@dataclass(frozen=True, slots=True)
class Task:
    """One family of models on one data set, split by one seed."""

    dataset: str
    family: str
    seed: int


@dataclass(frozen=True, slots=True)
class MicrocontrollerRow:
    """A model of one size in the C of one generator.

    `validation` and `accuracy` are shares of the part to choose by and of the test part. `flash_bytes` and `ram_bytes`,
    stack included, are those of the whole firmware, None where its text is too long for any; `cycles` is the mean over
    the samples that were played, None where it does not fit; `right` says whether all answers were the model's.
    """

    dataset: str
    seed: int
    model: str
    generator: str
    settings: str
    validation: float
    accuracy: float
    flash_bytes: int | None
    ram_bytes: int | None
    cycles: float | None
    right: bool | None
    fits: bool


def measure(task: Task) -> tuple[MicrocontrollerRow, ...]:
    """Return the rows of a task."""
    parts = parts_of(task.dataset, task.seed)
    return tuple(row for model in FAMILIES[task.family](parts, task.seed) for row in _rows(task, parts, model))


def _rows(task: Task, parts: Parts, model: Model) -> Iterator[MicrocontrollerRow]:
    validation = float((model.predict(parts.fit.test_features) == parts.fit.test_labels).mean())
    answers = model.predict(parts.test_features)
    accuracy = float((answers == parts.test_labels).mean())
    for generator, code in model.codes:
        played = play(code(parts.test_features[:MOST_PLAYED]))
        yield MicrocontrollerRow(
            dataset=task.dataset,
            seed=task.seed,
            model=model.model,
            generator=generator,
            settings=model.settings,
            validation=validation,
            accuracy=accuracy,
            flash_bytes=played.flash_bytes,
            ram_bytes=played.ram_bytes,
            cycles=played.cycles,
            right=bool(np.array_equal(played.classes, answers[:MOST_PLAYED])) if played.fits else None,
            fits=played.fits,
        )
