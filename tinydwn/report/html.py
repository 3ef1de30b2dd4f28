"""Blocks that HTML pages are made of; every text in them is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from tinydwn.report.sections import Table
from tinydwn.report.style import STYLE
from tinydwn.report.svg import printable
from tinydwn.report.wording import OUTCOME_SIGNS

_UNIT = re.compile(r" (?=[%±µ])|(?<=±) ")
_BADGES = {**OUTCOME_SIGNS, "AGREES": "=", "SKIPPED": "-"}


def document(title: str, blocks: Iterable[str]) -> str:
    """Return a complete page that needs nothing beside it."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{shown(title)}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(blocks)
        + "\n</main>\n</body>\n</html>\n"
    )


def section(title: str, *blocks: str) -> str:
    """Return blocks under a heading."""
    return f"<section>\n<h2>{shown(title)}</h2>\n" + "\n".join(blocks) + "\n</section>"


def panel(svg: str, *, scroll: bool = False, name: str = "") -> str:
    """Return a drawing in a frame, with an id if a `name` is given; with `scroll` it keeps its size."""
    kind, place = "panel drawn scroll" if scroll else "panel drawn", f' id="{name}"' if name else ""
    return f'<div class="{kind}"{place}>{svg}</div>'


def folded(summary: str, *blocks: str, unfold: bool = False, kind: str = "") -> str:
    """Return blocks behind a line that opens them; `kind` is the class of the line."""
    head = f'<summary class="{kind}">' if kind else "<summary>"
    return (
        f"<details{' open' if unfold else ''}>{head}{shown(summary)}</summary>\n" + "\n".join(blocks) + "\n</details>"
    )


def notes_block(notes: tuple[str, ...]) -> Iterator[str]:
    """Yield a list of notes, nothing where there are none."""
    if notes:
        yield '<ul class="note">' + "".join(f"<li>{shown(note)}</li>" for note in notes) + "</ul>"


def pairs_block(pairs: dict[str, str], *, code: bool = False) -> str:
    """Return names and values side by side."""
    rows = ((name, f"<code>{shown(value)}</code>" if code else shown(value)) for name, value in pairs.items())
    return "<dl>" + "".join(f"<dt>{shown(name)}</dt><dd>{value}</dd>" for name, value in rows) + "</dl>"


def table_block(table: Table) -> str:
    """Return a table with its note, its title left out; outcomes of proofs become badges."""

    def cells(row: tuple[str, ...], tag: str) -> str:
        heads = [f"<{tag}>" if k < table.numbers_from else f'<{tag} class="n">' for k in range(len(row))]
        return "".join(f"{head}{badge_or_text(cell)}</{tag}>" for head, cell in zip(heads, row, strict=True))

    body = "".join(f"<tr>{cells(row, 'td')}</tr>\n" for row in table.rows)
    note = f'<p class="note">{shown(table.note)}</p>' if table.note else ""
    head = f"<thead><tr>{cells(table.columns, 'th')}</tr></thead>"
    return f'<div class="panel"><table>{head}<tbody>\n{body}</tbody></table></div>{note}'


def badge_or_text(text: str) -> str:
    """Return the badge of an outcome of a proof, and any other text as it is."""
    if text in _BADGES:
        return f'<span class="badge {text}">{_BADGES[text]} {text}</span>'
    return shown(text)


def unbroken(text: str) -> str:
    """Return a text as HTML shows it, no line ending between a number and its error or unit.

    >>> unbroken("97.1 ± 0.9 % of 113") == "97.1\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}0.9\N{NO-BREAK SPACE}% of 113"
    True
    """
    return _UNIT.sub("\N{NO-BREAK SPACE}", shown(text))


def shown(text: str) -> str:
    """Return a text as HTML shows it."""
    return escape(printable(text))
