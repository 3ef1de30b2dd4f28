"""JSON that came from outside."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any


def parse_json(text: str | bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return the value of a JSON text; `ValueError` for any other: NaN, a number beyond floats, endless brackets.

    >>> parse_json('[1e999]')
    Traceback (most recent call last):
    ValueError: 1e999 is too large a number
    """
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not a number of JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits[:20]} is too large a number")
    return number


def json_object(path: Path) -> dict[str, Any]:
    """Return the object that a file holds; `ValueError`, in plain words, for anything else.

    >>> json_object(Path("none.json"))
    Traceback (most recent call last):
    ValueError: No such file or directory
    """
    try:
        content = parse_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(error.strerror) from error
    except ValueError as error:
        raise ValueError("it is not JSON") from error
    if not isinstance(content, dict):
        raise ValueError("it is not an object of JSON")
    return content
