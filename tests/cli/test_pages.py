"""What README and documentation tell a reader to type: commands and snippets run as they are written."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
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
PAGES = [README, *(page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs").rglob("*.md")))]


def _blocks(language: str) -> list[str]:
    """Return what stands in the fences of a language, page by page, what is repeated once."""
    return list(dict.fromkeys(block for page in PAGES for block in re.findall(rf"```{language}\n(.*?)```", page, re.S)))


def _typed() -> list[list[str]]:
    """Return the words of every line that a reader is to type, what is repeated once."""
    lines = [line for block in _blocks("console") for line in block.splitlines() if line.startswith("$ ")]
    words = [tuple(shlex.split(line.removeprefix("$ "), comments=True)) for line in lines]
    return [list(one) for one in dict.fromkeys(words)]


COMMANDS = _typed()
SNIPPETS = _blocks("python")
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
# These want other programs, a PDK, files of others, or long; that they are written rightly is tested all the same.
NOT_RUN = ("explore", "import", "pdk install", "timing", "flow", "layout", "bench")


def _is_run(words: list[str]) -> bool:
    said = " ".join(words)
    return "--dry-run" in words or not any(said == name or said.startswith(f"{name} ") for name in NOT_RUN)


@pytest.fixture(scope="module")
def place(walked_road: tuple[Synthesis, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the tables that the pages name, and a result in place of that of `make demo`."""
    folder = tmp_path_factory.mktemp("pages")
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


@pytest.mark.parametrize(
    "path", ["results/first-look.svg", *sorted(str(one.relative_to(ROOT)) for one in ROOT.glob("docs/*/*.svg"))]
)
def test_a_picture_is_whole_and_takes_no_color_from_a_page(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert ET.fromstring(text).tag.endswith("svg")
    assert "var(" not in text
    assert "<script" not in text


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_is_written_rightly(words: list[str]) -> None:
    program, *rest = words
    if program == "tinydwn":
        _make_context(rest)
    elif words == ["make"]:
        assert "cd project/test" in [" ".join(one) for one in COMMANDS]
    elif program == "make":
        assert re.search(rf"^{rest[0]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    elif program == "python":
        assert (ROOT / rest[0]).is_file()
    elif program == "pip":
        assert rest[0] == "install"
        assert rest[1] == "-r" or re.fullmatch(r"tinydwn\[(.+)\]", rest[1])[1] in EXTRAS
    else:
        assert program in {"cd", "git", "source"}


def _make_context(rest: list[str]) -> None:
    command, context, name = typer.main.get_command(app), None, "tinydwn"
    while hasattr(command, "commands"):
        context = command.context_class(command, info_name=name, parent=context)
        name, *rest = rest
        command = command.commands[name]
    command.make_context(name, rest, parent=context)


def test_the_commands_run_in_order(place: Path, tinydwn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    short = ["--luts", "9", "--epochs", "4", "--bits", "3"]
    for program, *words in COMMANDS:
        if program != "tinydwn" or not _is_run(words):
            continue
        if words[0] == "synth" and "model.npz" in words:
            shutil.copy("build/mine/model.npz", "model.npz")
        trained = words[0] == "train" or (words[0] == "synth" and words[1] in {"data.csv", "iris"})
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
