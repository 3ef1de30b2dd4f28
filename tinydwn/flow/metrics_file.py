"""The metrics that OpenROAD writes with `-metrics`: a JSON object in which keys repeat."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tinydwn.errors import FlowError

Value = float | str
_NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_UNBOUNDED = 1e29
"""OpenROAD's timing says 1e30 where no path is constrained."""


@dataclass(frozen=True, slots=True)
class MetricsFile:
    """Every value of every key, in the order in which they were written.

    >>> read = read_metrics('{"route__drc_errors": 3, "name": "x", "route__drc_errors": 0}', where="metrics.json")
    >>> read.history("route__drc_errors"), read.number("route__drc_errors"), read.number("name")
    ((3.0, 0.0), 0.0, None)
    """

    values: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)

    def history(self, key: str) -> tuple[Value, ...]:
        """Return all values of a key, oldest first."""
        return self.values.get(key, ())

    def number(self, key: str) -> float | None:
        """Return the last value of a key where it is a finite number, not the mark for an unconstrained path."""
        last = self.history(key)[-1:]
        if not last or isinstance(last[0], str) or not math.isfinite(last[0]) or abs(last[0]) > _UNBOUNDED:
            return None
        return last[0]

    def text(self, key: str) -> str | None:
        """Return the last value of a key where it is a text."""
        last = self.history(key)[-1:]
        return last[0] if last and isinstance(last[0], str) else None

    def numbered(self, prefix: str) -> tuple[float, ...]:
        """Return the numbers of `prefix0`, `prefix1` and so on, as far as they go."""
        found: list[float] = []
        while (value := self.number(f"{prefix}{len(found)}")) is not None:
            found.append(value)
        return tuple(found)


def joined(files: Iterable[MetricsFile]) -> MetricsFile:
    """Return the metrics of several stages as one history."""
    values: dict[str, tuple[Value, ...]] = {}
    for one in files:
        for key, history in one.values.items():
            values[key] = (*values.get(key, ()), *history)
    return MetricsFile(values)


def read_metrics(text: str, *, where: str) -> MetricsFile:
    """Return the metrics of a JSON text; `FlowError` where it is cut off or holds anything but numbers and texts."""
    try:
        pairs = json.loads(text, object_pairs_hook=list)
    except (ValueError, RecursionError) as error:
        raise FlowError(
            f"{where} is not JSON: {error}", hint="the run that wrote it was cut off: run it again"
        ) from error
    if not isinstance(pairs, list) or not all(isinstance(pair, tuple) for pair in pairs):
        raise FlowError(f"{where} is not a table of metrics", hint="the run that wrote it was cut off: run it again")
    values: dict[str, list[Value]] = {}
    for key, value in pairs:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise FlowError(f"{where} holds no number in '{key}': {value!r}", hint="check which program wrote it")
        values.setdefault(key, []).append(_value(value))
    return MetricsFile({key: tuple(history) for key, history in values.items()})


def _value(value: float | str) -> Value:
    if isinstance(value, str):
        return _NOT_FINITE.get(value, value)
    return float(value)
