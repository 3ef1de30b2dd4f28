"""PLA texts: samples of rows, whole functions, what is said and what is not, and what is refused."""

from __future__ import annotations

import gzip
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.data import load_dataset
from tinydwn.data.pla import parse_pla
from tinydwn.errors import DataError

FR = ".i 2\n.o 1\n.type fr\n"


def parse(text):
    return parse_pla(text, name="p", where="p.pla")


def rows_of(table):
    return list(zip(*table.columns, strict=True))


@st.composite
def plas(draw, signs):
    width, outputs = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    cube = st.text(st.sampled_from("01-2"), min_size=width, max_size=width)
    said = st.text(st.sampled_from(signs), min_size=outputs, max_size=outputs)
    return width, outputs, draw(st.lists(st.tuples(cube, said), min_size=1, max_size=6))


def text_of(width, outputs, kind, rows):
    return "\n".join([f".i {width}", f".o {outputs}", kind, *(f"{cube} {said}" for cube, said in rows), ".e", ""])


def covers(cube, point):
    return all(sign in "-2" or sign == bit for sign, bit in zip(cube, point, strict=True))


@given(plas("01-~234"))
def test_each_row_of_type_fr_stands_for_the_samples_that_it_covers(pla):
    width, outputs, rows = pla
    table = parse(text_of(width, outputs, ".type fr", rows))
    meaning = {"1": "1", "4": "1", "0": "0", "3": "0"}
    points = ["".join(one) for one in product("01", repeat=width)]
    wanted = [
        (*point, *(meaning.get(sign, "") for sign in said))
        for cube, said in rows
        for point in points
        if covers(cube, point)
    ]
    assert rows_of(table) == wanted


@given(plas("01-~"), st.sampled_from(["f", "fd", None]))
def test_types_f_and_fd_are_whole_functions(pla, kind):
    width, outputs, rows = pla
    table = parse(text_of(width, outputs, f".type {kind}" if kind else "", rows))
    expected = []
    for point in map("".join, product("01", repeat=width)):
        said = [{answers[k] for cube, answers in rows if covers(cube, point)} for k in range(outputs)]
        is_open = kind != "f"
        expected.append((*point, *("" if is_open and "-" in one else "1" if "1" in one else "0" for one in said)))
    assert rows_of(table) == expected


def test_names_comments_and_bars_are_read():
    text = (
        "# by hand\n.i 2\n.o 2\n.ilb a b\n.ob f g\n.type fr\n.p 2\n0 1 | 1 0 # here\n11|01\n.e\nrest is not looked at\n"
    )
    table = parse(text)
    assert table.column_names == ("a", "b", "f", "g")
    assert rows_of(table) == [("0", "1", "1", "0"), ("1", "1", "0", "1")]
    assert table.answers == ("f", "g")


def test_repeated_and_contradicting_samples_stay():
    assert rows_of(parse(FR + "01 1\n01 1\n01 0\n")) == [("0", "1", "1"), ("0", "1", "1"), ("0", "1", "0")]


def test_the_chosen_output_is_the_class_and_no_output_a_feature(tmp_path):
    path = tmp_path / "two.pla"
    path.write_text(".i 2\n.o 2\n.ob f g\n.type fr\n00 01\n01 10\n10 -0\n11 11\n01 1~\n00 0-\n")
    dataset = load_dataset(path, target="f")
    assert (dataset.feature_names, dataset.class_names, dataset.samples) == (("x0", "x1"), ("0", "1"), 5)
    assert dataset.labels.tolist() == [0, 1, 1, 1, 0]
    assert "1 sample without an answer left out" in dataset.notes


def test_a_packed_file_is_read(tmp_path):
    path = tmp_path / "xor.PLA.gz"
    path.write_bytes(gzip.compress(b".i 2\n.o 1\n10 1\n01 1\n", mtime=0))
    dataset = load_dataset(path)
    assert dataset.features.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert dataset.labels.tolist() == [0, 1, 1, 0]


CHECK, BEGIN = "check the file", "a PLA begins with '.i INPUTS' and '.o OUTPUTS'"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "p.pla has no '.i' or no '.o'", BEGIN),
        ("01 1\n", "p.pla, line 1: a row before .i and .o", BEGIN),
        (FR, "p.pla has no rows", "write one row per sample"),
        (".i x\n", "p.pla, line 1: '.i x' is no count", "write a number, such as '.i 8'"),
        (".i 9999999999\n", "p.pla, line 1: '.i 9999999999' is no count", "write a number, such as '.i 8'"),
        (".type g\n", "p.pla, line 1: '.type g' is no type that is read", "choose f, fd, fr, fdr"),
        (
            ".mv 3 2 2\n",
            "p.pla, line 1: '.mv' is not read",
            "only PLAs of two values with .i, .o, .ilb, .ob, .p, .type",
        ),
        (FR + "01 1\n.type fd\n", "p.pla, line 5: '.type' after the first row", "write it before the rows"),
        (FR + "011 1\n", "p.pla, line 4: 4 values for 2 inputs and 1 outputs", CHECK),
        (FR + "0x 1\n", "p.pla, line 4: inputs '0x'", "write 0, 1 or - for each input"),
        (FR + "01 x\n", "p.pla, line 4: outputs 'x'", "write 0, 1, - or ~ for each output"),
        (
            FR + ".p 3\n01 1\n",
            "p.pla says '.p 3' and has 1 row",
            "the file may be truncated; else correct .p or leave it out",
        ),
        (FR + ".ilb a\n01 1\n", "p.pla has 1 names in .ilb for 2", "name each one once"),
        (
            f".i 64\n.o 1\n.type fr\n{'-' * 64} 1\n",
            "the dashes of p.pla stand for more than 1048576 samples",
            "give samples without dashes among the inputs, or fewer rows",
        ),
        (
            f".i 17\n.o 1\n{'-' * 17} 1\n",
            "p.pla is of type fd, a whole function of 17 inputs: too many patterns to list",
            "give '.type fr' if its rows are samples; at most 16 inputs can be listed",
        ),
    ],
)
def test_what_is_refused(text, message, hint):
    with pytest.raises(DataError) as caught:
        parse(text)
    assert (caught.value.message, caught.value.hint) == (message, hint)
