"""One step of a plan: a command in a folder of its own, what it reads, and what it must leave behind."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tinydwn.errors import TinydwnError
from tinydwn.tools.container import Container

BY_HAND = "run.sh"
HEADER = "#!/bin/sh\n# What 'tinydwn flow' runs, stage by stage, for a run by hand."


@dataclass(frozen=True, slots=True)
class Stage:
    """A command that runs in folder `name` of the run.

    `scripts` are paths in the run's folder and `inputs` absolute ones: a change in any of them makes the stage
    run again, as does another `program_version`. `results` are paths in the stage's folder that must be there,
    and not empty unless in `may_be_empty`. `done_line` is what the log must say, `""` where the exit status tells.
    """

    name: str
    title: str
    program: str
    command: tuple[str, ...]
    scripts: tuple[str, ...] = ()
    inputs: tuple[Path, ...] = ()
    results: tuple[str, ...] = ()
    may_be_empty: tuple[str, ...] = ()
    done_line: str = ""
    variable: str = ""
    program_version: str = ""
    cores: int = 1
    container: Container | None = field(default=None, compare=False)

    def by_hand(self, folder: Path) -> str:
        """Return the line of shell that runs the stage by hand in a run's folder."""
        place = folder / self.name
        words = self.container.words(self.command, folder=place) if self.container else self.command
        return f"mkdir -p {shlex.quote(str(place))} && cd {shlex.quote(str(place))} && {shlex.join(words)}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The stages of a run, in order, and the files that are written before the first one.

    `files` are texts by their path in the run's folder.
    """

    name: str
    files: dict[str, str]
    stages: tuple[Stage, ...]


class Planned(Protocol):
    """A plan that is ready to be run in a folder; `lacking` is what a run would miss here."""

    @property
    def plan(self) -> Plan:
        """The plan."""

    @property
    def folder(self) -> Path:
        """The folder of the run."""

    @property
    def lacking(self) -> tuple[TinydwnError, ...]:
        """What is not there, empty where the run can start."""


def to_shell(stages: tuple[Stage, ...], folder: Path) -> str:
    """Return a shell script that runs the stages by hand in `folder`."""
    return "\n".join([HEADER, "set -eu", *(one.by_hand(folder) for one in stages), ""])
