"""The figure of the front: expected and measured accuracy over area, references without an area beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tinydwn.metrics import Cut
from tinydwn.report.facts import PointFacts, ReferenceFacts
from tinydwn.report.run_report import RunReport
from tinydwn.report.svg import BLUE, GRAY, GREEN, INK, LINE, MUTED, ORANGE, figure, plain, shortened, to_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDE_IN, _NARROW_IN = 9.0, 4.4
_MARKS = {
    "refined": ("o", BLUE, 4.6, "circuits of the search"),
    "network": ("s", ORANGE, 6.0, "network, function kept"),
    "tree": ("^", GREEN, 6.0, "decision tree"),
    "structure": ("v", INK, 6.0, "sum, threshold or vote"),
}
_SHOWN = 0.2
_LEGEND_COLUMNS = {True: 2, False: 3}


def front_figure(report: RunReport, *, cut: Cut = "chip", narrow: bool = False) -> str:
    """Draw the circuits of one cut, accuracy over area in the main library on a logarithmic axis.

    Filled marks are expected accuracies with their standard errors, hollow ones those of the test part; where there is
    no estimate, the training part stands in for it. A line joins the circuits that no smaller one equals. References
    stand at the right edge, as they have no area. `narrow` is for small screens. There has to be something to draw, as
    `has_front` says.
    """
    points, references = report.fronts[cut], report.references
    width, height = (_NARROW_IN, 4.3) if narrow else (_WIDE_IN, 4.1)
    with figure(width, height, salt=f"front-{cut}-{'narrow' if narrow else 'wide'}") as drawn:
        axes = drawn.subplots()
        drawn_points, least = [point for point in points if _known(point)], _least_area(points)
        _points(axes, drawn_points, least)
        _chosen(axes, drawn_points, least)
        _axes(axes, drawn_points, references, least, narrow=narrow)
        axes.set_ylabel(_accuracy_name(report))
        axes.set_xlabel(f"area of the {cut} in {report.search.library}, µm²")
        handles, labels = _legend(axes)
        rows = -(-len(labels) // _LEGEND_COLUMNS[narrow])
        drawn.legend(handles, labels, loc="upper left", ncols=_LEGEND_COLUMNS[narrow], fontsize=8.5, handlelength=1.4)
        left = 0.58 / width
        drawn.subplots_adjust(left=left, right=0.985, bottom=0.5 / height, top=1 - (0.16 + 0.21 * rows) / height)
        return to_svg(drawn, title=f"Accuracy over the area of the {cut}: {len(points)} circuits")


def has_front(report: RunReport) -> bool:
    """Say whether the accuracy of any circuit is known, so that there is something to draw."""
    return any(_known(point) for point in report.fronts["chip"])


def joined(points: Sequence[PointFacts]) -> list[PointFacts]:
    """Return the points that no smaller or equally small one equals in expected accuracy, by ascending area.

    >>> from dataclasses import replace
    >>> one = PointFacts(0, "tree", "", 1, 1.0, 5.0, 0.9, 0.8, 0.01, 0.0, 0.8, (), True)
    >>> worse, better = replace(one, point=1, area_um2=6.0), replace(one, point=2, area_um2=7.0, expected_accuracy=0.9)
    >>> [point.point for point in joined((better, worse, one))]
    [0, 2]
    """
    found: list[PointFacts] = []
    best = -1.0
    for point in sorted(points, key=lambda point: (point.area_um2, -(_estimate(point) or 0.0))):
        estimate = _estimate(point)
        if estimate is not None and estimate > best:
            best = estimate
            found.append(point)
    return found


def _known(point: PointFacts) -> bool:
    return _estimate(point) is not None or point.test_accuracy is not None


def _estimate(point: PointFacts) -> float | None:
    return point.training_accuracy if point.expected_accuracy is None else point.expected_accuracy


def _accuracy_name(report: RunReport) -> str:
    return "balanced accuracy, %" if report.accuracy.kind == "balanced" else "accuracy, %"


def _legend(axes: Axes) -> tuple[list[Any], list[str]]:
    """Return the entries of the legend: the circuits by kind, the chosen one, then what was measured."""
    handles, labels = axes.get_legend_handles_labels()
    entries = sorted(zip(labels, handles, strict=True), key=lambda entry: "test part" in entry[0])
    return [handle for _, handle in entries], [label for label, _ in entries]


def _floor(points: Sequence[PointFacts]) -> float:
    """Return the accuracy below which circuits are left out, so that the good ones are told apart."""
    estimates = [estimate for point in points if (estimate := _estimate(point)) is not None]
    chosen = [estimate for point in points if point.chosen and (estimate := _estimate(point)) is not None]
    return min([max(estimates, default=0.0) - _SHOWN, *chosen])


def _least_area(points: Sequence[PointFacts]) -> float:
    """Return where a circuit without any cell stands on a logarithmic axis: well left of all others."""
    return min((point.area_um2 for point in points if point.area_um2), default=1.0) / 3


def _points(axes: Axes, points: Sequence[PointFacts], least: float) -> None:
    line = joined(points)
    if len(line) > 1:
        places = [max(point.area_um2, least) for point in line], [100 * (_estimate(point) or 0.0) for point in line]
        axes.plot(*places, color=BLUE, linewidth=1.2, alpha=0.55, drawstyle="steps-post", zorder=2)
    for kind, (mark, color, size, label) in _MARKS.items():
        found = [point for point in points if point.kind == kind and _estimate(point) is not None]
        if found:
            axes.errorbar(
                [max(point.area_um2, least) for point in found],
                [100 * (_estimate(point) or 0.0) for point in found],
                yerr=[100 * (point.expected_error or 0.0) for point in found],
                fmt=mark, color=color, markersize=size, elinewidth=0.9, zorder=3, label=_labelled(label, found),
            )  # fmt: skip
    tested = [point for point in points if point.test_accuracy is not None]
    if tested:
        axes.plot(
            [max(point.area_um2, least) for point in tested],
            [100 * (point.test_accuracy or 0.0) for point in tested],
            "D", markersize=3.6, fillstyle="none", color=MUTED, markeredgewidth=0.9, zorder=4, label="test part",
        )  # fmt: skip


def _labelled(label: str, points: Sequence[PointFacts]) -> str:
    expected = any(point.expected_accuracy is not None for point in points)
    return f"{label}, expected" if expected else f"{label}, training part"


def _chosen(axes: Axes, points: Sequence[PointFacts], least: float) -> None:
    chosen = next((point for point in points if point.chosen), None)
    height = None if chosen is None else _estimate(chosen)
    if chosen is not None and height is not None:
        axes.plot(
            [max(chosen.area_um2, least)], [100 * height], "o", markersize=13, fillstyle="none", color=INK,
            markeredgewidth=1.6, zorder=5, label="chosen",
        )  # fmt: skip


def _axes(
    axes: Axes, points: Sequence[PointFacts], references: Sequence[ReferenceFacts], least: float, *, narrow: bool
) -> None:
    areas = [max(point.area_um2, least) for point in points]
    low, high = min(areas) / 1.35, max(areas) * 1.35
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    edge = high
    if references:
        span = (high / low) ** (0.42 if narrow else 0.22)
        edge = high * span
        axes.axvline(high, color=LINE, linewidth=1.0)
        _references(axes, references, high, edge, 16 if narrow else 22)
    axes.set_xlim(low, edge)
    _cut_off(axes, points, high)
    _ticks(axes, low, high, zero=any(not point.area_um2 for point in points), least=least)
    axes.grid(axis="y")
    axes.tick_params(length=0, which="both")


def _cut_off(axes: Axes, points: Sequence[PointFacts], end: float) -> None:
    """Let the axis begin where circuits are worth telling apart, and say how many stand below."""
    floor = _floor(points)
    below = sum((_estimate(point) or 0.0) < floor for point in points)
    if below:
        axes.set_ylim(bottom=100 * floor - 1.0)
        said = f"{below} more below {100 * floor:.0f} %, in the table"
        axes.annotate(
            said, (end, 100 * floor - 1.0), xytext=(-6, 6), textcoords="offset points", ha="right", fontsize=8.5,
            color=MUTED,
        )  # fmt: skip


def _ticks(axes: Axes, low: float, high: float, *, zero: bool, least: float) -> None:
    """Mark areas at round numbers, a few per power of ten, and call a circuit without cells what it is."""
    from math import floor, log10

    steps = (1, 2, 5) if log10(high / low) < 2.2 else (1, 3) if log10(high / low) < 4 else (1,)
    places = [step * 10.0**power for power in range(floor(log10(low)), floor(log10(high)) + 1) for step in steps]
    places = [place for place in places if low <= place <= high and not (zero and place < 2 * least)]
    places = places or [(low * high) ** 0.5]
    labels = [f"{place:,.0f}" if place >= 1 else f"{place:g}" for place in places]
    axes.set_xticks([*([least] if zero else []), *places], [*(["no cell"] if zero else []), *labels])
    axes.set_xticks([], minor=True)


def _references(axes: Axes, references: Sequence[ReferenceFacts], begin: float, end: float, letters: int) -> None:
    """Mark the test accuracy of classifiers that have no area, and write their names without overlap."""
    place = begin * (end / begin) ** 0.07
    for reference in references:
        height, (left, _) = 100 * reference.test_accuracy, axes.get_xlim()
        axes.plot([left, place], [height, height], color=GRAY, linewidth=0.8, linestyle=(0, (2, 3)), zorder=1)
    heights = [100 * reference.test_accuracy for reference in references]
    axes.plot(
        [place] * len(references), heights, "D", markersize=4.5, color=GRAY, zorder=4, label="no circuit, test part"
    )
    bottom, top = axes.get_ylim()
    gap = (top - bottom) * 0.055
    last = bottom - gap
    for reference in sorted(references, key=lambda one: one.test_accuracy):
        height = max(100 * reference.test_accuracy, last + gap)
        last = height
        text = axes.annotate(
            shortened(reference.name, letters), (place, height), xytext=(6, 0), textcoords="offset points",
            va="center_baseline", fontsize=8.5, color=MUTED,
        )  # fmt: skip
        plain(text)
