"""The page of an exploration: the joined front among all circuits that were found, and what each came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tinydwn.explore.exploration import Explored, Joined
from tinydwn.report.explored import (
    Commands,
    command_text,
    front_table,
    headline,
    trials_table,
    values_table,
)
from tinydwn.report.html import document, folded, pairs_block, panel, section, shown, table_block
from tinydwn.report.svg import BLUE, GRAY, MUTED, ORANGE, figure, to_svg
from tinydwn.report.wording import count_text, plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tinydwn.explore.circuit import Circuit

_SIZES_IN = {"wide": (9.0, 4.3), "narrow": (4.4, 4.5)}
_SHOWN = 0.15
_EXPECTED, _MEASURED = "joined front, expected", "joined front, test part"
_CHOSEN, _OTHERS = "chosen", "all circuits, expected"
_ENTRIES = (_EXPECTED, _MEASURED, _CHOSEN, _OTHERS)


def explored_page(found: Explored, commands: Commands) -> str:
    """Return a page that needs nothing beside it."""
    return document(f"{found.source}: explored", _blocks(found, commands))


def _blocks(found: Explored, commands: Commands) -> Iterator[str]:
    options = found.options
    training, test = found.parts
    judged = "balanced accuracy" if options.balanced else "accuracy"
    yield (
        f"<header><p>tinydwn explore</p><h1>{shown(headline(found))}</h1>"
        f"<p>{shown(_about(found, training, test))}</p></header>"
    )
    drawings = [f'<div class="{size}">{panel(front_drawing(found, size=size))}</div>' for size in _SIZES_IN]
    yield section("Joined front", *drawings, table_block(front_table(found, full=True)))
    yield section(
        "Make one of them",
        '<p class="note">Each command makes a folder with everything about one circuit: proofs, Verilog, report. Its '
        "function is kept, so that area and expectation are those above. All commands are to be run in "
        f"<code>{shown(commands.folder)}</code>.</p>",
        pairs_block({f"circuit {k}": command_text(commands.bundle(k)) for k in range(len(found.front))}, code=True),
        folded("From the table instead, as the trials did", pairs_block(_trial_commands(found, commands), code=True)),
    )
    yield section("What each value gave", table_block(values_table(found)))
    yield section("All trials", table_block(trials_table(found)))
    yield section(
        "How it was counted",
        pairs_block(
            {
                "area": f"of the {found.cut}, in {options.libraries[0]}, effort {options.effort}, for every trial",
                judged: "expected on unseen samples by one teacher for all trials, from the training part alone",
                "test part": "measured for the joined front once it stood; it decided nothing",
                "seed": f"{options.seed}, {options.seed_of_split} of the split",
                "study": found.study,
                "versions": ", ".join(f"{name} {version}" for name, version in found.versions.items()),
            }
        ),
    )


def _about(found: Explored, training: int, test: int) -> str:
    varied = [name for name, values in found.space.items() if len(values) > 1]
    return (
        f"{count_text(training)} samples to learn from, {count_text(test)} put aside; "
        f"{plural(len(varied), 'option')} varied: {', '.join(varied) or 'none'}."
    )


def _trial_commands(found: Explored, commands: Commands) -> dict[str, str]:
    """Return the commands of every circuit, those of a trial for all that came from it."""
    told = {}
    for number in dict.fromkeys(one.trial for one in found.front):
        own = [(k, one) for k, one in enumerate(found.front) if one.trial == number]
        words = command_text(commands.trial(number, dict(own[0][1].values)))
        told[f"trial {number}"] = words
        for k, one in own:
            told[f"circuit {k} of it"] = command_text(commands.point(number, one.circuit.found.number))
    return told


def front_drawing(found: Explored, *, size: str = "wide") -> str:
    """Draw expected accuracy over area of all circuits, those of the joined front with their errors and test accuracy.

    Circuits far below the best are left out.
    """
    circuits = [circuit for one in found.tried for circuit in one.circuits]
    least = _least(circuits, found)
    floor = _floor(circuits, found.front)
    with figure(*_SIZES_IN[size], salt=f"explored-{size}") as drawn:
        axes = drawn.subplots()
        _all(axes, [one for one in circuits if one.expected.accuracy >= floor], found, least)
        _front(axes, found, least)
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.grid(axis="y")
        axes.set_xlabel(f"area of the {found.cut} in {found.options.libraries[0]}, µm²")
        axes.set_ylabel("balanced accuracy, %" if found.options.balanced else "accuracy, %")
        handles, labels = _legend(axes)
        width, height = _SIZES_IN[size]
        columns = 4 if size == "wide" else 2
        drawn.legend(handles, labels, loc="upper left", ncols=columns, fontsize=8.5, handlelength=1.4)
        rows = -(-len(labels) // columns)
        drawn.subplots_adjust(left=0.6 / width, right=0.985, bottom=0.5 / height, top=1 - (0.16 + 0.21 * rows) / height)
        return to_svg(drawn, title=f"Expected accuracy over area: {plural(len(circuits), 'circuit')} of all trials")


def _all(axes: Axes, circuits: Sequence[Circuit], found: Explored, least: float) -> None:
    axes.plot(
        [max(one.cost_um2(found.cut), least) for one in circuits],
        [100 * one.expected.accuracy for one in circuits],
        "o", color=GRAY, markersize=3.0, alpha=0.6, zorder=2, label=_OTHERS,
    )  # fmt: skip


def _front(axes: Axes, found: Explored, least: float) -> None:
    places = [max(one.circuit.cost_um2(found.cut), least) for one in found.front]
    expected = [100 * one.circuit.expected.accuracy for one in found.front]
    axes.plot(places, expected, color=BLUE, linewidth=1.2, alpha=0.55, drawstyle="steps-post", zorder=3)
    errors = [100 * one.circuit.expected.error for one in found.front]
    axes.errorbar(
        places, expected, yerr=errors, fmt="o", color=BLUE, markersize=4.8, elinewidth=0.9, zorder=4,
        label=_EXPECTED,
    )  # fmt: skip
    measured = [(place, 100 * one.test) for place, one in zip(places, found.front, strict=True) if one.test is not None]
    if measured:
        axes.plot(
            *zip(*measured, strict=True), "o", color=MUTED, fillstyle="none", markersize=4.8, zorder=3,
            label=_MEASURED,
        )  # fmt: skip
    axes.plot(
        [places[found.chosen]], [expected[found.chosen]], "o", color=ORANGE, fillstyle="none", markersize=10.0,
        markeredgewidth=1.6, zorder=5, label=_CHOSEN,
    )  # fmt: skip


def _legend(axes: Axes) -> tuple[list[Any], list[str]]:
    """Return the entries of the legend, the joined front first."""
    handles, labels = axes.get_legend_handles_labels()
    order = sorted(range(len(labels)), key=lambda k: _ENTRIES.index(labels[k]))
    return [handles[k] for k in order], [labels[k] for k in order]


def _least(circuits: Sequence[Circuit], found: Explored) -> float:
    """Return where a circuit without any cell stands on a logarithmic axis: well left of all others."""
    return min((area for one in circuits if (area := one.cost_um2(found.cut))), default=1.0) / 2


def _floor(circuits: Sequence[Circuit], front: Sequence[Joined]) -> float:
    """Return the accuracy below which circuits are left out, so that the good ones are told apart."""
    best = max(one.expected.accuracy for one in circuits)
    return min([best - _SHOWN, *(one.circuit.expected.accuracy for one in front)])
