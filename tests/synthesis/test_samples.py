"""Samples that are kept in a bundle: written and read back, damaged, and given to circuits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.bench.random_classifier import random_classifier, random_words
from tinydwn.errors import BundleError, ModelError
from tinydwn.lowering import lower, lower_core
from tinydwn.lowering.parts import OutputForm
from tinydwn.model.archive import pack
from tinydwn.model.reference import classify_bits
from tinydwn.netlist import simulate
from tinydwn.synthesis.result import Cut
from tinydwn.synthesis.samples import FORMAT, VERSION, Samples


def some(seed: int, *, labelled: bool = True) -> Samples:
    rng = np.random.default_rng(seed)
    count, features, bits = int(rng.integers(0, 30)), int(rng.integers(1, 5)), int(rng.integers(1, 25))
    words = rng.integers(0, 1 << bits, (count, features))
    labels = rng.integers(0, 3, count if labelled else 0)
    return Samples(words, labels, rng.normal(size=(min(count, 7), features)))


@given(seed=st.integers(0, 10_000), labelled=st.booleans())
def test_what_is_written_is_read_back(seed: int, labelled: bool) -> None:
    samples = some(seed, labelled=labelled)
    content = samples.to_bytes()
    again = Samples.from_bytes(content)
    for name in ("words", "labels", "values"):
        np.testing.assert_array_equal(getattr(again, name), getattr(samples, name))
    assert again.to_bytes() == content


@settings(max_examples=60)
@given(place=st.integers(0, 10_000), value=st.integers(1, 255))
def test_a_changed_byte_is_told_or_changes_nothing(place: int, value: int) -> None:
    samples = some(5)
    content = bytearray(samples.to_bytes())
    content[place % len(content)] ^= value
    try:
        again = Samples.from_bytes(bytes(content))
    except (ModelError, BundleError):
        return
    np.testing.assert_array_equal(again.words, samples.words)
    np.testing.assert_array_equal(again.labels, samples.labels)
    np.testing.assert_array_equal(again.values, samples.values)


def test_a_cut_archive_is_called_damaged() -> None:
    content = some(5).to_bytes()
    for end in (0, 10, len(content) // 2, len(content) - 1):
        with pytest.raises(ModelError):
            Samples.from_bytes(content[:end])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labels": np.zeros(2, dtype=np.int64)}, "'samples.npz' holds arrays that do not fit each other"),
        ({"values": np.zeros((1, 4))}, "'samples.npz' holds arrays that do not fit each other"),
        ({"values": np.zeros((9, 2))}, "'samples.npz' holds arrays that do not fit each other"),
        ({"words": np.zeros(3, dtype=np.uint8)}, "'samples.npz' holds arrays that do not fit each other"),
        ({"words": None}, "'samples.npz' lacks 'words'"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(changes: dict[str, np.ndarray | None], message: str) -> None:
    arrays = {"words": np.zeros((3, 2), dtype=np.uint8), "labels": np.zeros(3, np.int64), "values": np.zeros((1, 2))}
    kept = {name: array for name, array in (arrays | changes).items() if array is not None}
    with pytest.raises(BundleError) as caught:
        Samples.from_bytes(pack({"format": FORMAT, "version": VERSION}, kept))
    assert str(caught.value) == f"{message}\n\nhint: write the bundle anew"


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), cut=st.sampled_from(("core", "chip")), form=st.sampled_from(("index", "onehot")))
def test_a_stimulus_asks_circuits_what_the_classifier_answers(seed: int, cut: Cut, form: OutputForm) -> None:
    classifier = random_classifier(seed)
    words = random_words(np.random.default_rng(seed), classifier.encoder, 50)
    samples = Samples(words, np.empty(0, dtype=np.int64), np.empty((0, words.shape[1])))
    netlist = lower_core(classifier, output=form).netlist if cut == "core" else lower(classifier, output=form)
    stimulus = samples.stimulus(classifier, netlist, cut, form)
    assert stimulus.vectors == 50
    np.testing.assert_array_equal(simulate(netlist, stimulus.inputs), stimulus.outputs)
    answers = samples.answers(classifier)
    np.testing.assert_array_equal(answers, classify_bits(classifier, classifier.encoder.encode_words(words)))
    if form == "onehot":
        assert (stimulus.outputs.argmax(axis=1) == answers).all()
