"""From the values of a synthesis to the one value that every rendering starts from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.errors import ConfigError
from tinydwn.export.bundle import Bundle
from tinydwn.metrics import CUTS, Cut
from tinydwn.report.answers import accuracy_facts, live_circuit, sample_facts
from tinydwn.report.drawings import draw_cells
from tinydwn.report.facts import (
    AgreementFacts,
    ClassFacts,
    CutReport,
    DataFacts,
    Drawing,
    EpochFacts,
    LayerFacts,
    LibraryFacts,
    ModelFacts,
    PartFacts,
    PointFacts,
    ReferenceFacts,
    Scalar,
    SearchFacts,
    StepFacts,
    TrainingFacts,
    VerdictFacts,
)
from tinydwn.report.rules import RULES
from tinydwn.report.run_report import SCHEMA, RunReport
from tinydwn.report.supplies import supplies_of

if TYPE_CHECKING:
    from tinydwn.data.dataset import Split
    from tinydwn.minimize import PassReport
    from tinydwn.synthesis.front import FrontPoint
    from tinydwn.synthesis.result import CutResult, Delivered, Synthesis
    from tinydwn.technology import Library
    from tinydwn.training import Trained
    from tinydwn.verify import Verdict
    from tinydwn.verify.simulation import Agreement


_DELAY = "the longest way through the"


def collect(synthesis: Synthesis) -> RunReport:
    """Return what a synthesis has to tell; times and places are left out, so that equal runs give equal reports."""
    points, options = synthesis.points, synthesis.options
    searching, split = synthesis.searching, synthesis.split
    base = RunReport(
        schema=SCHEMA,
        source=split.name if split is not None else synthesis.source,
        digest="",
        seed=options.seed,
        data=None if split is None else _data(split),
        model=_model(synthesis.delivered, options.output_form),
        training=None if synthesis.trained is None else _training(synthesis.trained),
        accuracy=accuracy_facts(synthesis.delivered, None, kind="balanced" if options.balanced else "plain"),
        fronts={cut: _front(points, cut) for cut in CUTS},
        search=SearchFacts(
            cut=searching.cut,
            library=synthesis.chip.mapped[0].library.name,
            effort=options.effort,
            most_nand2=options.most_nand2,
            judged=searching.judged,
            rule=synthesis.rule,
            tiny=searching.tiny,
            balanced=searching.balanced,
            best=searching.best,
        ),
        references=tuple(ReferenceFacts(one.name, one.training, one.test) for one in synthesis.references),
        cuts={},
        interface=synthesis.delivered.interface,
        parts=(),
        notes=synthesis.notes,
        equations="",
        drawings=(),
        live=None,
        samples=(),
        options=_options(synthesis),
        rules=RULES,
        libraries=(),
        versions=dict(synthesis.versions),
    )
    return with_choice(base, synthesis.delivered, chosen=synthesis.chosen, rule=synthesis.rule, files=synthesis.files)


def with_choice(
    report: RunReport, delivered: Delivered, *, chosen: int, rule: str, files: Mapping[str, bytes]
) -> RunReport:
    """Return a report with another circuit of its front chosen, carried to the end as `delivered`.

    `files` are those of the bundle, reports left out.
    """
    fronts = {
        cut: tuple(replace(point, chosen=point.point == chosen) for point in front)
        for cut, front in report.fronts.items()
    }
    libraries = ", ".join(one.library.name for one in delivered.chip.mapped)
    return replace(
        report,
        digest=Bundle(files).digest,
        model=_model(delivered, str(report.options["output_form"])),
        accuracy=accuracy_facts(delivered, report.data, kind=report.accuracy.kind),
        fronts=fronts,
        search=replace(report.search, rule=rule),
        cuts={result.cut: _cut(result) for result in delivered.cuts},
        interface=delivered.interface,
        parts=tuple(PartFacts(part.part, _rounded(part.area_um2), part.gates2) for part in delivered.parts),
        equations=delivered.equations,
        drawings=tuple(filter(None, map(_drawing, delivered.cuts))),
        live=live_circuit(delivered),
        samples=sample_facts(delivered),
        options={**report.options, "libraries": libraries},
        libraries=tuple(_library(one.library) for one in delivered.chip.mapped),
        supplies=supplies_of(delivered),
        notes=(*(note for note in report.notes if not note.startswith(_DELAY)), *_delays(report.options, delivered)),
    )


def _delays(options: Mapping[str, Scalar], delivered: Delivered) -> Iterator[str]:
    """Tell the delay of each cut where mapping looked at it."""
    if options["objective"] == "area" and options["max_delay_ps"] is None:
        return
    for cut in delivered.cuts:
        for one in cut.mapped:
            way = f"{one.depth} cells" if one.delay_ps is None else f"about {one.delay_ps:,.0f} ps"
            yield f"{_DELAY} {cut.cut} in {one.library.name} takes {way}, before placement"


def _front(points: Sequence[FrontPoint], cut: Cut) -> tuple[PointFacts, ...]:
    """Return the points of a front by ascending area on one cut; their numbers are those on the searched one."""
    facts = [
        PointFacts(
            point=number,
            kind=point.kind,
            start=point.start,
            gates2=point.size(cut).gates2,
            nand2_equivalent=_rounded(point.size(cut).nand2_equivalent),
            area_um2=_rounded(point.size(cut).area_um2),
            training_accuracy=point.training,
            expected_accuracy=point.expected,
            expected_error=point.error,
            own_error=point.own_error,
            test_accuracy=point.test,
            features=point.features,
            chosen=False,
        )
        for number, point in enumerate(points)
    ]
    return tuple(sorted(facts, key=lambda one: (one.area_um2, one.point)))


def _data(split: Split) -> DataFacts:
    counts = [np.bincount(part, minlength=len(split.class_names)) for part in (split.train_labels, split.test_labels)]
    train, test = len(split.train_labels), len(split.test_labels)
    return DataFacts(
        name=split.name,
        samples=train + test,
        train_samples=train,
        test_samples=test,
        test_fraction=split.test_fraction,
        features=len(split.feature_names),
        classes=tuple(
            ClassFacts(name, int(counts[0][k]), int(counts[1][k])) for k, name in enumerate(split.class_names)
        ),
        notes=split.notes,
        test_digest=_test_digest(split),
    )


def _test_digest(split: Split) -> str:
    """Return the sha256 of the test samples: equal where two accuracies were measured on the same ones."""
    sha = hashlib.sha256(repr((split.test_features.shape, split.class_names)).encode())
    sha.update(np.ascontiguousarray(split.test_features, dtype="<f8").tobytes())
    sha.update(np.ascontiguousarray(split.test_labels, dtype="<i8").tobytes())
    return sha.hexdigest()


def _model(delivered: Delivered, form: str) -> ModelFacts:
    classifier, point = delivered.point.classifier, delivered.point
    return ModelFacts(
        kind=point.kind,
        start=point.start,
        digest=classifier.digest,
        class_names=classifier.class_names,
        reduction=classifier.reduction.value,
        layers=tuple(LayerFacts(layer.nodes, layer.inputs_per_lut) for layer in classifier.layers),
        thermometer_bits=classifier.encoder.bits,
        thermometer_bits_read=len(delivered.core.minimized.netlist.inputs),
        word_bits_read=len(delivered.chip.minimized.netlist.inputs),
        output_form=form,
    )


def _training(trained: Trained) -> TrainingFacts:
    epochs = tuple(
        EpochFacts(
            epoch.number,
            epoch.training_loss,
            epoch.training_accuracy,
            epoch.validation_loss,
            epoch.validation_accuracy,
        )
        for epoch in trained.history
    )
    settings = {name: _scalar(value) for name, value in trained.config.to_dict().items()}
    return TrainingFacts(settings, epochs, trained.best_epoch.number)


def _cut(result: CutResult) -> CutReport:
    mapped = {one.library.name: one for one in result.mapped}
    if len(mapped) < len(result.mapped):
        raise ConfigError("two of the cell libraries have the same name", hint="choose only one of them")
    return CutReport(
        cut=result.cut,
        encoder_included=result.cut == "chip",
        inputs=len(result.minimized.netlist.inputs),
        outputs=len(result.minimized.netlist.outputs),
        gates2=result.gates2,
        nand2=result.nand2,
        depth=result.depth,
        area_um2={name: _rounded(one.area_um2) for name, one in mapped.items()},
        nand2_equivalent={name: _rounded(one.nand2_equivalent) for name, one in mapped.items()},
        cells={name: sum(one.cell_counts.values()) for name, one in mapped.items()},
        cell_depth={name: one.depth for name, one in mapped.items()},
        cell_counts={name: dict(sorted(one.cell_counts.items())) for name, one in mapped.items()},
        steps=tuple(map(_step, result.minimized.reports)),
        verdicts=tuple(map(verdict_facts, result.verdicts)),
        agreements=tuple(map(agreement_facts, result.agreements)),
        digest=result.minimized.netlist.digest,
    )


def _step(report: PassReport) -> StepFacts:
    return StepFacts(
        name=report.name,
        gates_before=report.gates_before,
        gates_after=report.gates_after,
        nodes_before=report.nodes_before,
        nodes_after=report.nodes_after,
        literals_before=report.literals_before,
        literals_after=report.literals_after,
        depth_before=report.depth_before,
        depth_after=report.depth_after,
        verdict=report.verdict,
    )


def verdict_facts(verdict: Verdict) -> VerdictFacts:
    """Return a verdict as values that JSON can hold."""
    witness = None if verdict.witness is None else {name: bool(value) for name, value in verdict.witness.items()}
    return VerdictFacts(verdict.outcome.value, verdict.subject, verdict.method, verdict.reason, witness)


def agreement_facts(agreement: Agreement) -> AgreementFacts:
    """Return a comparison on samples as values that JSON can hold."""
    return AgreementFacts(agreement.subject, agreement.method, agreement.compared, agreement.mismatches, agreement.note)


def _drawing(result: CutResult) -> Drawing | None:
    return draw_cells(result.mapped[0], cut=result.cut)


def _library(library: Library) -> LibraryFacts:
    return LibraryFacts(
        name=library.name,
        cells=len(library.cells),
        nand2_area_um2=library.nand2_area_um2,
        source=library.source,
        commit=library.commit,
        licence=library.licence,
        digest=library.digest,
    )


def _options(synthesis: Synthesis) -> Mapping[str, Scalar]:
    """Return what was chosen, without what names a place on this machine."""
    options, reading = synthesis.options, synthesis.options.reading
    return {
        **{one.name: _scalar(getattr(reading, one.name)) for one in fields(reading)},
        "missing": reading.policy.value,
        "test_fraction": options.test_fraction,
        "seed": options.seed,
        **({} if options.split_seed is None else {"split_seed": options.split_seed}),
        "exact": options.exact,
        "cut": options.cut,
        "most_nand2": options.most_nand2,
        "balanced": options.balanced,
        "effort": options.effort,
        "output_form": options.output_form,
        "all_features": options.all_features,
        "objective": options.objective,
        "max_delay_ps": options.max_delay_ps,
        "libraries": "",
        "timeout_s": options.timeout_s,
    }


def _scalar(value: object) -> Scalar:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    if isinstance(value, Path):
        return value.name
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _rounded(value: float) -> float:
    """Return a sum of decimals without the dust of binary fractions."""
    return round(value, 9)
