"""Names in C: which ones a function may have, and how a name of anything may stand in a comment."""

from __future__ import annotations

import re

from tinydwn.errors import ConfigError

_QUOTED = 80
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}", re.ASCII)
_NUMBERED = re.compile(r"part_[0-9]+|u?int\w*_t|[a-z]+_t|mem\w+|str\w+|wcs\w+|U?INT\w+|[A-Z]+", re.ASCII)
_TAKEN = """
auto break case char const continue default do double else enum extern float for goto if inline int long register
restrict return short signed sizeof static struct switch typedef union unsigned void volatile while asm typeof main
alignas alignof bool constexpr false nullptr static_assert thread_local true typeof_unqual

abort abs atexit atof atoi atol atoll bsearch calloc div exit free getenv labs ldiv llabs lldiv malloc mblen mbtowc
qsort rand realloc srand system wctomb

lanes reals circuit scratch copy encode decode all_finite read first thresholds place
"""
TAKEN = frozenset(_TAKEN.split())
"""Words of C and C++, functions of the headers that are included, and what the text itself uses."""


def require_identifier(name: str) -> None:
    """Raise `ConfigError` unless a name can be that of a function beside all else in the file.

    >>> require_identifier("classify_2")
    """
    if name in TAKEN or _NUMBERED.fullmatch(name) or not _IDENTIFIER.fullmatch(name):
        raise ConfigError(
            f"{name!r} cannot be the name of a function in C",
            hint="choose letters, digits and _, a small letter among them, and no name that C has already",
        )


def quoted(text: str) -> str:
    """Return text that is safe in a comment: ASCII in quotes, on one line, cut where it is long.

    >>> quoted("petal */ width")
    "'petal *_/ width'"
    """
    shown = text if len(text) <= _QUOTED else f"{text[:_QUOTED]}..."
    # A sequence that begins or ends a comment, or is a trigraph, must not come out of a name.
    return ascii(shown).replace("*/", "*_/").replace("/*", "/_*").replace("??", "?_?")
