"""All deliverables of one run in one folder: whole, or not there; stamped with one digest."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tinydwn.errors import BundleError, OutputError
from tinydwn.export.bundle_files import MANIFEST_FILE
from tinydwn.export.exchange import flush_folder, put_in_place
from tinydwn.tools.json_object import parse_json

SCHEMA = "tinydwn.bundle/1"
MADE_ANEW = "run 'tinydwn synth' again to write the folder anew"
"""The hint where a bundle is not as it was written."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files by their path in the folder, with `/` between its parts; the manifest is not one of them.

    `ValueError` for a path that could leave the folder.

    >>> Bundle({"core/netlist.v": b"module m; endmodule"}).digest[:8]
    '3a4b296f'
    """

    files: Mapping[str, bytes]

    def __post_init__(self) -> None:
        for name in self.files:
            if not _is_inside(name) or name == MANIFEST_FILE:
                raise ValueError(f"a bundle cannot hold a file named {name!r}")
        object.__setattr__(self, "files", MappingProxyType(dict(sorted(self.files.items()))))

    @property
    def digest(self) -> str:
        """The sha256, in hex, over the names and contents of all files."""
        return _digest({name: _sha256(content) for name, content in self.files.items()})

    @property
    def manifest(self) -> str:
        """The text of `MANIFEST.json`: schema, digest, and the sha256 of every file."""
        hashes = {name: _sha256(content) for name, content in self.files.items()}
        return json.dumps({"schema": SCHEMA, "digest": self.digest, "files": hashes}, indent=2) + "\n"


def write_bundle(bundle: Bundle, folder: Path, *, keep_changes: bool = False) -> None:
    """Write a bundle to `folder` so that no part of it ever stands there under its final name.

    It is written and flushed beside its place, then renamed; a bundle that stands there is replaced, in one step
    where the system can exchange two names. Left-overs of runs that were killed are removed. `OutputError` where
    `require_replaceable` refuses, and where it cannot be written; what stood there then still does.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     write_bundle(Bundle({"a": b"1"}), Path(parent) / "out")
    ...     sorted(path.name for path in (Path(parent) / "out").iterdir())
    ['MANIFEST.json', 'a']
    """
    require_replaceable(folder, keep_changes=keep_changes)
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - a link above the folder stays one in messages
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(folder)
        with _sibling(folder) as fresh:
            _write(bundle, fresh)
            put_in_place(fresh, folder)
        flush_folder(folder.parent)
    except OSError as error:
        raise OutputError(
            f"'{folder}' cannot be written: {error.strerror}",
            hint="choose a folder that you may write to, on a disk with space, with --out",
        ) from error


def read_bundle(folder: Path) -> Bundle:
    """Return the bundle in `folder`; `BundleError` where it is none, or a file is missing, new or changed."""
    manifest = _read_manifest(folder)
    files: dict[str, bytes] = {}
    for name, sha256 in manifest.files.items():
        try:
            files[name] = (folder / name).read_bytes()
        except OSError as error:
            raise BundleError(f"'{folder / name}' cannot be read: {error.strerror}", hint=MADE_ANEW) from error
        if _sha256(files[name]) != sha256:
            raise BundleError(f"'{folder / name}' was changed after it was written", hint=MADE_ANEW)
    extra = _extra_files(folder, manifest)
    if extra:
        raise BundleError(f"'{folder / extra[0]}' is not part of the bundle", hint="move it elsewhere")
    bundle = Bundle(files)
    if bundle.digest != manifest.digest:
        raise BundleError(f"'{folder / MANIFEST_FILE}' was changed after it was written", hint=MADE_ANEW)
    return bundle


def file_of(files: Mapping[str, bytes], path: str, *, hint: str = MADE_ANEW) -> bytes:
    """Return the content of a file of a bundle; `BundleError` with the `hint` where there is none."""
    if path not in files:
        raise BundleError(f"the bundle has no file '{path}'", hint=hint)
    return files[path]


def text_of(files: Mapping[str, bytes], path: str, *, hint: str = MADE_ANEW) -> str:
    """Return the text of a file of a bundle; `BundleError` where there is none or it is not in UTF-8.

    >>> text_of({"a.v": b"module m; endmodule"}, "a.v")
    'module m; endmodule'
    >>> text_of({"a.v": bytes([65, 255])}, "a.v")
    Traceback (most recent call last):
    tinydwn.errors.BundleError: 'a.v' is not a text: invalid start byte at byte 1
    <BLANKLINE>
    hint: run 'tinydwn synth' again to write the folder anew
    """
    try:
        return file_of(files, path, hint=hint).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BundleError(f"'{path}' is not a text: {error.reason} at byte {error.start}", hint=MADE_ANEW) from error


def is_bundle(folder: Path) -> bool:
    """Say whether a folder has a manifest of a bundle, without looking at the other files."""
    try:
        _read_manifest(folder)
    except BundleError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Manifest:
    digest: str
    files: Mapping[str, str]


def _read_manifest(folder: Path) -> _Manifest:
    path = folder / MANIFEST_FILE
    try:
        manifest = parse_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        what = "does not exist" if not folder.exists() else f"is no bundle: {MANIFEST_FILE}: {error.strerror}"
        raise BundleError(f"'{folder}' {what}", hint="name a folder that 'tinydwn synth' wrote") from error
    except ValueError as error:
        raise BundleError(f"'{path}' is not JSON: {error}", hint=MADE_ANEW) from error
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise BundleError(f"'{path}' is not the manifest of a bundle", hint="name a folder that 'tinydwn synth' wrote")
    files, digest = manifest.get("files"), manifest.get("digest")
    if not isinstance(files, dict) or not isinstance(digest, str):
        raise BundleError(f"'{path}' was changed after it was written", hint=MADE_ANEW)
    if not all(map(_may_hold, files)):
        raise BundleError(f"'{path}' was changed after it was written", hint=MADE_ANEW)
    return _Manifest(digest, files)


def require_replaceable(folder: Path, *, keep_changes: bool = False) -> None:
    """Raise `OutputError` unless `folder` is absent, empty or a bundle with no file of its own beside it.

    A file, a symbolic link and a folder that cannot be looked into are refused too; with `keep_changes` also a bundle
    of which a file is not as it was written.
    """
    try:
        if Path(os.path.abspath(folder)).is_symlink():  # noqa: PTH100 - "link/" names the link as well
            raise OutputError(
                f"'{folder}' is a symbolic link, which a new folder would replace",
                hint="name the folder that it leads to with --out",
            )
        if folder.exists() and not folder.is_dir():
            raise OutputError(f"'{folder}' is a file", hint="choose a folder with --out")
        if not folder.is_dir() or not any(folder.iterdir()):
            return
        manifest = _read_manifest(folder)
        extra = _extra_files(folder, manifest)
        changed = [name for name in manifest.files if keep_changes and _is_changed(folder / name, manifest.files[name])]
    except BundleError as error:
        raise OutputError(
            f"'{folder}' holds files that are no bundle", hint="choose an empty or a new folder with --out"
        ) from error
    except OSError as error:
        raise OutputError(
            f"'{folder}' cannot be read: {error.strerror}", hint="choose a folder that you may write to, with --out"
        ) from error
    if extra:
        raise OutputError(
            f"'{folder}' holds a file that tinydwn did not write: '{extra[0]}'",
            hint="move it elsewhere, or choose another folder with --out",
        )
    if changed:
        raise OutputError(
            f"'{folder / changed[0]}' was changed after it was written",
            hint="what you wrote would be lost: choose another folder with --out, or move this one away",
        )


def _is_changed(path: Path, sha256: str) -> bool:
    """Say whether a file is there with other content; one that is missing has nothing to lose."""
    return path.exists() and _sha256(path.read_bytes()) != sha256


def _extra_files(folder: Path, manifest: _Manifest) -> list[str]:
    """Return what lies in a bundle's folder and is not in its manifest."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or path.is_file())
    return sorted(set(found) - set(manifest.files) - {MANIFEST_FILE})


@contextlib.contextmanager
def _sibling(folder: Path) -> Iterator[Path]:
    """Give a new folder beside `folder`, named after this process, and remove what is left of it."""
    fresh = folder.parent / f".{folder.name}.{os.getpid()}-{secrets.token_hex(4)}.new"
    fresh.mkdir()
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _write(bundle: Bundle, folder: Path) -> None:
    contents = {**bundle.files, MANIFEST_FILE: bundle.manifest.encode()}
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    for inner in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        flush_folder(inner)


def _remove_leftovers(folder: Path) -> None:
    """Remove the siblings of killed runs, after putting an old bundle back that was killed between two renames."""
    pattern = re.compile(rf"\.{re.escape(folder.name)}\.(\d{{1,9}})-[0-9a-f]{{8}}\.new(\.old)?")
    for left in sorted(folder.parent.iterdir()):
        match = pattern.fullmatch(left.name)
        if match is None or _is_running(int(match[1])):
            continue
        if left.is_symlink() or not left.is_dir():
            left.unlink()
            continue
        if match[2] and not folder.exists():
            left.rename(folder)
        shutil.rmtree(left, ignore_errors=True)


def _is_running(process: int) -> bool:
    """Say whether another process of this number runs."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _may_hold(name: str) -> bool:
    return name != MANIFEST_FILE and _is_inside(name)


def _is_inside(name: str) -> bool:
    return not set(name) & {"\\", "\0"} and all(part not in {"", ".", ".."} for part in name.split("/"))


def _digest(hashes: Mapping[str, str]) -> str:
    return _sha256(json.dumps(hashes, sort_keys=True).encode())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
