from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import ConfigError, NetlistError
from tinydwn.netlist import Netlist, NetlistBuilder, Node
from tinydwn.netlist.simulate import simulate
from tinydwn.refine import Examples, Front, Point, RefineOptions, Start, refine
from tinydwn.refine.finish import order_of
from tinydwn.technology import load_library
from tinydwn.verify import prove_equivalent

LIBRARY = load_library("nangate45")
SHORT = RefineOptions(circuits=60_000, most_nand2=16.0, points=8)


@pytest.fixture(scope="module")
def choice():
    """Samples of a choice between two bits by a third, among twelve; one answer in twenty is wrong."""
    rng = np.random.default_rng(2)
    bits = rng.random((600, 12)) < 0.5
    answer = np.where(bits[:, 9], bits[:, 2], bits[:, 5]) ^ (rng.random(600) < 0.05)
    names = tuple(f"x{k}" for k in range(12))
    return Examples(names, ("y",), bits, answer[:, None], answer.astype(np.int64), np.arange(12), np.zeros(12))


@pytest.fixture(scope="module")
def start():
    builder = NetlistBuilder("start")
    nets = [builder.input(f"x{k}") for k in (2, 5, 7)]
    builder.output("y", builder.xor(*nets))
    return Start("a first guess", builder.build())


@pytest.fixture(scope="module")
def front(choice, start):
    heard = []
    found = refine(
        choice, [start], LIBRARY, SHORT, with_starts=True, on_leg=lambda done, judged: heard.append((done, judged))
    )
    assert [done for done, _ in heard] == list(range(1, 9))
    assert heard[-1][1] == found.judged > 10_000
    return found


def test_what_the_samples_say_is_found(front, choice):
    best = front.points[-1]
    assert best.accuracy > 0.93
    patterns = choice.bits[:, [choice.inputs.index(name) for name in best.netlist.inputs]]
    wanted = np.where(choice.bits[:, 9], choice.bits[:, 2], choice.bits[:, 5])
    assert (simulate(best.netlist, patterns)[:, 0] == wanted).mean() > 0.98


def test_points_of_a_front_beat_one_another_in_one_thing_only(front):
    for one, two in pairwise(front.points):
        assert one.cost_um2 < two.cost_um2
        assert one.accuracy < two.accuracy
    assert front.points[-1].cost_nand2 <= SHORT.most_nand2


def test_every_point_is_counted_and_mapped_as_it_says(front, choice):
    for point in (*front.points, *front.starts):
        right = choice.right(point.netlist)
        assert point.accuracy == right.mean()
        assuming = order_of(choice, point.netlist)
        prove_equivalent(point.netlist, point.mapped.functions(), assuming=assuming).require()


def test_starts_are_told_beside_the_front(front, start):
    assert [point.start for point in front.starts] == ["a first guess"]
    assert {point.start for point in front.points} <= {"a first guess", "an empty circuit"}
    assert front.starts[0].netlist.output_names == start.netlist.output_names


def test_the_same_arguments_give_the_same_front(front, choice, start):
    again = refine(choice, [start], LIBRARY, SHORT)
    assert (again.points, again.starts) == (front.points, ())
    assert refine(choice, [start], LIBRARY, replace(SHORT, seed=1)) != front


def test_costly_inputs_are_avoided(choice):
    cost = np.where(np.arange(12) < 6, 100.0, 0.0)
    front = refine(replace(choice, input_cost_um2=cost), [], LIBRARY, SHORT)
    for point in front.points:
        assert set(point.netlist.inputs) <= {f"x{k}" for k in range(6, 12)}


def test_the_whole_is_what_is_mapped(choice):
    def around(netlist: Netlist) -> Netlist:
        builder = NetlistBuilder("whole")
        nets = [builder.invert(net) for net in [builder.input(f"not {name}") for name in netlist.inputs]]
        for name, net in zip(netlist.output_names, builder.insert(netlist, nets), strict=True):
            builder.output(name, net)
        return builder.build()

    front = refine(choice, [], LIBRARY, SHORT, around=around)
    for point in front.points:
        assert all(name.startswith("not x") for name in point.mapped.inputs)
        prove_equivalent(around(point.netlist), point.mapped.functions()).require()


def test_balanced_accuracy_lets_rare_classes_count():
    rng = np.random.default_rng(0)
    rare = rng.random(800) < 0.06
    bits = np.array([rare ^ (rng.random(800) < 0.15), rng.random(800) < 0.5]).T
    examples = Examples(
        ("hint", "noise"), ("y",), bits, rare[:, None], rare.astype(np.int64), np.arange(2), np.zeros(2)
    )
    plain, fair = (refine(examples, [], LIBRARY, replace(SHORT, balanced=balanced)) for balanced in (False, True))
    assert [point.accuracy for point in plain.points] == [1 - rare.mean()]
    best = fair.points[-1]
    assert best.netlist.inputs == ("hint",)
    assert best.accuracy == examples.accuracy(best.netlist, balanced=True) > 0.8


def test_samples_that_weigh_nothing_are_not_asked_for(choice):
    rng = np.random.default_rng(4)
    odd = rng.random(len(choice)) < 0.5
    wrong = choice.targets ^ odd[:, None]
    guide = replace(choice, targets=wrong, weight=np.where(odd, 0.0, 2.0))
    assert refine(choice, [], LIBRARY, SHORT, guide=guide).points[-1].accuracy > 0.9
    assert guide.levels().tolist() == [0 if one else 15 for one in odd]


def test_weights_that_are_none_are_refused(choice):
    with pytest.raises(NetlistError, match="examples do not hold together"):
        replace(choice, weight=np.full(len(choice), -1.0))


def test_several_outputs_are_right_only_together(make_examples):
    examples = make_examples(1, samples=200, outputs=2)
    netlist = Netlist("n", ("x0",), (Node(0b01, (2,)),), (("class[0]", 2), ("class[1]", 3)))
    answers = np.array([examples.bits[:, 0], ~examples.bits[:, 0]]).T
    np.testing.assert_array_equal(examples.right(netlist), (answers == examples.targets).all(axis=1))


@given(st.integers(0, 2**12 - 1), st.sampled_from([(0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 1, 2)]))
def test_bits_of_a_feature_are_taken_in_order_only(drawn, feature):
    bits = np.array([[drawn >> 3 * row + k & 1 for k in range(3)] for row in range(4)], dtype=bool)
    inverted = any(
        feature[low] == feature[low + 1] and row[low + 1] and not row[low] for row in bits for low in range(2)
    )
    given_bits = ("a", "b", "c"), ("y",), bits, bits[:, :1], bits[:, 0].astype(np.int64), np.array(feature)
    if not inverted:
        assert len(Examples(*given_bits, np.zeros(3))) == 4
        return
    with pytest.raises(NetlistError, match=r"a lower threshold of the same feature, is 0"):
        Examples(*given_bits, np.zeros(3))


def test_the_accuracy_of_a_point_is_that_of_its_cells(make_examples):
    for seed in range(2):
        examples = make_examples(seed, samples=90, outputs=1 + seed % 2)
        front = refine(examples, [], LIBRARY, RefineOptions(circuits=2000, most_nand2=12.0, points=5))
        for point in front.points:
            assert examples.accuracy(point.mapped.functions()) == point.accuracy


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"effort": "heroic"}, "unknown effort 'heroic'\n\nhint: choose one of fast, normal, high"),
        ({"most_nand2": 0.0}, "circuits of at most 0 NAND2\n\nhint: choose a number above 0"),
        ({"points_above": -1}, "a front of -1 points above its limit\n\nhint: choose 0 or more"),
        ({"seed": -1}, "the seed is -1\n\nhint: choose 0 or more"),
        ({"timeout_s": float("nan")}, "programs have nan s\n\nhint: choose a number above 0"),
        ({"circuits": 0}, "a search of 0 circuits\n\nhint: choose at least 1"),
        ({"workers": 0}, "a search on 0 processor cores\n\nhint: choose at least 1"),
        ({"points": 1}, "a front of 1 points\n\nhint: choose at least 2"),
    ],
)
def test_senseless_options_are_refused(options, message):
    with pytest.raises(ConfigError) as raised:
        RefineOptions(**options)
    assert str(raised.value) == message


def test_starts_of_another_encoder_or_form_are_refused(choice, start):
    other = Start("another", start.netlist.renamed(inputs={"x7": "z"}))
    with pytest.raises(NetlistError, match="the examples have no input 'z'"):
        refine(choice, [other], LIBRARY, SHORT)
    form = Start("another", start.netlist.renamed(outputs={"y": "class_is[0]"}))
    with pytest.raises(NetlistError, match=r"another has outputs class_is\[0\], the examples have y"):
        refine(choice, [form], LIBRARY, SHORT)


def test_examples_that_do_not_fit_together_are_refused(choice):
    with pytest.raises(NetlistError, match="examples do not hold together"):
        replace(choice, bits=choice.bits[:, 1:])
    with pytest.raises(ConfigError, match="there are no samples to refine with"):
        choice.part(np.zeros(len(choice), bool))


def points(front: Front, *pairs: tuple[float, float]) -> Front:
    """Return a front of made-up accuracies and areas, in NAND2."""
    base = front.points[0]
    nand = next(cell for cell in LIBRARY.cells if cell.name == "NAND2_X1")

    def point(area: float, accuracy: float) -> Point:
        cell = replace(nand, area_um2=area * LIBRARY.nand2_area_um2)
        instance = replace(front.points[-1].mapped.instances[0], cell=cell, fanin=(0, 1))
        mapped = replace(base.mapped, instances=(instance,), outputs=(("y", 0),), inputs=())
        return replace(base, mapped=mapped, accuracy=accuracy)

    return Front(tuple(point(area, accuracy) for area, accuracy in pairs), (), 0)


def test_a_point_is_picked_by_area(front):
    made = points(front, (1, 0.7), (4, 0.9), (9, 0.92), (20, 0.93))
    unit = LIBRARY.nand2_area_um2
    assert made.within(9 * unit).accuracy == 0.92
    assert made.within(8.9 * unit).accuracy == 0.9
    with pytest.raises(ConfigError) as raised:
        made.within(0.5 * unit)
    assert str(raised.value) == "no circuit costs at most 0.399 um2\n\nhint: the smallest one costs 0.798 um2"
    with pytest.raises(ConfigError, match="no circuit fits"):
        Front((), (), 0)
