"""From the values of a synthesis to the one value that every rendering starts from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.errors import ConfigError
from tinydwn.export.bundle import Bundle
from tinydwn.report.drawings import draw_cells
from tinydwn.report.facts import (
    AccuracyFacts,
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
    Scalar,
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
    from tinydwn.synthesis.result import CutResult, Synthesis
    from tinydwn.technology import Library
    from tinydwn.training import Trained
    from tinydwn.verify import Verdict
    from tinydwn.verify.simulation import Agreement


def collect(synthesis: Synthesis) -> RunReport:
    """Return what a synthesis has to tell; times and places are left out, so that equal runs give equal reports."""
    return RunReport(
        schema=SCHEMA,
        source=synthesis.split.name if synthesis.split is not None else Path(synthesis.source).name,
        digest=Bundle(synthesis.files).digest,
        seed=synthesis.options.seed,
        data=None if synthesis.split is None else _data(synthesis.split),
        model=_model(synthesis),
        training=None if synthesis.trained is None else _training(synthesis.trained),
        accuracy=AccuracyFacts(
            synthesis.accuracy.train,
            synthesis.accuracy.test,
            synthesis.accuracy.train_samples,
            synthesis.accuracy.test_samples,
        ),
        cuts={result.cut: _cut(result) for result in synthesis.cuts},
        parts=tuple(PartFacts(part.part, _rounded(part.area_um2), part.gates2) for part in synthesis.parts),
        notes=synthesis.notes,
        drawings=tuple(filter(None, map(_drawing, synthesis.cuts))),
        options=_options(synthesis),
        rules=RULES,
        libraries=tuple(_library(one.library) for one in synthesis.chip.mapped),
        versions=dict(synthesis.versions),
        supplies=supplies_of(synthesis),
    )


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


def _model(synthesis: Synthesis) -> ModelFacts:
    classifier = synthesis.classifier
    return ModelFacts(
        digest=classifier.digest,
        class_names=classifier.class_names,
        reduction=classifier.reduction.value,
        layers=tuple(LayerFacts(layer.nodes, layer.inputs_per_lut) for layer in classifier.layers),
        thermometer_bits=classifier.encoder.bits,
        thermometer_bits_read=len(synthesis.core.lowered.inputs),
        word_bits_read=len(synthesis.chip.lowered.inputs),
        output_form=synthesis.options.output_form,
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
        inputs=len(result.lowered.inputs),
        outputs=len(result.lowered.outputs),
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
    options = synthesis.options
    return {
        "target": options.target,
        "missing": options.missing,
        "positive": options.positive,
        "test_fraction": options.test_fraction,
        "seed": options.seed,
        "effort": options.effort,
        "output_form": options.output_form,
        "objective": options.objective,
        "max_delay_ps": options.max_delay_ps,
        "libraries": ", ".join(one.library.name for one in synthesis.chip.mapped),
        "timeout_s": options.timeout_s,
    }


def _scalar(value: object) -> Scalar:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _rounded(value: float) -> float:
    """Return a sum of decimals without the dust of binary fractions."""
    return round(value, 9)
