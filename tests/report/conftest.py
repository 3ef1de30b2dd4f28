"""Small reports made by hand, about small chips that are what the reports say they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from tinydwn.data import Split, load_dataset
from tinydwn.encoder import Encoder, FixedPoint, fit_encoder
from tinydwn.export.chip_interface import ChipInterface
from tinydwn.export.equations import to_equations
from tinydwn.lowering import lower, lower_core
from tinydwn.lowering.chip_ports import read_ports
from tinydwn.mapping import map_to_cells
from tinydwn.metrics import Direction, Provenance
from tinydwn.minimize.tidy import tidy
from tinydwn.model.classifier import Classifier, LutLayer, Reduction
from tinydwn.model.reference import classify
from tinydwn.netlist import Netlist
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
    LiveCircuit,
    ModelFacts,
    NodeFacts,
    PartFacts,
    PointFacts,
    ReferenceFacts,
    Rule,
    SampleFacts,
    SearchFacts,
    StepFacts,
    TrainingFacts,
    VerdictFacts,
)
from tinydwn.report.run_report import SCHEMA, RunReport
from tinydwn.technology import load_library

LIBRARY = "sky130_fd_sc_hd"


@dataclass(frozen=True, slots=True)
class Chip:
    """A classifier, the part of the data that it is shown, and what a page needs to compute its answers."""

    classifier: Classifier
    split: Split
    interface: ChipInterface
    live: LiveCircuit
    samples: tuple[SampleFacts, ...]
    drawings: tuple[Drawing, ...]
    equations: str


def _chip(classifier: Classifier, split: Split, *, columns: Sequence[int]) -> Chip:
    encoder, core = classifier.encoder, lower_core(classifier)
    netlist = read_ports(tidy(lower(classifier)), encoder)
    interface = ChipInterface.of(encoder, netlist, classifier.class_names, "index")
    features = split.test_features[:, columns]
    read = [one.column for one in interface.features_read]
    samples = tuple(
        SampleFacts(tuple(values[read].tolist()), int(label), int(answer))
        for values, label, answer in zip(features, split.test_labels, classify(classifier, features), strict=True)
    )
    library = load_library(LIBRARY)
    cuts = (("core", tidy(core.netlist)), ("chip", netlist))
    drawings = [draw_cells(map_to_cells(one, library, effort="fast"), cut=cut) for cut, one in cuts]
    equations = to_equations(core.netlist, assuming=core.assumption)
    return Chip(classifier, split, interface, live_of(netlist, interface), samples, tuple(drawings), equations)


def live_of(netlist: Netlist, interface: ChipInterface) -> LiveCircuit:
    place = {one.feature: k for k, one in enumerate(interface.features)}
    words = [name.removesuffix("]").rsplit("[", 1) for name in netlist.inputs]
    return LiveCircuit(
        inputs=tuple((place[feature], int(bit)) for feature, bit in words),
        nodes=tuple(NodeFacts(node.table, node.fanin) for node in netlist.nodes),
        outputs=netlist.output_nets,
    )


@pytest.fixture(scope="session")
def iris_chip() -> Chip:
    """Return a chip of three classes: petals narrow, in between, or long or wide."""
    split = load_dataset("iris").split(seed=0)
    grid = FixedPoint(np.array([4.25, 1.95, 0.95, 0.05]), np.full(4, 0.1), np.array([6, 5, 6, 5]))
    encoder = Encoder(split.feature_names, grid, np.array([2, 3, 3]), np.array([39, 7, 15]))
    rows = [(address & 1, address >> 1 & 1, address >> 2 & 1) for address in range(8)]
    middle = [bool(not long and some and not wide) for long, some, wide in rows]
    large = [bool(some and (long or wide)) for long, some, wide in rows]
    layer = LutLayer(np.array([middle, large]), np.array([[0, 1, 2], [0, 1, 2]]))
    classifier = Classifier(encoder, (layer,), Reduction.CODED, split.class_names)
    return _chip(classifier, split, columns=range(4))


@pytest.fixture(scope="session")
def cancer_chip() -> Chip:
    """Return a chip of two classes whose one table answers what most training samples of its address are."""
    split = load_dataset("breast_cancer").split(seed=0)
    names = ("worst radius", "worst texture", "worst concave points", "mean concave points")
    columns = [split.feature_names.index(name) for name in names]
    encoder = fit_encoder(split.train_features[:, columns], feature_names=names, bits_per_feature=1, input_bits=6)
    bits = encoder.encode(split.train_features[:, columns])
    addresses = bits @ (1 << np.arange(4))
    table = [split.train_labels[addresses == k].mean() > 0.5 if (addresses == k).any() else False for k in range(16)]
    layer = LutLayer(np.array([table], dtype=bool), np.array([[0, 1, 2, 3]]))
    classifier = Classifier(encoder, (layer,), Reduction.CODED, split.class_names)
    return _chip(classifier, split, columns=columns)


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
        outputs=2,
        gates2=gates,
        nand2=nand2,
        depth=depth,
        area_um2={LIBRARY: area, "egfet": 1000 * area},
        nand2_equivalent={LIBRARY: area / 3.7536, "egfet": area / 3.1},
        cells={LIBRARY: 8, "egfet": 11},
        cell_depth={LIBRARY: depth, "egfet": depth + 1},
        cell_counts={
            LIBRARY: {"sky130_fd_sc_hd__nand2_1": 5, "sky130_fd_sc_hd__a21oi_1": 3},
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


# kind, start, gates2, area, training, expected, error, test, features
_POINTS: tuple[tuple[Any, ...], ...] = (
    ("refined", "tree", 0, 0.0, 0.675, 0.667, 0.010, 0.667, ("petal width (cm)",)),
    ("tree", "tree of depth 1", 2, 5.0, 0.842, 0.833, 0.028, 0.800, ("petal width (cm)",)),
    ("refined", "tree", 4, 12.5, 0.967, 0.950, 0.020, 0.933, ("petal width (cm)",)),
    ("refined", "network", 9, 20.0192, 0.992, 0.958, 0.018, 28 / 30, ("petal length (cm)", "petal width (cm)")),
    ("network", "network", 41, 171.4144, 0.975, 0.950, 0.020, 29 / 30, ("petal length (cm)", "petal width (cm)")),
    ("refined", "network", 30, 120.1, 0.992, 0.967, 0.016, 29 / 30, ("sepal width (cm)", "petal width (cm)")),
)


def _points(scale: float) -> tuple[PointFacts, ...]:
    points = [
        PointFacts(
            k, kind, start, round(gates * scale), area * scale / 3.7536, area * scale, train, expected, error,
            error / 2, test, features, k == 3,
        )
        for k, (kind, start, gates, area, train, expected, error, test, features) in enumerate(_POINTS)
    ]  # fmt: skip
    return tuple(sorted(points, key=lambda point: point.area_um2))


@pytest.fixture
def report(iris_chip: Chip) -> RunReport:
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
            kind="refined",
            start="network",
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
        accuracy=AccuracyFacts(
            kind="plain",
            train=119 / 120,
            expected=0.958,
            expected_error=0.018,
            test=28 / 30,
            train_samples=120,
            test_samples=30,
            majority=10 / 30,
            confusion=((10, 0, 0), (0, 9, 1), (0, 1, 9)),
        ),
        fronts={"core": _points(0.75), "chip": _points(1.0)},
        search=SearchFacts(
            "chip", LIBRARY, "normal", 400.0, 12345, "the smallest within one standard error of the best", 2, 3, 5
        ),
        references=(ReferenceFacts("histogram boosting", 1.0, 29 / 30),),
        cuts={"core": _cut("core", 4, 7, 2, 15.0144), "chip": _cut("chip", 9, 13, 3, 20.0192)},
        interface=iris_chip.interface,
        parts=(PartFacts("encoder", 105.1, 27), PartFacts("tables", 50.048, 12), PartFacts("reduction", 12.512, 3)),
        notes=(),
        equations=iris_chip.equations,
        drawings=iris_chip.drawings,
        live=iris_chip.live,
        samples=iris_chip.samples,
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
        libraries=(LibraryFacts(LIBRARY, 300, 3.7536, "a foundry", "0123456789abcdef", "Apache-2.0", "00" * 32),),
        versions={"tinydwn": "0.1.0", "python": "3.11.7"},
    )


@pytest.fixture
def two_classes(report: RunReport, cancer_chip: Chip) -> RunReport:
    """Return a report of a chip that tells two classes apart."""
    names = cancer_chip.classifier.class_names
    right = [one.label == one.answer for one in cancer_chip.samples]
    counts = np.zeros((2, 2), dtype=int)
    np.add.at(counts, ([one.label for one in cancer_chip.samples], [one.answer for one in cancer_chip.samples]), 1)
    return replace(
        report,
        source="breast_cancer",
        model=replace(report.model, class_names=names),
        accuracy=replace(
            report.accuracy,
            test=sum(right) / len(right),
            test_samples=len(right),
            confusion=tuple(map(tuple, counts.tolist())),
        ),
        interface=cancer_chip.interface,
        equations=cancer_chip.equations,
        drawings=cancer_chip.drawings,
        live=cancer_chip.live,
        samples=cancer_chip.samples,
    )


@pytest.fixture
def large(report: RunReport) -> RunReport:
    """Return the report of a circuit that is too large to be drawn, read or computed by a page."""
    return replace(report, drawings=(), equations="", live=None)


@pytest.fixture
def of_a_model(report: RunReport) -> RunReport:
    """Return the report of a model file: without samples, with the one circuit whose function was to be kept."""
    unknown = {"training_accuracy": None, "expected_accuracy": None, "expected_error": None, "test_accuracy": None}
    unknown["own_error"] = None
    point = replace(report.point(4), point=0, chosen=True, **unknown)
    return replace(
        report,
        source="model.npz",
        data=None,
        training=None,
        accuracy=AccuracyFacts("plain", None, None, None, None, 0, 0, None, ()),
        fronts={"core": (point,), "chip": (point,)},
        search=SearchFacts("chip", LIBRARY, "normal", 400.0, 0, "", 0, 0, 0),
        references=(),
        model=replace(report.model, kind="network"),
        samples=(),
    )


@pytest.fixture
def altered() -> Callable[..., RunReport]:
    """Return a function that gives a report with some fields of one cut changed."""

    def alter(report: RunReport, cut: str, **changes: Any) -> RunReport:
        return replace(report, cuts={**report.cuts, cut: replace(report.cuts[cut], **changes)})

    return alter
