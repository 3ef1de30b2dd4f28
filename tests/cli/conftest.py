"""The command line in this process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.shorter import SHORTEN
from tinydwn.cli.app import main


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture
def tinydwn(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Ended]:
    """Return a function that runs one command as the shell would."""
    monkeypatch.delenv("TINYDWN_DATA", raising=False)
    monkeypatch.setenv("PDK_ROOT", str(tmp_path / "no pdk"))
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


@pytest.fixture(scope="session")
def fruit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small table of samples that is easy to learn, with a name that no language takes as it is."""
    tmp_path = tmp_path_factory.mktemp("data")
    rows = ['weight,"1st $größe, cm",ripe,kind']
    for k in range(40):
        rows.append(f"{90 + k},{6.0 + 0.02 * k:.2f},{k % 2},plum")
        rows.append(f"{180 + k},{8.0 + 0.03 * k:.2f},{k % 2},apple")
    path = tmp_path / "fruit.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


SHORT_MAIN = f"""{SHORTEN}
from tinydwn.cli.app import main
main()
"""
"""The command in a process of its own, with searches as short as those of the tests' own process."""
SMALL = ("--luts", "4", "--epochs", "3", "--bits", "3", "--inputs-per-lut", "2", "--effort", "fast")


@pytest.fixture(scope="session")
def small() -> tuple[str, ...]:
    """Return options that make the road short."""
    return (*SMALL, "--library", "nangate45", "--library", "egfet")


@pytest.fixture(scope="session")
def short_main() -> str:
    """Return what Python runs as the command with short searches."""
    return SHORT_MAIN


@pytest.fixture(scope="session")
def walked(fruit: Path, small: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """Return the folder that one `tinydwn synth` wrote, and how it ended; take a copy to change something."""
    folder = tmp_path_factory.mktemp("walked") / "fruit"
    words = [sys.executable, "-c", SHORT_MAIN, "synth", str(fruit)]
    done = subprocess.run(
        [*words, "--out", str(folder), *small], capture_output=True, text=True, timeout=300, check=False
    )
    return folder, Ended(done.returncode, done.stdout, done.stderr)
