"""What the system refuses of a run's folder is an error with a hint, whichever step meets it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tinydwn.errors import OutputError
from tinydwn.flow import run_dir

HINT = "remove it by hand, or choose another --out"


@pytest.mark.parametrize("name", ["place.part", "place.failed", "place"])
@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_cannot_be_removed_before_a_stage_is_named(name: str, kind: str, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    if kind == "file":
        (tmp_path / name).touch()
    else:
        (tmp_path / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError) as caught:
        run_dir.start(tmp_path, "place")
    assert caught.value.message.startswith(f"'{tmp_path / name}' cannot be removed: ")
    assert caught.value.hint == HINT
    assert (tmp_path / "elsewhere").is_dir()


def test_a_file_deep_within_that_cannot_be_removed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "place").mkdir()
    deep = tmp_path / "place" / "of_another_user"

    def refuse(path: Path, *_: object, **__: object) -> None:
        if Path(path).name == "place":
            raise PermissionError(13, "Permission denied", str(deep))

    monkeypatch.setattr(shutil, "rmtree", refuse)
    with pytest.raises(OutputError) as caught:
        run_dir.start(tmp_path, "place")
    assert str(caught.value) == f"'{deep}' cannot be removed: Permission denied\n\nhint: {HINT}"


def test_a_stage_that_cannot_be_put_in_its_place_is_named(tmp_path: Path) -> None:
    run_dir.start(tmp_path, "place")
    (tmp_path / "place").mkdir()
    (tmp_path / "place" / "mine").touch()
    with pytest.raises(OutputError, match=r"place.part' cannot be written: Directory not empty"):
        run_dir.accept(tmp_path, "place")
    (tmp_path / "place.failed").touch()
    with pytest.raises(OutputError, match=r"place.failed' cannot be removed: Not a directory"):
        run_dir.put_aside(tmp_path, "place")
    assert (tmp_path / "place.part").is_dir()


def test_left_overs_are_removed_and_what_a_stage_made_takes_its_place(tmp_path: Path) -> None:
    for name in ("place.part", "place.failed", "place"):
        (tmp_path / name / "deep").mkdir(parents=True)
    part = run_dir.start(tmp_path, "place")
    assert [path.name for path in tmp_path.iterdir()] == ["place.part"]
    (part / "made").touch()
    assert (run_dir.accept(tmp_path, "place") / "made").is_file()
    run_dir.start(tmp_path, "clock")
    assert run_dir.put_aside(tmp_path, "clock") == run_dir.failed_place(tmp_path, "clock")
