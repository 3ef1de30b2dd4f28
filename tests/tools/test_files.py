"""A file is whole or not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tinydwn.errors import OutputError
from tinydwn.tools.files import write_atomically


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"one")
    write_atomically(tmp_path / "a", b"two")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"two")]


def test_a_full_disk_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_atomically(tmp_path / "a", b"one")

    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError) as caught:
        write_atomically(tmp_path / "a", b"two")
    assert str(caught.value) == (
        f"'{tmp_path}/a' cannot be written: No space left on device\n\nhint: choose a folder that exists and has space"
    )
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"one")]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        write_atomically(tmp_path / "no" / "a", b"one")
    assert caught.value.message == f"'{tmp_path}/no/a' cannot be written: No such file or directory"
