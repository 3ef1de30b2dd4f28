"""What refining came to: as tables, a figure, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tinydwn.report.markdown import table_text
from tinydwn.report.sections import Table
from tinydwn.report.svg import BLUE, GREEN, ORANGE, figure, fixed_colors, to_svg
from tinydwn.report.wording import count_text, percent_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tinydwn.refine import Point
    from tinydwn.synthesis.refinement import RefinedCut, Refinement

SCHEMA = "tinydwn.refined/1"
_BEFORE = {"core": "thermometer bits in, encoder left out", "chip": "feature words in, encoder included"}


def headline(refinement: Refinement) -> str:
    """Return the result in one sentence."""
    core, chip = refinement.cuts
    samples = count_text(len(refinement.split.test_labels))
    said = " and ".join(
        f"{percent_text(one.chosen_test)} with {_nand2(one.chosen)} on the {one.refined.cut} ({note})"
        for one, note in ((core, "encoder left out"), (chip, "encoder included"))
    )
    return f"{refinement.source}: {_right(refinement)} on {samples} unseen samples: {said}."


def difference_sentence(cut: RefinedCut) -> str:
    """Say that a refined circuit is another function than the network, how much, and what that did."""
    return (
        f"The refined {cut.refined.cut} is a different function from the trained network ({cut.network.start}): they "
        f"answer {count_text(cut.differing)} of {count_text(cut.test_samples)} test samples differently. The network "
        f"has {percent_text(cut.network_test)} right in {_nand2(cut.network)}, the refined circuit "
        f"{percent_text(cut.chosen_test)} in {_nand2(cut.chosen)}. The circuit descends from {cut.chosen.start}."
    )


def front_table(cut: RefinedCut) -> Table:
    """Return every point of the front, the chosen one marked."""
    points = cut.refined.front.points
    rows = tuple(
        (
            f"{k:02}" + (" chosen" if point == cut.chosen else ""),
            point.start,
            f"{point.cost_nand2:.1f}",
            percent_text(point.accuracy),
            percent_text(test),
        )
        for k, (point, test) in enumerate(zip(points, cut.test, strict=True))
    )
    return Table(
        f"Front of the {cut.refined.cut}: {_BEFORE[cut.refined.cut]}",
        ("point", "descends from", "NAND2 eq.", "training part", "test part"),
        rows,
        numbers_from=2,
        note="Points are found and chosen on the training part; the test part is only counted.",
    )


def starts_table(cut: RefinedCut) -> Table:
    """Return the starting points, minimized with their function kept."""
    rows = tuple(
        (point.start, f"{point.cost_nand2:.1f}", percent_text(point.accuracy), percent_text(test))
        for point, test in zip(cut.refined.front.starts, cut.start_test, strict=True)
    )
    columns = ("start", "NAND2 eq.", "training part", "test part")
    return Table(f"Starting points of the {cut.refined.cut}", columns, rows)


def proofs_table(cut: RefinedCut) -> Table:
    """Return the proofs of the chosen circuit and the comparison of its gates."""
    rows = [(verdict.subject, verdict.method, verdict.outcome.value) for verdict in cut.verdicts]
    check = cut.agreement
    said = check.note or f"{check.compared - check.mismatches} of {check.compared} samples agree"
    rows.append((check.subject, check.method, said))
    return Table(f"Proofs of the {cut.refined.cut}", ("what", "by", "outcome"), tuple(rows), numbers_from=3)


def to_markdown(refinement: Refinement) -> str:
    """Return the report as Markdown; the figure is `front.svg` beside it."""
    blocks = [f"# Refined circuits of {refinement.source}", headline(refinement), "![accuracy over area](front.svg)"]
    for cut in refinement.cuts:
        blocks += [difference_sentence(cut), *(table_text(table) for table in _tables(cut))]
    blocks.append(_provenance(refinement))
    return "\n\n".join(block.rstrip("\n") for block in blocks) + "\n"


def to_document(refinement: Refinement) -> dict[str, Any]:
    """Return everything as values that JSON can hold."""
    return {
        "schema": SCHEMA,
        "source": refinement.source,
        "library": refinement.library.name,
        "accuracy": "balanced" if refinement.options.balanced else "plain",
        "effort": refinement.options.effort,
        "seed": refinement.options.seed,
        "test_samples": len(refinement.split.test_labels),
        "cuts": {cut.refined.cut: _cut_document(cut) for cut in refinement.cuts},
    }


def front_figure(refinement: Refinement) -> str:
    """Draw accuracy on the test part over area, a panel per cut: front, starting points, the chosen circuit.

    Colors are fixed: the figure is a file of its own, without a page to take them from.
    """
    with figure(9.0, 3.4, salt="front") as drawn:
        for axes, cut in zip(drawn.subplots(1, 2), refinement.cuts, strict=True):
            _front_axes(axes, cut)
        handles, labels = drawn.axes[0].get_legend_handles_labels()
        drawn.legend(handles, labels, loc="upper center", ncols=len(labels))
        drawn.subplots_adjust(left=0.07, right=0.99, bottom=0.15, top=0.8, wspace=0.2)
        title = "Accuracy on the test part over area in NAND2 equivalents, core and chip"
        return fixed_colors(to_svg(drawn, title=title))


def _front_axes(axes: Axes, cut: RefinedCut) -> None:
    points, starts = cut.refined.front.points, cut.refined.front.starts
    test = [100 * value for value in cut.test]
    axes.plot([p.cost_nand2 for p in points], test, color=BLUE, marker="o", markersize=4, label="refined")
    begun = [100 * value for value in cut.start_test]
    axes.plot([p.cost_nand2 for p in starts], begun, "x", color=ORANGE, label="starting points")
    at = points.index(cut.chosen)
    axes.plot([points[at].cost_nand2], [test[at]], "o", markersize=11, fillstyle="none", color=GREEN, label="chosen")
    axes.set_xscale("symlog", linthresh=1.0)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_title(f"{cut.refined.cut}: {_BEFORE[cut.refined.cut]}", pad=8)
    axes.set_xlabel("area, NAND2 equivalents")
    axes.set_ylabel("test accuracy, %")
    axes.grid(axis="y")


def _tables(cut: RefinedCut) -> Iterator[Table]:
    yield front_table(cut)
    yield starts_table(cut)
    yield proofs_table(cut)


def _cut_document(cut: RefinedCut) -> dict[str, Any]:
    front = cut.refined.front
    return {
        "points": [_point(point, test) for point, test in zip(front.points, cut.test, strict=True)],
        "starts": [_point(point, test) for point, test in zip(front.starts, cut.start_test, strict=True)],
        "chosen": front.points.index(cut.chosen),
        "network": _point(cut.network, cut.network_test),
        "differing_test_samples": cut.differing,
        "judged": front.judged,
        "proofs": [
            {"subject": one.subject, "method": one.method, "outcome": one.outcome.value} for one in cut.verdicts
        ],
        "gate_level": {"compared": cut.agreement.compared, "mismatches": cut.agreement.mismatches},
    }


def _point(point: Point, test: float) -> dict[str, Any]:
    return {
        "area_um2": point.cost_um2,
        "nand2_equivalent": point.cost_nand2,
        "inputs": len(point.netlist.inputs),
        "training_accuracy": point.accuracy,
        "validation_accuracy": point.validation_accuracy,
        "test_accuracy": test,
        "descends_from": point.start,
    }


def _provenance(refinement: Refinement) -> str:
    options = refinement.options
    balanced = "mean over the classes" if options.balanced else "share of the samples"
    judged = " and ".join(f"{count_text(cut.refined.front.judged)} on the {cut.refined.cut}" for cut in refinement.cuts)
    return (
        f"Accuracy is the {balanced}. Area is the sum of the areas of mapped cells of {refinement.library.name}, "
        f"before placement. Effort {options.effort}, seed {options.seed}: {judged} circuits were judged."
    )


def _right(refinement: Refinement) -> str:
    return "balanced accuracy" if refinement.options.balanced else "accuracy"


def _nand2(point: Point) -> str:
    return f"{point.cost_nand2:.1f} NAND2 equivalents"
