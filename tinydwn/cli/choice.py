"""The options that say which circuit of a front is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.errors import ConfigError

if TYPE_CHECKING:
    from tinydwn.synthesis.front import Choice

_CHOICE = "Which circuit of the front"
_RULES = ("balanced", "knee", "best")

MaxArea = Annotated[
    float | None,
    typer.Option(
        min=0.0,
        help="The best expected accuracy within so many NAND2 equivalents.",
        show_default=False,
        rich_help_panel=_CHOICE,
    ),
]
AccuracyDrop = Annotated[
    float | None,
    typer.Option(
        min=0.0,
        max=1.0,
        help="The smallest circuit that is expected to be at most so much less accurate than the best, such as 0.01.",
        show_default=False,
        rich_help_panel=_CHOICE,
    ),
]
Choose = Annotated[
    str | None,
    typer.Option(
        "--choose",
        metavar="RULE",
        help="balanced: the smallest one expected within a standard error of the best; knee: of accuracy over area; "
        "best: the highest expected accuracy.",
        show_default="balanced",
        rich_help_panel=_CHOICE,
    ),
]
Point = Annotated[
    int | None,
    typer.Option(
        min=0, help="The circuit of this number; --list shows them.", show_default=False, rich_help_panel=_CHOICE
    ),
]


def choice_of(
    *, max_area: float | None, accuracy_drop: float | None, choose: str | None, point: int | None = None
) -> Choice:
    """Return the rule that options ask for; `ConfigError` for two of them, and for an unknown one."""
    from tinydwn.synthesis.front import Choice

    given = {
        "--max-area": max_area,
        "--accuracy-drop": accuracy_drop,
        "--choose": choose,
        "--point": point,
    }
    asked = [name for name, value in given.items() if value is not None]
    if len(asked) > 1:
        raise ConfigError(f"{asked[0]} and {asked[1]} both choose a circuit", hint="give one of them")
    if choose is not None and choose not in _RULES:
        raise ConfigError(f"there is no rule '{choose}'", hint=f"choose one of {', '.join(_RULES)}")
    if max_area is not None:
        return Choice("area", max_area)
    if accuracy_drop is not None:
        return Choice("drop", accuracy_drop)
    if point is not None:
        return Choice("point", point)
    return Choice("knee" if choose == "knee" else "best" if choose == "best" else "expected")
