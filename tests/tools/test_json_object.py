"""JSON from outside holds numbers and ends."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.tools.json_object import parse_json

leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(values)
def test_what_json_can_hold_is_read_as_it_was_written(value: object) -> None:
    text = json.dumps(value)
    assert parse_json(text) == parse_json(text.encode()) == value


WRONG = ["1e999", '{"a": [-1e999]}', "NaN", "[Infinity]", "-Infinity", "[" * 100_000, "", "{"]


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_anything_else_is_refused_with_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"number|nested|Expecting|recursion"):
        parse_json(text)
