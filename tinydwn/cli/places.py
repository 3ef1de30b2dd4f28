"""Places that a command writes to, looked at before anything is computed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from tinydwn.errors import ConfigError, OutputError


def require_model_path(path: Path) -> None:
    """Raise `ConfigError` unless the path ends in .npz, and `OutputError` unless its folder can be made."""
    if path.suffix.lower() != ".npz":
        raise ConfigError(f"the model file '{path}' does not end in .npz", hint="name it like model.npz")
    require_folder_for(path)


def require_folder_for(path: Path) -> None:
    """Raise `OutputError` unless the folder that `path` is to lie in exists or can be made."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"'{path.parent}' cannot be made: {error.strerror}", hint="choose another place") from error


def require_apart(outputs: Mapping[str, Path | None], inputs: Iterable[Path | None]) -> None:
    """Raise `OutputError` where a file to write, by its option, is one that is read or another to write.

    Paths are told apart by what they lead to. Pipes and devices, which lose nothing, are left out.
    """
    read = [path for path in inputs if path is not None]
    before: dict[str, Path] = {}
    for option, path in outputs.items():
        if path is None or (path.exists() and not path.is_file()):
            continue
        if any(_same(path, other) for other in read):
            raise OutputError(f"{option} '{path}' would overwrite a file that is read", hint="name another file")
        for earlier, other in before.items():
            if _same(path, other):
                raise OutputError(f"{earlier} and {option} are the same file '{path}'", hint="name two files")
        before[option] = path


def _same(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return os.path.realpath(one) == os.path.realpath(other)
