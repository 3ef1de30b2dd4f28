"""What an interrupted run leaves for the next one."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from tinydwn import __version__
from tinydwn.errors import NetlistError, OutputError
from tinydwn.minimize.passes import Minimized, PassReport
from tinydwn.netlist import from_blif, to_blif
from tinydwn.tools.files import write_atomically


class Workspace:
    """A folder of finished stages beside the bundle, or none at all.

    Every entry is named by the digest of all that went into it, so that an entry of another run is never
    taken for this one's; a damaged entry counts as absent. The folder is removed once the bundle stands.

    >>> Workspace(None).checkpoint("any") is None
    True
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @staticmethod
    def beside(bundle: Path) -> Workspace:
        """Return the workspace that belongs to a bundle folder: `build/demo` has `build/.demo.work`."""
        return Workspace(bundle.parent / f".{bundle.name}.work")

    def checkpoint(self, key: str) -> Path | None:
        """Return where training may keep its state, None without a folder."""
        return None if self._folder is None else self._open() / f"training-{key[:32]}.npz"

    def minimized(self, key: Mapping[str, object], compute: Callable[[], Minimized]) -> Minimized:
        """Return what `compute` gives, or what it gave for the same key before."""
        if self._folder is None:
            return compute()
        text = json.dumps({**key, "version": __version__}, sort_keys=True)
        path = self._open() / f"minimized-{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"
        found = _load(path)
        if found is None:
            found = compute()
            write_atomically(path, _dump(found))
        return found

    def remove(self) -> None:
        """Forget everything; nothing happens where nothing was kept."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _open(self) -> Path:
        if self._folder is None:
            raise OutputError("this workspace has no folder")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"'{self._folder}' cannot be made: {error.strerror}", hint="choose another place with --out"
            ) from error
        return self._folder


def _dump(minimized: Minimized) -> bytes:
    entry = {
        "netlist": to_blif(minimized.netlist),
        "digest": minimized.netlist.digest,
        "reports": [asdict(report) for report in minimized.reports],
        "lesser": [[effort, to_blif(netlist), netlist.digest] for effort, netlist in minimized.lesser],
    }
    return json.dumps(entry).encode()


def _load(path: Path) -> Minimized | None:
    """Return a kept result whose digests are right, else None."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, NetlistError):
        entry = json.loads(path.read_bytes())
        netlist = from_blif(entry["netlist"])
        lesser = tuple((effort, from_blif(text)) for effort, text, _ in entry["lesser"])
        digests = [entry["digest"], *(digest for _, _, digest in entry["lesser"])]
        if digests == [netlist.digest, *(one.digest for _, one in lesser)]:
            return Minimized(netlist, tuple(PassReport(**report) for report in entry["reports"]), lesser)
    return None
