"""Rows of a result: values, means with deviations, and both as flat names and values."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from tinydwn.tools.codec import from_json, to_json


@dataclass(frozen=True, slots=True)
class Spread:
    """A mean, and the standard deviation of the sample, None of a single value."""

    mean: float
    std: float | None

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """Return what values come to; there is at least one.

        >>> Spread.of([0.5, 0.75])
        Spread(mean=0.625, std=0.1767766952966369)
        """
        known = [float(value) for value in values]
        return cls(statistics.mean(known), statistics.stdev(known) if len(known) > 1 else None)

    def text(self, digits: int) -> str:
        """Return both as text.

        >>> Spread(12.0, 0.25).text(1), Spread(12.0, None).text(0)
        ('12.0 ± 0.2', '12')
        """
        return f"{self.mean:.{digits}f}" + (f" ± {self.std:.{digits}f}" if self.std is not None else "")

    @property
    def percent(self) -> str:
        """Both as text, of a fraction: its percentages.

        >>> Spread(0.9, 0.01).percent
        '90.00 ± 1.00'
        """
        return Spread(100 * self.mean, None if self.std is None else 100 * self.std).text(2)


def flat(row: Any) -> dict[str, Any]:  # noqa: ANN401 - any dataclass
    """Return a dataclass as names and values of JSON; what it holds of dataclasses is named after both.

    >>> @dataclass
    ... class Row:
    ...     accuracy: Spread
    >>> flat(Row(Spread(0.5, None)))
    {'accuracy_mean': 0.5, 'accuracy_std': None}
    """
    found: dict[str, Any] = {}
    kind: type = type(row)
    for name in _hints(kind):
        value = getattr(row, name)
        if is_dataclass(value):
            found |= {f"{name}_{inner}": one for inner, one in flat(value).items()}
        elif isinstance(value, Mapping):
            found[name] = {key: flat(one) if is_dataclass(one) else to_json(one) for key, one in value.items()}
        else:
            found[name] = to_json(value)
    return found


def from_flat(kind: type, content: Mapping[str, Any]) -> Any:  # noqa: ANN401 - one of that kind
    """Return what `flat` gave; `ValueError` for anything else."""
    names: set[str] = set()
    row = _built(kind, content, "", names)
    if set(content) != names:
        raise ValueError(f"a row has an unknown entry {min(set(content) - names)!r}")
    return row


def _built(kind: type, content: Mapping[str, Any], prefix: str, names: set[str]) -> Any:  # noqa: ANN401
    values = {}
    for name, hint in _hints(kind).items():
        key = f"{prefix}{name}"
        if isinstance(hint, type) and is_dataclass(hint):
            values[name] = _built(hint, content, f"{key}_", names)
            continue
        if key not in content:
            raise ValueError(f"a row lacks {key!r}")
        names.add(key)
        inner = get_args(hint)[1] if get_origin(hint) is Mapping else None
        if isinstance(inner, type) and is_dataclass(inner):
            values[name] = {one: from_flat(inner, value) for one, value in content[key].items()}
        else:
            values[name] = from_json(hint, content[key], where=key)
    return kind(**values)


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}
