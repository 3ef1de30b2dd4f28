"""Names in files that other tools read: percent-encoded as in a URL, so that any name survives."""

from __future__ import annotations

from urllib.parse import quote, unquote

_SAFE = "[]:"


def encoded(name: str) -> str:
    """Return a name without spaces, signs or letters beyond ASCII.

    >>> encoded("petal width > 3"), encoded("class[0]")
    ('petal%20width%20%3E%203', 'class[0]')
    """
    return quote(name, safe=_SAFE)


def decoded(text: str) -> str:
    """Undo `encoded`; a foreign name without `%` stays as it is.

    >>> decoded("petal%20width%20%3E%203")
    'petal width > 3'
    """
    return unquote(text)
