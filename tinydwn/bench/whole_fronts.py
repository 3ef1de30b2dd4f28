"""One run of the road up to its front: every circuit with what was expected of it and what the test part says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from tinydwn.errors import ConfigError
from tinydwn.synthesis.options import SynthesisOptions


@dataclass(frozen=True, slots=True)
class Task:
    """One data set, split and learnt by one seed, with all options left as they are."""

    dataset: str
    seed: int


@dataclass(frozen=True, slots=True)
class Area:
    """What a circuit takes on one cut in the library that the front is counted in."""

    gates2: int
    area_um2: float
    nand2_equivalent: float


@dataclass(frozen=True, slots=True)
class Circuit:
    """A circuit of a front: its kind and where it comes from, how many features it reads, areas, and accuracies.

    `expected` was told without the test part, `error` is its standard error, `own_error` the part of that which the
    circuits of a front do not share.
    """

    kind: str
    start: str
    features: int
    core: Area
    chip: Area
    training: float
    expected: float
    error: float
    own_error: float
    test: float


@dataclass(frozen=True, slots=True)
class WholeFront:
    """A front by ascending area of the chip, and the network whose function is kept in one of its circuits.

    `classes`, `train_samples` and `test_samples` tell of the split, `judged` how many circuits the search looked at,
    `seconds` how long each stage took.
    """

    circuits: tuple[Circuit, ...]
    network: str
    classes: int
    train_samples: int
    test_samples: int
    judged: int
    seconds: Mapping[str, float]


def protocol() -> dict[str, object]:
    """Return what decides every outcome beside its task, as values that JSON can hold."""
    from tinydwn.synthesis.exploring import POINTS, POINTS_ABOVE

    options = SynthesisOptions()
    return {
        "library": options.libraries[0],
        "cut": options.cut,
        "effort": options.effort,
        "most_nand2": options.most_nand2,
        "test_fraction": options.test_fraction,
        "points": POINTS,
        "points_above": POINTS_ABOVE,
    }


def whole_front(task: Task) -> WholeFront:
    """Train a network, search from it, and count every circuit of the front on the test part, which decides nothing."""
    from tinydwn.synthesis.delivery import Road
    from tinydwn.synthesis.exploring import explore_fronts
    from tinydwn.synthesis.pipeline import load_libraries
    from tinydwn.synthesis.progress import Progress
    from tinydwn.synthesis.source import learn
    from tinydwn.synthesis.workspace import Workspace

    options, progress, nowhere = SynthesisOptions(seed=task.seed), Progress(), Workspace(None)
    learnt = learn(task.dataset, options, progress, nowhere)
    fronts = explore_fronts(learnt, Road(load_libraries(options), options, progress), nowhere)
    split = learnt.split
    if split is None:
        raise ConfigError(f"'{task.dataset}' names no samples", hint="choose a data set")
    circuits = tuple(
        Circuit(
            kind=point.kind,
            start=point.start,
            features=len(point.features),
            core=Area(**asdict(point.core)),
            chip=Area(**asdict(point.chip)),
            **{name: float(getattr(point, name)) for name in ("training", "expected", "error", "own_error", "test")},
        )
        for point in fronts.points
    )
    return WholeFront(
        circuits=circuits,
        network=learnt.network,
        classes=len(split.class_names),
        train_samples=len(split.train_labels),
        test_samples=len(split.test_labels),
        judged=fronts.judged,
        seconds=progress.seconds,
    )
