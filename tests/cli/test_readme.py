"""The README is short, its picture is whole, and its commands and snippets run as they are written."""

from __future__ import annotations

import re
import shlex
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from sklearn.datasets import load_iris

from tinydwn.cli.app import app
from tinydwn.export.bundle import write_bundle
from tinydwn.report.collect import collect
from tinydwn.report.deliver import with_reports
from tinydwn.synthesis import Synthesis, SynthesisOptions

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    shlex.split(line.removeprefix("$ "), comments=True)
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("$ ")
]
SNIPPETS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
# These want other programs, a PDK, or files of others; that they are written rightly is tested all the same.
NOT_RUN = {"import", "pdk", "timing", "flow", "layout", "bench"}


@pytest.fixture(scope="module")
def place(walked_road: tuple[Synthesis, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the tables that the README names, and a result in place of that of `make demo`."""
    folder = tmp_path_factory.mktemp("readme")
    features, species = load_iris(return_X_y=True, as_frame=True)
    features.round(1).to_csv(folder / "new.csv", index=False)
    features.assign(label=species.map(lambda k: "abc"[k])).to_csv(folder / "data.csv", index=False)
    (folder / "build").mkdir()
    synthesis = walked_road[0]
    write_bundle(with_reports(synthesis.files, collect(synthesis)), folder / "build" / "demo")
    return folder


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 200


def test_links_to_files_lead_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_picture_is_whole_and_takes_no_color_from_a_page() -> None:
    text = (ROOT / "results" / "first-look.svg").read_text(encoding="utf-8")
    assert ET.fromstring(text).tag.endswith("svg")
    assert "var(" not in text
    assert "<script" not in text


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_is_written_rightly(words: list[str]) -> None:
    if words[0] == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        return
    assert words[0] == "tinydwn"
    command, context, name, rest = typer.main.get_command(app), None, "tinydwn", words[1:]
    while hasattr(command, "commands"):
        context = command.context_class(command, info_name=name, parent=context)
        name, *rest = rest
        command = command.commands[name]
    command.make_context(name, rest, parent=context)


def test_the_commands_run_in_order(place: Path, tinydwn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    short = ["--luts", "9", "--epochs", "4", "--bits", "3"]
    for program, *words in COMMANDS:
        if program != "tinydwn" or words[0] in NOT_RUN:
            continue
        if words[0] == "synth" and "model.npz" in words:
            shutil.copy("build/mine/model.npz", "model.npz")
        trained = words[0] == "train" or words[:2] == ["synth", "data.csv"]
        searched = ["--most", "16"] if words[0] == "synth" else []
        ended = tinydwn(*words, *(short if trained else []), *searched)
        assert ended.code == 0, (words, ended.err)
    assert (place / "classes.csv").read_text().splitlines()[0] == "row,class"


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.split("\n")[0])
def test_a_snippet_runs(
    snippet: str,
    place: Path,
    road_options: SynthesisOptions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(place)
    if not (place / "build" / "mine").exists():
        shutil.copytree(place / "build" / "demo", place / "build" / "mine")
    quick = 'budget=16, training={"layers": (9,), "epochs": 4}, '
    for slow, quicker in (
        ("CircuitClassifier(max", f"CircuitClassifier({quick}max"),
        ('synthesize("iris")', 'synthesize("iris", options)'),
    ):
        snippet = snippet.replace(slow, quicker)
    exec(snippet, {"__name__": "snippet", "options": road_options})
    assert capsys.readouterr().out
