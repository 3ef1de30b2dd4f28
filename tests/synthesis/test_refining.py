from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from tinydwn.data import Split, load_dataset
from tinydwn.lowering.comparators import word_bit_names
from tinydwn.netlist.simulate import simulate
from tinydwn.refine import Examples, RefineOptions
from tinydwn.report.refined import difference_sentence, front_figure, headline, to_markdown
from tinydwn.report.refined_page import to_html
from tinydwn.report.refined_report import collect, from_text, to_text
from tinydwn.synthesis import SynthesisOptions
from tinydwn.synthesis.refinement import Choice, refine_source
from tinydwn.synthesis.refining import candidate_encoder, class_codes, refine_split, softened
from tinydwn.technology import load_library
from tinydwn.verify import Outcome, prove_equivalent

LIBRARY = load_library("nangate45")
SHORT = RefineOptions(effort="fast", circuits=20_000, most_nand2=40.0, points=5)


@pytest.fixture(scope="module")
def flowers():
    return load_dataset("iris").split(seed=0)


@pytest.fixture(scope="module")
def chip(flowers):
    return refine_split(flowers, LIBRARY, SHORT, cut="chip")


@pytest.fixture(scope="module")
def refinement():
    return refine_source("iris", SynthesisOptions(), SHORT, choice=Choice("drop", 0.05))


def test_a_chip_is_its_comparators_and_the_circuit_behind_them(chip, flowers):
    words = chip.encoder.fixed_point.words(flowers.test_features)
    test = chip.examples_of(flowers.test_features, flowers.test_labels)
    for point in chip.front.points:
        prove_equivalent(chip.whole(point), point.mapped.functions()).require()
        place = {}
        for feature in range(4):
            place |= {name: (feature, bit) for bit, name in enumerate(word_bit_names(chip.encoder, feature))}
        columns = [place[name] for name in point.mapped.inputs]
        patterns = np.array([words[:, feature] >> bit & 1 for feature, bit in columns], dtype=bool).T
        patterns = patterns.reshape(len(words), len(columns))
        answers = simulate(point.mapped.functions(), patterns) @ (1 << np.arange(2))
        assert (answers == flowers.test_labels).mean() == test.accuracy(point.netlist)


def test_every_kind_of_start_is_there_and_told(chip):
    names = [point.start for point in chip.front.starts]
    assert names[:3] == [f"a decision tree of {leaves} leaves" for leaves in (4, 8, 16)]
    assert names[3:] == ["a DWN of 48 tables of 4 inputs, seed 0"]
    assert max(point.accuracy for point in chip.front.points) > 0.9


def test_labels_that_nothing_supports_count_little():
    rng = np.random.default_rng(0)
    features = rng.random((400, 3))
    labels = (features[:, 1] > 0.5).astype(np.int64)
    flipped = rng.choice(400, 20, replace=False)
    labels[flipped] ^= 1
    split = Split("half", features, labels, features[:1], labels[:1], ("a", "b", "c"), ("no", "yes"), 0, 0.2)
    encoder = candidate_encoder(split, "core")
    examples = Examples(
        encoder.bit_names,
        ("y",),
        encoder.encode(features),
        labels.astype(bool)[:, None],
        labels,
        encoder.feature,
        np.zeros(encoder.bits),
    )
    soft = softened(features, examples, class_codes(2), seed=0)
    sound = np.setdiff1d(np.arange(400), flipped)
    assert soft.weight[flipped].mean() < 0.3 < 0.8 < soft.weight[sound].mean()
    assert (soft.targets[sound, 0] == labels[sound]).mean() > 0.98


def test_a_feature_may_be_called_as_the_outputs_are(flowers):
    split = replace(flowers, feature_names=("class", "b", "c", "d"))
    refined = refine_split(split, LIBRARY, replace(SHORT, circuits=2000), cut="chip")
    assert refined.examples.outputs == ("class_[0]", "class_[1]")
    prove_equivalent(refined.whole(refined.front.points[-1]), refined.front.points[-1].mapped.functions()).require()


def test_classes_are_numbered_in_binary():
    assert class_codes(2).tolist() == [[False], [True]]
    assert class_codes(3).tolist() == [[False, False], [True, False], [False, True]]


def test_one_output_per_class_is_found_as_well(flowers):
    refined = refine_split(flowers, LIBRARY, SHORT, output="onehot")
    best = refined.front.points[-1]
    assert best.netlist.output_names == ("class_is[0]", "class_is[1]", "class_is[2]")
    test = refined.examples_of(flowers.test_features, flowers.test_labels)
    answers = simulate(best.netlist, test.bits[:, test.places(best.netlist.inputs)])
    right = (answers == (flowers.test_labels[:, None] == np.arange(3))).all(axis=1).mean()
    assert right == test.accuracy(best.netlist) > 0.85
    assert all(start.accuracy > 0.6 for start in refined.front.starts)
    prove_equivalent(best.netlist, best.mapped.functions(), assuming=refined.assumption(best)).require()


def test_both_cuts_are_chosen_proven_simulated_and_told(refinement):
    report = collect(refinement)
    for cut in refinement.cuts:
        assert {verdict.outcome for verdict in cut.verdicts} == {Outcome.EQUIVALENT}
        assert cut.agreement.mismatches == 0
        assert len(cut.test) == len(cut.refined.front.points)
        assert cut.chosen == cut.refined.front.within_drop(0.05)
        sentence = difference_sentence(cut.refined.cut, report)
        assert f"The refined {cut.refined.cut} is a different function from the trained network" in sentence
        assert f"answer {cut.differing} of 30 test samples differently" in sentence
    assert headline(report).startswith("iris: accuracy on 30 unseen samples: ")


def test_the_document_and_the_page_say_what_the_values_say(refinement):
    report = collect(refinement)
    document = json.loads(to_text(report))
    assert from_text(to_text(report)) == report
    assert document["schema"] == "tinydwn.refined/1"
    for cut in refinement.cuts:
        told = document["cuts"][cut.refined.cut]
        assert [point["test_accuracy"] for point in told["points"]] == list(cut.test)
        assert told["points"][told["chosen"]]["area_um2"] == cut.chosen.mapped.area_um2
        assert {proof["outcome"] for proof in told["proofs"]} == {"EQUIVALENT"}
    page = to_markdown(report)
    assert page.count("\n## ") == 6
    assert "![accuracy over area](front.svg)" in page
    html = to_html(report, layout="<section>routed</section>")
    chosen = report.cuts["chip"].chosen_point
    assert f">{100 * chosen.test_accuracy:.1f} %</div>" in html
    assert ">chip, test accuracy</div>" in html
    assert "by independent provers" in html
    assert "<section>routed</section>" in html
    core = replace(report.cuts["core"], proofs=(replace(report.cuts["core"].proofs[0], outcome="UNDECIDED"),))
    doubtful = replace(report, accuracy="balanced", cuts={**report.cuts, "core": core})
    assert ">core, balanced accuracy</div>" in to_html(doubtful)
    assert 'class="card open"' in to_html(doubtful)
    assert "UNDECIDED is not a pass" in to_html(doubtful)
    assert html.count("<h2>") == 4
    assert html.count("<h3>") == 6
    assert html.count("<svg") == 1
    figure = front_figure(report)
    assert figure.startswith("<svg")
    assert "var(--" in figure


def test_the_same_choice_gives_the_same_files(refinement):
    again = refine_source("iris", SynthesisOptions(), SHORT, choice=Choice("drop", 0.05))
    assert [cut.files for cut in again.cuts] == [cut.files for cut in refinement.cuts]
    other = replace(refinement.choice, by="area", value=12.0).of(refinement.core.refined.front)
    assert other.cost_nand2 <= 12.0
