"""Installing a PDK: by ciel, or file by file from pinned addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import LibraryError, OutputError
from tinydwn.technology.pdk import Pdk
from tinydwn.technology.pdk_state import PdkState, state_of
from tinydwn.tools.ciel import enable
from tinydwn.tools.download import Patience, download
from tinydwn.tools.lock import locked

LOCK = ".tinydwn-pdk.lock"


@dataclass(frozen=True, slots=True)
class InstallStep:
    """What happens, and how many bytes of a file are there, of how many."""

    stage: str
    text: str
    done: int | None = None
    total: int | None = None


def install_pdk(
    pdk: Pdk,
    root: Path,
    *,
    patience: Patience | None = None,
    timeout_s: float = 3600.0,
    on_event: Callable[[InstallStep], None] = lambda _: None,
) -> PdkState:
    """Install a PDK below `root` and return what is there then; nothing is done where it is complete.

    Every file is put in its place whole and with its known sha256, or not at all; one that differs is replaced.
    Of two installations at once the second waits, up to `timeout_s`. Raises `DownloadError`, `ProgramError` where
    ciel fails, `OutputError` where the folder cannot be written, and `LibraryError` where ciel ends well and its
    files are not there.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"'{root}' cannot be made: {error.strerror}", hint="choose another PDK_ROOT") from error
    on_event(InstallStep(pdk.name, f"to {root}"))
    with locked(root / LOCK, timeout_s=timeout_s):
        before = state_of(pdk, root)
        if before.state == "complete" and not before.spare and (pdk.ciel is None or before.version == pdk.ciel.version):
            return before
        if pdk.ciel:
            _require_room(pdk, root)
            on_event(InstallStep(pdk.name, f"ciel fetches {pdk.ciel.family} {pdk.ciel.version[:12]}"))
            enable(
                root=root, family=pdk.ciel.family, version=pdk.ciel.version, libraries=pdk.ciel.libraries,
                timeout_s=timeout_s,
            )  # fmt: skip
        else:
            _fetch(before, patience, on_event)
        after = state_of(pdk, root)
    if after.state != "complete":
        raise LibraryError(
            f"'{pdk.name}' is {after.state} after its installation: {after.remark or 'nothing is there'}",
            hint="install it again, or by hand, and run 'tinydwn pdk check'",
        )
    return after


def _require_room(pdk: Pdk, root: Path) -> None:
    """Refuse where a PDK that ciel did not install has the place of its link."""
    place = root / pdk.layouts[0].liberty.partition("/")[0]
    if place.exists() and not place.is_symlink():
        raise OutputError(
            f"'{place}' was not installed by ciel, which will not replace it",
            hint="use it as it is, move it away, or choose another PDK_ROOT",
        )


def _fetch(before: PdkState, patience: Patience | None, on_event: Callable[[InstallStep], None]) -> None:
    pdk, root = before.pdk, before.root
    for one in pdk.files:
        if one.path in before.found and one.path not in before.different:
            continue
        name, total = Path(one.path).name, one.remote.size_bytes
        on_event(InstallStep(pdk.name, name, 0, total))
        download(
            one.remote,
            root / one.path,
            patience=patience,
            on_bytes=lambda done, name=name, total=total: on_event(  # type: ignore[misc]
                InstallStep(pdk.name, name, min(done, total), total)
            ),
        )
