"""Several outputs learned together: the patterns that are classes, rows about some outputs, and what is refused."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.data import Reading, load_dataset, read_samples
from tinydwn.data.output_patterns import joined, told_together
from tinydwn.data.pattern_names import outputs_of, pattern_names
from tinydwn.data.pla import parse_pla
from tinydwn.data.table_dataset import to_dataset
from tinydwn.errors import DataError

NAMES = st.lists(st.text("abxy019_=[]", min_size=1, max_size=4), min_size=2, max_size=5, unique=True).map(tuple)
ROWS = st.lists(st.tuples(st.sampled_from(["00", "01", "10"]), st.text("01-~", min_size=2, max_size=2)), min_size=1)


def pla(*rows, width=2, outputs=2, kind="fr"):
    return "\n".join([f".i {width}", f".o {outputs}", f".type {kind}", *rows, ".e", ""])


@pytest.fixture
def file(tmp_path):
    def write(text, name="p.pla"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


@given(NAMES)
def test_outputs_are_found_again_in_the_names_of_their_patterns(names):
    patterns = pattern_names(names)
    assert outputs_of(patterns) == names
    assert outputs_of(patterns[::-1]) == ()
    assert outputs_of(patterns[:-1]) == ()
    bits = [[word[-1] for word in pattern.split(" ")] for pattern in patterns]
    assert ["".join(reversed(one)) for one in bits] == ["".join(one) for one in product("01", repeat=len(names))]


def told_by(rows):
    """Return what rows tell, one by one: whole ones as they are, then the others by their inputs."""
    whole = [(cube, said) for cube, said in rows if set(said) <= set("01")]
    others = {}
    for cube, said in rows:
        if not set(said) <= set("01"):
            others.setdefault(cube, []).append(said)
    for cube, said in others.items():
        bits = [{one[j] for one in said} & set("01") for j in (0, 1)]
        whole.append((cube, "".join(min(bit) if len(bit) == 1 else "?" for bit in bits)))
    return sorted((cube, "" if "?" in said else f"y0={said[0]} y1={said[1]}") for cube, said in whole)


@given(ROWS)
def test_rows_about_some_outputs_tell_together_what_each_of_them_tells(rows):
    table = parse_pla(pla(*map(" ".join, rows)), name="p", where="p.pla")
    together, notes = told_together(table, ("y0", "y1"))
    one = joined(together, ("y0", "y1"))
    assert one.column_names == ("x0", "x1", "y0 y1")
    assert sorted((a + b, said) for a, b, said in zip(*one.columns, strict=True)) == told_by(rows)
    assert bool(notes) == (len(together.columns[0]) < len(rows))


def test_a_class_is_the_pattern_and_what_leaves_an_output_open_is_no_sample(file):
    data = load_dataset(file(pla("00 01", "01 1~", "01 ~1", "10 -0", "11 10", "11 0~")))
    assert data.class_names == ("y0=0 y1=0", "y0=1 y1=0", "y0=0 y1=1", "y0=1 y1=1")
    assert data.features.tolist() == [[0, 0], [0, 1], [1, 1]]
    assert data.labels.tolist() == [2, 3, 1]
    assert data.notes[:3] == (
        "the outputs 'y0', 'y1' are learned together: a class is a pattern of them",
        "4 rows about some of the outputs tell 3 samples together",
        "2 samples with an open output left out",
    )


def test_rows_of_the_test_part_tell_nothing_to_those_of_the_training_part(file):
    test = file(pla("00 1~", "00 ~0", "11 01"), "test.pla")
    split = load_dataset(file(pla("00 ~1", "01 11", "10 00")), Reading(test=test)).split()
    assert split.train_labels.tolist() == [3, 0]
    assert split.test_labels.tolist() == [1, 2]
    assert split.test_features.tolist() == [[0, 0], [1, 1]]


def test_some_of_the_outputs_are_chosen_in_any_order_and_the_others_are_no_features(file):
    text = pla("00 010", "01 101", "10 111", "11 000", outputs=3)
    data = load_dataset(file(text), target="y2 y0")
    assert outputs_of(data.class_names) == ("y2", "y0")
    assert data.labels.tolist() == [0, 3, 3, 0]
    assert data.feature_names == ("x0", "x1")
    assert load_dataset(file(text), target="y1").class_names == ("0", "1")


def test_columns_of_a_csv_are_outputs_where_the_target_names_them(file):
    rows = ["a,b,f,g", "0,0,1,0", "0,1,0.0,1", "1,1,1,", "1,0,1,1"]
    data = load_dataset(file("\n".join(rows) + "\n", "t.csv"), target="f g")
    assert data.labels.tolist() == [1, 2, 3]
    assert outputs_of(data.class_names) == ("f", "g")


@given(st.integers(0, 3))
def test_patterns_of_one_sample_give_their_share_to_the_test_part(seed):
    rows = [f"{place:04b} {place:04b}" for place in range(16)]
    table = parse_pla(pla(*rows, width=4, outputs=4), name="p", where="p.pla")

    split = to_dataset(table).split(test_fraction=0.25, seed=seed)
    assert len(split.test_labels) == 4
    assert sorted([*split.train_labels, *split.test_labels]) == list(range(16))


def test_samples_in_a_file_are_read_with_their_patterns(file):
    path = file(pla("00 01", "01 11", "10 00"))
    coding = load_dataset(path, Reading(test=path)).split().coding
    assert coding.class_column == "y0 y1"
    found = read_samples(file(pla("11 10", "00 1~"), "more.pla"), coding)
    assert found.labels == ("y0=1 y1=0", "")
    assert found.features.tolist() == [[1, 1], [0, 0]]


@pytest.mark.parametrize(
    ("text", "target", "message", "hint"),
    [
        (
            pla("0 010101010", "1 101010101", width=1, outputs=9),
            None,
            "'p' has 9 outputs to learn together, at most 8 can be: 'y0', 'y1', 'y2', 'y3', 'y4', ...",
            "choose some with --target 'y0 y1', or one with --target y0",
        ),
        (
            pla("00 01", "11 01"),
            None,
            "data set 'p': all samples have the same outputs: y0=0 y1=1",
            "give samples of other answers, too",
        ),
        (
            pla("00 01", "11 10"),
            "y0 y2",
            "'p' has no column 'y0 y2'",
            "columns: 'x0', 'x1', 'y0', 'y1'",
        ),
    ],
)
def test_what_is_refused(file, text, target, message, hint):
    with pytest.raises(DataError) as caught:
        load_dataset(file(text), target=target)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_an_output_that_is_no_bit_is_refused(file):
    with pytest.raises(DataError) as caught:
        load_dataset(file("a,f,g\n0,1,0\n1,2,1\n", "t.csv"), target="f g")
    assert caught.value.message == "output 'f' holds '2' in row 2"
    assert caught.value.hint == "outputs that are learned together hold 0, 1 or nothing"
