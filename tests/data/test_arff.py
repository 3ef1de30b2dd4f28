"""ARFF texts: what is read and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.data.arff import parse_arff
from tinydwn.errors import DataError

HEADER = """% a comment
@RELATION fruit
@ATTRIBUTE grams NUMERIC
@attribute 'skin color' {red, 'deep green', "it's"}
@Attribute note string

@DATA
"""
CELL = st.text(st.sampled_from("abc ,'\"\\%{}é"), min_size=1, max_size=6).filter(lambda cell: cell != "?")


def quoted(cell):
    """The cell in single quotes, as Weka writes it."""
    return "'" + cell.replace("\\", "\\\\").replace("'", "\\'") + "'"


def parse(text):
    return parse_arff(text, name="fruit", where="fruit.arff")


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=5))
def test_quoted_cells_are_read_back(rows):
    table = parse(HEADER + "\n".join(",".join(quoted(cell) for cell in row) for row in rows))
    assert list(zip(*table.columns, strict=True)) == rows


def test_attributes_and_rows_are_read_in_any_dress():
    table = parse(HEADER + '120 , red, ?\n\n% between\n95,\'deep green\',"a, b"\n?,"it\'s",plain text\n')
    assert table.column_names == ("grams", "skin color", "note")
    assert table.declared_categorical == {"skin color"}
    assert table.columns == (("120", "95", ""), ("red", "deep green", "it's"), ("", "a, b", "plain text"))


def test_a_table_may_have_no_rows():
    assert parse(HEADER).columns == ((), (), ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "@relation x\n@attribute a real\n",
            "fruit.arff has no @data section\n\nhint: the file is no ARFF file, or was cut short",
        ),
        (HEADER + "{0 5}\n", "fruit.arff holds a sparse row in line 8\n\nhint: convert it to dense rows"),
        (
            HEADER + "1,red\n",
            "fruit.arff has 2 cells in line 8 for 3 attributes\n\nhint: the file is damaged; fetch it again",
        ),
        (
            "@attribute when date\n@data\n",
            "fruit.arff declares an attribute in line 1 that is not read: '@attribute when date'\n\n"
            "hint: only numeric, nominal and string attributes are read",
        ),
        (
            "@attribute alone\n@data\n",
            "fruit.arff declares an attribute in line 1 that is not read: '@attribute alone'\n\n"
            "hint: only numeric, nominal and string attributes are read",
        ),
    ],
)
def test_what_is_not_dense_arff_is_refused(text, message):
    with pytest.raises(DataError) as caught:
        parse(text)
    assert str(caught.value) == message
