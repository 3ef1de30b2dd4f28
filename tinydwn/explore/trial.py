"""A trial: the road from samples to a front with some options, its circuits counted as those of all others."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from tinydwn.data import load_dataset
from tinydwn.data.dataset import Split
from tinydwn.errors import ProgramError, TinydwnError
from tinydwn.explore.circuit import Found, packed
from tinydwn.explore.space import options_of
from tinydwn.metrics import Cut
from tinydwn.synthesis.building import Built, build
from tinydwn.synthesis.delivery import Road
from tinydwn.synthesis.exploring import explore_fronts
from tinydwn.synthesis.front import FrontPoint, Size, size_of
from tinydwn.synthesis.options import SynthesisOptions
from tinydwn.synthesis.pipeline import load_libraries
from tinydwn.synthesis.progress import Event, Progress
from tinydwn.synthesis.source import learn_split
from tinydwn.synthesis.workspace import Workspace
from tinydwn.technology import load_library


class TrialTimeout(TinydwnError):
    """A trial did not end in time and was given up."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker needs for a trial: the table, the options that all share, and values in place of some of them.

    Circuits are counted in the first library and with the effort of `options`, whatever the values say. `samples` is
    `digest_of` the training part; another one is refused. A trial is given up after `timeout_s`.
    """

    number: int
    source: str
    options: SynthesisOptions
    values: Mapping[str, str]
    samples: str
    timeout_s: float


def split_of(source: str, options: SynthesisOptions) -> Split:
    """Return the parts of a table; all trials have the same."""
    dataset = load_dataset(source, options.reading)
    return dataset.split(test_fraction=options.test_fraction, seed=options.seed_of_split)


def digest_of(split: Split) -> str:
    """Return the sha256 of the training part and its names."""
    sha = hashlib.sha256(repr((split.feature_names, split.class_names, split.train_features.shape)).encode())
    sha.update(np.ascontiguousarray(split.train_features, dtype="<f8").tobytes())
    sha.update(np.ascontiguousarray(split.train_labels, dtype="<i8").tobytes())
    return sha.hexdigest()


def run_trial(task: Task) -> tuple[Found, ...]:
    """Return the circuits of the front that the options of a trial lead to, by ascending area there.

    `ProgramError` where the table or a library cannot be read here, or the samples are not those of the exploration,
    `TrialTimeout` where it takes too long, and whatever the road raises.
    """
    options = options_of(task.values, task.options)
    progress, workspace = Progress(_until(task.timeout_s)), Workspace(None)
    try:
        libraries, split = load_libraries(options), split_of(task.source, options)
    except ProgramError:
        raise
    except TinydwnError as error:  # it was read where the exploration began
        raise ProgramError(
            f"trial {task.number} cannot begin where it ran: {error.message}", hint=error.hint
        ) from error
    road = Road(libraries, options, progress)
    if digest_of(split) != task.samples:
        raise ProgramError(
            f"'{task.source}' holds other samples where trial {task.number} ran than where the exploration began",
            hint="give all workers the same file, and leave it alone meanwhile",
        )
    fronts = explore_fronts(learn_split(split, options, progress, workspace), road, workspace)
    count = _counting(task.options, options, workspace)
    found = []
    with progress.stage("count", "circuits, as those of all trials"):
        for k, (point, built) in enumerate(zip(fronts.points, fronts.built, strict=True)):
            progress.tell(f"circuit {k}")
            found.append(_found(k, point, count(point, built)))
    return tuple(found)


def _counting(
    shared: SynthesisOptions, own: SynthesisOptions, workspace: Workspace
) -> Callable[[FrontPoint, Built], Built]:
    """Return what builds a circuit as those of all trials are; one that was built so already is taken as it is."""
    if own.libraries[0] == shared.libraries[0] and own.effort == shared.effort:
        return lambda _, built: built
    library, options = load_library(shared.libraries[0]), replace(own, effort=shared.effort)
    return lambda point, _: build(point.classifier, library, options, workspace)


def _found(k: int, point: FrontPoint, built: Built) -> Found:
    def size(cut: Cut) -> Size:
        one = size_of(built, cut)
        # Sums of the same areas in another order differ in their last digits, and would be two costs.
        return Size(one.gates2, round(one.area_um2, 6), round(one.nand2_equivalent, 6))

    return Found(
        number=k,
        kind=point.kind,
        start=point.start,
        core=size("core"),
        chip=size("chip"),
        training=point.training or 0.0,
        features=point.features,
        model=packed(point.classifier),
    )


def _until(timeout_s: float) -> Callable[[Event], None]:
    """Return a listener that gives a trial up once its time is over."""
    end = time.monotonic() + timeout_s

    def hear(event: Event) -> None:
        if time.monotonic() > end:
            raise TrialTimeout(
                f"it did not end within {timeout_s:g} s and was given up at '{event.stage}'",
                hint="allow more with --trial-timeout, or leave dear values out with --vary",
            )

    return hear
