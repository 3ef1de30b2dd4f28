"""What a page is given to compute the chip's answers and to light its drawings."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tinydwn.export.chip_interface import ChipInterface
from tinydwn.lowering import lower
from tinydwn.lowering.chip_ports import read_ports
from tinydwn.minimize.tidy import tidy
from tinydwn.model.reference import classify
from tinydwn.report.facts import LiveCircuit, NodeFacts
from tinydwn.report.live import drawing_id, live_block, live_document, live_script
from tinydwn.report.run_report import RunReport


def _through(values: list[int], gates: list[list[Any]]) -> list[int]:
    for table, *reads in gates:
        values.append(int(table[sum(values[net] << k for k, net in enumerate(reads))]))
    return values


def _words(document: dict[str, Any], values: tuple[float, ...]) -> list[int]:
    return [
        int(min(max(np.floor((value - one["offset"]) / one["step"]), 0), 2 ** one["bits"] - 1))
        for value, one in zip(values, document["features"], strict=True)
    ]


def _answer(document: dict[str, Any], values: tuple[float, ...]) -> int:
    words = _words(document, values)
    nets = _through(
        [0, 1, *(words[feature] >> bit & 1 if feature >= 0 else 0 for feature, bit in document["inputs"])],
        document["nodes"],
    )
    code = sum(nets[net] << k for k, net in enumerate(document["outputs"]))
    return [own for _, own in document["classes"]].index(code)


def test_the_document_computes_what_the_classifier_answers(report: RunReport, two_classes: RunReport) -> None:
    for one in (report, two_classes):
        document = live_document(one, one.live)
        assert [_answer(document, sample.values) for sample in one.samples] == [sample.answer for sample in one.samples]


def test_ports_that_nothing_reads_are_no_fields(report: RunReport, iris_chip: Any) -> None:
    encoder = iris_chip.classifier.encoder
    every = read_ports(tidy(lower(iris_chip.classifier)), encoder, all_features=True)
    interface = ChipInterface.of(encoder, every, iris_chip.classifier.class_names, "index")
    assert len(interface.features) == 4
    place = {one.feature: k for k, one in enumerate(interface.features)}
    inputs = [name.removesuffix("]").rsplit("[", 1) for name in every.inputs]
    live = LiveCircuit(
        tuple((place[name], int(bit)) for name, bit in inputs),
        tuple(NodeFacts(node.table, node.fanin) for node in every.nodes),
        every.output_nets,
    )
    wide = replace(report, interface=interface, live=live)
    document = live_document(wide, live)
    assert [one["name"] for one in document["features"]] == ["petal length (cm)", "petal width (cm)"]
    assert [_answer(document, sample.values) for sample in wide.samples] == [sample.answer for sample in wide.samples]
    assert live_block(wide).count("<input") == 2


def test_inputs_of_both_drawings_are_known_for_every_word(two_classes: RunReport, cancer_chip: Any) -> None:
    encoder = cancer_chip.classifier.encoder
    document = live_document(two_classes, two_classes.live)
    for drawing, found in zip(two_classes.drawings, document["drawings"], strict=True):
        assert found["id"] == drawing_id(drawing)
        assert len(found["inputs"]) == len(drawing.inputs)
    core, names = two_classes.drawings[0], encoder.bit_names
    for name, (place, kind, least) in zip(core.inputs, document["drawings"][0]["inputs"], strict=True):
        bit = names.index(name)
        assert kind == "least"
        assert document["features"][place]["name"] == encoder.feature_names[encoder.feature[bit]]
        assert least == encoder.constant[bit] + 1


def test_a_drawing_with_an_input_of_no_feature_is_not_lit(report: RunReport) -> None:
    strange = replace(report.drawings[0], inputs=("moon phase", *report.drawings[0].inputs[1:]))
    document = live_document(replace(report, drawings=(strange,)), report.live)
    assert document["drawings"][0]["inputs"] == []


def test_a_feature_that_is_itself_a_bit_is_read_as_one(report: RunReport) -> None:
    first = report.interface.features[0]
    flag = replace(first, word_bits=1, offset=-0.5, step=1.0, bits=(0,), bits_read=(0,))
    interface = replace(report.interface, features=(flag, *report.interface.features[1:]))
    drawing = replace(report.drawings[0], inputs=(flag.feature, *report.drawings[0].inputs[1:]))
    document = live_document(replace(report, interface=interface, drawings=(drawing,)), report.live)
    assert document["drawings"][0]["inputs"][0] == (0, "bit", 0)


@pytest.mark.parametrize("name", ["</script><!--<script>", "\u2028\u2029", "\x00\u007f", '"\\', "花瓣 <b>"])
def test_the_data_cannot_end_the_script_that_holds_it(report: RunReport, name: str) -> None:
    classes = tuple(replace(one, name=name) for one in report.interface.classes)
    script = live_script(replace(report, interface=replace(report.interface, classes=classes)))
    data = script[script.index(">") + 1 : script.index("</script>")]
    assert "<" not in data
    assert json.loads(data)["classes"][0][0] == name


def test_without_a_live_circuit_there_is_neither_block_nor_script(large: RunReport) -> None:
    assert live_block(large) == live_script(large) == ""


def test_the_golden_answers_of_the_samples_are_those_of_the_classifier(iris_chip: Any) -> None:
    answers = classify(iris_chip.classifier, iris_chip.split.test_features).tolist()
    assert [sample.answer for sample in iris_chip.samples] == answers
