"""Another circuit of a bundle's front, carried to the end: no training, no search."""

from __future__ import annotations

from collections.abc import Sequence

from tinydwn.errors import BundleError, LibraryError
from tinydwn.export.bundle import MADE_ANEW, Bundle
from tinydwn.export.bundle_files import CODING_FILE, FRONT_FOLDER, REPORT_FILE, SAMPLES_FILE, front_file
from tinydwn.model.store import from_bytes
from tinydwn.report import run_report
from tinydwn.report.collect import with_choice
from tinydwn.report.deliver import with_reports
from tinydwn.report.facts import PointFacts
from tinydwn.report.run_report import RunReport
from tinydwn.synthesis.building import build
from tinydwn.synthesis.delivery import Road, deliver
from tinydwn.synthesis.front import Choice, FrontPoint, Place, Size, choose
from tinydwn.synthesis.options import SynthesisOptions
from tinydwn.synthesis.pipeline import load_libraries
from tinydwn.synthesis.progress import OnEvent, Progress
from tinydwn.synthesis.samples import Samples
from tinydwn.synthesis.workspace import Workspace
from tinydwn.technology import load_library

_OWN_OPTIONS = (
    "test_fraction",
    "seed",
    "exact",
    "cut",
    "most_nand2",
    "balanced",
    "effort",
    "output_form",
    "all_features",
    "objective",
    "max_delay_ps",
    "timeout_s",
)


def choose_again(
    bundle: Bundle,
    choice: Choice | None,
    *,
    libraries: Sequence[str] = (),
    timeout_s: float | None = None,
    on_event: OnEvent | None = None,
) -> tuple[RunReport, Bundle]:
    """Return the report and the bundle with the circuit that a rule chooses from the stored front.

    Its files are those that the whole road writes for it, byte for byte, where the versions are the same. `libraries`,
    by name or as Liberty files, join those of the bundle; without a `choice` its circuit stays. Raises `BundleError`
    for a bundle that is damaged or was written before there were fronts, `ConfigError` where no point fits, and as
    `deliver`.
    """
    report = report_of(bundle)
    number = report.chosen.point if choice is None else choose(_places(report), choice)
    rule = report.search.rule if choice is None else choice.text
    options = _options(report, libraries, timeout_s)
    progress = Progress(on_event)
    with progress.stage("choose", f"point {number}: {rule}"):
        road = Road(load_libraries(options), options, progress)
        point = point_of(bundle, report, number)
        samples = Samples.from_bytes(_file(bundle, SAMPLES_FILE))
    with progress.stage("front", "the chosen circuit, in cells"):
        built = build(point.classifier, road.libraries[0], options, Workspace(None))
    delivered = deliver(point, built, samples, road)
    files = {**delivered.files, **_kept(bundle)}
    chosen = with_choice(report, delivered, chosen=number, rule=rule, files=files)
    return chosen, with_reports(files, chosen)


def report_of(bundle: Bundle) -> RunReport:
    """Return the report in a bundle; `BundleError` where there is none."""
    return run_report.from_text(_file(bundle, REPORT_FILE).decode("utf-8", "replace"), where=REPORT_FILE)


def _places(report: RunReport) -> list[Place]:
    points = sorted(report.fronts[report.search.cut], key=lambda point: point.point)
    return [
        Place(one.area_um2, one.nand2_equivalent, one.training_accuracy, one.expected_accuracy, one.own_error)
        for one in points
    ]


def point_of(bundle: Bundle, report: RunReport, number: int) -> FrontPoint:
    """Return a circuit of the front with what the report tells of it."""
    name = front_file(number)
    core, chip = report.point(number, "core"), report.point(number, "chip")
    return FrontPoint(
        kind=chip.kind,
        start=chip.start,
        classifier=from_bytes(_file(bundle, name), name=name),
        core=_size(core),
        chip=_size(chip),
        training=chip.training_accuracy,
        expected=chip.expected_accuracy,
        error=chip.expected_error,
        own_error=chip.own_error,
        test=chip.test_accuracy,
        features=chip.features,
    )


def _size(point: PointFacts) -> Size:
    return Size(point.gates2, point.area_um2, point.nand2_equivalent)


def _options(report: RunReport, libraries: Sequence[str], timeout_s: float | None) -> SynthesisOptions:
    """Return the options that the report was made with, as far as they matter to one circuit."""
    known = report.options
    try:
        own: dict[str, object] = {name: known[name] for name in _OWN_OPTIONS}
        own["libraries"] = _libraries(str(known["libraries"]).split(", "), libraries)
    except KeyError as error:
        raise BundleError(f"'{REPORT_FILE}' does not tell the option {error}", hint=MADE_ANEW) from error
    if timeout_s is not None:
        own["timeout_s"] = timeout_s
    return SynthesisOptions(**own)  # type: ignore[arg-type]


def _libraries(before: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    """Return the libraries to map to: those of the bundle, then others; a file stands for the one of its name."""
    files = {load_library(one).name: one for one in more}
    for name in before:
        if name not in files:
            try:
                load_library(name)
            except LibraryError as error:
                hint = (
                    f"the bundle was made with a Liberty file of that name: give it again, --library path/to/{name}.lib"
                )
                raise LibraryError(error.message, hint=hint) from error
    return (*(files.pop(name, name) for name in before), *files.values())


def _kept(bundle: Bundle) -> dict[str, bytes]:
    """Return the files that are the same whatever is chosen."""
    return {
        name: content
        for name, content in bundle.files.items()
        if name.startswith(f"{FRONT_FOLDER}/") or name in (SAMPLES_FILE, CODING_FILE)
    }


def _file(bundle: Bundle, name: str) -> bytes:
    if name not in bundle.files:
        raise BundleError(f"the bundle has no file '{name}'", hint=MADE_ANEW)
    return bundle.files[name]
