"""Docstrings, which are written in plain Markdown, as the reStructuredText that autodoc reads.

What is between backticks is code, a line that begins with `>>>` starts an example that goes on to the next empty line,
and a list begins with a hyphen. Everything else is text and means nothing more.
"""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

import tinydwn

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_ARRAY = re.compile(r"ndarray\[tuple\[Any, \.\.\.\], dtype\[([\w.]+)\]\]")
_ARRAY_LIKE = (
    "_Buffer | _SupportsArray[dtype[Any]] | _NestedSequence[_SupportsArray[dtype[Any]]] | complex | bytes | str | "
    "_NestedSequence[complex | bytes | str]"
)
_MARKUP = re.compile(r"(?<=\w)_(?!\w)|[*|]")


def setup(app: Sphinx) -> dict[str, Any]:
    """Have every docstring rewritten before it is read."""
    app.connect("builder-inited", _load)
    app.connect("autodoc-process-docstring", _rewrite)
    app.connect("autodoc-process-signature", _shorten)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _load(_app: Sphinx) -> None:
    """Put names that rooms load on first use where autodoc looks for them."""
    for room in iter_modules(tinydwn.__path__, "tinydwn."):
        if room.ispkg:
            module = import_module(room.name)
            for name in getattr(module, "__all__", ()):
                setattr(module, name, getattr(module, name))


def _shorten(
    _app: Sphinx, _what: str, _name: str, _object: object, _options: object, signature: str | None, returns: str | None
) -> tuple[str | None, str | None]:
    return _as_written(signature), _as_written(returns)


def _as_written(text: str | None) -> str | None:
    """Return a signature with the types of arrays as the code names them, instead of what they stand for."""
    return text and _ARRAY.sub(r"NDArray[\1]", text.replace(_ARRAY_LIKE, "ArrayLike"))


def _rewrite(_app: Sphinx, _what: str, _name: str, _object: object, _options: object, lines: list[str]) -> None:
    lines[:] = rewritten(lines)


def rewritten(lines: list[str]) -> list[str]:
    """Return the lines as reStructuredText; code that goes over the end of a line is kept together."""
    written: list[str] = []
    text: list[str] = []
    example = False
    for line in [*lines, ""]:
        example = line.lstrip().startswith(">>>") or (example and bool(line.strip()))
        if line.strip() and not example:
            text.append(line)
            continue
        if text:
            written += _CODE.sub(_literal, _plain("\n".join(text))).split("\n")
            text = []
            if example:
                written.append("")
        written.append(line)
    return written


def _plain(text: str) -> str:
    """Escape what would be markup outside code."""
    parts = re.split(r"(`+[^`]+`+)", text)
    return "".join(part if k % 2 else _MARKUP.sub(r"\\\g<0>", part) for k, part in enumerate(parts))


def _literal(found: re.Match[str]) -> str:
    return f"``{found[1]}``"
