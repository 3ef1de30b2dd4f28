"""What a user says about how a table is read."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, fields
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from tinydwn.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_BINS = 100


class Missing(Enum):
    """What becomes of missing values.

    REFUSE: DataError. DROP: the sample goes. MEAN, MEDIAN: for numbers; in categories, missing becomes a
    category of its own, and in booleans the more frequent value. MOST_FREQUENT: in every column, the
    smallest or first of the most frequent values. CATEGORY: a category of its own, and refused where the
    column is not categorical. A missing class is dropped with its sample by DROP and refused otherwise.
    """

    REFUSE = "refuse"
    DROP = "drop"
    MEAN = "mean"
    MEDIAN = "median"
    MOST_FREQUENT = "most_frequent"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table is read; what is None is found out from the table, and told in its notes.

    target: the class column, or columns of 0 and 1, separated by spaces, that are learned together.
    positive: the class to learn against all others. missing: what becomes of missing values.
    missing_marks: the cells that stand for a missing value besides the empty one, without regard to case.
    header: whether the first row holds names. decimal: "." or ",", the mark before the
    fraction. encoding: of a text file. only: the columns that are features, all by default. ignore:
    columns that are left out. categorical: columns that are categories whatever they hold. bins: make the
    numbers of the class column so many classes of about equal size. drop_rare: leave out the samples of
    classes that have one. validation: a file of further samples to learn from. test: a file of samples
    that are the test part, instead of a share of these.

    ConfigError where a value makes no sense.

    >>> Reading(missing="mean", ignore=["id"]).ignore
    ('id',)
    """

    target: str | None = None
    positive: str | None = None
    missing: str | Missing = Missing.REFUSE
    missing_marks: tuple[str, ...] | None = None
    header: bool | None = None
    decimal: str | None = None
    encoding: str | None = None
    only: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    bins: int | None = None
    drop_rare: bool = False
    validation: str | Path | None = None
    test: str | Path | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "missing", _policy(self.missing))
        for name in ("only", "ignore", "categorical"):
            object.__setattr__(self, name, _names(name, getattr(self, name)))
        for name in self.parts:
            object.__setattr__(self, name, Path(getattr(self, name)))
        if self.missing_marks is not None:
            marks = _names("missing_marks", self.missing_marks)
            object.__setattr__(self, "missing_marks", tuple(mark.strip() for mark in marks))
        if self.decimal not in (None, ".", ","):
            raise ConfigError(f"the decimal mark is {self.decimal!r}", hint="choose '.' or ','")
        if self.encoding is not None:
            _check_encoding(self.encoding)
        if self.bins is not None and not 2 <= self.bins <= MOST_BINS:
            raise ConfigError(
                f"{self.bins} bins were asked for", hint=f"choose a whole number from 2 to {MOST_BINS}, such as 3"
            )
        self._check_columns()

    def _check_columns(self) -> None:
        both = [name for name in self.only if name in self.ignore]
        if both:
            raise ConfigError(f"column {both[0]!r} is both chosen and ignored", hint="name it with --only or --ignore")
        if self.target is not None and self.target in self.ignore:
            raise ConfigError(f"column {self.target!r} is both the class and ignored", hint="choose another --target")

    @property
    def policy(self) -> Missing:
        """What becomes of missing values."""
        return _policy(self.missing)

    @property
    def about_columns(self) -> tuple[str, ...]:
        """The fields that say something about the cells or columns of a table, and are not at their default."""
        elsewhere = ("positive", "missing", "missing_marks", *_PARTS)
        return tuple(
            one.name for one in fields(self) if one.name not in elsewhere and getattr(self, one.name) != one.default
        )

    @property
    def parts(self) -> tuple[str, ...]:
        """The fields that name files of further samples and are given."""
        return tuple(name for name in _PARTS if getattr(self, name) is not None)


_PARTS = ("validation", "test")


def _policy(missing: str | Missing) -> Missing:
    try:
        return Missing(missing)
    except ValueError:
        known = ", ".join(policy.value for policy in Missing)
        raise ConfigError(f"there is no policy {missing!r} for missing values", hint=f"choose one of {known}") from None


def _names(field: str, given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        raise ConfigError(f"{field} is the text {given!r}", hint=f"give a list of texts, such as {[given]!r}")
    return tuple(given)


def _check_encoding(encoding: str) -> None:
    try:
        known = codecs.lookup(encoding)
    except (LookupError, ValueError):
        raise ConfigError(
            f"there is no encoding {encoding!r}", hint="choose utf-8, latin-1, cp1252, utf-16 or another one of Python"
        ) from None
    if not getattr(known, "_is_text_encoding", True):
        raise ConfigError(f"{encoding!r} is no encoding of text", hint="choose utf-8, latin-1, cp1252 or utf-16")
