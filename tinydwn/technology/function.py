"""Cell functions: Liberty's boolean expressions as truth tables.

Operators, from the tightest: `!a` and `a'`, then `^`, then `*`, `&` or a space, then `+` or `|` (Liberty user
guide, "function" attribute). Doubled `&&` and `||`, which some generators write, are read as single ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from tinydwn.errors import LibraryError
from tinydwn.netlist.truth_table import full, variable

_TOKEN = re.compile(r"""\s*(?:(&&?|\|\|?|[!'^*+()])|("[^"]*"|[A-Za-z0-9_.\[\]]+))""")
_MOST_SHOWN = 200
_HINT = "a cell function uses ! ' ^ * & + | ( ) and input pins"


def function_table(expression: str, inputs: Sequence[str]) -> int:
    """Return the truth table of a Liberty expression over named input pins, pin `k` being address bit `k`.

    Raises `LibraryError` for a pin that is not among `inputs` and for anything that is not an expression.

    >>> bin(function_table("!(A1 * A2) + B'", ("A1", "A2", "B")))
    '0b1111111'
    >>> function_table("A ^ B C", ("A", "B", "C")) == function_table("(A ^ B) & C", ("A", "B", "C"))
    True
    """
    return _table(expression, tuple(inputs))


@lru_cache(maxsize=4096)
def _table(expression: str, inputs: tuple[str, ...]) -> int:
    """Return the table; libraries repeat few functions for many cells."""
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
                f"the cell function '{_shown(expression)}' cannot be read at '{expression[at:].strip()[:20]}'",
                hint=_HINT,
            )
        found.append((match[1] or "", match[2] or ""))
        at = match.end()
    return found


_LOOSEST, _OPENED, _INVERTED = 0, "(", "!"
_RANKS = {"|": 1, "&": 2, "^": 3, _INVERTED: 4}
_SPELLINGS = {"+": "|", "||": "|", "*": "&", "&&": "&"}


class _Expression:
    """Operator precedence over the tokens, without recursion; every value is a truth table."""

    def __init__(self, expression: str, values: Mapping[str, int], one: int) -> None:
        self._expression = expression
        self._pins = {**values, "0": values.get("0", 0), "1": values.get("1", one)}
        self._one = one
        self._values: list[int] = []
        self._waiting: list[str] = []

    def table(self) -> int:
        complete = False  # whether an operand has just ended
        for mark, word in _tokens(self._expression):
            complete = self._after_operand(mark, word) if complete else self._operand(mark, word)
        if not complete:
            raise self._refusal("an operand is missing")
        self._apply(_LOOSEST)
        if self._waiting:
            raise self._refusal("a parenthesis is not closed")
        return self._values[0]

    def _operand(self, mark: str, word: str) -> bool:
        """Take a token where an operand is awaited and say whether it ends one."""
        if mark in (_INVERTED, _OPENED):
            self._waiting.append(mark)
            return False
        if not word:
            raise self._refusal("an operand is missing")
        self._values.append(self._pin(word.strip('"')))
        return True

    def _after_operand(self, mark: str, word: str) -> bool:
        """Take a token that follows an operand and say whether an operand has ended after it."""
        if mark == "'":
            self._values[-1] ^= self._one
            return True
        if mark == ")":
            self._apply(_LOOSEST)
            if not self._waiting:
                raise self._refusal("')' is out of place")
            self._waiting.pop()
            return True
        # Two operands side by side are a product.
        operator = _SPELLINGS.get(mark, mark) if mark not in ("", _INVERTED, _OPENED) else "&"
        self._apply(_RANKS[operator])
        self._waiting.append(operator)
        return self._operand(mark, word) if mark in ("", _INVERTED, _OPENED) else False

    def _apply(self, rank: int) -> None:
        """Apply the waiting operators that bind at least as tightly, back to an open parenthesis."""
        while self._waiting and self._waiting[-1] != _OPENED and _RANKS[self._waiting[-1]] >= rank:
            operator, right = self._waiting.pop(), self._values.pop()
            if operator == _INVERTED:
                self._values.append(self._one ^ right)
            elif operator == "^":
                self._values[-1] ^= right
            elif operator == "&":
                self._values[-1] &= right
            else:
                self._values[-1] |= right

    def _pin(self, name: str) -> int:
        if name not in self._pins:
            raise self._refusal(f"it reads '{name[:40]}', which is no input pin")
        return self._pins[name]

    def _refusal(self, why: str) -> LibraryError:
        return LibraryError(f"the cell function '{_shown(self._expression)}' cannot be read: {why}", hint=_HINT)


def _shown(expression: str) -> str:
    return expression if len(expression) <= _MOST_SHOWN else f"{expression[:_MOST_SHOWN]} ..."
