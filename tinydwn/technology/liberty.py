"""Liberty, the cell library format, read as a tree of groups.

The reader knows the syntax (groups, attributes, comments, continued lines) and no keyword: what a group
means is the business of `cells`. It is strict where a file breaks off and tolerant where real files are
sloppy: a missing semicolon at the end of a line, a stray one after a group.
"""

from __future__ import annotations

import gzip
import math
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import LibraryError

_BROKEN = "the file may be truncated or damaged; fetch it again"
_STRING = r'"(?:[^"\\]|\\.)*+"'
_BLANK = r"(?:\s|\\\r?\n|/\*(?:[^*]|\*(?!/))*+\*/|//[^\n]*+)"
_STATEMENT = re.compile(
    rf"""(?:{_BLANK}|;)*+ (?:
      (?P<close>\}})
    | (?P<word>[A-Za-z_][\w.\-]*+) [ \t]*+ (?:
        \( (?P<arguments>(?:{_STRING}|[^")])*+) \) (?:{_BLANK}*+ (?P<open>\{{))?
      | : [ \t]*+ (?P<value>{_STRING}|(?:[^;}}"\n\\/]|/(?![*/]))*+)
      )
    )""",
    re.VERBOSE | re.DOTALL,
)
_END = re.compile(rf"(?:{_BLANK}|;)*+")
_ARGUMENT = re.compile(rf"({_STRING})|([^\s,\\]+)", re.DOTALL)
_CONTINUED = re.compile(r"\\\r?\n")


@dataclass(frozen=True, slots=True)
class Group:
    """One `kind (arguments) { ... }` of a Liberty file.

    `attributes` holds the text of simple ones, quotes removed; `lists` the raw arguments of those written with
    parentheses. Of a repeated name the last one counts. `line` is where the group begins.
    """

    kind: str
    arguments: str
    line: int
    attributes: dict[str, str]
    lists: dict[str, str]
    groups: tuple[Group, ...]

    @property
    def name(self) -> str:
        """The first argument, `""` where there is none."""
        return next(iter(split_arguments(self.arguments)), "")

    def all(self, kind: str) -> Iterator[Group]:
        """Yield the inner groups of one kind, in order."""
        return (group for group in self.groups if group.kind == kind)

    def text(self, attribute: str, default: str = "") -> str:
        """Return a simple attribute as text."""
        return self.attributes.get(attribute, default)

    def is_true(self, attribute: str) -> bool:
        """Say whether an attribute is there and `true`."""
        return self.attributes.get(attribute, "").lower() == "true"

    def number(self, attribute: str) -> float | None:
        """Return a simple attribute as a finite number, None where it is missing."""
        text = self.attributes.get(attribute)
        return None if text is None else self._finite(attribute, text)

    def numbers(self, name: str) -> tuple[float, ...]:
        """Return all numbers of an attribute with parentheses, `()` where it is missing."""
        words = " ".join(split_arguments(self.lists.get(name, ""))).replace("\\", " ").replace(",", " ").split()
        return tuple(self._finite(name, word) for word in words)

    def _finite(self, attribute: str, text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            where = f"{self.kind} ({self.name}) in line {self.line}"
            raise LibraryError(f"'{attribute}' of {where} is not a number: '{text[:40]}'", hint=_BROKEN)
        return number


def named_pins(cell: Group) -> Iterator[tuple[str, Group]]:
    """Yield every pin of a cell with its name; one group may describe several.

    >>> tree = read_liberty("library (l) { cell (A) { pin (X, Y) { direction : input; } } }")
    >>> [name for name, _ in named_pins(tree.groups[0])]
    ['X', 'Y']
    """
    for pin in cell.all("pin"):
        for name in split_arguments(pin.arguments):
            yield name, pin


def split_arguments(text: str) -> tuple[str, ...]:
    """Return the arguments between parentheses, quotes removed.

    >>> split_arguments('1.0, "pf"')
    ('1.0', 'pf')
    """
    if text.isidentifier():
        return (text,)
    return tuple(_unquoted(quoted) if quoted else bare for quoted, bare in _ARGUMENT.findall(text))


def read_liberty(text: str) -> Group:
    """Return the `library` group of a Liberty text.

    Raises `LibraryError` with the line where the text is empty, is something else, is damaged or breaks off.

    >>> tree = read_liberty('library (tiny) { cell (INV) { area : 1.5; } }')
    >>> tree.groups[0].name, tree.groups[0].number("area")
    ('INV', 1.5)
    """
    if not text.strip():
        raise LibraryError("the Liberty file is empty", hint=_BROKEN)
    return _Reader(text).library()


def load_liberty(path: Path) -> Group:
    """Read a `.lib` or `.lib.gz` file; `LibraryError` names it where it cannot be read or is not sound."""
    try:
        content = path.read_bytes()
        text = (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode("utf-8", errors="replace")
    except OSError as error:
        reason = error.strerror or "it is not a whole gzip file"
        raise LibraryError(
            f"'{path}' cannot be read: {reason}", hint="give the path of a .lib or .lib.gz file"
        ) from error
    except (EOFError, zlib.error) as error:
        raise LibraryError(f"'{path}' cannot be read: it is not a whole gzip file", hint=_BROKEN) from error
    try:
        return read_liberty(text)
    except LibraryError as error:
        raise LibraryError(f"'{path}': {error.message}", hint=error.hint) from error


class _Open:
    """A group whose closing brace has not come yet."""

    __slots__ = ("arguments", "attributes", "groups", "kind", "line", "lists")

    def __init__(self, kind: str, arguments: str, line: int) -> None:
        self.kind, self.arguments, self.line = kind, arguments, line
        self.attributes: dict[str, str] = {}
        self.lists: dict[str, str] = {}
        self.groups: list[Group] = []

    def closed(self) -> Group:
        return Group(self.kind, self.arguments, self.line, self.attributes, self.lists, tuple(self.groups))


class _Reader:
    """One pass over the text, a stack of open groups."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line = 1
        self._counted = 0

    def library(self) -> Group:
        stack: list[_Open] = []
        at = 0
        while match := _STATEMENT.match(self._text, at):
            at = match.end()
            word, value = match["word"], match["value"]
            if word is None:
                if not stack:
                    break
                group = stack.pop().closed()
                if not stack:
                    return self._whole(group, at)
                stack[-1].groups.append(group)
            elif match["open"]:
                stack.append(_Open(word, match["arguments"], self._line_of(match.start("word"))))
            elif not stack:
                break
            elif value is None:
                stack[-1].lists[word] = match["arguments"]
            else:
                stack[-1].attributes[word] = _unquoted(value.strip())
        raise self._refusal(stack, at)

    def _whole(self, group: Group, at: int) -> Group:
        end = _END.match(self._text, at)
        rest = end.end() if end else at
        if rest != len(self._text):
            raise LibraryError(f"line {self._line_of(rest)}: text after the end of the library", hint=_BROKEN)
        if group.kind != "library":
            raise LibraryError(
                f"not a Liberty file: it begins with '{group.kind}', not with 'library'",
                hint="give the path of a .lib file",
            )
        return group

    def _refusal(self, stack: list[_Open], at: int) -> LibraryError:
        blank = _END.match(self._text, at)
        at = blank.end() if blank else at
        if not stack:
            return LibraryError(
                f"not a Liberty file: line {self._line_of(at)} does not open a 'library' group",
                hint="give the path of a .lib file",
            )
        inner = f"{stack[-1].kind} ({stack[-1].arguments.strip()[:60]})"
        if at >= len(self._text):
            return LibraryError(
                f"the Liberty file breaks off inside {inner}, which line {stack[-1].line} opens", hint=_BROKEN
            )
        found = self._text[at : at + 30].split("\n")[0]
        return LibraryError(f"line {self._line_of(at)}: cannot read '{found}' inside {inner}", hint=_BROKEN)

    def _line_of(self, at: int) -> int:
        """Count lines from where the last question stopped: each character is looked at once."""
        if at >= self._counted:
            self._line += self._text.count("\n", self._counted, at)
            self._counted = at
            return self._line
        return self._text.count("\n", 0, at) + 1


def _unquoted(text: str) -> str:
    if len(text) < 2 or text[0] != '"':
        return text
    inner = text[1:-1]
    return _CONTINUED.sub("", inner).replace('\\"', '"') if "\\" in inner else inner
