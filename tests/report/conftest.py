"""Small reports made by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tinydwn.metrics import Direction, Provenance
from tinydwn.report.facts import (
    AccuracyFacts,
    AgreementFacts,
    ClassFacts,
    CutReport,
    DataFacts,
    Drawing,
    EpochFacts,
    Gate,
    LayerFacts,
    LibraryFacts,
    ModelFacts,
    PartFacts,
    Rule,
    StepFacts,
    TrainingFacts,
    VerdictFacts,
)
from tinydwn.report.run_report import SCHEMA, RunReport


def _step(name: str, gates: tuple[int, int], verdict: str = "kept") -> StepFacts:
    before, after = gates
    return StepFacts(name, before, after, before, after, 2 * before, 2 * after, 5, 4, verdict)


def _verdict(subject: str, method: str) -> VerdictFacts:
    return VerdictFacts("EQUIVALENT", subject, method, "", None)


def _cut(name: str, gates: int, nand2: int, depth: int, area: float) -> CutReport:
    return CutReport(
        cut=name,
        encoder_included=name == "chip",
        inputs=6,
        outputs=1,
        gates2=gates,
        nand2=nand2,
        depth=depth,
        area_um2={"sky130_fd_sc_hd": area, "egfet": 1000 * area},
        nand2_equivalent={"sky130_fd_sc_hd": area / 3.7536, "egfet": area / 3.1},
        cells={"sky130_fd_sc_hd": 8, "egfet": 11},
        cell_depth={"sky130_fd_sc_hd": depth, "egfet": depth + 1},
        cell_counts={
            "sky130_fd_sc_hd": {"sky130_fd_sc_hd__nand2_1": 5, "sky130_fd_sc_hd__a21oi_1": 3},
            "egfet": {"nand2": 11},
        },
        steps=(
            _step("tidy", (60, 31)),
            _step("don't-cares", (31, 24)),
            _step("two-level", (24, 26), "dropped: larger"),
            _step("multi-level", (24, 14)),
        ),
        verdicts=(
            _verdict("minimized = lowered", "ABC cec"),
            _verdict("minimized = lowered", "Yosys SAT"),
            _verdict("mapped sky130_fd_sc_hd = lowered", "ABC cec"),
        ),
        agreements=(AgreementFacts("netlist = classifier", "simulation", 150, 0, "all samples"),),
        digest="c0" * 32,
    )


@pytest.fixture
def report() -> RunReport:
    """Return a report of a small run on flowers, with every part filled."""
    epochs = tuple(
        EpochFacts(k, 1.1 / k, min(0.97, 0.6 + 0.05 * k), 1.2 / k + 0.05, min(0.95, 0.55 + 0.05 * k))
        for k in range(1, 21)
    )
    rule = Rule("gates", Provenance.MEASURED, "two-input gates of any kind, inverters free", Direction.LOWER_IS_BETTER)
    area = Rule("um2", Provenance.DERIVED, "sum of the areas of the mapped cells", Direction.LOWER_IS_BETTER)
    share = Rule("", Provenance.MEASURED, "fraction of samples that are right", Direction.HIGHER_IS_BETTER)
    return RunReport(
        schema=SCHEMA,
        source="iris",
        digest="ab" * 32,
        seed=0,
        data=DataFacts(
            name="iris",
            samples=150,
            train_samples=120,
            test_samples=30,
            test_fraction=0.2,
            features=4,
            classes=(ClassFacts("setosa", 40, 10), ClassFacts("versicolor", 40, 10), ClassFacts("virginica", 40, 10)),
            notes=(),
            test_digest="7e" * 32,
        ),
        model=ModelFacts(
            digest="cd" * 32,
            class_names=("setosa", "versicolor", "virginica"),
            reduction="popcount",
            layers=(LayerFacts(30, 4),),
            thermometer_bits=32,
            thermometer_bits_read=6,
            word_bits_read=16,
            output_form="index",
        ),
        training=TrainingFacts({"epochs": 20, "learning_rate": 0.01, "seed": 0}, epochs, 8),
        accuracy=AccuracyFacts(0.975, 29 / 30, 120, 30),
        cuts={"core": _cut("core", 14, 19, 4, 55.0528), "chip": _cut("chip", 41, 58, 9, 171.4144)},
        parts=(PartFacts("encoder", 105.1, 27), PartFacts("tables", 50.048, 12), PartFacts("reduction", 12.512, 3)),
        notes=(),
        drawings=(
            Drawing(
                "core",
                "cells of sky130_fd_sc_hd",
                ("petal width > 0.8", "petal width > 1.65", "petal length > 4.95", "sepal length > 5.4"),
                (
                    Gate("nand2", (0, 1)),
                    Gate("a21oi", (0, 2, 4)),
                    Gate("inv", (1,)),
                    Gate("nor2", (5, 6)),
                    Gate("xor2", (7, 3)),
                    Gate("mux2", (4, 8, 0)),
                ),
                (("class[0]", 8), ("class[1]", 9)),
            ),
        ),
        options={"seed": 0, "effort": "normal"},
        rules={
            "accuracy": share,
            "gates2": rule,
            "nand2": rule,
            "depth": rule,
            "area_um2": area,
            "nand2_equivalent": area,
            "cells": rule,
            "cell_depth": rule,
        },
        libraries=(
            LibraryFacts("sky130_fd_sc_hd", 300, 3.7536, "a foundry", "0123456789abcdef", "Apache-2.0", "00" * 32),
        ),
        versions={"tinydwn": "0.1.0", "python": "3.11.7"},
    )


@pytest.fixture
def altered() -> Callable[..., RunReport]:
    """Return a function that gives a report with some fields of one cut changed."""

    def alter(report: RunReport, cut: str, **changes: Any) -> RunReport:
        return replace(report, cuts={**report.cuts, cut: replace(report.cuts[cut], **changes)})

    return alter
