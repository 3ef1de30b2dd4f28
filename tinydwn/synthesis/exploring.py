"""From a network and samples to the front: circuits of every size, their accuracy told before it is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from tinydwn.data.dataset import Split
from tinydwn.export.chip_interface import ChipInterface
from tinydwn.metrics import Cut
from tinydwn.model.classifier import Classifier
from tinydwn.model.reference import classify
from tinydwn.refine import RefineOptions
from tinydwn.refine.finish import Found
from tinydwn.refine.front import non_dominated
from tinydwn.refine.search import thinned
from tinydwn.synthesis.accuracy import accuracy
from tinydwn.synthesis.building import Built, build
from tinydwn.synthesis.delivery import Road
from tinydwn.synthesis.expectation import Expectation
from tinydwn.synthesis.front import Choice, FrontPoint, Kind, Place, choose, size_of
from tinydwn.synthesis.refining import ask, search_split
from tinydwn.synthesis.result import Searching
from tinydwn.synthesis.source import Learnt
from tinydwn.synthesis.teacher import Opinion
from tinydwn.synthesis.workspace import Workspace
from tinydwn.tools.parallel import run_together

POINTS, POINTS_ABOVE = 14, 4
"""Circuits within the budget of the search, and above it up to the network, that the front keeps."""
_ASKED_FOR = 4
"""So many times as many are told how accurate they are expected to be, to keep the best of them."""


@dataclass(frozen=True, slots=True)
class Fronts:
    """Points by ascending area on the cut that was searched, each built in the first library."""

    points: tuple[FrontPoint, ...]
    built: tuple[Built, ...]
    judged: int

    def searching(self, cut: Cut) -> Searching:
        """Return what stands out."""
        places = places_of(self.points, cut)
        if all(place.expected is None for place in places):
            only = choose(places, Choice())
            return Searching(cut, self.judged, only, only, only)
        tiny, balanced, best = (choose(places, Choice(rule)) for rule in ("knee", "expected", "best"))
        return Searching(cut, self.judged, min(tiny, balanced), balanced, best)


@dataclass(frozen=True, slots=True)
class _Circuit:
    kind: Kind
    start: str
    classifier: Classifier


def explore_fronts(learnt: Learnt, road: Road, workspace: Workspace) -> Fronts:
    """Return the front of a network, with its function kept, and of what the search finds from it and from the samples.

    Without samples, or where the function is to be kept, the network is the only point.
    """
    options, progress, split = road.options, road.progress, learnt.split
    circuits = [_Circuit("network", learnt.network, learnt.classifier)]
    judged, expectation = 0, None
    if split is not None:
        with progress.stage("expect", "what others learn from the training samples"):
            teacher = ask(split, effort=options.effort, seed=options.seed)
            expectation = Expectation.of(teacher, split.train_features, seed=options.seed)
        if not options.exact:
            with progress.stage("search", "starting points"):
                found, judged = _search(split, learnt, (teacher, expectation), road, workspace)
            circuits += found
    with progress.stage("front", f"{len(circuits)} circuits, in cells"):
        built = _build_all(circuits, road, workspace)
        points = [_point(circuit, one, split, expectation, road) for circuit, one in zip(circuits, built, strict=True)]
    order = sorted(range(len(points)), key=lambda k: _rank(points[k], options.cut))
    kept = [k for n, k in enumerate(order) if not _repeats(points, order[:n], k)]
    return Fronts(tuple(points[k] for k in kept), tuple(built[k] for k in kept), judged)


def _search(
    split: Split, learnt: Learnt, told: tuple[Opinion, Expectation], road: Road, workspace: Workspace
) -> tuple[list[_Circuit], int]:
    options, progress, (teacher, expectation) = road.options, road.progress, told
    searched = search_split(
        split,
        road.libraries[0],
        RefineOptions(
            effort=options.effort,
            circuits=options.circuits,
            most_nand2=options.most_nand2,
            balanced=options.balanced,
            points=_ASKED_FOR * POINTS,
            points_above=_ASKED_FOR * POINTS_ABOVE,
            seed=options.seed,
            timeout_s=options.timeout_s,
        ),
        cut=options.cut,
        form=options.output_form,
        grid=learnt.grid,
        network=learnt.classifier,
        network_name=learnt.network,
        teacher=teacher,
        checkpoint=workspace.search(),
        on_step=progress.tell,
    )
    candidates, explored = searched.candidates, searched.explored
    circuits = [
        (found, _Circuit("refined", found.start, candidates.classifier(found.mapped.functions())))
        for found in explored.found
    ]
    circuits += [
        (begun, _Circuit(start.kind, start.name, candidates.classifier(start.netlist)))
        for begun, start in zip(explored.starts, searched.starts, strict=True)
        if start.name != learnt.network
    ]
    unit = road.libraries[0].nand2_area_um2
    circuits = _told_apart(circuits, expectation, options.most_nand2, unit, balanced=options.balanced)
    if options.points is not None:
        circuits = _best(circuits, split, options.points, unit, balanced=options.balanced)
    return [circuit for _, circuit in circuits], explored.judged


def _told_apart(
    circuits: Sequence[tuple[Found, _Circuit]],
    expectation: Expectation,
    most: float,
    unit_um2: float,
    *,
    balanced: bool,
) -> list[tuple[Found, _Circuit]]:
    """Return the circuits worth building by ascending cost, what is expected of them as their accuracy.

    Those are left out of which no more is expected than of a cheaper one, but for networks, and trees of at most `most`
    NAND2 equivalents, to compare with; of those that the search found `POINTS` stay, and `POINTS_ABOVE` above `most`.
    """
    most_um2, best = most * unit_um2 * (1 + 1e-6), -1.0
    kept: list[tuple[Found, _Circuit]] = []
    for found, circuit in sorted(circuits, key=lambda pair: pair[0].cost_um2):
        answers = classify(circuit.classifier, expectation.features)
        expected = expectation.of_answers(answers, balanced=balanced).accuracy
        compared = circuit.kind == "network" or (circuit.kind == "tree" and found.cost_um2 <= most_um2)
        if compared or expected > best:
            kept.append((replace(found, accuracy=expected), circuit))
        best = max(best, expected)
    refined = [found for found, circuit in kept if circuit.kind == "refined"]
    within = [found for found in refined if found.cost_um2 <= most_um2]
    chosen = (*thinned(within, POINTS, unit_um2), *thinned(refined[len(within) :], POINTS_ABOVE, unit_um2))
    numbers = {id(one) for one in chosen}
    return [pair for pair in kept if pair[1].kind != "refined" or id(pair[0]) in numbers]


def _best(
    circuits: Sequence[tuple[Found, _Circuit]], split: Split, points: int, unit_um2: float, *, balanced: bool
) -> list[tuple[Found, _Circuit]]:
    """Return so many of the circuits that no smaller one matches on the training samples."""
    measured = []
    for found, circuit in circuits:
        right = accuracy(classify(circuit.classifier, split.train_features), split.train_labels, balanced=balanced)
        measured.append((replace(found, accuracy=right), circuit))
    front = non_dominated(
        [found for found, _ in measured], cost=lambda one: one.cost_um2, worth=lambda one: one.accuracy
    )
    kept = {id(one) for one in thinned(front, points, unit_um2)}
    return [pair for pair in measured if id(pair[0]) in kept]


def _build_all(circuits: Sequence[_Circuit], road: Road, workspace: Workspace) -> list[Built]:
    done = 0

    def one(circuit: _Circuit) -> Built:
        nonlocal done
        built = build(circuit.classifier, road.libraries[0], road.options, workspace)
        done += 1
        road.progress.tell(f"{circuit.kind} from {circuit.start}", done=done, total=len(circuits))
        return built

    return run_together(partial(one, circuit) for circuit in circuits)


def _point(
    circuit: _Circuit, built: Built, split: Split | None, expectation: Expectation | None, road: Road
) -> FrontPoint:
    training = test = None
    expected = None
    balanced = road.options.balanced
    if split is not None and expectation is not None:
        said = classify(circuit.classifier, split.train_features)
        training = accuracy(said, split.train_labels, balanced=balanced)
        expected = expectation.of_answers(classify(circuit.classifier, expectation.features), balanced=balanced)
        if len(split.test_labels):
            test = accuracy(classify(circuit.classifier, split.test_features), split.test_labels, balanced=balanced)
    interface = ChipInterface.of(
        circuit.classifier.encoder, built.chip.netlist, circuit.classifier.class_names, road.options.output_form
    )
    return FrontPoint(
        kind=circuit.kind,
        start=circuit.start,
        classifier=circuit.classifier,
        core=size_of(built, "core"),
        chip=size_of(built, "chip"),
        training=training,
        expected=None if expected is None else expected.accuracy,
        error=None if expected is None else expected.error,
        own_error=None if expected is None else expected.own_error,
        test=test,
        features=tuple(one.feature for one in interface.features_read),
    )


def places_of(points: Sequence[FrontPoint], cut: Cut) -> list[Place]:
    """Return what choosing looks at of points."""
    return [
        Place(
            point.size(cut).area_um2, point.size(cut).nand2_equivalent, point.training, point.expected, point.own_error
        )
        for point in points
    ]


def _rank(point: FrontPoint, cut: Cut) -> tuple[float, float, float, str]:
    size, training = point.size(cut), point.training
    return size.area_um2, -(point.expected or 0.0), -(training or 0.0), point.classifier.digest


def _repeats(points: Sequence[FrontPoint], before: Sequence[int], k: int) -> bool:
    """Say whether a circuit that the search found is no more accurate, by training and expectation, than a smaller one.

    Networks and trees stay, to compare with.
    """
    one = points[k]
    if one.kind != "refined":
        return False
    return any(
        (points[j].training or 0.0) >= (one.training or 0.0) and (points[j].expected or 0.0) >= (one.expected or 0.0)
        for j in before
    )
