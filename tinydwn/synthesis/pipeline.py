"""The road from a table of samples, or a model, to proven cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from tinydwn.errors import ConfigError, LibraryError
from tinydwn.lowering import lower, lower_core
from tinydwn.mapping import Objective
from tinydwn.minimize import Minimized
from tinydwn.netlist import Assumption
from tinydwn.synthesis.cut import OnPass, Road, take_cut
from tinydwn.synthesis.deliverables import all_files
from tinydwn.synthesis.minimization import minimize_chip, minimize_core
from tinydwn.synthesis.options import SynthesisOptions
from tinydwn.synthesis.part_areas import areas_by_part
from tinydwn.synthesis.progress import OnEvent, Progress
from tinydwn.synthesis.result import CutResult, Synthesis
from tinydwn.synthesis.samples import Samples
from tinydwn.synthesis.source import Learnt, learn
from tinydwn.synthesis.versions import package_versions, program_versions
from tinydwn.synthesis.workspace import Workspace
from tinydwn.technology import Library, load_library


def synthesize(
    source: str | Path,
    options: SynthesisOptions | None = None,
    *,
    workspace: Workspace | None = None,
    on_event: OnEvent | None = None,
) -> Synthesis:
    """Return everything that the road leads to, for a data set name, a table file or a model file.

    With a workspace, training and minimized netlists of an interrupted run are taken up again. The same
    source, options and versions give the same result, byte for byte, but for `seconds`. Raises
    `VerificationError` where a pass, the lowering or the gates were shown to differ; proofs that did not end
    are UNDECIDED among the verdicts. Bad input raises `DataError` or `ConfigError`, a missing or failing
    program `ProgramError`.
    """
    options, workspace = options or SynthesisOptions(), workspace or Workspace(None)
    progress = Progress(on_event)
    with progress.stage("tools", "looking for ABC, Yosys and the cell libraries"):
        versions = {**package_versions(), **program_versions(timeout_s=options.timeout_s)}
        libraries = _libraries(options.libraries)
        for library in libraries:
            Objective(options.objective, options.max_delay_ps).require_delays(library)
    learnt = learn(source, options, progress, workspace)
    return _walk(str(source), learnt, Road(libraries, options, progress), workspace, versions)


def _libraries(names: Sequence[str]) -> tuple[Library, ...]:
    """Load the chosen libraries; two that call themselves the same could not be told apart in the results."""
    libraries = tuple(load_library(name) for name in names)
    known = [library.name for library in libraries]
    for chosen, name in zip(names, known, strict=True):
        if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*", name):
            raise LibraryError(
                f"'{chosen}' calls itself {name!r}, which cannot name a folder of results",
                hint="rename the library in its Liberty file to letters, digits and _ . + -",
            )
    for k, name in enumerate(known):
        if name in known[:k]:
            raise ConfigError(
                f"'{names[known.index(name)]}' and '{names[k]}' are both called '{name}'",
                hint="choose one of them, or rename the library in its Liberty file",
            )
    return libraries


def _walk(
    source: str,
    learnt: Learnt,
    road: Road,
    workspace: Workspace,
    versions: Mapping[str, str],
) -> Synthesis:
    """Take both cuts of a classifier, the chip after the core, and put everything together."""
    classifier, options, progress = learnt.classifier, road.options, road.progress
    form = options.output_form
    with progress.stage("lower", "to boolean functions"):
        core, chip = lower_core(classifier, output=form), lower(classifier, output=form)
        samples = Samples.of(classifier, learnt.split, seed=options.seed)
        core_samples, chip_samples = samples.for_core(core.netlist, form), samples.for_chip(chip, form)

    shared = {"effort": options.effort, "timeout_s": options.timeout_s, "versions": dict(versions)}

    def small_core(on_pass: OnPass) -> Minimized:
        key = {**shared, "of": core.netlist.digest, "chains": core.assumption.chains}
        job = partial(minimize_core, core, effort=options.effort, timeout_s=options.timeout_s, on_pass=on_pass)
        return workspace.minimized(key, job)

    core_result, core_files = take_cut(road, "core", core.netlist, core.assumption, core_samples, small_core)
    smaller = core_result.minimized

    def small_chip(on_pass: OnPass) -> Minimized:
        key = {
            **shared,
            "of": chip.digest,
            "core": [smaller.netlist.digest, *(netlist.digest for _, netlist in smaller.lesser)],
        }
        job = partial(
            minimize_chip,
            classifier,
            chip,
            smaller,
            effort=options.effort,
            timeout_s=options.timeout_s,
            on_pass=on_pass,
        )
        return workspace.minimized(key, job)

    chip_result, chip_files = take_cut(road, "chip", chip, Assumption.none(), chip_samples, small_chip)
    with progress.stage("parts", "area of encoder, tables and reduction"):
        areas = areas_by_part(classifier, road.libraries[0], options)
    return Synthesis(
        source=source,
        options=options,
        split=learnt.split,
        trained=learnt.trained,
        classifier=classifier,
        accuracy=learnt.accuracy,
        core=core_result,
        chip=chip_result,
        parts=areas,
        versions=versions,
        files=all_files(classifier, core_files, chip_files, chip_result.minimized.netlist, vectors=samples.vectors),
        notes=(*learnt.notes, *_delays(options, (core_result, chip_result))),
        seconds=progress.seconds,
    )


def _delays(options: SynthesisOptions, cuts: Sequence[CutResult]) -> Iterator[str]:
    """Tell the delay of each circuit where mapping looked at it."""
    if options.objective == "area" and options.max_delay_ps is None:
        return
    for cut in cuts:
        for one in cut.mapped:
            way = f"{one.depth} cells" if one.delay_ps is None else f"about {one.delay_ps:,.0f} ps"
            yield f"the longest way through the {cut.cut} in {one.library.name} takes {way}, before placement"
