from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.bench.random_classifier import random_classifier
from tinydwn.encoder import Encoder, FixedPoint
from tinydwn.errors import ModelError, NetlistError
from tinydwn.lowering import lower, lower_core
from tinydwn.lowering.lift import lift, lift_core
from tinydwn.model import Reduction, classify, classify_bits
from tinydwn.netlist import Netlist, Node, from_blif, simulate, to_blif


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000))
def test_a_lifted_netlist_lowers_to_the_same_functions(seed):
    netlist = from_blif(to_blif(lower(random_classifier(seed))))
    if not netlist.inputs:
        return
    lifted = lift(netlist)
    core = lower_core(lifted).netlist
    patterns = np.random.default_rng(seed).integers(0, 2, (64, len(netlist.inputs))).astype(bool)
    read = [netlist.inputs.index(name) for name in core.inputs]
    assert np.array_equal(simulate(core, patterns[:, read]), simulate(netlist, patterns))


@given(seed=st.integers(0, 10_000))
def test_outputs_are_the_class_in_binary_or_the_lowest_that_is_one(seed):
    rng = np.random.default_rng(seed)
    nodes = tuple(Node(int(rng.integers(1 << 4)), tuple(rng.integers(0, 5 + k, 2).tolist())) for k in range(6))
    netlist = Netlist("random", ("a", "b", "c"), nodes, (("y0", 8), ("y1", 10), ("y2", 3)))
    samples = np.array([[k & 1, k >> 1 & 1, k >> 2] for k in range(8)], dtype=float)
    bits = simulate(netlist, samples > 0)
    coded = classify(lift(netlist), samples)
    assert coded.tolist() == (bits @ np.array([1, 2, 4])).tolist()
    one_hot = classify(lift(netlist, reduction=Reduction.LEARNABLE), samples)
    assert one_hot.tolist() == [row.index(True) if True in row else 0 for row in bits.tolist()]


def three_features() -> Encoder:
    grid = FixedPoint(np.zeros(3), np.ones(3), np.array([3, 3, 2]))
    return Encoder(("a", "b", "c"), grid, np.array([0, 0, 1, 2, 2]), np.array([1, 4, 3, 0, 2]))


def random_core(seed: int, outputs: int) -> Netlist:
    """Return a netlist over some bits of three features, in any order, some of which nothing reads."""
    rng = np.random.default_rng(seed)
    names = rng.permutation(three_features().bit_names)[: rng.integers(1, 6)].tolist()
    first, size = 2 + len(names), int(rng.integers(0, 8))
    nodes = tuple(
        Node(int(rng.integers(1 << (1 << arity))), tuple(rng.integers(0, first + k, arity).tolist()))
        for k, arity in enumerate(rng.integers(1, 4, size).tolist())
    )
    ends = rng.integers(0, first + size, outputs).tolist()
    return Netlist("core", tuple(names), nodes, tuple((f"y{k}", end) for k, end in enumerate(ends)))


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    reduction=st.sampled_from((Reduction.CODED, Reduction.LEARNABLE)),
    classes=st.integers(2, 5),
)
def test_a_lifted_core_answers_as_it_is_simulated(seed, reduction, classes):
    outputs = {Reduction.CODED: (classes - 1).bit_length(), Reduction.LEARNABLE: classes if classes > 2 else 1}
    core, encoder = random_core(seed, outputs[reduction]), three_features()
    lifted = lift_core(core, encoder, reduction=reduction, class_names=tuple("vwxyz"[:classes]))
    words = np.array([[a, b, c] for a in range(8) for b in range(8) for c in range(4)])
    place = [encoder.bit_names.index(name) for name in core.inputs]
    said = simulate(core, encoder.encode_words(words)[:, place])
    answers = classify_bits(lifted, lifted.encoder.encode_words(words))
    assert ((answers >= 0) & (answers < classes)).all()
    for bits, answer in zip(said.tolist(), answers.tolist(), strict=True):
        if reduction is Reduction.CODED or classes == 2:
            code = int("".join(str(int(bit)) for bit in reversed(bits)), 2)
            # A code beyond the last class loses its top bit.
            assert answer == (code if code < classes else code - int("1" + "0" * (len(bits) - 1), 2))
        else:
            assert answer == (bits.index(True) if True in bits else 0)
    assert lifted.encoder.feature_names == encoder.feature_names
    assert set(lifted.encoder.bit_names) <= set(core.inputs) | {encoder.bit_names[0]}


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), classes=st.integers(3, 5), form=st.sampled_from(("index", "onehot")))
def test_chips_of_lifted_cores_answer_a_class_that_there_is_whatever_they_read(seed, classes, form):
    core = random_core(seed, (classes - 1).bit_length())
    lifted = lift_core(core, three_features(), reduction=Reduction.CODED, class_names=tuple("vwxyz"[:classes]))
    chip = lower(lifted, output=form)
    rows = np.arange(1 << len(chip.inputs))
    said = simulate(chip, (rows[:, None] >> np.arange(len(chip.inputs)) & 1).astype(bool))
    if form == "onehot":
        assert (said.sum(axis=1) == 1).all()
    else:
        assert (said @ (1 << np.arange(said.shape[1])) < classes).all()


def test_a_core_over_bits_of_another_encoder_is_refused():
    core = Netlist("core", ("d > 1",), (), (("y", 2),))
    with pytest.raises(NetlistError, match="the netlist's input 'd > 1' is no thermometer bit of the encoder"):
        lift_core(core, three_features(), reduction=Reduction.CODED, class_names=("no", "yes"))


def test_an_output_may_be_an_input_or_a_constant():
    netlist = Netlist("plain", ("a", "b"), (), (("y0", 3), ("y1", 1)))
    assert classify(lift(netlist), np.array([[0.0, 0], [1, 0], [0, 1]])).tolist() == [2, 2, 3]


def test_names_of_classes_may_be_fewer_than_codes():
    netlist = Netlist("two", ("a", "b"), (), (("y0", 2), ("y1", 3)))
    lifted = lift(netlist, class_names=("x", "y", "z"))
    assert classify(lifted, np.array([[0.0, 1], [1, 1]])).tolist() == [2, 1]


def test_names_of_classes_let_many_outputs_be_a_code():
    netlist = Netlist("wide", ("a",), (), tuple((f"y{k}", 2 * (k < 2)) for k in range(13)))
    lifted = lift(netlist, class_names=[f"c{k}" for k in range(4097)])
    assert classify(lifted, np.array([[0.0], [1]])).tolist() == [0, 3]


@pytest.mark.parametrize(
    ("netlist", "options", "text"),
    [
        *(
            (
                Netlist("mute", ("a",), (), ()),
                {"reduction": reduction},
                "netlist 'mute' has no outputs\n\nhint: a classifier needs one to tell the class",
            )
            for reduction in (Reduction.CODED, Reduction.LEARNABLE)
        ),
        (
            Netlist("wide", ("a",), (), tuple((f"y{k}", 2) for k in range(40))),
            {},
            "netlist 'wide' has 40 outputs, which code 2**40 classes\n\n"
            "hint: give class names, or the learnable reduction if the outputs are one per class",
        ),
        (
            Netlist("empty", (), (), (("y", 1),)),
            {},
            "netlist 'empty' has no inputs\n\nhint: a classifier needs a feature to read",
        ),
        (
            Netlist("votes", ("a",), (), (("y", 2),)),
            {"reduction": Reduction.POPCOUNT},
            "the outputs of a netlist are no votes\n\nhint: choose the coded or the learnable reduction",
        ),
        (
            Netlist("one", ("a",), (), (("y", 2),)),
            {"class_names": ("a", "b", "c")},
            "the last layer has 1 lookup tables, but the coded reduction to 3 classes ends in 2\n\n"
            "hint: the class in binary",
        ),
    ],
)
def test_a_netlist_that_is_no_classifier_is_refused(netlist, options, text):
    with pytest.raises(ModelError) as raised:
        lift(netlist, **options)
    assert str(raised.value) == text
