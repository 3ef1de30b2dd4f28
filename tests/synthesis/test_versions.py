"""What ABC and Yosys say of their versions, and what happens before any training where they say none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinydwn.errors import ProgramError, ProgramTimeout
from tinydwn.synthesis import SynthesisOptions, synthesize
from tinydwn.synthesis.versions import abc_version, program_versions, yosys_version

REMEDY = "set {} to an executable that works, or unset it; 'tinydwn doctor' shows what is found"
BOTH = pytest.mark.parametrize(
    ("variable", "version", "name"),
    [("TINYDWN_ABC", abc_version, "ABC"), ("TINYDWN_YOSYS", yosys_version, "Yosys")],
)


def script(folder: Path, text: str) -> str:
    path = folder / "fake"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_both_programs_tell_their_versions() -> None:
    versions = program_versions()
    assert versions["abc"].startswith("ABC 1")
    assert versions["yosys"].startswith("Yosys 0.")


@BOTH
def test_a_program_that_does_not_end_is_named_with_its_variable(
    variable: str, version: object, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(variable, script(tmp_path, "sleep 600"))
    assert callable(version)
    with pytest.raises(ProgramTimeout) as caught:
        version(timeout_s=0.5)
    assert caught.value.message == f"{name} did not end within 0.5 s and was stopped"
    assert caught.value.hint == REMEDY.format(variable)


@BOTH
def test_a_program_that_tells_no_version_is_named_with_its_variable(
    variable: str, version: object, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(variable, script(tmp_path, "echo model > signed.blif"))
    assert callable(version)
    with pytest.raises(ProgramError) as caught:
        version()
    assert str(caught.value) == f"{name} does not tell its version\n\nhint: {REMEDY.format(variable)}"


@BOTH
@pytest.mark.parametrize("text", ["echo ERROR: no such library", "echo out of luck; exit 7", ""])
def test_nothing_is_trained_where_a_program_is_broken(
    variable: str, version: object, name: str, text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(variable, script(tmp_path, text))
    stages: list[str] = []
    with pytest.raises(ProgramError) as caught:
        synthesize("iris", SynthesisOptions(), on_event=lambda event: stages.append(event.stage))
    assert set(stages) == {"tools"}
    assert caught.value.message.startswith(name)
    assert caught.value.hint.startswith(REMEDY.format(variable))
