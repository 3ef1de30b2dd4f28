"""Laws of every table: it is read or refused, and read alike a second time."""

from __future__ import annotations

import contextlib
import json

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.data import Coding
from tinydwn.data.reading import Reading
from tinydwn.data.table_dataset import to_dataset
from tinydwn.data.text_file import decoded
from tinydwn.data.text_table import parse_text
from tinydwn.errors import TinydwnError

WORDS = st.sampled_from(
    [
        "1",
        "2",
        "3.5",
        "1,5",
        "1.234",
        "1,234",
        "$5",
        "5%",
        "1e5",
        "1e400",
        "inf",
        "nan",
        "1_0",
        "٣",
        "5more",
        "2024-01-01",
        "01/02/2024",
        "31.12.2024",
        "9999-12-31",
        "?",
        "NA",
        "-",
        "+",
        "--",
        "",
        ".",
        "None",
        "a",
        "b",
        "x y",
        "yes",
        "no",
        "é",
        "@data",
        "%",
        "#",
        "{",
        '"q"',
        '"',
    ]
)
COLUMNS = st.lists(WORDS, min_size=1, max_size=3).flatmap(
    lambda words: st.lists(st.sampled_from(words), min_size=24, max_size=24)
)
READINGS = st.fixed_dictionaries(
    {"missing": st.sampled_from(["refuse", "mean", "median", "most_frequent", "category"])},
    optional={
        "decimal": st.sampled_from(".,"),
        "missing_marks": st.sampled_from([[], ["?"], ["1", "b"]]),
        "bins": st.just(2),
    },
)


@settings(max_examples=300)
@given(
    st.lists(COLUMNS, min_size=1, max_size=4),
    st.sampled_from([",", ";", "\t", " ", "|"]),
    st.sampled_from([None, True, False]),
    st.booleans(),
    READINGS,
)
def test_a_table_is_refused_or_its_coding_gives_its_samples_again(columns, separator, header, named, reading):
    rows = [separator.join([*row, "pq"[index % 2]]) for index, row in enumerate(zip(*columns, strict=True))]
    names = [separator.join([*(f"c{index}" for index in range(len(columns))), "y"])] if named else []
    try:
        table = parse_text("\n".join([*names, *rows]), name="t", where="t.csv", header=header)
        split = to_dataset(table, Reading(**reading)).split(test_fraction=0.3)
    except TinydwnError:
        return
    coding = Coding.from_json(json.loads(json.dumps(split.coding.to_json())))
    features, seen = coding.features(table), np.concatenate([split.train_features, split.test_features])
    assert np.array_equal(features[np.lexsort(features.T)], seen[np.lexsort(seen.T)])


@given(st.binary(max_size=200), st.sampled_from([None, "latin-1", "utf-16"]))
def test_bytes_of_any_kind_are_a_table_or_refused(content, encoding):
    with contextlib.suppress(TinydwnError):
        to_dataset(parse_text(decoded(content, "t", encoding=encoding), name="t", where="t"))


def test_lines_may_end_in_any_way():
    for separator in (",", " "):
        for end in ("\n", "\r\n", "\r"):
            text = end.join([f"x{separator}y", f"1{separator}a", f"2{separator}b"])
            assert parse_text(text, name="t", where="t").columns == (("1", "2"), ("a", "b"))
