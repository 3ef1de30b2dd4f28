from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.bench.random_classifier import random_classifier, random_words, synthetic_classifier
from tinydwn.encoder import Encoder, FixedPoint
from tinydwn.errors import ConfigError, NetlistError
from tinydwn.lowering import chip_stimulus, core_stimulus, lower, lower_core, parts, read_ports
from tinydwn.lowering.chip_ports import with_ports_of
from tinydwn.lowering.parts import behind_encoder, encoder_part
from tinydwn.model import Classifier, LutLayer, Reduction, classify, classify_bits
from tinydwn.netlist import Netlist, NetlistBuilder, simulate
from tinydwn.netlist.analysis import read_inputs

SAMPLES = 150
FORMS = ("index", "onehot")

classifiers = st.builds(
    random_classifier,
    st.integers(0, 2**32),
    n=st.integers(2, 6),
    layers=st.integers(1, 3),
    reduction=st.sampled_from(list(Reduction)),
    classes=st.integers(2, 10),
)


def words_for(classifier, seed=0):
    return random_words(np.random.default_rng(seed), classifier.encoder, SAMPLES)


def decoded(outputs, form):
    if form == "index":
        return outputs @ (1 << np.arange(outputs.shape[1]))
    assert (outputs.sum(axis=1) == 1).all()
    return np.argmax(outputs, axis=1)


def chip_classes(classifier, words, form="index"):
    chip = lower(classifier, output=form)
    return decoded(simulate(chip, chip_stimulus(classifier.encoder, chip.inputs, words)), form)


def core_classes(classifier, bits, form="index"):
    core = lower_core(classifier, output=form).netlist
    return decoded(simulate(core, core_stimulus(classifier.encoder, core.inputs, bits)), form)


def all_bits(classifier):
    grid = zip(classifier.encoder.feature_names, classifier.encoder.fixed_point.input_bits, strict=True)
    return [f"{name}[{bit}]" for name, width in grid for bit in range(width)]


def small(*, names=("a", "b"), table=0b0110, mapping=(0, 1), input_bits=3, constants=(3, 5), classes=2):
    encoder = Encoder(
        names, FixedPoint(np.zeros(2), np.ones(2), np.full(2, input_bits)), np.arange(2), np.array(constants)
    )
    layer = LutLayer([[bool(table >> a & 1) for a in range(4)]], [list(mapping)])
    return Classifier(encoder, (layer,), Reduction.LEARNABLE, tuple(f"class {k}" for k in range(classes)))


@given(classifiers, st.sampled_from(FORMS))
def test_chip_and_core_and_both_references_agree_on_random_words(naive_classes, classifier, form):
    words = words_for(classifier)
    bits = classifier.encoder.encode_words(words)
    wanted = classify_bits(classifier, bits)
    assert wanted.tolist() == naive_classes(classifier, words)
    assert np.array_equal(chip_classes(classifier, words, form), wanted)
    assert np.array_equal(core_classes(classifier, bits, form), wanted)


@given(classifiers, st.sampled_from(FORMS))
def test_encoder_part_and_core_make_the_chip(classifier, form):
    words = words_for(classifier)
    split = parts(classifier, output=form)
    assert len(split.encoder.outputs) == len(split.tables.inputs)
    assert len(split.tables.outputs) == len(split.reduction.inputs)
    bits = simulate(split.encoder, chip_stimulus(classifier.encoder, split.encoder.inputs, words))
    encoded = classifier.encoder.encode_words(words)
    assert np.array_equal(bits, core_stimulus(classifier.encoder, split.tables.inputs, encoded))
    result = simulate(split.reduction, simulate(split.tables, bits))
    chip = lower(classifier, output=form)
    assert split.reduction.output_names == chip.output_names
    assert np.array_equal(result, simulate(chip, chip_stimulus(classifier.encoder, chip.inputs, words)))


@given(classifiers)
def test_every_encoded_sample_keeps_the_assumption(classifier):
    core = lower_core(classifier)
    bits = classifier.encoder.encode_words(words_for(classifier))
    stimulus = core_stimulus(classifier.encoder, core.netlist.inputs, bits)
    assert core.assumption.holds(core.netlist.inputs, stimulus).all()


@given(classifiers)
def test_the_assumption_is_as_strong_as_thermometers_allow(classifier):
    core = lower_core(classifier)
    place = {name: bit for bit, name in enumerate(classifier.encoder.bit_names)}
    read = [place[name] for name in core.netlist.inputs]
    features = classifier.encoder.feature[read].tolist()
    linked = sum(len(chain) - 1 for chain in core.assumption.chains)
    assert linked == len(features) - len(set(features))
    for chain in core.assumption.chains:
        constants = [classifier.encoder.constant[place[name]] for name in chain]
        assert constants == sorted(constants)
        assert len({int(classifier.encoder.feature[place[name]]) for name in chain}) == 1


@given(classifiers, st.sampled_from(FORMS))
def test_all_inputs_are_read_and_stand_in_the_order_of_the_encoder(classifier, form):
    core, chip = lower_core(classifier, output=form).netlist, lower(classifier, output=form)
    assert read_inputs(core) == core.inputs
    assert read_inputs(chip) == chip.inputs
    names = classifier.encoder.bit_names
    assert list(core.inputs) == [name for name in names if name in set(core.inputs)]
    assert list(chip.inputs) == [name for name in all_bits(classifier) if name in set(chip.inputs)]


@given(classifiers, st.sampled_from(FORMS))
def test_a_chip_with_all_features_has_all_bits_and_the_same_answers(classifier, form):
    chip, wide = lower(classifier, output=form), lower(classifier, output=form, all_features=True)
    assert list(wide.inputs) == all_bits(classifier)
    words = words_for(classifier)
    answers = [simulate(one, chip_stimulus(classifier.encoder, one.inputs, words)) for one in (chip, wide)]
    assert np.array_equal(*answers)
    assert read_ports(wide, classifier.encoder) == chip
    assert read_ports(chip, classifier.encoder, all_features=True) == wide


@given(classifiers)
def test_a_netlist_of_the_same_function_takes_the_ports_of_the_smaller_one(classifier):
    chip = lower(classifier)
    builder = NetlistBuilder("chip")
    wide = [builder.input(name) for name in (*chip.inputs, "noise")]
    parity = builder.xor(*wide)
    for name, net in zip(chip.output_names, builder.insert(chip, wide[:-1]), strict=True):
        builder.output(name, builder.or_(builder.and_(net, parity), builder.and_(net, builder.invert(parity))))
    other = with_ports_of(builder.build(), chip)
    assert other.inputs == chip.inputs
    stimulus = chip_stimulus(classifier.encoder, chip.inputs, words_for(classifier))
    assert np.array_equal(simulate(other, stimulus), simulate(chip, stimulus))


@given(classifiers, st.data())
def test_a_chip_reads_the_bits_above_the_trailing_ones_of_its_constants(classifier, data):
    encoder = classifier.encoder
    bits = sorted(data.draw(st.sets(st.integers(0, encoder.bits - 1), min_size=1)))
    wanted = set()
    for bit in bits:
        feature, constant = int(encoder.feature[bit]), int(encoder.constant[bit])
        first = (~constant & (constant + 1)).bit_length() - 1
        name, width = encoder.feature_names[feature], int(encoder.fixed_point.input_bits[feature])
        wanted |= {f"{name}[{k}]" for k in range(first, width)}
    assert set(encoder_part(encoder, bits).inputs) == wanted


@given(classifiers)
def test_a_core_with_fewer_bits_stands_behind_the_encoder_with_any_words(classifier):
    core = lower_core(classifier).netlist
    chip, wide = lower(classifier), lower(classifier, all_features=True)
    assert behind_encoder(classifier.encoder, core, words=chip.inputs) == chip
    assert behind_encoder(classifier.encoder, core, words=wide.inputs) == wide
    one = Netlist("core", core.inputs, (), tuple((name, 1) for name in core.output_names))
    assert behind_encoder(classifier.encoder, one, words=chip.inputs).inputs == chip.inputs
    assert read_ports(behind_encoder(classifier.encoder, one), classifier.encoder).inputs == ()


@given(classifiers)
def test_lowering_twice_gives_the_same_digest(classifier):
    assert lower(classifier).digest == lower(classifier).digest
    assert lower_core(classifier) == lower_core(classifier)


@settings(max_examples=40)
@given(classifiers, st.integers(0, 2**32))
def test_a_flipped_table_bit_is_found_exactly_where_the_reference_sees_it(naive_classes, classifier, seed):
    rng = np.random.default_rng(seed)
    layers = list(classifier.layers)
    layer = int(rng.integers(len(layers)))
    tables = layers[layer].tables.copy()
    node, address = int(rng.integers(tables.shape[0])), int(rng.integers(tables.shape[1]))
    tables[node, address] ^= True
    layers[layer] = LutLayer(tables, layers[layer].mapping)
    broken = Classifier(classifier.encoder, tuple(layers), classifier.reduction, classifier.class_names)
    words = words_for(classifier, seed)
    seen = np.array(naive_classes(classifier, words)) != naive_classes(broken, words)
    assert np.array_equal(chip_classes(classifier, words) != chip_classes(broken, words), seen)


def test_a_flipped_table_bit_changes_the_chip():
    words = np.array([[a, b] for a in range(8) for b in range(8)])
    classes = chip_classes(small(table=0b0110), words)
    for address in range(4):
        differs = chip_classes(small(table=0b0110 ^ 1 << address), words) != classes
        bits = (words > np.array([3, 5])) @ np.array([1, 2])
        assert np.array_equal(differs, bits == address)


def test_real_values_reach_the_same_class_through_words_and_bits():
    classifier = random_classifier(11, classes=5)
    grid = classifier.encoder.fixed_point
    features = np.random.default_rng(1).normal(grid.offset, grid.step * 2.0**grid.input_bits, (300, grid.features))
    wanted = classify(classifier, features)
    assert np.array_equal(chip_classes(classifier, grid.words(features)), wanted)
    assert np.array_equal(core_classes(classifier, classifier.encoder.encode(features)), wanted)


def test_a_table_of_ten_inputs_is_one_node():
    rng = np.random.default_rng(0)
    encoder = synthetic_classifier((10,), inputs=12).encoder
    layer = LutLayer(rng.random((1, 1024)) < 0.5, [list(range(10))])
    core = lower_core(Classifier(encoder, (layer,), Reduction.LEARNABLE, ("no", "yes"))).netlist
    assert [len(node.fanin) for node in core.nodes] == [10]


def test_a_layer_of_the_benchmark_kind_keeps_its_meaning():
    classifier = synthetic_classifier((200, 100), inputs=240)
    words = words_for(classifier)
    wanted = classify_bits(classifier, classifier.encoder.encode_words(words))
    assert len(np.unique(wanted)) > 3
    assert np.array_equal(chip_classes(classifier, words), wanted)


def test_a_constant_classifier_has_no_inputs():
    classifier = small(table=0b1111)
    assert lower(classifier).inputs == ()
    assert lower(classifier).outputs == (("class[0]", 1),)
    assert lower_core(classifier).assumption.chains == ()
    assert parts(classifier).encoder.inputs == ()


def test_an_unread_table_input_brings_no_comparator():
    classifier = small(table=0b1100)
    assert lower_core(classifier).netlist.inputs == ("b > 6",)
    assert lower(classifier).inputs == ("b[1]", "b[2]")


def test_only_the_bits_of_a_word_that_are_read_are_inputs():
    chip = lower(small(table=0b1010))
    assert (chip.inputs, chip.nodes, chip.outputs) == (("a[2]",), (), (("class[0]", 2),))


def test_a_chip_with_all_features_has_those_too_that_nothing_reads():
    chip = lower(small(table=0b1010), all_features=True)
    assert chip.inputs == ("a[0]", "a[1]", "a[2]", "b[0]", "b[1]", "b[2]")
    assert (chip.nodes, chip.outputs) == ((), (("class[0]", 4),))


def test_ports_that_are_read_cannot_be_left_out():
    classifier = small()
    with pytest.raises(NetlistError) as error:
        read_ports(Netlist("chip", ("odd",), (), (("class[0]", 2),)), classifier.encoder, all_features=True)
    assert str(error.value) == (
        "netlist 'chip' reads 'odd', which would be no input of it\n\n"
        "hint: leave out inputs that nothing reads, and no others"
    )


@pytest.mark.parametrize(
    ("classes", "form", "wanted"),
    [
        (2, "index", ("class[0]",)),
        (5, "index", ("class[0]", "class[1]", "class[2]")),
        (2, "onehot", ("class_is[0]", "class_is[1]")),
        (3, "onehot", ("class_is[0]", "class_is[1]", "class_is[2]")),
    ],
)
def test_outputs_are_named_after_the_class(classes, form, wanted):
    classifier = synthetic_classifier((classes,), inputs=9, classes=classes)
    assert lower(classifier, output=form).output_names == wanted
    assert lower_core(classifier, output=form).netlist.output_names == wanted


def test_a_feature_that_is_named_like_an_output_keeps_its_name():
    classifier = small(names=("class", "class_is"))
    for form, wanted in (("index", ("class_[0]",)), ("onehot", ("class_is_[0]", "class_is_[1]"))):
        assert lower(classifier, output=form).output_names == wanted
        assert lower_core(classifier, output=form).netlist.output_names == wanted
        assert parts(classifier, output=form).reduction.output_names == wanted


def test_a_bit_that_is_named_like_a_word_bit_is_renamed_in_the_encoder_part_only():
    grid = FixedPoint(np.array([0.0, -0.5]), np.ones(2), np.array([3, 1]))
    encoder = Encoder(("a", "a[2]"), grid, np.arange(2), np.array([3, 0]))
    assert encoder.bit_names == ("a > 4", "a[2]")
    classifier = Classifier(
        encoder, (LutLayer([[False, True, True, False]], [[0, 1]]),), Reduction.LEARNABLE, ("no", "yes")
    )
    split = parts(classifier)
    assert split.encoder.inputs == ("a[2]", "a[2][0]")
    assert split.encoder.output_names == ("a > 4", "a[2]_")
    assert split.tables.inputs == ("a > 4", "a[2]")
    assert lower(classifier).inputs == ("a[2]", "a[2][0]")


def test_an_unknown_output_form_is_refused():
    with pytest.raises(ConfigError) as error:
        lower(small(), output="gray")
    assert str(error.value) == "unknown output form 'gray'\n\nhint: choose one of index, onehot"


def test_stimulus_refuses_names_that_the_encoder_does_not_have():
    classifier = small()
    with pytest.raises(NetlistError) as error:
        core_stimulus(classifier.encoder, ("x > 1",), np.zeros((1, 2), bool))
    hint = "\n\nhint: give the classifier that the netlist was made of"
    assert str(error.value) == "the netlist's input 'x > 1' is no thermometer bit of the encoder" + hint
    with pytest.raises(NetlistError) as error:
        chip_stimulus(classifier.encoder, ("a[7]",), np.zeros((1, 2), int))
    assert str(error.value) == "the netlist's input 'a[7]' is no bit of a feature word of the encoder" + hint
