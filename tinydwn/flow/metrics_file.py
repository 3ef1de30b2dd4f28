"""The metrics that OpenROAD writes with `-metrics`: a JSON object in which keys repeat."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass

from tinydwn.errors import FlowError

Value = float | str
_NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_UNBOUNDED = 1e29
"""OpenROAD's timing says 1e30 where no path is constrained."""


@dataclass(frozen=True, slots=True)
class MetricsFile:
    """Every key and its value, in the order in which they were written, repeated ones too.

    >>> read = read_metrics('{"route__drc_errors": 3, "name": "x", "route__drc_errors": 0}', where="metrics.json")
    >>> read.history("route__drc_errors"), read.number("route__drc_errors"), read.number("name")
    ((3.0, 0.0), 0.0, None)
    """

    pairs: tuple[tuple[str, Value], ...] = ()

    @property
    def values(self) -> dict[str, tuple[Value, ...]]:
        """All values of every key, oldest first."""
        found: dict[str, list[Value]] = {}
        for key, value in self.pairs:
            found.setdefault(key, []).append(value)
        return {key: tuple(history) for key, history in found.items()}

    def history(self, key: str) -> tuple[Value, ...]:
        """Return all values of a key, oldest first."""
        return tuple(value for name, value in self.pairs if name == key)

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

    def rounds(self, prefix: str) -> tuple[tuple[float, ...], ...]:
        """Return the numbers of `prefix0`, `prefix1` and so on, one group for each time that they began at 0.

        >>> read_metrics('{"n:0": 9, "n:1": 2, "other": 1, "n:0": 4}', where="metrics.json").rounds("n:")
        ((9.0, 2.0), (4.0,))
        """
        groups: list[list[float]] = []
        for key, value in self.pairs:
            if not key.startswith(prefix) or isinstance(value, str):
                continue
            if key == f"{prefix}0":
                groups.append([])
            if groups and key == f"{prefix}{len(groups[-1])}":
                groups[-1].append(value)
        return tuple(map(tuple, groups))


def joined(files: Iterable[MetricsFile]) -> MetricsFile:
    """Return the metrics of several stages as one history."""
    return MetricsFile(tuple(pair for one in files for pair in one.pairs))


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
    for key, value in pairs:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise FlowError(f"{where} holds no number in '{key}': {value!r}", hint="check which program wrote it")
    return MetricsFile(tuple((key, _value(value)) for key, value in pairs))


def _value(value: float | str) -> Value:
    if isinstance(value, str):
        return _NOT_FINITE.get(value, value)
    return float(value)
