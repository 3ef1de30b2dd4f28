"""The road from a table of samples, or a model, to the front of circuits and one of them, proven."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from tinydwn.data import Coding
from tinydwn.data.dataset import Dataset, Split
from tinydwn.errors import ConfigError, LibraryError
from tinydwn.export.bundle_files import CODING_FILE, SAMPLES_FILE, front_file
from tinydwn.mapping import Objective
from tinydwn.model.store import to_bytes
from tinydwn.synthesis.delivery import Road, deliver
from tinydwn.synthesis.exploring import explore_fronts, places_of
from tinydwn.synthesis.front import Choice, FrontPoint, choose
from tinydwn.synthesis.given import Source, settle
from tinydwn.synthesis.options import SynthesisOptions
from tinydwn.synthesis.progress import OnEvent, Progress
from tinydwn.synthesis.references import references_of
from tinydwn.synthesis.result import Synthesis
from tinydwn.synthesis.samples import Samples
from tinydwn.synthesis.source import learn
from tinydwn.synthesis.versions import package_versions, program_versions
from tinydwn.synthesis.workspace import Workspace
from tinydwn.technology import Library, load_library
from tinydwn.tools.files import readable_name

Kind = TypeVar("Kind", SynthesisOptions, Choice)


def synthesize(
    source: object,
    options: SynthesisOptions | None = None,
    *,
    target: object = None,
    samples: object = None,
    choice: Choice | None = None,
    workspace: Workspace | None = None,
    on_event: OnEvent | None = None,
) -> Synthesis:
    """Return the front of circuits for a table of samples or a classifier, and one of them carried to the end.

    `source` is the name of a data set, the path of a table, a pandas DataFrame, arrays or lists as `(X, y)`, or a
    `Dataset`; or a classifier: the path of a model (.npz) or a netlist (.blif, .aig, .aag), a `Classifier`, or a fitted
    `DWNClassifier` or `CircuitClassifier`. `target` names the column of a table that holds the class, by default as
    `Reading` finds it; of a DataFrame or an array it may be the classes themselves, (samples,). `samples`, any of the
    tables, belong to a classifier: to search and to measure with. Without any, its function is kept. They should be
    others than those that it was fitted to, as part of them is to tell its accuracy.

    With a workspace, what an interrupted run trained, searched and built is taken up again. The same source, options
    and versions give the same result, byte for byte, but for `seconds`. Raises `VerificationError` where a pass, the
    lowering or the gates were shown to differ; proofs that did not end are UNDECIDED among the verdicts. Bad input
    raises `DataError` or `ConfigError`, a missing or failing program `ProgramError`.
    """
    options, choice = _checked(options, SynthesisOptions), _checked(choice, Choice)
    workspace, progress = workspace or Workspace(None), Progress(on_event)
    known, given, options = settle(source, samples, target, options)
    with progress.stage("tools", "looking for ABC, Yosys and the cell libraries"):
        versions = {**package_versions(), **program_versions(timeout_s=options.timeout_s)}
        road = Road(load_libraries(options), options, progress)
        workspace.begin(versions)
    learnt = learn(known, options, progress, workspace, samples=given)
    fronts = explore_fronts(learnt, road, workspace)
    chosen = choose(places_of(fronts.points, options.cut), choice)
    with progress.stage("compare", "boosting, to compare with"):
        references = references_of(learnt.split, seed=options.seed, balanced=options.balanced)
    kept = Samples.of(learnt.grid, learnt.split, seed=options.seed)
    delivered = deliver(fronts.points[chosen], fronts.built[chosen], kept, road)
    return Synthesis(
        source=name_of(known),
        options=options,
        split=learnt.split,
        trained=learnt.trained,
        points=fronts.points,
        chosen=chosen,
        rule=choice.text if len(fronts.points) > 1 else "the only circuit",
        searching=fronts.searching(options.cut),
        references=references,
        delivered=delivered,
        versions=versions,
        files={**delivered.files, **front_files(fronts.points, kept, learnt.split)},
        notes=learnt.notes,
        seconds=progress.seconds,
    )


def _checked(value: Kind | None, kind: type[Kind]) -> Kind:
    """Return a value of a kind, by default the plain one; `ConfigError` for one of another kind."""
    if value is not None and not isinstance(value, kind):
        raise ConfigError(f"{value!r} is no {kind.__name__}", hint=f"give tinydwn's {kind.__name__}(...)")
    return kind() if value is None else value


def name_of(source: Source) -> str:
    """Return what a source is called, without what names a place on this machine."""
    if isinstance(source, str | Path):
        return readable_name(Path(source))
    return source.name if isinstance(source, Dataset) else "classifier"


def load_libraries(options: SynthesisOptions) -> tuple[Library, ...]:
    """Load the chosen libraries; two that call themselves the same could not be told apart in the results."""
    libraries = tuple(load_library(name) for name in options.libraries)
    known = [library.name for library in libraries]
    for chosen, name in zip(options.libraries, known, strict=True):
        if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*", name):
            raise LibraryError(
                f"'{chosen}' calls itself {name!r}, which cannot name a folder of results",
                hint="rename the library in its Liberty file to letters, digits and _ . + -",
            )
    for k, name in enumerate(known):
        if name in known[:k]:
            raise ConfigError(
                f"'{options.libraries[known.index(name)]}' and '{options.libraries[k]}' are both called '{name}'",
                hint="choose one of them, or rename the library in its Liberty file",
            )
    for library in libraries:
        Objective(options.objective, options.max_delay_ps).require_delays(library)
    return libraries


def coding_text(coding: Coding) -> str:
    """Return the text of `coding.json`."""
    return json.dumps(coding.to_json(), indent=1, ensure_ascii=False) + "\n"


def front_files(points: Sequence[FrontPoint], samples: Samples, split: Split | None) -> dict[str, bytes]:
    """Return the files of a bundle that do not depend on which point was chosen."""
    files = {front_file(k): to_bytes(point.classifier) for k, point in enumerate(points)}
    files[SAMPLES_FILE] = samples.to_bytes()
    if split is not None and split.coding is not None:
        files[CODING_FILE] = coding_text(split.coding).encode()
    return files
