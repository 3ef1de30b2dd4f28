"""Cell functions against Python's own arithmetic."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import LibraryError
from tinydwn.technology.function import function_table, read_pins

PINS = ("A", "B1", "C_N", "1D", "E[0]")
_HINT = "\n\nhint: a cell function uses ! ' ^ * & + | ( ) and input pins"

# An expression is Liberty text, and a function from pin values to a bool; each is built with the other.
leaves = st.sampled_from(
    [*((name, lambda at, k=k: at[k]) for k, name in enumerate(PINS)), ("1", lambda at: True), ("0", lambda at: False)]
)


def _binary(children):
    marks = {"+": any, "|": any, "||": any, "*": all, "&": all, " ": all, "&&": all}
    plain = st.tuples(st.sampled_from(sorted(marks)), children, children).map(
        lambda t: (f"({t[1][0]}{t[0]}{t[2][0]})", lambda at: marks[t[0]]([t[1][1](at), t[2][1](at)]))
    )
    xor = st.tuples(children, children).map(
        lambda t: (f"({t[0][0]} ^ {t[1][0]})", lambda at: t[0][1](at) != t[1][1](at))
    )
    prefix = children.map(lambda t: (f"!{t[0]}", lambda at: not t[1](at)))
    postfix = children.map(lambda t: (f"({t[0]})'", lambda at: not t[1](at)))
    return plain | xor | prefix | postfix


expressions = st.recursive(leaves, _binary, max_leaves=12)


@given(expressions)
def test_every_expression_means_what_python_says(expression):
    text, meaning = expression
    patterns = [pattern[::-1] for pattern in product([False, True], repeat=len(PINS))]
    assert function_table(text, PINS) == sum(1 << a for a, at in enumerate(patterns) if meaning(at))


@pytest.mark.parametrize(
    ("text", "equal"),
    [
        ("A ^ B1 * C_N", "(A ^ B1) * C_N"),
        ("A + B1 * C_N", "A + (B1 * C_N)"),
        ("A B1 + C_N", "(A * B1) + C_N"),
        ("!A B1", "(!A) * B1"),
        ("!A'", "A"),
        ("A''", "A"),
        ("A B1' ^ C_N", "A * ((!B1) ^ C_N)"),
        ("! ( A & B1 )", "!(A*B1)"),
        ("A !B1", "A & !B1"),
        ("A(B1+C_N)", "A * (B1 + C_N)"),
        ('"1D" * A', "1D*A"),
    ],
)
def test_operators_bind_as_the_liberty_guide_says(text, equal):
    assert function_table(text, PINS) == function_table(equal, PINS)


def test_pins_named_one_and_zero_hide_the_constants():
    assert function_table("0", ("0", "1")) == 0b1010
    assert function_table("1", ("A",)) == 0b11


def test_pins_are_listed_once_in_order():
    assert read_pins("(C_N & 1D') | !C_N + 1") == ("C_N", "1D")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("A +", "cannot be read: an operand is missing"),
        ("", "cannot be read: an operand is missing"),
        ("(A", "cannot be read: a parenthesis is not closed"),
        ("A)", "cannot be read: ')' is out of place"),
        ("A @ B1", "cannot be read at '@ B1'"),
        ("A * Z", "cannot be read: it reads 'Z', which is no input pin"),
    ],
)
def test_what_is_no_expression_is_refused(text, why):
    with pytest.raises(LibraryError) as caught:
        function_table(text, PINS)
    assert str(caught.value) == f"the cell function '{text}' {why}{_HINT}"


@pytest.mark.parametrize(
    ("text", "equal"),
    [
        ("!" * 100_000 + "A", "A"),
        ("!" * 100_001 + "A", "!A"),
        ("A" + "'" * 100_001, "!A"),
        ("(" * 100_000 + "A" + ")" * 100_000, "A"),
        ("!(" * 100_001 + "A B1" + ")" * 100_001, "!(A B1)"),
        ("A+B1(" * 10_000 + "A" + ")" * 10_000, "A"),
    ],
    ids=["even", "odd", "behind", "around", "both", "sums"],
)
def test_endless_functions_are_read(text, equal):
    assert function_table(text, PINS) == function_table(equal, PINS)


def test_an_endless_function_that_is_none_is_refused_in_few_words():
    for text in ("(" * 100_000, "!" * 100_000, "A " * 100_000 + ")", "A" + "(" * 100_000 + "A"):
        with pytest.raises(LibraryError) as caught:
            function_table(text, PINS)
        assert len(str(caught.value)) < 400
