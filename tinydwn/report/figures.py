"""The figures of a report, each one function from values to SVG text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from tinydwn.report.facts import CutReport, EpochFacts, PartFacts, TrainingFacts
from tinydwn.report.svg import (
    BLUE,
    GRAY,
    GREEN,
    INK,
    LINE,
    MUTED,
    ORANGE,
    figure,
    plain,
    printable,
    shortened,
    to_svg,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH_IN = 9.0
_CHARACTER_IN = 0.082
_DROPPED_IN = 1.2  # room for "12,345, dropped" beside a bar


def training_curve(training: TrainingFacts) -> str:
    """Draw loss and accuracy over the epochs, of the training and the validation part; the best epoch is marked."""
    epochs = training.epochs
    with figure(_WIDTH_IN, 2.6, salt="training") as drawn:
        left, right = drawn.subplots(1, 2)
        _curves(left, "loss", epochs, [e.train_loss for e in epochs], [e.validation_loss for e in epochs])
        _curves(
            right,
            "accuracy, %",
            epochs,
            [100 * e.train_accuracy for e in epochs],
            [None if e.validation_accuracy is None else 100 * e.validation_accuracy for e in epochs],
        )
        for axes in (left, right):
            axes.axvline(training.best_epoch, color=GREEN, linewidth=1.2, linestyle=(0, (3, 2)))
        handles, labels = right.get_legend_handles_labels()
        handles.append(left.lines[-1])
        labels.append(f"epoch {training.best_epoch}, kept")
        legend = drawn.legend(handles, labels, loc="upper center", ncols=len(labels), handlelength=1.6)
        legend.set_bbox_to_anchor((0.5, 1.02))
        drawn.subplots_adjust(left=0.05, right=0.99, bottom=0.17, top=0.8, wspace=0.18)
        return to_svg(drawn, title=f"Loss and accuracy over {len(epochs)} epochs; epoch {training.best_epoch} was kept")


def step_counts(cuts: Sequence[CutReport]) -> str:
    """Draw the gates before the first step and after each one, a panel per cut; what was dropped is pale."""
    rows = max(len(cut.steps) for cut in cuts) + 1
    longest = max((_text_in(label) for cut in cuts for label in _step_labels(cut)), default=0.0)
    width, height, beside = _WIDTH_IN, 0.55 + 0.25 * rows, longest + 0.1
    panel = width / len(cuts)
    with figure(width, height, salt="steps") as drawn:
        for k, cut in enumerate(cuts):
            bars = panel - beside - _DROPPED_IN
            place = ((k * panel + beside) / width, 0.03, bars / width, 1 - 0.03 - 0.3 / height)
            _step_bars(drawn.add_axes(place), cut, rows)
        return to_svg(drawn, title="Gates after each step of minimization")


def part_areas(parts: Sequence[PartFacts], library: str) -> str:
    """Draw the area of encoder, tables and reduction, each minimized and mapped alone."""
    with figure(_WIDTH_IN, 0.3 + 0.34 * len(parts), salt="parts") as drawn:
        axes = drawn.subplots()
        total = sum(part.area_um2 for part in parts)
        places = range(len(parts))
        axes.barh(places, [part.area_um2 for part in parts], height=0.62, color=[ORANGE, BLUE, GREEN][: len(parts)])
        for k, part in enumerate(parts):
            share = f"  {100 * part.area_um2 / total:.0f} %" if total else ""
            _beside(axes, part.area_um2, k, f"{part.area_um2:,.1f} µm²{share}")
        _bar_axes(axes, [part.part for part in parts], max(part.area_um2 for part in parts))
        drawn.subplots_adjust(left=0.1, right=0.82, bottom=0.03, top=0.97)
        return to_svg(drawn, title=f"Area by part in {library}")


def _text_in(text: str) -> float:
    """Return about how wide a text is, in inches, whatever font the reader has; East Asian letters are wide."""
    return _CHARACTER_IN * sum(1.9 if east_asian_width(letter) in "WF" else 1.0 for letter in text)


def _curves(
    axes: Axes, what: str, epochs: Sequence[EpochFacts], train: Sequence[float], validation: Sequence[float | None]
) -> None:
    numbers = [epoch.epoch for epoch in epochs]
    marker = "o" if len(epochs) == 1 else None
    axes.plot(numbers, train, color=BLUE, linewidth=1.6, marker=marker, label="training part")
    seen = [(x, y) for x, y in zip(numbers, validation, strict=True) if y is not None]
    if seen:
        x, y = zip(*seen, strict=True)
        axes.plot(x, y, color=ORANGE, linewidth=1.6, marker=marker, label="validation part")
    axes.set_title(what, color=INK)
    axes.set_xlabel("epoch")
    axes.grid(axis="y")
    axes.xaxis.get_major_locator().set_params(integer=True)  # type: ignore[call-arg]
    axes.tick_params(length=0)


def _step_bars(axes: Axes, cut: CutReport, rows: int) -> None:
    """Draw one bar for the start and one per step, in reading order."""
    start = cut.steps[0].gates_before if cut.steps else 0
    counts = [start, *(step.gates_after for step in cut.steps)]
    colors = [GRAY, *(BLUE if step.kept else LINE for step in cut.steps)]
    axes.barh(range(len(counts)), counts, height=0.66, color=colors)
    for k, count in enumerate(counts):
        kept = k == 0 or cut.steps[k - 1].kept
        _beside(axes, count, k, f"{count:,}" if kept else f"{count:,}, dropped", muted=not kept)
    _bar_axes(axes, _step_labels(cut), max(counts))
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_title(f"{cut.cut}: {start:,} to {_final_gates(cut):,} gates", color=INK)


def _step_labels(cut: CutReport) -> list[str]:
    return ["lowered", *(shortened(step.name, 22) for step in cut.steps)]


def _final_gates(cut: CutReport) -> int:
    kept = [step.gates_after for step in cut.steps if step.kept]
    return kept[-1] if kept else (cut.steps[0].gates_before if cut.steps else 0)


def _bar_axes(axes: Axes, labels: Sequence[str], largest: float) -> None:
    axes.set_yticks(range(len(labels)), [printable(label) for label in labels])
    for label in axes.get_yticklabels():
        plain(label)
    axes.tick_params(length=0)
    axes.set_xticks([])
    axes.set_xlim(0, largest * 1.02 or 1)
    axes.spines["bottom"].set_visible(False)
    axes.set_ylim(len(labels) - 0.5, -0.5)


def _beside(axes: Axes, x: float, y: float, text: str, *, muted: bool = False) -> None:
    axes.annotate(
        text, (x, y), xytext=(5, 0), textcoords="offset points", va="center_baseline", color=MUTED if muted else INK
    ).set_annotation_clip(False)
