"""Frozen dataclasses to JSON values and back, with every type checked on the way back."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Value = TypeVar("Value")


def to_json(value: object) -> object:
    """Return dataclasses as objects, tuples as arrays, enums by value; everything else as it is.

    >>> from tinydwn.metrics import Metric, Provenance
    >>> to_json(Metric("depth", 3, "cells", Provenance.MEASURED, "longest way"))["provenance"]
    'measured'
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_json(item) for item in value]
    return value


def from_json(kind: Any, value: object, *, where: str) -> Any:  # noqa: ANN401 - a value of that type
    """Return `value`, as `json.loads` gives it, as a dataclass of type `kind`.

    `kind` may also be a tuple of them, or any type that a field may have. `where` begins the place that a complaint
    names. Raises `ValueError` where a key is missing or unknown, or a value is not of its field's type; a whole number
    is welcome where a fraction is expected, and never the other way round.

    >>> from tinydwn.metrics import Metric
    >>> from_json(Metric, {"name": 1}, where="metric")
    Traceback (most recent call last):
    ValueError: metric lacks 'value'
    """
    return _decode(kind, value, where)


def _decode(kind: object, value: object, where: str) -> object:
    if isinstance(kind, type):
        if is_dataclass(kind):
            return _decode_object(kind, value, where)
        if issubclass(kind, Enum):
            return kind(_one_of([one.value for one in kind], value, where))
        if issubclass(kind, tuple):
            named: Any = kind
            return named(*_decode_array(tuple(_hints(kind).values()), value, where))
        return _decode_scalar(kind, value, where)
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return _one_of(list(parts), value, where)
    if origin is tuple:
        return _decode_array(parts, value, where)
    if origin is Mapping:
        entries = _expect(dict, value, where, "an object")
        return {key: _decode(parts[1], item, f"{where}.{key}") for key, item in entries.items()}
    if origin in (Union, types.UnionType):
        return _decode_union(parts, value, where)
    raise TypeError(f"no rule to read {kind!r}")


def _decode_object(kind: type, value: object, where: str) -> object:
    given = _expect(dict, value, where, "an object")
    hints = _hints(kind)
    for name in hints:
        if name not in given:
            raise ValueError(f"{where} lacks '{name}'")
    for name in given:
        if name not in hints:
            raise ValueError(f"{where} has an unknown entry '{name}'")
    return kind(**{name: _decode(hint, given[name], f"{where}.{name}") for name, hint in hints.items()})


def _decode_array(parts: tuple[Any, ...], value: object, where: str) -> tuple[object, ...]:
    items = _expect(list, value, where, "an array")
    if len(parts) == 2 and parts[1] is Ellipsis:
        return tuple(_decode(parts[0], item, f"{where}[{k}]") for k, item in enumerate(items))
    if len(items) != len(parts):
        raise ValueError(f"{where} has {len(items)} values, {len(parts)} are expected")
    return tuple(_decode(part, item, f"{where}[{k}]") for k, (part, item) in enumerate(zip(parts, items, strict=True)))


def _decode_union(parts: tuple[Any, ...], value: object, where: str) -> object:
    if value is None and type(None) in parts:
        return None
    last: ValueError | None = None
    for part in parts:
        if part is type(None):
            continue
        try:
            return _decode(part, value, where)
        except ValueError as error:
            last = error
    raise last or ValueError(f"{where} is {_shown(value)}")


_SCALARS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def _decode_scalar(kind: type, value: object, where: str) -> object:
    expected = _SCALARS[kind]
    if kind is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            raise ValueError(f"{where} is {_shown(value)}, {expected} is expected") from None
    if kind is int and isinstance(value, bool):
        raise ValueError(f"{where} is {_shown(value)}, {expected} is expected")
    return _expect(kind, value, where, expected)


def _expect(kind: type[Value], value: object, where: str, expected: str) -> Value:
    if not isinstance(value, kind):
        raise ValueError(f"{where} is {_shown(value)}, {expected} is expected")
    return value


def _one_of(allowed: list[Any], value: object, where: str) -> object:
    if value not in allowed:
        choices = ", ".join(str(one) for one in allowed)
        raise ValueError(f"{where} is {_shown(value)}, one of {choices} is expected")
    return value


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
