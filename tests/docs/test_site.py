"""The documentation is built without a warning, holds every command and public name, and its links lead somewhere."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import typer

from tinydwn.cli.app import app

ROOT = Path(__file__).parents[2]


class _Page(HTMLParser):
    """What a page points to, and the places in it that can be pointed to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.places |= {value for name in ("id", "name") if (value := given.get(name))}
        for name in ("href", "src"):
            if tag in {"a", "img", "script", "link"} and given.get(name):
                self.links.append(str(given[name]))


def dangling(folder: Path) -> list[str]:
    """Return the links between the pages of a folder that lead to no file, or to no place in it."""
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}
    return [
        f"{path.relative_to(folder)}: {link}"
        for path, page in pages.items()
        for link in page.links
        if not _leads(path, urlsplit(link), pages)
    ]


def _leads(path: Path, link: Any, pages: dict[Path, _Page]) -> bool:
    if link.scheme or link.netloc:
        return True
    target = (path.parent / unquote(link.path)).resolve() if link.path else path
    if not target.is_file():
        return False
    return target not in pages or not link.fragment or unquote(link.fragment) in pages[target].places


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Return the folder of the site, and how its build ended."""
    folder = tmp_path_factory.mktemp("built").resolve()
    words = ["-W", "--keep-going", "-q", "-c", "docs", "-d", str(folder / "doctrees"), ".", str(folder / "site")]
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    return folder / "site", done


@pytest.fixture(scope="module")
def site(built: tuple[Path, Any]) -> Path:
    """Return the folder of the site."""
    return built[0]


def test_the_site_is_built_without_a_warning(built: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    assert (built[1].returncode, built[1].stderr) == (0, "")


def test_no_link_dangles(site: Path) -> None:
    assert len(list(site.rglob("*.html"))) > 40
    assert dangling(site) == []


def test_a_dangling_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="b.html#here">x</a><a href="b.html#there">y</a><img src="c.svg">')
    (tmp_path / "b.html").write_text('<p id="here">z</p><a href="https://example.org/d">w</a><a href="#here">v</a>')
    assert dangling(tmp_path) == ["a.html: b.html#there", "a.html: c.svg"]


def _commands(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if not hasattr(command, "commands"):
        yield "-".join(words), command
        return
    for name, below in command.commands.items():
        yield from _commands(below, (*words, name))


def test_every_command_and_option_is_told(site: Path) -> None:
    text = (site / "docs/reference/command-line.html").read_text(encoding="utf-8")
    page = _Page(text)
    for name, command in _commands(typer.main.get_command(app), ("tinydwn",)):
        assert name in page.places
        assert [one for parameter in command.params for one in parameter.opts if one not in text] == []


def test_every_public_name_is_told(site: Path) -> None:
    pages = [_Page(path.read_text(encoding="utf-8")) for path in site.glob("docs/reference/python/*.html")]
    places = set().union(*(page.places for page in pages))
    rooms = [path.parent.name for path in sorted((ROOT / "tinydwn").glob("*/__init__.py"))]
    names = [(room, name) for room in rooms for name in getattr(import_module(f"tinydwn.{room}"), "__all__", ())]
    assert len(names) > 100
    # What the front door offers is told there.
    assert [(r, name) for r, name in names if not places & {f"tinydwn.{r}.{name}", f"tinydwn.{name}"}] == []


def test_drawings_are_those_of_their_script(tmp_path: Path) -> None:
    script = runpy.run_path(str(ROOT / "docs/drawings.py"))
    script["main"](tmp_path)
    drawn = sorted(path.name for path in tmp_path.iterdir())
    assert drawn == sorted(path.name for path in (ROOT / "docs/how").glob("*.svg"))
    for name in drawn:
        assert (tmp_path / name).read_bytes() == (ROOT / "docs/how" / name).read_bytes()
