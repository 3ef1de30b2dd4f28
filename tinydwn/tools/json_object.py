"""A file that holds one object of JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def json_object(path: Path) -> dict[str, Any]:
    """Return the object that a file holds; `ValueError`, in plain words, for anything else.

    >>> json_object(Path("none.json"))
    Traceback (most recent call last):
    ValueError: No such file or directory
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(error.strerror) from error
    except (ValueError, RecursionError) as error:
        raise ValueError("it is not JSON") from error
    if not isinstance(content, dict):
        raise ValueError("it is not an object of JSON")
    return content
