"""What the chosen circuit answers: accuracy, confusion, and the chip with samples as a page can show them alive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from tinydwn.report.facts import AccuracyFacts, DataFacts, LiveCircuit, NodeFacts, SampleFacts

if TYPE_CHECKING:
    from tinydwn.synthesis.result import Delivered

MOST_NODES = 2_000
"""Larger chips are not computed by the page."""


def accuracy_facts(
    delivered: Delivered, data: DataFacts | None, *, kind: Literal["plain", "balanced"]
) -> AccuracyFacts:
    """Return how right a circuit is; accuracies are those of its point, the confusion is counted on the test part."""
    point, samples = delivered.point, delivered.samples
    if data is None or point.test is None:
        return AccuracyFacts(kind, None, None, None, None, 0, 0, None, ())
    classes = len(point.classifier.class_names)
    confusion = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(confusion, (samples.labels, samples.answers(point.classifier)), 1)
    frequent = max(range(classes), key=lambda k: data.classes[k].train_samples)
    share = data.classes[frequent].test_samples / max(data.test_samples, 1)
    return AccuracyFacts(
        kind=kind,
        train=point.training,
        expected=point.expected,
        expected_error=point.error,
        test=point.test,
        train_samples=data.train_samples,
        test_samples=data.test_samples,
        majority=share if kind == "plain" else 1 / sum(one.test_samples > 0 for one in data.classes),
        confusion=tuple(tuple(row) for row in confusion.tolist()),
    )


def live_circuit(delivered: Delivered) -> LiveCircuit | None:
    """Return the chip as a page can compute it, None where it is too large."""
    netlist, interface = delivered.chip.minimized.netlist, delivered.interface
    if len(netlist.nodes) > MOST_NODES:
        return None
    place = {
        f"{one.feature}[{bit}]": (k, bit) for k, one in enumerate(interface.features) for bit in range(one.word_bits)
    }
    return LiveCircuit(
        inputs=tuple(place[name] for name in netlist.inputs),
        nodes=tuple(NodeFacts(node.table, node.fanin) for node in netlist.nodes),
        outputs=tuple(netlist.output_nets),
    )


def sample_facts(delivered: Delivered) -> tuple[SampleFacts, ...]:
    """Return the first test samples, at most 200, with the values of the features that are read."""
    samples, interface, encoder = delivered.samples, delivered.interface, delivered.point.classifier.encoder
    if not len(samples.values):
        return ()
    place = {name: k for k, name in enumerate(encoder.feature_names)}
    read = [place[one.feature] for one in interface.features_read]
    answers = samples.answers(delivered.point.classifier)
    return tuple(
        SampleFacts(tuple(values), int(label), int(answer))
        for values, label, answer in zip(samples.values[:, read].tolist(), samples.labels, answers, strict=False)
    )
