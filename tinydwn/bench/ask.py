"""What a study may be asked: fields of a dataclass, of which the command line makes options, and what is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field, fields
from typing import Any

from tinydwn.errors import ConfigError


def option(
    default: Any,  # noqa: ANN401 - of the field's type
    told: str,
    *,
    shown: str | None = None,
    least: float | None = None,
    most: float | None = None,
    between: str = ",",
) -> Any:  # noqa: ANN401 - of the field's type
    """Return a field of what a study may be asked: its default, a sentence on it, how that is shown, least and most.

    The command line makes an option of it; what stands `between` the values of a tuple separates them there.
    """
    return field(
        default=default, metadata={"help": told, "shown": shown, "least": least, "most": most, "between": between}
    )


def argument(told: str, *, default: Any = None) -> Any:  # noqa: ANN401 - of the field's type
    """Return a field of what a study must be asked: the command line takes it without a name.

    Commas separate the values of a tuple there.
    """
    return field(default=default, metadata={"help": told, "argument": True, "between": ","})


def effort(default: str = "normal") -> Any:  # noqa: ANN401 - a field
    """Return the field of the effort of searches."""
    return option(default, "fast, normal or high.")


def cut() -> Any:  # noqa: ANN401 - a field
    """Return the field of the cut."""
    return option("core", "core or chip.")


def datasets() -> Any:  # noqa: ANN401 - a field
    """Return the field of data sets, all of the study by default."""
    return option(None, "Only these data sets, separated by commas.", shown="all")


def seeds(*default: int) -> Any:  # noqa: ANN401 - a field
    """Return the field of seeds: 0 to 4 by default."""
    return option(default or (0, 1, 2, 3, 4), "Numbers of splits, separated by commas.")


def require_known(
    given: Sequence[str] | None, known: Iterable[str], unknown: str, *, between: str = ", "
) -> tuple[str, ...]:
    """Return all names, or the given ones once each; `ConfigError` for another one, as the text `unknown` says it.

    >>> require_known(("b", "b"), "abc", "there is no {!r}")
    ('b',)
    """
    names = tuple(known)
    for name in given or ():
        if name not in names:
            raise ConfigError(unknown.format(name), hint=f"choose among {between.join(names)}")
    return names if given is None else tuple(dict.fromkeys(given))


def require_seeds(given: Sequence[int], *, least: int = 1) -> None:
    """Raise `ConfigError` for fewer seeds than can be measured, and for one that is given twice."""
    if len(given) < least or len(set(given)) < len(given):
        hint = f"give {'different ones' if least == 1 else f'{least} different ones or more'}, like 0,1,2"
        raise ConfigError(f"seeds {list(given)} cannot be measured", hint=hint)


def require_within(asked: object) -> None:
    """Raise `ConfigError` for a number of what was asked that is below its field's least or above its most."""
    for one in fields(asked):  # type: ignore[arg-type]  # a dataclass
        value = getattr(asked, one.name)
        least, most = one.metadata.get("least"), one.metadata.get("most")
        if (least is None or value >= least) and (most is None or value <= most):
            continue
        bounds = (f"{word} {bound:g}" for word, bound in (("at least", least), ("at most", most)) if bound is not None)
        raise ConfigError(f"{one.name} is {value}", hint=f"choose {', '.join(bounds)}")


def require_effort(given: str) -> None:
    """Raise `ConfigError` for an effort that there is not."""
    from tinydwn.refine import RefineOptions

    RefineOptions(effort=given)


def require_cut(given: str) -> None:
    """Raise `ConfigError` for a cut that there is not."""
    if given not in ("core", "chip"):
        raise ConfigError(f"unknown cut {given!r}", hint="choose core or chip")
