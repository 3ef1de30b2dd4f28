"""Comments of Verilog that no tool reads."""

from __future__ import annotations

from collections.abc import Iterable

from tinydwn.export.identifiers import quoted

_LINE = 100


def as_comment(lines: Iterable[str]) -> str:
    """Return lines as comments; `ValueError` for a text that is not one line of plain ASCII.

    >>> as_comment(["one", "  two"])
    '// one\\n//   two\\n'
    """
    text = ""
    for line in lines:
        if not (line.isascii() and line.isprintable()):
            raise ValueError(f"a comment cannot hold {line!r}")
        text += f"// {line}\n"
    return text


def listed(names: Iterable[str]) -> list[str]:
    """Return names in quotes, many to a line, none of them broken.

    >>> listed(["a", "b c"])
    ["  'a', 'b c'"]
    """
    lines: list[str] = []
    for name in map(quoted, names):
        if lines and len(lines[-1]) + len(name) + 2 <= _LINE:
            lines[-1] += f", {name}"
        else:
            lines.append(f"  {name}")
    return [f"{line}," for line in lines[:-1]] + lines[-1:]
