"""Which stages of a run are done, so that it can go on from the last good one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import OutputError
from tinydwn.flow.stage import Stage
from tinydwn.tools.checksum import sha256_of
from tinydwn.tools.json_object import parse_json

MARK = "done.json"
SCHEMA = "tinydwn.stage/1"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a finished stage leaves: what it was made from, its results by sha256, and how long it took."""

    fingerprint: str
    results: dict[str, str]
    seconds: float

    @property
    def text(self) -> str:
        """The content of the mark's file."""
        content = {
            "schema": SCHEMA, "fingerprint": self.fingerprint, "seconds": self.seconds, "results": self.results,
        }  # fmt: skip
        return json.dumps(content, indent=2) + "\n"


def fingerprint(stage: Stage, folder: Path, before: Mark | None) -> str:
    """Return the sha256 over all that decides the results of a stage: scripts, inputs, tool, image, stage before.

    The command itself is left out: where a program lies and how many threads it gets changes nothing.
    """
    scripts = {name: digest(folder / name) for name in stage.scripts}
    inputs = {str(path): digest(path) for path in stage.inputs}
    image = stage.container.image if stage.container else ""
    parts = [stage.name, stage.program_version, image, scripts, inputs, before.results if before else {}]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def digest(path: Path) -> str:
    """Return the sha256 of a file in hex, `"missing"` where there is none."""
    try:
        return sha256_of(path)
    except FileNotFoundError:
        return "missing"
    except OSError as error:
        raise OutputError(f"'{path}' cannot be read: {error.strerror}", hint="check its permissions") from error


def read_mark(folder: Path) -> Mark | None:
    """Return the mark of a stage's folder, None where there is none or it is not sound."""
    try:
        content = parse_json((folder / MARK).read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA:
            return None
        return Mark(str(content["fingerprint"]), dict(content["results"]), float(content["seconds"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def good_mark(stage: Stage, folder: Path, before: Mark | None) -> Mark | None:
    """Return the mark of a stage that need not run, None where it must.

    All it was made from is as it was then, and all its results are as they were left. `before` is the mark of the
    stage before it; None for the first.
    """
    mark = read_mark(folder / stage.name)
    if mark is None or mark.fingerprint != fingerprint(stage, folder, before):
        return None
    whole = all(digest(folder / stage.name / name) == sha256 for name, sha256 in mark.results.items())
    return mark if whole else None
