"""A folder for one run of one program: texts go in, texts come out, nothing stays."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tinydwn.errors import OutputError, ProgramError


@contextmanager
def scratch_folder(files: Mapping[str, str]) -> Iterator[Path]:
    """Give a temporary folder that holds `files` (name to text) and remove it afterwards."""
    try:
        with tempfile.TemporaryDirectory(prefix="tinydwn-", ignore_cleanup_errors=True) as folder:
            for name, text in files.items():
                (Path(folder) / name).write_text(text, encoding="utf-8")
            yield Path(folder)
    except OSError as error:
        raise OutputError(
            f"the folder for temporary files cannot be used: {error.strerror}",
            hint="free some space, or set TMPDIR to another folder",
        ) from error


def collect(folder: Path, names: Iterable[str], *, program: str, said: str) -> dict[str, str]:
    """Read the result files that a program should have written; `ProgramError` where one is missing or empty."""
    texts = {}
    for name in names:
        path = folder / name
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        if not text.strip():
            raise ProgramError(f"{program} ended without writing its result '{name}'", hint=f"it said:\n{said}")
        texts[name] = text
    return texts
