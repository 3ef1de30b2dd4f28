"""What LEF and DEF have in common: words, `;` after a statement, `#` before a comment, blocks that end by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NoReturn

from tinydwn.errors import DataError

_WORD = re.compile(r'"[^"]*"|[;()]|[^\s;()"]+')
_LARGEST = 2**31 - 1  # databases of layouts hold coordinates in 32 bits
_DAMAGED = "the file may be truncated or damaged; write it anew"


class Words:
    """The words of a text, one after the other, with the line of the last one; lines are read as they are needed.

    >>> words = Words(["SIZE 0.46 BY 2.72 ; # a site", "END unithd"], what="LEF")
    >>> words.statement(), words.next(), words.line
    (['SIZE', '0.46', 'BY', '2.72'], 'END', 2)
    """

    def __init__(self, lines: Iterable[str], *, what: str) -> None:
        self._lines = iter(lines)
        self._what = what
        self._ready: Iterator[str] = iter(())
        self.line = 0

    def next(self) -> str:
        """Return the next word; `DataError` where the text has ended."""
        word = self.next_or_end()
        if word is None:
            raise DataError(f"the {self._what} file breaks off after line {self.line}", hint=_DAMAGED)
        return word

    def next_or_end(self) -> str | None:
        """Return the next word, None where the text has ended."""
        while True:
            for word in self._ready:
                return word
            line = next(self._lines, None)
            if line is None:
                return None
            self.line += 1
            self._ready = iter(_words_of(line))

    def statement(self) -> list[str]:
        """Return the words up to the next `;`, which is left out."""
        found: list[str] = []
        while (word := self.next()) != ";":
            found.append(word)
        return found

    def rest(self, first: str) -> list[str]:
        """Return a statement whose first word has been read."""
        return [] if first == ";" else [first, *self.statement()]

    def expect(self, wanted: str) -> None:
        """Read one word; `DataError` unless it is the wanted one."""
        word = self.next()
        if word != wanted:
            self.refuse(f"expected '{wanted}', found '{word[:40]}'")

    def skip_block(self, name: str) -> None:
        """Skip everything up to `END name`, or up to `ENDEXT` for an extension."""
        previous, opened = "", self.line
        while (word := self.next_or_end()) is not None:
            if word == "ENDEXT" if name == "BEGINEXT" else (previous == "END" and word == name):
                return
            previous = word
        raise DataError(f"the {self._what} file breaks off inside '{name}', which line {opened} opens", hint=_DAMAGED)

    def number(self, word: str) -> float:
        """Return a word as a number; `DataError` where it is none, or larger than any coordinate or count may be."""
        try:
            value = float(word)
        except ValueError:
            self.refuse(f"'{word[:40]}' is not a number")
        if not abs(value) < float("inf"):
            self.refuse(f"'{word[:40]}' is not a finite number")
        if abs(value) > _LARGEST:
            self.refuse(f"'{word[:40]}' is beyond {_LARGEST}, the largest whole number of 32 bits")
        return value

    def numbers(self, words: Iterable[str]) -> list[float]:
        """Return words as numbers, parentheses left out."""
        return [self.number(word) for word in words if word not in {"(", ")"}]

    def refuse(self, why: str, *, hint: str = _DAMAGED) -> NoReturn:
        """Raise `DataError` about the line of the last word."""
        raise DataError(f"{self._what} line {self.line}: {why}", hint=hint)


def _words_of(line: str) -> list[str]:
    """Return the words of a line; a name may hold a `#`, a comment begins with one."""
    if "#" in line:
        line = re.sub(r'("[^"]*")|(?:^|(?<=\s))#.*', r"\1", line)
    if '"' in line:
        if line.count('"') % 2:
            line = line.replace('"', " ")
        return _WORD.findall(line)
    words = line.split()
    if line.count(";") + line.count("(") + line.count(")") == words.count(";") + words.count("(") + words.count(")"):
        return words
    return _WORD.findall(line)
