"""What a user may say about a table, and what makes no sense."""

from __future__ import annotations

import pytest

from tinydwn.data import Missing, Reading
from tinydwn.errors import ConfigError


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"missing": "zero"},
            "there is no policy 'zero' for missing values\n\n"
            "hint: choose one of refuse, drop, mean, median, most_frequent, category",
        ),
        ({"decimal": ";"}, "the decimal mark is ';'\n\nhint: choose '.' or ','"),
        (
            {"encoding": "klingon"},
            "there is no encoding 'klingon'\n\nhint: choose utf-8, latin-1, cp1252, utf-16 or another one of Python",
        ),
        ({"encoding": "base64"}, "'base64' is no encoding of text\n\nhint: choose utf-8, latin-1, cp1252 or utf-16"),
        ({"bins": 1}, "1 bins were asked for\n\nhint: choose a whole number from 2 to 100, such as 3"),
        (
            {"only": ["a"], "ignore": ["a"]},
            "column 'a' is both chosen and ignored\n\nhint: name it with --only or --ignore",
        ),
        (
            {"target": "y", "ignore": ["y"]},
            "column 'y' is both the class and ignored\n\nhint: choose another --target",
        ),
        ({"ignore": "id"}, "ignore is the text 'id'\n\nhint: give a list of texts, such as ['id']"),
        ({"missing_marks": "?"}, "missing_marks is the text '?'\n\nhint: give a list of texts, such as ['?']"),
    ],
)
def test_senseless_readings_are_refused(fields, message):
    with pytest.raises(ConfigError) as caught:
        Reading(**fields)
    assert str(caught.value) == message


def test_a_reading_keeps_lists_as_tuples_and_knows_its_policy():
    reading = Reading(missing="mean", only=["a"], missing_marks=[" ? "])
    assert (reading.policy, reading.only, reading.missing_marks) == (Missing.MEAN, ("a",), ("?",))


def test_what_is_said_about_columns_is_told_apart_from_the_rest():
    assert Reading(positive="x", missing="drop", missing_marks=["?"]).about_columns == ()
    assert Reading(header=False, bins=3).about_columns == ("header", "bins")
