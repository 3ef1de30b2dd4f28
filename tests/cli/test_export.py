"""`tinydwn export`: what it writes, what it says, and how it ends."""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ended
from tinydwn.export.bundle import read_bundle

Run = Callable[..., Ended]


def test_a_project_is_proven_and_written(tinydwn: Run, walked: tuple[Path, Ended], tmp_path: Path) -> None:
    folder, out = walked[0], tmp_path / "t t'"
    ended = tinydwn("export", "tinytapeout", folder, "--out", out, "--name", "mine", "--author", "Ada", "--json")
    assert ended.code == 0, ended.err
    document = json.loads(ended.out)
    assert document["schema"] == "tinydwn.tinytapeout/1"
    assert (document["top_module"], document["tile"]) == ("tt_um_mine", "1x1")
    assert 0 < document["tile_share"] < 0.6
    assert [verdict.rpartition(": ")[2] for verdict in document["verdicts"]] == ["EQUIVALENT by ABC cec"] * 2
    written = read_bundle(out)
    assert written.digest == document["digest"]
    assert set(written.files) == {
        "info.yaml", "README.md", "LICENSE", ".gitignore", "docs/info.md", "src/project.v", "src/classifier.v",
        "src/config.json", "test/Makefile", "test/requirements.txt", "test/samples.txt", "test/tb.v", "test/test.py",
        ".github/workflows/docs.yaml", ".github/workflows/fpga.yaml", ".github/workflows/gds.yaml",
        ".github/workflows/test.yaml",
    }  # fmt: skip
    page = written.files["docs/info.md"].decode()
    share = json.loads((folder / "report.json").read_text())["accuracy"]["test"]
    assert f"Measured accuracy: {100 * share:.1f} % of 16 samples that training did not see" in page
    assert "0.2 of the samples, seed 0" in page
    assert "1st \\$größe, cm" in page
    assert "module tt_um_mine (" in written.files["src/project.v"].decode()
    again = tinydwn("export", "tinytapeout", folder, "--out", out, "--name", "mine", "--author", "Ada")
    assert read_bundle(out).digest == written.digest
    assert "A tile of 1x1: cells fill" in again.out
    assert f"next: cd {shlex.quote(str(out / 'test'))} && pip install -r requirements.txt && make" in again.err


def test_what_stands_in_the_way_is_told(tinydwn: Run, walked: tuple[Path, Ended], tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(walked[0], folder)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "thesis.txt").write_text("x")
    for out, message in (
        (folder, f"'{folder}' is the bundle itself"),
        (folder / "tt", f"'{folder / 'tt'}' lies in the bundle '{folder}'"),
        (tmp_path / "own", f"'{tmp_path / 'own'}' holds files that are no bundle"),
    ):
        ended = tinydwn("export", "tinytapeout", folder, "--out", out)
        assert (ended.code, ended.err.splitlines()[0]) == (1, f"error: {message}")
    assert read_bundle(folder).files
    assert (tmp_path / "own" / "thesis.txt").exists()


def test_what_was_written_into_a_project_is_not_lost(tinydwn: Run, walked: tuple[Path, Ended], tmp_path: Path) -> None:
    out = tmp_path / "project"
    assert tinydwn("export", "tinytapeout", walked[0], "--out", out, "-q").code == 0
    info = out / "info.yaml"
    info.write_text(info.read_text().replace("not given", "Ada"))
    ended = tinydwn("export", "tinytapeout", walked[0], "--out", out)
    assert (ended.code, ended.err) == (
        1,
        f"error: '{info}' was changed after it was written\n\n"
        "hint: what you wrote would be lost: choose another folder with --out, or move this one away\n",
    )
    assert "Ada" in info.read_text()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--name", "Mine"), 1, "a project cannot be called 'Mine'"),
        (("--utilization", "7"), 1, "utilization 7.0 is not from 0.05 to 0.95"),
        (("--clock-hz", "0"), 1, "a clock of 0 Hz cannot be given to a project"),
        (("--timeout", "0"), 2, "Invalid value"),
    ],
)
def test_what_makes_no_sense_is_told(
    words: tuple[str, ...], code: int, message: str, tinydwn: Run, walked: tuple[Path, Ended], tmp_path: Path
) -> None:
    ended = tinydwn("export", "tinytapeout", walked[0], "--out", tmp_path / "project", *words)
    assert ended.code == code
    assert message in ended.err
    assert not (tmp_path / "project").exists()


def test_a_folder_that_is_no_bundle_is_told(tinydwn: Run, tmp_path: Path) -> None:
    ended = tinydwn("export", "tinytapeout", tmp_path, "--out", tmp_path / "project")
    assert ended.code == 1
    assert f"error: '{tmp_path}' is no bundle" in ended.err
