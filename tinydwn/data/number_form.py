"""The ways in which tables write numbers: decimal commas, thousands separators, units, dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tinydwn.data.names import is_plain_number
from tinydwn.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Collection

_CURRENCY = r"[$€£¥₹]|USD|EUR|GBP|CHF|JPY"
_WRITTEN = re.compile(
    rf"(?P<sign>[-+\u2212]?)\s*(?P<before>{_CURRENCY})?\s*(?P<sign2>[-+\u2212]?)"
    rf"(?P<body>[.,]?\d[\d.,'\u2019\s]*?)(?P<exponent>[eE][-+]?\d+)?\s*(?P<after>%|{_CURRENCY})?"
)
# Decimal mark and thousands separator; a form without separators comes first.
_MARKS = ((".", ""), (",", ""), (".", ","), (",", "."), (".", "'"), (",", "'"), (".", " "), (",", " "))
_BLANKS = re.compile(r"\s")
_ISO_DATE = re.compile(
    r"\d{4}[-/]\d{2}[-/]\d{2}(?P<time>[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(?P<zone>Z|[-+]\d{2}:?\d{2})?)?"
)
_DOTTED_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?P<time> \d{2}:\d{2}(:\d{2})?)?")
_OTHER_DATE = re.compile(
    r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{2,4})([ T].*)?"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_A_DAY = 86400
UNIT_OF_DATES = "days"
UNIT_OF_TIMES = "seconds"


@dataclass(frozen=True, slots=True)
class NumberForm:
    """How the numbers of one column are written.

    decimal: the mark before the fraction. thousands: the mark between groups of three digits, or "".
    unit: what stands beside every number ("%", "$", "EUR"), "days" for dates and "seconds" for dates with
    a time (both since the start of 1970, UTC where no zone is given), or "".
    """

    decimal: str = "."
    thousands: str = ""
    unit: str = ""

    def read(self, text: str) -> float | None:
        """Return the number that `text` is in this form, infinite ones included, None where it is none.

        >>> NumberForm(",", ".", "€").read("1.234,50 €"), NumberForm().read("3,14")
        (1234.5, None)
        """
        if self.unit in (UNIT_OF_DATES, UNIT_OF_TIMES):
            return _date_number(text, self.unit)
        if self == PLAIN:
            return float(text) if is_plain_number(text) else None
        parts = _parts(text)
        if parts is None or parts.unit != self.unit or not _fits(parts.body, self.decimal, self.thousands):
            return None
        digits = parts.body.replace(self.thousands, "") if self.thousands else parts.body
        return float(parts.sign + digits.replace(self.decimal, ".") + parts.exponent)

    @property
    def described(self) -> str:
        """What was understood, for a note; empty for numbers as Python writes them."""
        if self.unit == UNIT_OF_DATES:
            return "dates read as days since 1970-01-01"
        if self.unit == UNIT_OF_TIMES:
            return "dates and times read as seconds since 1970-01-01"
        told = ["decimal commas"] if self.decimal == "," else []
        told += [f"thousands separated by {self.thousands!r}"] if self.thousands else []
        told += [f"the sign {self.unit!r} left out"] if self.unit else []
        return f"read as numbers: {', '.join(told)}" if told else ""


PLAIN = NumberForm()


@dataclass(frozen=True, slots=True)
class _Parts:
    sign: str
    body: str
    exponent: str
    unit: str


def is_numberlike(text: str) -> bool:
    """Say whether `text` could be a number in some form, dates left out.

    >>> [is_numberlike(text) for text in ("3,14", "$1,234.5", "5 %", "-2", "5more", "1_000", "nan")]
    [True, True, True, True, False, False, False]
    """
    return is_plain_number(text) or _parts(text) is not None


def is_date(text: str) -> bool:
    """Say whether `text` is a date in a form that means one day only: 2024-01-31, 2024/01/31 or 31.01.2024.

    >>> [is_date(text) for text in ("2024-01-31", "31.01.2024 12:00", "01/02/2024", "2024-13-01")]
    [True, True, False, False]
    """
    return _date(text) is not None


def number_form(name: str, texts: Collection[str], *, decimal: str | None) -> NumberForm | None:
    """Return the one form in which all `texts` of column `name` are numbers, None where there is none.

    `decimal` is the decimal mark where it is known. DataError where the texts could be read in two ways, and
    where they are numbers with the other decimal mark only.

    >>> number_form("mass", ["4,39", "12"], decimal=None)
    NumberForm(decimal=',', thousands='', unit='')
    """
    if all(map(is_date, texts)):
        timed = any(_date_has_time(text) for text in texts)
        return NumberForm(unit=UNIT_OF_TIMES if timed else UNIT_OF_DATES)
    fits = possible_forms(texts)
    if decimal is not None and fits:
        fits = _with_decimal(name, texts, fits, decimal)
    uses = {"decimal" if form.decimal == "," else "thousands" for form in fits if "," in (form.decimal, form.thousands)}
    if len(uses) == 2 and (told := next((text for text in texts if "," in text), None)):
        raise DataError(
            f"column {name!r} holds {told!r}: the comma may be a decimal mark or separate thousands",
            hint="say which with --decimal , or --decimal .",
        )
    return fits[0] if fits else None


def possible_forms(texts: Collection[str]) -> list[NumberForm]:
    """Return the forms in which all `texts` are numbers, simplest first; empty where there is none.

    >>> possible_forms(["1,234"])
    [NumberForm(decimal=',', thousands='', unit=''), NumberForm(decimal='.', thousands=',', unit='')]
    """
    if all(map(is_plain_number, texts)):
        return [PLAIN, *_grouped_by_dots(texts)]
    parts = [_parts(text) for text in texts]
    found = [one for one in parts if one is not None]
    units = {one.unit for one in found}
    if len(found) < len(parts) or len(units) != 1:
        return []
    unit = units.pop()
    bodies = {one.body for one in found}
    return [
        NumberForm(decimal, thousands, unit)
        for decimal, thousands in _MARKS
        if all(_fits(body, decimal, thousands) for body in bodies)
        and (not thousands or any(thousands in body for body in bodies))
        and (decimal != "," or thousands or any("," in body for body in bodies))
    ]


def _with_decimal(name: str, texts: Collection[str], fits: list[NumberForm], decimal: str) -> list[NumberForm]:
    # A form whose decimal mark occurs nowhere says nothing about it.
    chosen = [form for form in fits if form.decimal == decimal] or [
        form for form in fits if form == PLAIN or not any(form.decimal in text for text in texts)
    ]
    if not chosen:
        told = next(text for text in texts if "." in text or "," in text)
        raise DataError(
            f"column {name!r} holds {told!r}, which is no number where the decimal mark is {decimal!r}",
            hint=f"write all numbers in one way, or pass --decimal {fits[0].decimal}",
        )
    return chosen


def refuse_unclear_dates(name: str, texts: Collection[str]) -> None:
    """Raise DataError where all `texts` of column `name` are dates of which day and month are not told apart.

    >>> refuse_unclear_dates("when", ["2024-01-31"])
    """
    if all(_OTHER_DATE.fullmatch(text) for text in texts) and not all(map(is_date, texts)):
        told = next(text for text in texts if not is_date(text))
        raise DataError(
            f"column {name!r} holds dates such as {told!r}, whose parts can be read in several ways",
            hint=f"write them as 2024-01-31, or leave the column out with --ignore {name}",
        )


def mixed_units(texts: Collection[str]) -> tuple[str, str] | None:
    """Return two of `texts` that are numbers with different units, or with and without one; None without such.

    >>> mixed_units(["5%", "0.05"])
    ('5%', '0.05')
    """
    seen: dict[str, str] = {}
    for text in texts:
        parts = _parts(text)
        if parts is not None:
            seen.setdefault(parts.unit, text)
    first, second, *_ = (*seen.values(), None, None)
    return None if first is None or second is None else (first, second)


def _grouped_by_dots(texts: Collection[str]) -> list[NumberForm]:
    """Return the form of whole numbers whose thousands are separated by dots, where every dot can be one."""
    dotted = any("." in text for text in texts)
    return (
        [NumberForm(",", ".")] if dotted and all(NumberForm(",", ".").read(text) is not None for text in texts) else []
    )


def _parts(text: str) -> _Parts | None:
    found = _WRITTEN.fullmatch(text)
    if found is None or (found["before"] and found["after"]) or (found["sign"] and found["sign2"]):
        return None
    sign = (found["sign"] or found["sign2"]).replace("\u2212", "-")
    body = _BLANKS.sub(" ", found["body"]).replace("\u2019", "'")
    return _Parts(sign, body, found["exponent"] or "", found["before"] or found["after"] or "")


def _fits(body: str, decimal: str, thousands: str) -> bool:
    whole, _, fraction = body.partition(decimal)
    if fraction and not (fraction.isascii() and fraction.isdigit()):
        return False
    groups = whole.split(thousands) if thousands else [whole]
    if not all(group.isascii() and group.isdigit() for group in groups):
        return groups == [""] and bool(fraction)
    if len(groups) == 1:
        return True
    return len(groups[0]) <= 3 and groups[0][0] != "0" and all(len(group) == 3 for group in groups[1:])


def _date(text: str) -> datetime | None:
    dotted = _DOTTED_DATE.fullmatch(text)
    if dotted is not None:
        text = f"{dotted[3]}-{dotted[2]:0>2}-{dotted[1]:0>2}{dotted['time'] or ''}"
    elif _ISO_DATE.fullmatch(text) is None:
        return None
    try:
        moment = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _date_has_time(text: str) -> bool:
    found = _ISO_DATE.fullmatch(text) or _DOTTED_DATE.fullmatch(text)
    return found is not None and found["time"] is not None


def _date_number(text: str, unit: str) -> float | None:
    moment = _date(text)
    if moment is None:
        return None
    seconds = (moment - _EPOCH).total_seconds()
    return seconds / _SECONDS_A_DAY if unit == UNIT_OF_DATES else seconds
