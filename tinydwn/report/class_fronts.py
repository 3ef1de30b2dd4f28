"""The figure of fronts on several data sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tinydwn.bench.studies.fronts import EXACT, PLAIN, REFINED, START, front_of, points_by_set
from tinydwn.report.svg import BLUE, GRAY, ORANGE, figure, to_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tinydwn.bench.studies.fronts import FrontPoint
    from tinydwn.bench.study import Measured

_COLUMNS, _ROW_IN = 2, 3.1


def fronts_figure(measured: Measured[FrontPoint]) -> str:
    """Draw test accuracy over area, a panel per data set: networks in both ways, and what was searched."""
    sets = points_by_set(measured)
    rows = -(-len(sets) // _COLUMNS)
    with figure(9.0, _ROW_IN * rows + 0.4, salt="fronts") as drawn:
        panels = drawn.subplots(rows, _COLUMNS, squeeze=False)
        for axes, (name, points) in zip(panels.flat, sets.items(), strict=False):
            _panel(axes, name, points, front_of(points))
        for axes in panels.flat[len(sets) :]:
            axes.set_axis_off()
        handles, labels = panels.flat[0].get_legend_handles_labels()
        drawn.legend(handles, labels, loc="upper center", ncols=len(labels))
        height = _ROW_IN * rows + 0.4
        drawn.subplots_adjust(
            left=0.07, right=0.965, bottom=0.5 / height, top=1 - 0.6 / height, wspace=0.18, hspace=0.4
        )
        return to_svg(drawn, title="Test accuracy over core area in NAND2 equivalents, by data set")


def _panel(axes: Axes, name: str, points: Sequence[FrontPoint], front: Sequence[FrontPoint]) -> None:
    searched = [p for p in front if p.flow in (REFINED, START)]
    axes.plot([p.cost for p in searched], [100 * p.test_accuracy for p in searched], color=GRAY, linewidth=1.0)
    for marked, mark, color, label in (
        (searched, "o", BLUE, "searched"),
        ([p for p in points if p.flow == EXACT], "s", ORANGE, "networks, function kept"),
        ([p for p in points if p.flow == PLAIN], "x", GRAY, "networks, plain Yosys"),
    ):
        places = [p.cost for p in marked], [100 * p.test_accuracy for p in marked]
        axes.plot(*places, mark, color=color, markersize=4.5, label=label)
    axes.set_xscale("symlog", linthresh=1.0)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set_title(name)
    axes.set_xlabel("area, NAND2 equivalents")
    axes.set_ylabel("test accuracy, %")
    axes.grid(axis="y")
