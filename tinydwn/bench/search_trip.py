"""The search and the choice on samples of a random classifier: what they say of circuits, reckoned again."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tinydwn.bench.compared import Case, Cut
from tinydwn.bench.read_again import verilog_again
from tinydwn.errors import ConfigError
from tinydwn.export.cell_models import cell_models
from tinydwn.export.structural import to_structural_verilog
from tinydwn.lowering import lower_core
from tinydwn.lowering.parts import behind_encoder
from tinydwn.netlist import Netlist
from tinydwn.refine import Examples, Point, RefineOptions, Start, refine
from tinydwn.refine.finish import order_of
from tinydwn.synthesis.front import Choice, Place, choose
from tinydwn.technology import Library

JUDGED, POINTS, LARGEST = 3000, 4, 40.0
LARGEST_START = 40
"""A network of more nodes is no start, as it takes long to make every start as small as it gets."""


def travel_search(cut: Cut, library: Library) -> None:
    """Search circuits on a cut, some labels wrong; compare each circuit's cells, cost and accuracy with what is told.

    The cells are evaluated by the naive reading, the cost is added up from the library. A start that cannot be
    searched, or no circuit within the limit, is a mismatch as any other error.
    """
    case = cut.case
    core = lower_core(case.classifier, output=case.form).netlist
    rng = np.random.default_rng([case.seed, 1])
    labels = np.where(rng.random(len(case.naive)) < 0.1, rng.permutation(case.naive), case.naive)
    examples = _examples(cut, core, labels)
    around = None if cut.name == "core" else partial(behind_encoder, case.classifier.encoder)
    options = RefineOptions(
        effort="fast",
        circuits=JUDGED,
        points=POINTS,
        points_above=1,
        most_nand2=LARGEST,
        seed=case.seed,
        workers=1,
        timeout_s=cut.timeout_s,
    )
    starts = (Start("a network", core),) if len(core.nodes) <= LARGEST_START else ()
    front = cut.attempt("search", lambda: refine(examples, starts, library, options, around=around, with_starts=True))
    if front is None:
        return
    for one, next_one in pairwise(front.points):
        if not (one.cost_um2 < next_one.cost_um2 and one.asked < next_one.asked):
            cut.report("search", "a point of the front beats another")
    for point in (*front.points, *front.starts):
        _check(cut, point, library, examples, labels)


def _examples(cut: Cut, core: Netlist, labels: NDArray[np.int64]) -> Examples:
    encoder = cut.case.classifier.encoder
    places, outputs = np.arange(len(core.outputs)), len(core.outputs)
    targets = labels[:, None] == places if cut.case.form == "onehot" else (labels[:, None] >> places & 1).astype(bool)
    assert targets.shape == (len(labels), outputs)
    cost = np.full(encoder.bits, 0.0 if cut.name == "core" else 2.0)
    bits = encoder.encode_words(cut.case.words)
    return Examples(encoder.bit_names, core.output_names, bits, targets, labels, encoder.feature, cost)


def _check(cut: Cut, point: Point, library: Library, examples: Examples, labels: NDArray[np.int64]) -> None:
    """Compare a point with its cells, read naively, and its cost with the library's areas."""
    cells, like = point.mapped, point.mapped.functions()
    encoder = cut.case.classifier.encoder
    whole = point.netlist if cut.name == "core" else behind_encoder(encoder, point.netlist)
    assuming = order_of(examples, point.netlist) if cut.name == "core" else cut.assumption
    cut.attempt("search", lambda: cut.prove("search", like, whole, assuming))
    areas = {(cell.name, cell.output): cell.area_um2 for cell in (*library.cells, *library.ties)}
    area = sum(areas[instance.cell.name, instance.cell.output] for instance in cells.instances)
    if abs(area - point.cost_um2) > 1e-6 * max(area, 1.0):
        cut.report("search", f"a circuit of {area:g} um2 is said to take {point.cost_um2:g}")
    cut.simulated["search"] += 1
    samples = len(labels)
    given = _given(cut, like)

    def read() -> list[int]:
        text = to_structural_verilog(cells) + cell_models(cells)
        return verilog_again(text, like, given, (1 << samples) - 1)

    found = cut.attempt("search", read)
    if found is None:
        return
    answers = np.array([[value >> s & 1 for value in found] for s in range(samples)], dtype=bool)
    accuracy = float((answers == examples.targets).all(axis=1).sum() / samples)
    if abs(accuracy - point.accuracy) > 1e-12:
        cut.report(
            "search", f"cells are right on {accuracy:.4f} of the samples, and said to be on {point.accuracy:.4f}"
        )


def _given(cut: Cut, netlist: Netlist) -> dict[str, int]:
    """Return values of a netlist's inputs over the samples: bits of words, or comparisons of words."""
    encoder, words = cut.case.classifier.encoder, cut.case.words
    if cut.name == "core":
        pairs = zip(encoder.feature.tolist(), encoder.constant.tolist(), strict=True)
        columns = {name: words[:, f] > c for name, (f, c) in zip(encoder.bit_names, pairs, strict=True)}
    else:
        columns = {name: cut.stimulus[:, k] for k, name in enumerate(cut.lowered.inputs)}
        for feature, own in enumerate(encoder.feature_names):
            width = int(encoder.fixed_point.input_bits[feature])
            names = [own] if width == 1 else [f"{own}[{k}]" for k in range(width)]
            columns |= {name: (words[:, feature] >> k & 1).astype(bool) for k, name in enumerate(names)}
    return {
        name: int("".join("1" if bit else "0" for bit in columns[name][::-1].tolist()), 2) for name in netlist.inputs
    }


def travel_choice(cut: Cut) -> None:
    """Choose of a random front by every rule, and look whether the choice is what the rule says."""
    places = _random_places(cut.case)
    values = {"drop": 0.02, "area": places[len(places) // 2].nand2_equivalent, "point": float(len(places) - 1)}
    for rule, wanted in _wanted(places, values).items():
        cut.simulated["choice"] += 1
        found = cut.attempt("choice", lambda rule=rule: choose(places, Choice(rule, values.get(rule, 0.0))))  # type: ignore[misc]
        if found is not None and found != wanted:
            cut.report("choice", f"{rule} chose circuit {found}, not {wanted}")
    if places[0].nand2_equivalent > 0.5:
        try:
            choose(places, Choice("area", places[0].nand2_equivalent / 2))
        except ConfigError:
            return
        cut.report("choice", "a circuit was chosen where none is small enough")


def _random_places(case: Case) -> list[Place]:
    rng = np.random.default_rng([case.seed, 2])
    count = int(rng.integers(1, 9))
    areas, expected = np.sort(rng.random(count).round(2)) + np.arange(count), rng.random(count).round(1)
    training, errors = np.sort(rng.random(count)), rng.random(count).round(1) / 4
    return [
        Place(float(8 * areas[k]), float(areas[k]), float(training[k]), float(expected[k]), float(errors[k]))
        for k in range(count)
    ]


def _wanted(places: list[Place], values: dict[str, float]) -> dict[str, int]:
    """Return what the rules choose, in the words of `Choice`, of places that all have expected accuracies."""
    known = [(place.expected or 0.0, place.own_error or 0.0, place.nand2_equivalent) for place in places]
    best = max(expected for expected, _, _ in known)
    first_best = next(k for k, (expected, _, _) in enumerate(known) if expected == best)
    error = known[first_best][1]
    close = [k for k, (e, own, _) in enumerate(known) if e >= best - max(own, error) - 1e-12]
    near = [k for k, (e, _, _) in enumerate(known) if e >= best - values["drop"] - 1e-12]
    fitting = [k for k, (_, _, size) in enumerate(known) if size <= values["area"]]
    most = max(known[k][0] for k in fitting)
    return {
        "expected": close[0],
        "best": first_best,
        "knee": _wanted_knee(places),
        "drop": near[0],
        "area": next(k for k in fitting if known[k][0] == most),
        "point": int(values["point"]),
    }


def _wanted_knee(places: list[Place]) -> int:
    """Return the place highest above the line from the smallest to the most accurate one, of equals the smallest.

    Heights are compared as exact fractions, twice the area of the triangle that a place spans with the ends of the
    line: that is its distance from the line times a length which is the same for all. Only places which no smaller
    one equals in training accuracy count.
    """
    points = [(Fraction(place.area_um2), Fraction(place.training or 0.0)) for place in places]
    steps = [k for k, (_, right) in enumerate(points) if all(right > before for _, before in points[:k])]
    (x0, y0), (x1, y1) = points[steps[0]], points[steps[-1]]
    heights = {k: (x1 - x0) * (points[k][1] - y0) - (y1 - y0) * (points[k][0] - x0) for k in steps}
    return next(k for k in steps if heights[k] == max(heights.values()))
