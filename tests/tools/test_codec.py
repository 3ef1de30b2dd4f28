from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.metrics import Direction
from tinydwn.tools.codec import from_json, to_json


@dataclass(frozen=True, slots=True)
class Inner:
    share: float
    name: str | None


@dataclass(frozen=True, slots=True)
class Outer:
    count: int
    yes: bool
    which: Literal["a", "b"]
    way: Direction
    inners: tuple[Inner, ...]
    pair: tuple[str, int]
    by_name: Mapping[str, float]
    loose: bool | int | float | str | None


_inner = st.builds(Inner, st.floats(allow_nan=False, allow_infinity=False), st.none() | st.text())
_outer = st.builds(
    Outer,
    count=st.integers(),
    yes=st.booleans(),
    which=st.sampled_from(["a", "b"]),
    way=st.sampled_from(list(Direction)),
    inners=st.lists(_inner, max_size=3).map(tuple),
    pair=st.tuples(st.text(), st.integers()),
    by_name=st.dictionaries(st.text(), st.floats(allow_nan=False, allow_infinity=False), max_size=3),
    loose=st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
)


@given(_outer)
def test_what_is_written_as_json_is_read_back_the_same(value: Outer) -> None:
    text = json.dumps(to_json(value), allow_nan=False)
    back = from_json(Outer, json.loads(text), where="value")
    assert back == value
    assert type(back.loose) is type(value.loose)


GOOD = {
    "count": 3,
    "yes": True,
    "which": "a",
    "way": "lower",
    "inners": [{"share": 0.5, "name": None}],
    "pair": ["x", 1],
    "by_name": {"k": 1.5},
    "loose": "text",
}


def test_a_whole_number_is_welcome_where_a_fraction_is_expected() -> None:
    value = from_json(Outer, {**GOOD, "by_name": {"k": 2}}, where="v")
    assert value.by_name == {"k": 2.0}
    assert isinstance(value.by_name["k"], float)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"count": 1.5}, "v.count is 1.5, a whole number is expected"),
        ({"count": True}, "v.count is True, a whole number is expected"),
        ({"yes": 1}, "v.yes is 1, true or false is expected"),
        ({"which": "c"}, "v.which is 'c', one of a, b is expected"),
        ({"which": []}, "v.which is [], one of a, b is expected"),
        ({"way": "up"}, "v.way is 'up', one of lower, higher is expected"),
        ({"inners": {}}, "v.inners is {}, an array is expected"),
        ({"inners": [{"share": 1, "name": 2}]}, "v.inners[0].name is 2, a text is expected"),
        ({"inners": [{"share": True, "name": None}]}, "v.inners[0].share is True, a number is expected"),
        ({"inners": [3]}, "v.inners[0] is 3, an object is expected"),
        ({"pair": ["x"]}, "v.pair has 1 values, 2 are expected"),
        ({"pair": ["x", "y"]}, "v.pair[1] is 'y', a whole number is expected"),
        ({"by_name": {"k": "z"}}, "v.by_name.k is 'z', a number is expected"),
        ({"by_name": 4}, "v.by_name is 4, an object is expected"),
        ({"loose": []}, "v.loose is [], a text is expected"),
        ({"more": 1}, "v has an unknown entry 'more'"),
        ({"loose": ["x" * 100]}, "v.loose is ['xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..., a text is expected"),
    ],
)
def test_a_value_of_another_type_is_named_with_its_place(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        from_json(Outer, {**GOOD, **change}, where="v")


def test_a_missing_entry_is_named() -> None:
    lacking = {name: value for name, value in GOOD.items() if name != "pair"}
    with pytest.raises(ValueError, match="v lacks 'pair'"):
        from_json(Outer, lacking, where="v")


def test_numbers_survive_to_the_last_bit() -> None:
    value = Inner(math.nextafter(0.1, 1), None)
    assert from_json(Inner, json.loads(json.dumps(to_json(value))), where="v").share == value.share
