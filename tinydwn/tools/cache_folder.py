"""Where files are kept that can be made or fetched again."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """Return TINYDWN_CACHE, else `tinydwn` in XDG_CACHE_HOME, else ``~/.cache/tinydwn``; it need not exist."""
    given = environment_folder("TINYDWN_CACHE")
    return given or (environment_folder("XDG_CACHE_HOME") or Path.home() / ".cache") / "tinydwn"


def environment_folder(variable: str) -> Path | None:
    """Return the folder that an environment variable names, None where it is unset or empty."""
    value = os.environ.get(variable)
    return Path(value).expanduser() if value else None
