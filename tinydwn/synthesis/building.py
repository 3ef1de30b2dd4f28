"""A classifier as both cuts: lowered, minimized with its function kept, in cells, counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tinydwn.lowering import lower, lower_core
from tinydwn.lowering.chip_ports import read_ports, with_ports_of
from tinydwn.mapping import MappedNetlist, Objective, count_minimized, map_minimized
from tinydwn.mapping.direct import map_directly
from tinydwn.metrics import Cut
from tinydwn.minimize import Minimized
from tinydwn.model.classifier import Classifier
from tinydwn.netlist import Assumption, Netlist
from tinydwn.netlist.analysis import read_inputs
from tinydwn.netlist.input_list import with_inputs
from tinydwn.synthesis.minimization import minimize_chip, minimize_core
from tinydwn.synthesis.options import SynthesisOptions
from tinydwn.synthesis.workspace import Workspace, mapped_from, mapped_to, minimized_from, minimized_to
from tinydwn.technology import Library


@dataclass(frozen=True, slots=True)
class BuiltCut:
    """One cut of a classifier: what it has to compute, the minimized netlist, and cells of one library.

    The inputs of netlist and cells are those that the minimized netlist reads, or with all features all that there are;
    `lowered` may have more. `gates2` counts two-input gates.
    """

    cut: Cut
    lowered: Netlist
    assumption: Assumption
    minimized: Minimized
    mapped: MappedNetlist
    gates2: int

    @property
    def netlist(self) -> Netlist:
        """The minimized netlist."""
        return self.minimized.netlist


@dataclass(frozen=True, slots=True)
class Built:
    """Both cuts of a classifier."""

    core: BuiltCut
    chip: BuiltCut

    def of(self, cut: Cut) -> BuiltCut:
        """Return one of them."""
        return self.core if cut == "core" else self.chip


def build(
    classifier: Classifier,
    library: Library,
    options: SynthesisOptions,
    workspace: Workspace,
) -> Built:
    """Return both cuts of a classifier in cells of a library; the same arguments give the same cuts.

    Minimization and mapping keep the function and take the effort of the options. What a workspace has is not made
    again.
    """
    form = options.output_form
    lowered = lower_core(classifier, output=form)
    chip = lower(classifier, output=form, all_features=options.all_features)
    key = _key(classifier, library, options)

    def make_core() -> tuple[Minimized, MappedNetlist, int]:
        found = minimize_core(lowered, effort=options.effort, timeout_s=options.timeout_s)
        narrow = with_inputs(found.netlist, read_inputs(found.netlist))
        return _as_it_is(lowered.netlist, _in_cells(_with_ports(found, narrow), library, options), library, options)

    core = _kept(workspace, {**key, "cut": "core"}, library, make_core)

    def make_chip() -> tuple[Minimized, MappedNetlist, int]:
        found = minimize_chip(classifier, chip, core[0], effort=options.effort, timeout_s=options.timeout_s)
        narrow = read_ports(found.netlist, classifier.encoder, all_features=options.all_features)
        return _in_cells(_with_ports(found, narrow), library, options)

    whole = _kept(workspace, {**key, "cut": "chip"}, library, make_chip)
    return Built(
        BuiltCut("core", lowered.netlist, lowered.assumption, *core),
        BuiltCut("chip", chip, Assumption.none(), *whole),
    )


def _key(classifier: Classifier, library: Library, options: SynthesisOptions) -> dict[str, object]:
    return {
        "of": classifier.digest,
        "library": library.digest,
        "form": options.output_form,
        "all_features": options.all_features,
        "effort": options.effort,
        "objective": options.objective,
        "max_delay_ps": options.max_delay_ps,
        "timeout_s": options.timeout_s,
    }


def _with_ports(found: Minimized, narrow: Netlist) -> Minimized:
    """Return what minimization found with the inputs of `narrow`, its smallest netlist."""
    lesser = tuple((effort, with_ports_of(netlist, narrow)) for effort, netlist in found.lesser)
    return replace(found, netlist=narrow, lesser=lesser)


def map_cut(minimized: Minimized, library: Library, options: SynthesisOptions) -> MappedNetlist:
    """Return a minimized cut in cells of a library, by the effort and the objective of the options."""
    wanted = Objective(options.objective, options.max_delay_ps)
    return map_minimized(minimized, library, effort=options.effort, objective=wanted, timeout_s=options.timeout_s)


def _in_cells(
    minimized: Minimized, library: Library, options: SynthesisOptions
) -> tuple[Minimized, MappedNetlist, int]:
    mapped = map_cut(minimized, library, options)
    return minimized, mapped, count_minimized(minimized, "gates2", effort=options.effort, timeout_s=options.timeout_s)


def _as_it_is(
    lowered: Netlist, built: tuple[Minimized, MappedNetlist, int], library: Library, options: SynthesisOptions
) -> tuple[Minimized, MappedNetlist, int]:
    """Take the nodes of a core one by one as cells where that is smaller and reads nothing more."""
    minimized, mapped, gates2 = built
    if not Objective(options.objective, options.max_delay_ps).is_area or set(read_inputs(lowered)) - set(mapped.inputs):
        return built
    direct = map_directly(with_inputs(lowered, mapped.inputs), library)
    if direct is None or direct.area_um2 > mapped.area_um2 - 1e-9:
        return built
    return minimized, replace(direct, name=mapped.name), gates2


def _kept(
    workspace: Workspace,
    key: Mapping[str, object],
    library: Library,
    make: Callable[[], tuple[Minimized, MappedNetlist, int]],
) -> tuple[Minimized, MappedNetlist, int]:
    def read(entry: Any) -> tuple[Minimized, MappedNetlist, int]:  # noqa: ANN401 - whatever JSON held
        return minimized_from(entry["minimized"]), mapped_from(entry["mapped"], library), int(entry["gates2"])

    def write(found: tuple[Minimized, MappedNetlist, int]) -> object:
        minimized, mapped, gates2 = found
        return {"minimized": minimized_to(minimized), "mapped": mapped_to(mapped), "gates2": gates2}

    return workspace.kept("built", key, make, read=read, write=write)
