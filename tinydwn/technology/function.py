"""Cell functions: Liberty's boolean expressions as truth tables.

Operators, from the tightest: `!a` and `a'`, then `^`, then `*`, `&` or a space, then `+` or `|` (Liberty user
guide, "function" attribute). Doubled `&&` and `||`, which some generators write, are read as single ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tinydwn.errors import LibraryError
from tinydwn.netlist.truth_table import full, variable

_TOKEN = re.compile(r"""\s*(?:(&&?|\|\|?|[!'^*+()])|("[^"]*"|[A-Za-z0-9_.\[\]]+))""")
_HINT = "a cell function uses ! ' ^ * & + | ( ) and input pins"


def function_table(expression: str, inputs: Sequence[str]) -> int:
    """Return the truth table of a Liberty expression over named input pins, pin `k` being address bit `k`.

    Raises `LibraryError` for a pin that is not among `inputs` and for anything that is not an expression.

    >>> bin(function_table("!(A1 * A2) + B'", ("A1", "A2", "B")))
    '0b1111111'
    >>> function_table("A ^ B C", ("A", "B", "C")) == function_table("(A ^ B) & C", ("A", "B", "C"))
    True
    """
    n = len(inputs)
    values = {name: variable(k, n) for k, name in enumerate(inputs)}
    return _Expression(expression, values, full(n)).table()


def read_pins(expression: str) -> tuple[str, ...]:
    """Return the names an expression reads, in order of first appearance.

    >>> read_pins("(B & A) | !B")
    ('B', 'A')
    """
    names = (word.strip('"') for mark, word in _tokens(expression) if not mark)
    return tuple(dict.fromkeys(name for name in names if name not in {"0", "1"}))


def _tokens(expression: str) -> list[tuple[str, str]]:
    """Return (operator, "") or ("", word) pairs."""
    found, at, end = [], 0, len(expression.rstrip())
    while at < end:
        match = _TOKEN.match(expression, at)
        if match is None:
            raise LibraryError(
                f"the cell function '{expression}' cannot be read at '{expression[at:].strip()[:20]}'", hint=_HINT
            )
        found.append((match[1] or "", match[2] or ""))
        at = match.end()
    return found


class _Expression:
    """Recursive descent over the tokens; every value is a truth table."""

    def __init__(self, expression: str, values: Mapping[str, int], one: int) -> None:
        self._expression = expression
        self._values = {**values, "0": values.get("0", 0), "1": values.get("1", one)}
        self._one = one
        self._tokens = [*_tokens(expression), ("", "")]
        self._at = 0

    def table(self) -> int:
        value = self._sum()
        if self._at != len(self._tokens) - 1:
            raise self._refusal(f"'{self._next() or self._word()}' is out of place")
        return value

    def _next(self) -> str:
        return self._tokens[self._at][0]

    def _word(self) -> str:
        return self._tokens[self._at][1]

    def _sum(self) -> int:
        value = self._product()
        while self._next() in {"+", "|", "||"}:
            self._at += 1
            value |= self._product()
        return value

    def _product(self) -> int:
        value = self._difference()
        while self._next() in {"*", "&", "&&", "!", "("} or self._word():
            if self._next() in {"*", "&", "&&"}:
                self._at += 1
            value &= self._difference()
        return value

    def _difference(self) -> int:
        value = self._literal()
        while self._next() == "^":
            self._at += 1
            value ^= self._literal()
        return value

    def _literal(self) -> int:
        mark, word = self._tokens[self._at]
        self._at += 1
        if mark == "!":
            return self._one ^ self._literal()
        if mark == "(":
            value = self._sum()
            if self._next() != ")":
                raise self._refusal("a parenthesis is not closed")
            self._at += 1
        elif word:
            value = self._pin(word.strip('"'))
        else:
            raise self._refusal("an operand is missing")
        while self._next() == "'":
            self._at += 1
            value ^= self._one
        return value

    def _pin(self, name: str) -> int:
        if name not in self._values:
            raise self._refusal(f"it reads '{name}', which is no input pin")
        return self._values[name]

    def _refusal(self, why: str) -> LibraryError:
        return LibraryError(f"the cell function '{self._expression}' cannot be read: {why}", hint=_HINT)
