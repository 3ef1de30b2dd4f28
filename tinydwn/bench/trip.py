"""One classifier all the way from its tables to all that is written of it and back, compared at every arrow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tinydwn.bench.bundle_trip import travel_bundle
from tinydwn.bench.compared import Case, Cut, Mismatch
from tinydwn.bench.random_classifier import random_classifier
from tinydwn.bench.read_again import blif_again, c_again, c_classes, edge_values, verilog_again, wrapper_again
from tinydwn.bench.search_trip import travel_choice, travel_search
from tinydwn.export.cell_models import cell_models
from tinydwn.export.gate_blif import from_gate_blif, to_gate_blif
from tinydwn.export.ports import Ports
from tinydwn.export.structural import to_structural_verilog
from tinydwn.export.verilog import to_verilog
from tinydwn.export.wrapper import STYLES, to_wrapper
from tinydwn.lowering import lower, lower_core
from tinydwn.mapping import MappedNetlist, map_to_cells
from tinydwn.minimize import recipe, run_recipe
from tinydwn.netlist import Netlist, from_blif, to_blif
from tinydwn.technology import FACT_LIBRARIES, Library, load_library
from tinydwn.verify.read_back import read_verilog

__all__ = ["ARROWS", "Mismatch", "Trip", "run_trip"]

ARROWS = (
    *("reference", "lower", "minimize", "blif", "verilog", "map", "gate verilog", "gate blif", "naive reading"),
    *("wrappers", "choice", "c", "search", "bundle", "forged"),
)
SAMPLES = 400
YOSYS_EVERY, C_EVERY, SEARCH_EVERY, BUNDLE_EVERY = 3, 4, 20, 200
"""One pair of seeds, an even and the odd one behind it, in so many takes the arrows that take long."""
NORMAL_EVERY, HIGH_EVERY = 50, 400
"""One pair of seeds in so many is minimized and mapped with a higher effort."""


@dataclass(frozen=True, slots=True)
class Trip:
    """What comparing one classifier came to.

    `simulated` and `proven` count, per arrow, comparisons on samples with the classifier's reference and proofs
    against the stage before.
    """

    seed: int
    simulated: Mapping[str, int]
    proven: Mapping[str, int]
    mismatches: tuple[Mismatch, ...]


def effort_of(seed: int) -> str:
    """Return the effort of a seed where none is asked for.

    >>> [effort_of(seed) for seed in (0, 20, 150)]
    ['fast', 'normal', 'high']
    """
    pair = seed // 2
    if pair % HIGH_EVERY == 75:
        return "high"
    return "normal" if pair % NORMAL_EVERY == 10 else "fast"


def run_trip(seed: int, *, effort: str | None = None, samples: int = SAMPLES, timeout_s: float = 120.0) -> Trip:
    """Draw the classifier of `seed`, take both cuts down the road, and compare what every arrow leads to.

    Odd seeds ask for one output per class, even ones for the class in binary; the embedded libraries take turns, and
    without `effort` so do the efforts. A stage that raises a `TinydwnError` is a mismatch of its arrow, and what builds
    on it is left out.
    """
    case = Case.of(seed, random_classifier(seed), samples=samples)
    core = lower_core(case.classifier, output=case.form)
    chip = lower(case.classifier, output=case.form)
    cuts = [Cut.core(case, core.netlist, core.assumption, timeout_s), Cut.chip(case, chip, timeout_s)]
    cuts[0].answered("reference", lambda: case.classes[:, None], case.naive[:, None])
    for cut in cuts:
        _travel(cut, effort or effort_of(seed))
    travel_choice(cuts[0])
    pair = seed // 2
    if pair % C_EVERY == 0:
        _travel_c(cuts)
    if pair % SEARCH_EVERY == 2:
        travel_search(cuts[pair // SEARCH_EVERY % 2], _library(seed))
    if pair % BUNDLE_EVERY == 1:
        travel_bundle(cuts[1])
    return Trip(
        seed,
        dict(sum((cut.simulated for cut in cuts), Counter())),
        dict(sum((cut.proven for cut in cuts), Counter())),
        tuple(mismatch for cut in cuts for mismatch in cut.mismatches),
    )


def _travel(cut: Cut, effort: str) -> None:
    cut.arrive("lower", lambda: cut.lowered, None)
    smaller = cut.arrive("minimize", lambda: _minimized(cut, effort), cut.lowered)
    if smaller is None:
        return
    _travel_texts(cut, smaller)
    mapped = cut.attempt(
        "map", lambda: map_to_cells(smaller, _library(cut.case.seed), effort=effort, timeout_s=cut.timeout_s)
    )
    if mapped is None:
        return
    like = cut.arrive("map", mapped.functions, smaller)
    if like is None:
        return
    _travel_gates(cut, mapped, like)
    if cut.name == "chip":
        _travel_wrappers(cut, mapped, like)


def _travel_texts(cut: Cut, netlist: Netlist) -> None:
    """Write and read again: texts are written where they are read, so that a writer's error is one of its arrow."""
    cut.arrive("blif", lambda: from_blif(to_blif(netlist)), netlist)
    if _by_yosys(cut):
        cut.arrive("verilog", lambda: _through_yosys(to_verilog(netlist), netlist, cut.timeout_s), netlist)
    cut.read("naive reading", lambda given, ones: blif_again(to_blif(netlist), netlist, given, ones))
    cut.read("naive reading", lambda given, ones: verilog_again(to_verilog(netlist), netlist, given, ones))


def _travel_gates(cut: Cut, mapped: MappedNetlist, like: Netlist) -> None:
    if _by_yosys(cut):
        cut.arrive("gate verilog", lambda: _through_yosys(_gates(mapped), like, cut.timeout_s), like)
    cut.arrive("gate blif", lambda: from_gate_blif(to_gate_blif(mapped), mapped.library).functions(), like)

    def of_blif(given: Mapping[str, int], ones: int) -> list[int]:
        return blif_again(to_gate_blif(mapped), like, given, ones, cell_models(mapped))

    cut.read("naive reading", of_blif)
    cut.read("naive reading", lambda given, ones: verilog_again(_gates(mapped), like, given, ones))


def _gates(mapped: MappedNetlist) -> str:
    """Return the Verilog of cells with their models."""
    return to_structural_verilog(mapped) + cell_models(mapped)


def _travel_wrappers(cut: Cut, mapped: MappedNetlist, like: Netlist) -> None:
    def held(style: str, given: Mapping[str, int], ones: int) -> list[int]:
        return wrapper_again(to_wrapper(Ports.of(like), style=style) + _gates(mapped), like, style, given, ones)

    for style in STYLES:
        cut.read("wrappers", lambda given, ones, style=style: held(style, given, ones))  # type: ignore[misc]


def _travel_c(cuts: list[Cut]) -> None:
    """Compare the C texts of both netlists and of the classifier."""
    for cut in cuts:
        wanted = cut.case.outputs(len(cut.lowered.outputs))
        cut.answered("c", lambda cut=cut: c_again(cut.lowered, cut.stimulus, timeout_s=cut.timeout_s), wanted)  # type: ignore[misc]
    core, case = cuts[0], cuts[0].case
    outputs = case.outputs(len(core.lowered.outputs), naive=True)
    codes = outputs.astype(np.int64) @ (np.int64(1) << np.arange(outputs.shape[1]))
    values = edge_values(case)
    core.answered("c", lambda: c_classes(case.classifier, core.lowered, values, timeout_s=core.timeout_s), codes)


def _minimized(cut: Cut, effort: str) -> Netlist:
    return run_recipe(cut.lowered, recipe(effort, timeout_s=cut.timeout_s), assuming=cut.assumption).netlist


def _by_yosys(cut: Cut) -> bool:
    return cut.case.seed // 2 % YOSYS_EVERY == 0


def _through_yosys(text: str, like: Netlist, timeout_s: float) -> Netlist:
    return read_verilog(text, ports=Ports.of(like), like=like, timeout_s=timeout_s)


def _library(seed: int) -> Library:
    """Return one of the embedded libraries, each in its turn."""
    return load_library(FACT_LIBRARIES[seed % len(FACT_LIBRARIES)])
