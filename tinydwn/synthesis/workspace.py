"""What an interrupted run leaves for the next one."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from tinydwn import __version__
from tinydwn.errors import OutputError, TinydwnError
from tinydwn.mapping.mapped import Instance, MappedNetlist
from tinydwn.minimize.passes import Minimized, PassReport
from tinydwn.netlist import from_blif, to_blif
from tinydwn.technology import Library
from tinydwn.tools.files import write_atomically
from tinydwn.tools.json_object import parse_json

Result = TypeVar("Result")


class Workspace:
    """A folder of finished stages beside the bundle, or none at all.

    Every entry is named by the digest of all that went into it, so that an entry of another run is never
    taken for this one's; a damaged entry counts as absent, and so does a link. The folder is removed once the bundle
    stands, and is refused where it is a link itself.

    >>> Workspace(None).checkpoint("any") is None
    True
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self.resumed = False
        """Whether something that an earlier run left was there when this one began."""

    @staticmethod
    def beside(bundle: Path) -> Workspace:
        """Return the workspace that belongs to a bundle folder: `build/demo` has `build/.demo.work`."""
        return Workspace(bundle.parent / f".{bundle.name}.work")

    def begin(self, versions: Mapping[str, str]) -> None:
        """Forget what programs and packages of other versions have left."""
        if self._folder is None:
            return
        path, text = self._entry("versions.json"), json.dumps(dict(versions), sort_keys=True).encode()
        if not path.is_file() or path.read_bytes() != text:
            self.remove()
            path = self._entry("versions.json")
        self.resumed = any(one != path for one in path.parent.iterdir())
        write_atomically(path, text)

    def checkpoint(self, key: str) -> Path | None:
        """Return where training may keep its state, None without a folder."""
        return None if self._folder is None else self._entry(f"training-{key[:32]}.npz")

    def search(self) -> Path | None:
        """Return where a search may keep its state, None without a folder."""
        return None if self._folder is None else self._entry("search.npz")

    def kept(
        self,
        kind: str,
        key: Mapping[str, object],
        compute: Callable[[], Result],
        *,
        read: Callable[[Any], Result],
        write: Callable[[Result], object],
    ) -> Result:
        """Return what `compute` gives, or what it gave for the same key before.

        `write` makes of it what JSON can hold, `read` takes that back; what cannot be read counts as absent.
        """
        if self._folder is None:
            return compute()
        text = json.dumps({**key, "version": __version__}, sort_keys=True)
        path = self._entry(f"{kind}-{_sha256(text)}.json")
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, TinydwnError):
            stored = parse_json(path.read_bytes())
            if stored["sha256"] == _sha256(stored["entry"]):
                return read(parse_json(stored["entry"]))
        found = compute()
        entry = json.dumps(write(found))
        write_atomically(path, json.dumps({"sha256": _sha256(entry), "entry": entry}).encode())
        return found

    def remove(self) -> None:
        """Forget everything; nothing happens where nothing was kept."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def place(self) -> str:
        """The folder as a text, empty where there is none."""
        return "" if self._folder is None else str(self._folder)

    def _entry(self, name: str) -> Path:
        """Return the path of an entry; what stands there and is no plain file, such as a link, is removed."""
        path = self._open() / name
        if path.is_symlink() or (path.exists() and not path.is_file()):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        return path

    def _open(self) -> Path:
        if self._folder is None:
            raise OutputError("this workspace has no folder", hint="make it with one")
        if self._folder.is_symlink():
            raise OutputError(
                f"'{self._folder}' is a symbolic link, and what is kept there would be written where it leads",
                hint="remove the link, or choose another place with --out",
            )
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"'{self._folder}' cannot be made: {error.strerror}", hint="choose another place with --out"
            ) from error
        return self._folder


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def minimized_to(minimized: Minimized) -> object:
    """Return a minimized netlist as values that JSON can hold."""
    return {
        "netlist": to_blif(minimized.netlist),
        "digest": minimized.netlist.digest,
        "reports": [asdict(report) for report in minimized.reports],
        "lesser": [[effort, to_blif(netlist), netlist.digest] for effort, netlist in minimized.lesser],
    }


def minimized_from(entry: Any) -> Minimized:  # noqa: ANN401 - whatever JSON held
    """Return what `minimized_to` gave; `ValueError` where a digest is wrong."""
    netlist = from_blif(entry["netlist"])
    lesser = tuple((effort, from_blif(text)) for effort, text, _ in entry["lesser"])
    digests = [entry["digest"], *(digest for _, _, digest in entry["lesser"])]
    if digests != [netlist.digest, *(one.digest for _, one in lesser)]:
        raise ValueError("a netlist was changed")
    return Minimized(netlist, tuple(PassReport(**report) for report in entry["reports"]), lesser)


def mapped_to(mapped: MappedNetlist) -> object:
    """Return a netlist of cells as values that JSON can hold."""
    return {
        "name": mapped.name,
        "inputs": mapped.inputs,
        "instances": [[one.cell.name, one.fanin] for one in mapped.instances],
        "outputs": mapped.outputs,
        "script": mapped.script,
        "digest": mapped.digest,
    }


def mapped_from(entry: Any, library: Library) -> MappedNetlist:  # noqa: ANN401 - whatever JSON held
    """Return what `mapped_to` gave, in cells of the library; `ValueError` where the digest is wrong."""
    cells = {cell.name: cell for cell in (*library.cells, *library.ties)}
    instances = tuple(Instance(cells[name], tuple(fanin)) for name, fanin in entry["instances"])
    outputs = tuple((name, net) for name, net in entry["outputs"])
    mapped = MappedNetlist(entry["name"], library, tuple(entry["inputs"]), instances, outputs, entry["script"])
    if mapped.digest != entry["digest"]:
        raise ValueError("a netlist of cells was changed")
    return mapped
