"""The folder of a run: beside its bundle, one run at a time, every stage's folder whole or not there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Container, Iterator, Mapping
from pathlib import Path

from tinydwn.errors import FlowError, OutputError
from tinydwn.export.bundle import is_bundle
from tinydwn.flow.stage import BY_HAND, HEADER
from tinydwn.flow.state import digest
from tinydwn.tools.files import write_atomically
from tinydwn.tools.lock import locked

RESULT = "result.json"
LOG = "log.txt"
_LOCK = ".lock"
_WRITTEN = ".written"  # the files of the plan, as sha256sum lists them
_PART, _FAILED = ".part", ".failed"


def beside(bundle: Path, plan: str) -> Path:
    """Return where the run of a plan lies: a bundle holds nothing but what its manifest names.

    >>> beside(Path("build/demo"), "openroad").name
    'demo.openroad'
    """
    whole = Path(os.path.abspath(bundle))  # noqa: PTH100 - a link keeps its own name
    return whole.with_name(f"{whole.name}.{plan}")


def require_outside(folder: Path) -> None:
    """Refuse a run within a bundle, which holds nothing but what its manifest names."""
    for place in (folder, *folder.parents):
        if is_bundle(place):
            raise OutputError(f"'{folder}' lies in the bundle '{place}'", hint="leave --out out, or name another place")


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write texts below a run's folder, each atomically; a file that holds its text already is left alone.

    What an earlier call wrote there and this one does not is removed, unless it was changed since.
    """
    for name, text in files.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_file() and path.read_bytes() == text.encode():
                continue
        except OSError as error:
            raise OutputError(f"'{path}' cannot be written: {error.strerror}", hint="choose another --out") from error
        write_atomically(path, text.encode())
    _remove_earlier(folder, but=files)
    lines = [f"{_sha256(text)}  {name}\n" for name, text in files.items()]
    write_atomically(folder / _WRITTEN, "".join(lines).encode())


def _remove_earlier(folder: Path, *, but: Container[str]) -> None:
    """Remove the files that the folder's record has with the content they still have."""
    try:
        record = (folder / _WRITTEN).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for sha256, _, name in (line.partition("  ") for line in record.splitlines()):
        if name in but or Path(name).is_absolute() or ".." in Path(name).parts:
            continue
        with contextlib.suppress(OSError, OutputError):  # a record that is damaged names what is not there
            if digest(folder / name) == sha256:
                (folder / name).unlink()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def require_written(folder: Path, files: Mapping[str, str]) -> None:
    """Raise `FlowError` unless texts still are below a run's folder as `write_files` left them."""
    for name, text in files.items():
        path = folder / name
        if digest(path) != _sha256(text):
            raise FlowError(
                f"'{path}' was changed while the run was at work",
                hint="leave it alone and run the same command again: it goes on after the last stage that ended well",
            )


def require_own(folder: Path) -> None:
    """Raise `OutputError` unless a folder is absent, empty or that of a run, by its lock or its script."""
    try:
        if folder.exists() and not folder.is_dir():
            raise OutputError(f"'{folder}' is a file", hint="choose a folder with --out")
        if not folder.is_dir() or not any(folder.iterdir()):
            return
        lock, script = folder / _LOCK, folder / BY_HAND
        ours = lock.is_file() and lock.stat().st_size == 0
        ours |= script.is_file() and script.read_bytes().startswith(HEADER.encode())
    except OSError as error:
        raise OutputError(f"'{folder}' cannot be read: {error.strerror}", hint="choose another --out") from error
    if not ours:
        raise OutputError(
            f"'{folder}' holds files that are no run of 'tinydwn flow'",
            hint="choose an empty or a new folder with --out",
        )


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder; `FlowError` where one is at work there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"'{folder}' cannot be used: {error.strerror}", hint="choose another --out") from error
    held = FlowError(f"another run is at work in '{folder}'", hint="wait for it, or give --out")
    with locked(folder / _LOCK, timeout_s=0.0, held=held):
        yield


def withdraw_outcome(folder: Path) -> None:
    """Remove what a run has told, as one of its stages begins anew: a failure must not leave an old success behind."""
    with _writing(folder / RESULT):
        (folder / RESULT).unlink(missing_ok=True)


def start(folder: Path, stage: str) -> Path:
    """Return a fresh folder for a stage to work in, beside its final place; what was left of it is removed.

    `OutputError` where something of it cannot be removed, as for `accept` and `put_aside`.
    """
    part = folder / f"{stage}{_PART}"
    for old in (part, folder / f"{stage}{_FAILED}", folder / stage):
        _remove(old)
    with _writing(part):
        part.mkdir(parents=True)
    return part


def accept(folder: Path, stage: str) -> Path:
    """Put a finished stage's folder in its place, in one step."""
    with _writing(folder / stage):
        (folder / f"{stage}{_PART}").rename(folder / stage)
    return folder / stage


def failed_place(folder: Path, stage: str) -> Path:
    """Return where what a failed stage left is kept."""
    return folder / f"{stage}{_FAILED}"


def put_aside(folder: Path, stage: str) -> Path:
    """Keep what a failed stage left, under a name that nothing reads, and return it."""
    failed = failed_place(folder, stage)
    _remove(failed)
    with _writing(failed):
        (folder / f"{stage}{_PART}").rename(failed)
    return failed


def _remove(old: Path) -> None:
    """Remove a folder with all that is in it; one that is not there is no error."""
    with _writing(old, "removed"), contextlib.suppress(FileNotFoundError):
        shutil.rmtree(old)


@contextlib.contextmanager
def _writing(path: Path, what: str = "written") -> Iterator[None]:
    """Raise `OutputError` for what the system refuses of a path within the block."""
    try:
        yield
    except OSError as error:
        place, why = error.filename or path, error.strerror or error
        raise OutputError(
            f"'{place}' cannot be {what}: {why}", hint="remove it by hand, or choose another --out"
        ) from error
