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


@pytest.mark.parametrize("there", [True, False])
def test_a_symbolic_link_stays_one(tmp_path: Path, there: bool) -> None:
    (tmp_path / "inner").mkdir()
    target, link = tmp_path / "inner" / "a", tmp_path / "link"
    if there:
        target.write_bytes(b"one")
    link.symlink_to(Path("inner") / "a")
    (tmp_path / "further").symlink_to("link")
    write_atomically(tmp_path / "further", b"two")
    assert (link.is_symlink(), target.is_symlink(), target.read_bytes()) == (True, False, b"two")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "further", "inner", "link"]


def test_links_in_a_circle_are_told(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OutputError, match="cannot be written: Too many levels of symbolic links"):
        write_atomically(tmp_path / "a", b"one")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_pipe_is_written_straight_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_atomically(pipe, b"one")
        assert os.read(reader, 10) == b"one"
    finally:
        os.close(reader)
    assert (pipe.is_fifo(), len(list(tmp_path.iterdir()))) == (True, 1)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError) as caught:
        write_atomically(tmp_path / "folder", b"one")
    assert caught.value.message == f"'{tmp_path}/folder' cannot be written: Is a directory"
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
