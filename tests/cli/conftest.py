"""The command line in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tinydwn.cli.app import main


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture
def tinydwn(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Return a function that runs one command as the shell would."""
    monkeypatch.delenv("TINYDWN_DATA", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def run(*words: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["tinydwn", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return Ended(end.value.code, said.out, said.err)

    return run


@pytest.fixture
def fruit(tmp_path: Path) -> Path:
    """Return a small table of samples that is easy to learn."""
    rows = ["weight,diameter,ripe,kind"]
    for k in range(40):
        rows.append(f"{90 + k},{6.0 + 0.02 * k:.2f},{k % 2},plum")
        rows.append(f"{180 + k},{8.0 + 0.03 * k:.2f},{k % 2},apple")
    path = tmp_path / "fruit.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path
