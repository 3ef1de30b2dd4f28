"""A program in the container image that LibreLane offers, for machines that lack the program itself."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import ProgramError
from tinydwn.tools.program import find_program, run_program
from tinydwn.tools.told_version import told_version

VARIABLE = "TINYDWN_CONTAINER_ENGINE"
IMAGE_VARIABLE = "TINYDWN_CONTAINER_IMAGE"
LIBRELANE_IMAGE = "ghcr.io/librelane/librelane:3.0.17"
_STOP_S = 30.0


@dataclass(frozen=True, slots=True)
class Container:
    """An image, the engine that runs it, and the folders that it sees, each at its own path.

    Every run of it has a name of its own, by which it can be ended; a run by hand needs none.
    """

    engine: Path
    image: str
    folders: tuple[Path, ...]
    read_only: tuple[Path, ...] = ()

    def words(self, command: Sequence[str], *, folder: Path, name: str = "") -> tuple[str, ...]:
        """Return the command that runs `command` in `folder` of the container, as the user who asks.

        >>> box = Container(Path("/usr/bin/docker"), "image", (Path("/run"),))
        >>> box.words(["openroad", "-version"], folder=Path("/run/place"))[-5:]
        ('-w', '/run/place', 'image', 'openroad', '-version')
        """
        mounts = [word for path in self.folders for word in ("-v", f"{path}:{path}")]
        mounts += [word for path in self.read_only for word in ("-v", f"{path}:{path}:ro")]
        user = ["--user", f"{os.getuid()}:{os.getgid()}"]
        named = ["--name", name] if name else []
        start = [str(self.engine), "run", "--rm", "--init", "--network", "none", *named, *user]
        return (*start, *mounts, "-w", str(folder), self.image, *command)

    def stop(self, name: str) -> None:
        """End the run of that name if it still runs: killing the engine's client does not end it."""
        with contextlib.suppress(ProgramError):
            run_program(
                [self.engine, "kill", name],
                name="container engine",
                folder=Path("/"),
                timeout_s=_STOP_S,
                check=False,
            )


def fresh_name() -> str:
    """Return a name for one run, which no other has."""
    return f"tinydwn-{secrets.token_hex(6)}"


def find_container(*, folders: tuple[Path, ...], read_only: tuple[Path, ...] = ()) -> Container:
    """Return the container to run programs in: Docker or Podman, with LibreLane's image or TINYDWN_CONTAINER_IMAGE."""
    image = os.environ.get(IMAGE_VARIABLE) or LIBRELANE_IMAGE
    return Container(find_engine(), image, folders, read_only)


def working_engine() -> Path:
    """Return the container engine after it has answered; `ProgramError` where it does not, as without its daemon."""
    engine = find_engine()
    done = run_program([engine, "info"], name=engine.name, folder=Path("/"), timeout_s=_STOP_S, check=False)
    if done.returncode != 0:
        raise ProgramError(f"{engine} does not answer, {done.status}", hint="start its daemon")
    return engine


def engine_version() -> str:
    """Return what the container engine says of its version, after it has answered as for `working_engine`."""
    return told_version((working_engine(), "--version"), name="the container engine", variable=VARIABLE)


def find_engine() -> Path:
    """Return the container engine: TINYDWN_CONTAINER_ENGINE, else Docker or Podman on the PATH."""
    hint = f"install Docker or Podman, or set {VARIABLE} to its executable"
    return find_program("a container engine", "docker", "podman", variable=VARIABLE, hint=hint)
