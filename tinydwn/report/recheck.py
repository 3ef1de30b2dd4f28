"""What a finished folder says, made again from what is proven in it; and what nobody can prove again from files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from tinydwn.errors import BundleError
from tinydwn.export.bundle import MADE_ANEW, Bundle
from tinydwn.export.bundle_files import (
    CODING_FILE,
    FRONT_FOLDER,
    REPORT_FILE,
    REPORT_FILES,
    REPORT_MARKDOWN_FILE,
    REPORT_PAGE_FILE,
    SAMPLES_FILE,
    front_file,
)
from tinydwn.metrics import CUTS
from tinydwn.model.store import from_bytes
from tinydwn.report.choosing import point_of, report_of
from tinydwn.report.collect import with_choice
from tinydwn.report.facts import CutReport, PointFacts
from tinydwn.report.markdown import to_markdown
from tinydwn.report.page import to_html
from tinydwn.report.run_report import RunReport, to_text
from tinydwn.synthesis.accuracy import accuracy
from tinydwn.synthesis.result import Delivered, PartArea
from tinydwn.synthesis.rewriting import Rewritten, rewrite
from tinydwn.synthesis.versions import package_versions
from tinydwn.technology import Library

_FIGURES = ("gates2", "nand2", "steps", "verdicts", "agreements")
_DRAWN_BY = ("tinydwn", "python", "numpy", "networkx", "matplotlib")
_TRUSTED = (
    f"{SAMPLES_FILE}: that these are the test part, or random words where there are no samples",
    f"{FRONT_FOLDER}/: how these circuits were learned and found",
    "report.json: accuracies on the training part and expected ones, the training, what others reach, where samples "
    "come from",
    "report.json: areas of the front but for the chosen circuit, areas by part, counts of two-input gates and NAND2",
    "report.json: steps of minimization, proofs of that time, notes, options, versions",
)


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What was made again and found to be the same, and what is taken on trust, in sentences."""

    said: tuple[str, ...]
    trusted: tuple[str, ...]


def recheck(bundle: Bundle, libraries: Iterable[Library] = ()) -> Rechecked:
    """Make every text of a bundle again from its model, netlists, cells and samples, and compare.

    Cells are those that tinydwn knows, or those of `libraries` where one has the name; cells of other libraries are
    taken on trust, and so are the report's figures then. `BundleError` where something is otherwise than it says.
    """
    written = rewrite(bundle, libraries)
    said = [f"{len(written.files)} files are what is written for the model, netlists, cells and samples"]
    trusted = [f"cells of {name}: no library of that name is known; give it with --library" for name in written.unknown]
    if CODING_FILE in bundle.files:
        trusted.append(f"{CODING_FILE}: that columns become features as they did when the network learned")
    if REPORT_FILE not in bundle.files:
        return Rechecked(tuple(said), (*_TRUSTED[:2], *trusted))
    report = report_of(bundle)
    _check_front(bundle, report, written)
    if written.unknown:
        trusted.append("report.json: areas and cells, as not all libraries are known")
    else:
        _check_figures(bundle, report, written)
        said.append("report.json: figures, equations and drawings of the chosen circuit, and its answers, are its own")
    said.append("report.json: test accuracies of all circuits are those on samples.npz")
    more = _check_renderings(bundle, report)
    if not more:
        said.append("report.md and report.html show report.json and nothing else")
    return Rechecked(tuple(said), (*_TRUSTED, *trusted, *more))


def _check_front(bundle: Bundle, report: RunReport, written: Rewritten) -> None:
    """Measure every circuit of the front on the samples once more, and compare the chosen one with its cuts."""
    samples, balanced = written.samples, report.accuracy.kind == "balanced"
    if (report.data is None) != (not len(samples.labels)):
        raise _other("data")
    if report.data is not None:
        counts = np.bincount(samples.labels, minlength=len(report.data.classes)).tolist()
        if counts != [one.test_samples for one in report.data.classes] or report.data.test_samples != len(samples):
            raise _other("data")
    for number in range(len(report.fronts["chip"])):
        name = front_file(number)
        classifier = from_bytes(bundle.files[name], name=name)
        test = accuracy(samples.answers(classifier), samples.labels, balanced=balanced) if report.data else None
        if any(report.point(number, cut).test_accuracy != test for cut in CUTS):
            raise _other(f"fronts: the test accuracy of circuit {number}")
    if any(_sizes(report, point, cut) for cut in CUTS for point in report.fronts[cut] if point.chosen):
        raise _other("fronts: the size of the chosen circuit")


def _sizes(report: RunReport, point: PointFacts, cut: str) -> bool:
    """Say whether a point has other figures than the cut of the chosen circuit."""
    one, main = report.cuts[cut], report.search.library
    wanted = one.gates2, one.area_um2.get(main), one.nand2_equivalent.get(main)
    read = tuple(feature.feature for feature in report.interface.features_read)
    return (point.gates2, point.area_um2, point.nand2_equivalent) != wanted or point.features != read


def _check_figures(bundle: Bundle, report: RunReport, written: Rewritten) -> None:
    """Collect the report of the chosen circuit anew, less what only the report itself tells, and compare."""
    order = {name: k for k, name in enumerate(report.chip.libraries)}
    cuts = [
        replace(one, mapped=tuple(sorted(one.mapped, key=lambda cells: order.get(cells.library.name, len(order)))))
        for one in written.cuts
    ]
    number = report.chosen.point
    delivered = Delivered(
        point=point_of(bundle, report, number),
        core=cuts[0],
        chip=cuts[1],
        interface=written.interface,
        equations=written.equations,
        parts=tuple(PartArea(one.part, one.area_um2, one.gates2) for one in report.parts),
        samples=written.samples,
        files={},
    )
    files = {name: content for name, content in bundle.files.items() if name not in REPORT_FILES}
    again = with_choice(report, delivered, chosen=number, rule=report.search.rule, files=files)
    told: dict[str, CutReport] = {
        cut: replace(again.cuts[cut], **{name: getattr(report.cuts[cut], name) for name in _FIGURES}) for cut in CUTS
    }
    odd = next(_differences(report, replace(again, cuts=told)), None)
    if odd is not None:
        raise _other(odd)


def _differences(report: RunReport, again: RunReport) -> Iterator[str]:
    """Yield the names of what two reports tell otherwise."""
    for cut in CUTS:
        for one in fields(report.cuts[cut]):
            if getattr(report.cuts[cut], one.name) != getattr(again.cuts[cut], one.name):
                yield f"cuts.{cut}.{one.name}"
    for one in fields(report):
        if getattr(report, one.name) != getattr(again, one.name):
            yield one.name


def _check_renderings(bundle: Bundle, report: RunReport) -> Sequence[str]:
    """Render the report anew and compare; return what cannot be, as other versions drew it."""
    now = package_versions()
    others = [name for name in _DRAWN_BY if report.versions.get(name) != now[name]]
    wanted = {
        REPORT_FILE: to_text(report),
        REPORT_MARKDOWN_FILE: to_markdown(report),
        REPORT_PAGE_FILE: to_html(report),
    }
    for name, text in wanted.items():
        if name not in bundle.files:
            raise BundleError(f"the bundle has no file '{name}'", hint=MADE_ANEW)
        if bundle.files[name] != text.encode():
            if name != REPORT_FILE and others:
                return (f"report.md, report.html: they were made with another version of {', '.join(others)}",)
            raise BundleError(f"'{name}' does not show what '{REPORT_FILE}' tells", hint=MADE_ANEW)
    return ()


def _other(what: str) -> BundleError:
    return BundleError(
        f"'{REPORT_FILE}' does not fit the other files: {what} would be another",
        hint=f"it was changed, or another version of tinydwn wrote it: {MADE_ANEW}",
    )
