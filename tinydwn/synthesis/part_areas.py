"""What the encoder, the tables and the reduction cost, each alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from tinydwn.lowering import parts
from tinydwn.mapping import count_gates, map_to_cells
from tinydwn.minimize import recipe, run_recipe
from tinydwn.model.classifier import Classifier
from tinydwn.netlist import Netlist
from tinydwn.synthesis.options import SynthesisOptions
from tinydwn.synthesis.result import PartArea
from tinydwn.technology import Library
from tinydwn.tools.parallel import run_together

Part = Literal["encoder", "tables", "reduction"]


def areas_by_part(classifier: Classifier, library: Library, options: SynthesisOptions) -> tuple[PartArea, ...]:
    """Return area and gates of each part, minimized and mapped alone with effort "fast".

    Nothing is shared between the parts and none uses what the others rule out, so that their sum is larger than
    the chip.
    """
    pieces = parts(classifier, output=options.output_form)
    named: tuple[tuple[Part, Netlist], ...] = (
        ("encoder", pieces.encoder),
        ("tables", pieces.tables),
        ("reduction", pieces.reduction),
    )
    jobs: list[Callable[[], PartArea]] = [
        partial(_area, part, netlist, library, options.timeout_s) for part, netlist in named
    ]
    return tuple(run_together(jobs))


def _area(part: Part, netlist: Netlist, library: Library, timeout_s: float) -> PartArea:
    smaller = run_recipe(netlist, recipe("fast", timeout_s=timeout_s)).netlist
    mapped = map_to_cells(smaller, library, effort="fast", timeout_s=timeout_s)
    return PartArea(part, mapped.area_um2, count_gates(smaller, "gates2", effort="fast", timeout_s=timeout_s))
