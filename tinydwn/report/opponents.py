"""The figure of accuracy over area with all opponents, a panel per data set."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from tinydwn.bench.goals import in_words
from tinydwn.bench.studies.trees import fronts_of
from tinydwn.report.svg import BLUE, GRAY, GREEN, INK, MUTED, ORANGE, figure, to_svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from tinydwn.bench.mean_front import MeanPoint
    from tinydwn.bench.studies.tiny_classifiers import Row as TinyRow
    from tinydwn.bench.studies.trees import Row
    from tinydwn.bench.study import Measured

_COLUMNS, _ROW_IN, _HEAD_IN = 2, 2.9, 0.9
_LEAST_NAND2 = 0.5
_MARKS = {
    "decision tree": (ORANGE, "s", "-"),
    "optimal tree": (INK, "o", "-"),
    "boosted trees": (GREEN, "^", "-"),
    "gate network": (GRAY, "x", "--"),
}


def opponents_figure(trees: Measured[Row], evolved: Measured[TinyRow] | None = None) -> str:
    """Draw mean test accuracy over area with deviations: refined circuits, and every contender of every size.

    `evolved` adds Tiny Classifier circuits, minimized.
    """
    fronts = fronts_of(trees)
    names = list(fronts)
    tiny = {row.dataset: row for row in evolved.rows} if evolved is not None else {}
    rows = -(-len(names) // _COLUMNS)
    height = _ROW_IN * rows + _HEAD_IN
    with figure(9.0, height, salt="opponents") as drawn:
        panels = drawn.subplots(rows, _COLUMNS, squeeze=False).ravel()
        for axes, name in zip(panels, names, strict=False):
            _front(axes, fronts[name])
            _contenders(axes, [row for row in trees.rows if row.dataset == name])
            if name in tiny:
                _evolved(axes, tiny[name])
            _axes(axes, in_words(name), trees.about["xgboost"][name])
        for axes in panels[len(names) :]:
            axes.set_axis_off()
        handles, labels = drawn.axes[0].get_legend_handles_labels()
        drawn.legend(handles, labels, loc="upper center", ncols=3)
        drawn.align_ylabels()
        drawn.subplots_adjust(
            left=0.08, right=0.99, bottom=0.5 / height, top=1 - _HEAD_IN / height, wspace=0.2, hspace=0.42
        )
        return to_svg(drawn, title=f"Test accuracy over {trees.about['cut']} area in NAND2 equivalents, by data set")


def _front(axes: Axes, front: Sequence[MeanPoint]) -> None:
    costs = [max(point.cost, _LEAST_NAND2) for point in front]
    low, high = ([100 * (point.accuracy_mean + sign * point.accuracy_std) for point in front] for sign in (-1, 1))
    axes.fill_between(costs, low, high, step="post", color=BLUE, alpha=0.15, linewidth=0)
    means = [100 * point.accuracy_mean for point in front]
    axes.step(costs, means, where="post", color=BLUE, linewidth=1.8, label="tinydwn, refined")


def _contenders(axes: Axes, rows: Sequence[Row]) -> None:
    for flow, found in _by_flow(rows):
        color, mark, line = _MARKS[flow]
        axes.errorbar(
            [max(row.cost.mean, _LEAST_NAND2) for row in found],
            [100 * row.accuracy.mean for row in found],
            yerr=[100 * (row.accuracy.std or 0.0) for row in found],
            color=color, marker=mark, linestyle=line, markersize=4.0, linewidth=0.9, elinewidth=0.7, label=flow,
        )  # fmt: skip


def _by_flow(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    for flow, found in groupby(rows, key=lambda row: row.flow):
        yield flow, sorted(found, key=lambda row: row.cost.mean)


def _evolved(axes: Axes, row: TinyRow) -> None:
    cost, right = row.baseline_minimized.cost, row.baseline_accuracy
    axes.errorbar(
        [max(cost.mean, _LEAST_NAND2)], [100 * right.mean],
        xerr=[min(cost.std or 0.0, cost.mean * 0.9)], yerr=[100 * (right.std or 0.0)],
        color=INK, marker="D", linestyle="none", markersize=5.0, elinewidth=0.9,
        label="Tiny Classifier circuit, minimized",
    )  # fmt: skip


def _axes(axes: Axes, name: str, xgboost: float) -> None:
    axes.axhline(100 * xgboost, color=MUTED, linewidth=0.9, linestyle=":", label="XGBoost, no circuit")
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_title(name)
    axes.set_xlabel("area, NAND2 equivalents")
    axes.set_ylabel("test accuracy, %")
    axes.grid(axis="y")
