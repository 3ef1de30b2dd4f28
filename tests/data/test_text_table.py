"""Tables in text: what separates their cells, whether they name their columns, and what is refused."""

from __future__ import annotations

import csv
import gzip
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.data import load_dataset
from tinydwn.data.header import holds_names
from tinydwn.data.separator import find_separator
from tinydwn.data.text_table import parse_text
from tinydwn.errors import DataError

WORDS = st.text("abcdefgh XYZ,;|'", min_size=1, max_size=8)
NUMBERS = st.floats(-1e6, 1e6).map(repr)


def written(rows, separator):
    out = io.StringIO()
    csv.writer(out, delimiter=separator, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    return out.getvalue()


def table(text, **options):
    return parse_text(text, name="t", where="t.csv", **options)


def refused(text, **options):
    with pytest.raises(DataError) as caught:
        table(text, **options)
    return str(caught.value)


@given(
    st.integers(2, 5).flatmap(
        lambda width: st.lists(st.tuples(*[NUMBERS] * (width - 1), WORDS), min_size=2, max_size=20)
    ),
    st.sampled_from(",;\t|"),
)
def test_whatever_separates_the_cells_of_a_table_is_found(rows, separator):
    names = [f"column {letter}" for letter in "abcde"[: len(rows[0])]]
    found = table(written([names, *rows], separator))
    assert found.column_names == tuple(names)
    assert len(found.columns[0]) == len(rows)
    for index in range(len(names) - 1):
        assert found.columns[index] == tuple(row[index] for row in rows)
    # Blanks at the beginning of a cell outside of quotation marks would be left out.
    assert found.columns[-1] == tuple(row[-1] for row in rows)


@given(st.lists(st.tuples(*[st.integers(-99, 99)] * 3), min_size=2, max_size=20), st.integers(1, 5), st.booleans())
def test_any_number_of_blanks_separates_numbers(rows, blanks, aligned):
    gap = " " * blanks
    lines = [gap.join(f"{cell:>4}" if aligned else str(cell) for cell in row) for row in rows]
    found = table("\n".join([f"a{gap}b{gap}c", *lines]))
    assert list(zip(*found.columns, strict=True)) == [tuple(map(str, row)) for row in rows]


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2\n", ";"),
        ("4,39;2,36;b\n1,41;6,65;a\n4,82;1,24;b\n", ";"),
        ("3,14 2,71 a\n3,15 2,72 b\n", " "),
        ("3,14\t2,71\ta\n3,15\t2,72\tb\n", "\t"),
        ("39, State-gov, 77516\n50, Private, 83311\n", ","),
        ("text,kind\na;b,1\nc;d,2\n", ","),
        ("a b,c d\n1 2,3 4\n", ","),
        ("sepal length\tclass\n5.1\tsetosa\n", "\t"),
        ('18.0   8\t"chevrolet chevelle"\n15.0   8\t"buick skylark"\n', " "),
        ("a|b\n1|2\n", "|"),
        ("x\n1\n2\n", ","),
        ('"a,b";c\n"1,2";3\n', ";"),
    ],
)
def test_separators_are_found_in_the_forms_of_public_files(text, separator):
    assert find_separator(text) == separator


def test_an_excel_hint_names_the_separator():
    found = table("sep=|\na|b\n1|2\n")
    assert (found.column_names, found.columns) == (("a", "b"), (("1",), ("2",)))


def test_names_behind_a_comment_sign_are_names():
    assert table("# x y\n1.5 2\n2.5 3\n").column_names == ("x", "y")
    assert table("#,Name\n1,a\n2,b\n").column_names == ("#", "Name")


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        (["5.1,3.5,setosa", "4.9,3.0,setosa"], False),
        (["x,y", "1,a", "2,b"], True),
        (["vhigh,2,low", "vhigh,3,low", "vhigh,5more,low", "high,2,low"], False),
        (["color,shape", "red,round", "green,round", "red,long"], True),
        (["age,2019,2020", "1,2,3", "2,3,4"], True),
        (["0,1,2,target", "1.5,2.5,3.5,a", "2.5,1.5,0.5,b"], True),
        (["1,2,3,4", "1.5,2.5,3.5,4", "2.5,1.5,0.5,4"], True),
        (["0,1,2", "5,6,7", "8,9,7"], True),
        (["0,0.5,1", "1,0.25,0", "2,0.75,1"], False),
        (["?,1.5,a", "2,2.5,b"], False),
        (["3%,$5,a", "4%,$6,b"], False),
        (["2024-01-01,1", "2024-01-02,2"], False),
        ([",x", "0,1.5", "1,2.5"], True),
        (["t,f,+", "t,t,-", "f,f,+", "t,f,+"], False),
        (["only,one"], True),
    ],
)
def test_names_are_told_from_samples(rows, names):
    cells = [row.split(",") for row in rows]
    assert holds_names(cells[0], cells[1:]) is names


def test_a_first_row_that_seems_a_sample_is_refused_and_read_as_said():
    text = "5.1,3.5,a\n4.9,3.0,b\n"
    assert refused(text) == (
        "the first row of t.csv holds no names, but '5.1', '3.5', 'a'\n\n"
        "hint: pass --no-header if it is a sample, or --header if these are names"
    )
    unnamed = table(text, header=False)
    assert unnamed.column_names == ("column_1", "column_2", "column_3")
    assert unnamed.columns == (("5.1", "4.9"), ("3.5", "3.0"), ("a", "b"))
    assert unnamed.notes == ("the file names no columns: they are called 'column_1' to 'column_3'",)
    assert table(text, header=True).column_names == ("5.1", "3.5", "a")


def test_names_that_are_asked_for_show_that_the_first_row_holds_names():
    assert table("1,2\n3,4\n5,6\n", wanted=["2"]).column_names == ("1", "2")


@pytest.mark.parametrize(
    ("text", "names", "columns", "note"),
    [
        ("a,b,\n1,2,\n3,4,\n", ("a", "b"), (("1", "3"), ("2", "4")), "column 3 is empty and was left out"),
        (
            "a,b\n1,2,\n3,4,\n",
            ("a", "b"),
            (("1", "3"), ("2", "4")),
            "the separator at the end of every row was left out",
        ),
        (
            "a,b,\n1,2\n3,4\n",
            ("a", "b"),
            (("1", "3"), ("2", "4")),
            "the separator at the end of the header was left out",
        ),
        (
            '"a" "b"\n"1" 5 x\n"2" 6 y\n',
            ("row_names", "a", "b"),
            (("1", "2"), ("5", "6"), ("x", "y")),
            "the first column has no name in the header and is called 'row_names'",
        ),
        (
            ",b\n1,2\n3,4\n",
            ("column_1", "b"),
            (("1", "3"), ("2", "4")),
            "column 1 has no name and is called 'column_1'",
        ),
    ],
)
def test_columns_without_a_name_are_named_or_left_out(text, names, columns, note):
    found = table(text, header=True)
    assert (found.column_names, found.columns, found.notes) == (names, columns, (note,))


def test_a_row_between_blanks_that_is_too_short_is_refused_with_its_line():
    assert refused("a b\n1 2\n3\n") == (
        "t.csv has 1 cells in line 3, the first row has 2\n\n"
        "hint: quote cells that hold the separator, and fill up short rows with empty cells"
    )


RNG = np.random.default_rng(5)
SAMPLES = [(f"{a:.2f}", f"{b:.3f}", "ab"[a > b]) for a, b in RNG.uniform(0, 9, (60, 2)).tolist()]


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize(
    ("ending", "separator", "decimal"),
    [
        (".csv", ",", "."),
        (".csv", ";", ","),
        (".tsv", "\t", "."),
        (".txt", " ", "."),
        (".dat", "  ", ","),
        (".data", ",", "."),
    ],
)
def test_every_ending_and_separator_gives_the_same_numbers(tmp_path, ending, separator, decimal, compress):
    lines = [separator.join(cell.replace(".", decimal) for cell in row) for row in [("x", "z", "y"), *SAMPLES]]
    content = "\n".join(lines).encode()
    path = tmp_path / f"Samples{ending.upper()}{'.gz' if compress else ''}"
    path.write_bytes(gzip.compress(content) if compress else content)
    data = load_dataset(path)
    assert data.name == "Samples"
    assert data.feature_names == ("x", "z")
    assert data.features.tolist() == [[float(a), float(b)] for a, b, _ in SAMPLES]


@pytest.mark.parametrize("compress", [False, True])
def test_arff_is_read_by_its_ending_and_by_its_first_line(tmp_path, compress):
    declared = ["% a comment", "@relation r", "@attribute x real", "@attribute z real", "@attribute y {a, b}", "@data"]
    content = "\n".join([*declared, *(",".join(row) for row in SAMPLES)]).encode()
    for ending in (".arff", ".dat"):
        path = tmp_path / f"s{ending}{'.gz' if compress else ''}"
        path.write_bytes(gzip.compress(content) if compress else content)
        assert load_dataset(path).features.tolist() == [[float(a), float(b)] for a, b, _ in SAMPLES]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_byte_order_mark_says_the_encoding(tmp_path, encoding):
    path = tmp_path / "t.csv"
    path.write_bytes("größe,y\n1,a\n2,b\n1,a\n2,b\n".encode(encoding))
    assert load_dataset(path).feature_names == ("größe",)
    assert load_dataset(path, encoding="latin-1").feature_names == ("größe",)


def test_a_file_that_is_not_in_the_encoding_said_is_refused(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"x,y\n1,\xe9\n")
    with pytest.raises(DataError) as caught:
        load_dataset(path, encoding="ascii")
    assert str(caught.value) == ("t.csv is not ascii: byte 0xe9 in line 2\n\nhint: pass the --encoding it was saved in")
    path.write_bytes(b"x,y\n1,a\n2")
    with pytest.raises(DataError, match="is not utf-16"):
        load_dataset(path, encoding="utf-16")
