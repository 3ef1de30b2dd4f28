"""Fixtures of the mapping tests."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def fake_abc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Put a shell script in the place of ABC; it runs in the folder of its files."""

    def install(body: str) -> None:
        program = tmp_path / "abc"
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)
        monkeypatch.setenv("TINYDWN_ABC", str(program))

    return install
