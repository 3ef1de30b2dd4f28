"""Pages, figures and tables of what was measured."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinydwn.bench.fronts import FrontPoint, Fronts
from tinydwn.bench.measured import KINDS, load_measured
from tinydwn.bench.smallest import Smallest, SmallestRow

SMALLEST = Smallest((SmallestRow("a<b", "core", 8.0, 0.9, 0.01, 7.5, 0.5, 5),), "core", "fast", (0, 1, 2, 3, 4))
FRONTS = Fronts(
    {"led7": tuple(FrontPoint(flow, "20 tables", 90.0, 0.9, 0.8) for flow in ("plain", "exact", "refined"))}, "fast"
)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    folder.mkdir()
    for name, one in (("smallest", SMALLEST), ("fronts", FRONTS)):
        (folder / f"{name}.json").write_text(json.dumps(one.to_json()))
    return folder


def test_measurements_become_one_page_and_one_text(tinydwn: Callable[..., Any], results: Path, tmp_path: Path) -> None:
    page, text = tmp_path / "new" / "m.html", tmp_path / "m.md"
    files = (results / "smallest.json", results / "fronts.json")
    ended = tinydwn("bench", "page", *files, "--html", page, "--markdown", text)
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == (
        f"written: {page}\nwritten: {text}\nnext: tinydwn bench figures {files[0]} {files[1]} --out figures\n"
    )
    html = page.read_text()
    assert html.startswith("<!doctype html>")
    assert "How accurate are refined circuits within small budgets?" in html
    assert ("a&lt;b" in html, "a<b" in html, html.count("<svg")) == (True, False, 1)
    assert re.search(r"(src|href)=.?https?:", html) is None
    assert "| a\\<b | 8 | 90.00 ± 1.00 | 7.5 ± 0.5 |" in text.read_text()
    assert text.read_text().count("\n## ") == 2


def test_figures_are_named_like_their_measurements(tinydwn: Callable[..., Any], results: Path, tmp_path: Path) -> None:
    out = tmp_path / "figures"
    ended = tinydwn("bench", "figures", results / "smallest.json", results / "fronts.json", "--out", out, "-q")
    assert (ended.code, ended.err) == (0, "")
    assert [path.name for path in out.iterdir()] == ["fronts.svg"]
    assert "var(" not in (out / "fronts.svg").read_text()
    loud = tinydwn("bench", "figures", results / "fronts.json", "--out", out)
    assert loud.err == (
        f"written: {out / 'fronts.svg'}\nnext: tinydwn bench page {results / 'fronts.json'} --html measured.html\n"
    )
    alone = tinydwn("bench", "page", results / "smallest.json", "--html", tmp_path / "m.html")
    assert alone.err.endswith(f"\nnext: tinydwn bench fill results/README.md --results {results}\n")
    none = tinydwn("bench", "figures", results / "smallest.json", "--out", out)
    assert none.err == (
        "error: none of these measurements has a figure\n\nhint: give results of 'bench fronts' or 'trees'\n"
    )


def test_tables_are_filled_in_and_the_rest_of_a_page_stays(
    tinydwn: Callable[..., Any], results: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Mine\n\n<!-- results/smallest.json -->\n\n```text\nold\n```\n\nthe end\n")
    assert tinydwn("bench", "fill", page, "--results", results, "-q").code == 0
    once = page.read_text()
    assert once == f"# Mine\n\n<!-- results/smallest.json -->\n\n```text\n{SMALLEST.to_text()}```\n\nthe end\n"
    assert tinydwn("bench", "fill", page, "--results", results).err.startswith(f"{page}: as it was\n")
    assert page.read_text() == once


def test_ends_of_lines_stay_as_they_are(tinydwn: Callable[..., Any], results: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    text = f"# Mine\n\n<!-- results/smallest.json -->\n\n```text\n{SMALLEST.to_text()}```\n\nthe end\n"
    page.write_bytes(text.replace(SMALLEST.to_text(), "old\n").replace("\n", "\r\n").encode())
    assert tinydwn("bench", "fill", page, "--results", results, "-q").code == 0
    assert page.read_bytes().decode() == text.replace("\n", "\r\n")
    page.write_text(text.replace(SMALLEST.to_text(), "").removesuffix("\n\nthe end\n"))
    assert tinydwn("bench", "fill", page, "--results", results, "-q").code == 0
    assert page.read_text() == text.removesuffix("\n\nthe end\n")


@pytest.mark.parametrize(
    "behind",
    [
        "\n```text\nold\n```\n",
        "\n\n```text\nold\n",
        "\n\n```text\nold\n<!-- results/smallest.json -->\n\n```text\nold\n```\n",
        "\n\nsome prose\n",
        "\n\n```console\nold\n```\n",
        " and more\n\n```text\nold\n```\n",
        "",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_comment_that_cannot_be_filled_is_told_and_the_page_stays(
    tinydwn: Callable[..., Any], results: Path, tmp_path: Path, behind: str, end: str
) -> None:
    page = tmp_path / "page.md"
    before = "<!-- results/smallest.json -->\n\n```text\nold\n```\n\n<!-- results/fronts.json -->" + behind
    page.write_bytes(before.replace("\n", end).encode())
    ended = tinydwn("bench", "fill", page, "--results", results)
    assert (ended.code, page.read_bytes().decode()) == (1, before.replace("\n", end))
    assert ended.err == (
        f"error: no text block follows the comment on line 7 of '{page}'\n\n"
        "hint: put an empty line behind it, then ```text, and ``` where the block ends\n"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[]", "it is not an object of JSON"),
        ("{}", "it names no schema"),
        ('{"schema": ["x"]}', "it names no schema"),
        ('{"schema": "mine/7"}', "its schema is 'mine/7'"),
        ('{"schema": "tinydwn.report/1"}', "its schema is 'tinydwn.report/1', a report of 'tinydwn synth'"),
        (
            '{"schema": "tinydwn.chip/1-outcomes"}',
            "its schema is 'tinydwn.chip/1-outcomes', outcomes that 'tinydwn bench' keeps to go on",
        ),
        ('{"schema": "tinydwn.chip/1"}', "its rows are not those of a 'tinydwn.chip/1'"),
        ('{"schema": "tinydwn.smallest/1", "rows": [{}]}', "its rows are not those of a 'tinydwn.smallest/1'"),
        ('{"schema": "tinydwn.smallest/1", "rows": [1]}', "its rows are not those of a 'tinydwn.smallest/1'"),
        (json.dumps({**SMALLEST.to_json(), "rows": []}), "it has no rows"),
        (json.dumps({**FRONTS.to_json(), "datasets": {}}), "it has no rows"),
        (
            json.dumps({**FRONTS.to_json(), "datasets": {"led7": {"points": []}}}),
            "its rows are not those of a 'tinydwn.fronts/1'",
        ),
    ],
)
def test_what_is_no_measurement_is_told(tinydwn: Callable[..., Any], tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "wrong.json").write_text(content)
    ended = tinydwn("bench", "page", tmp_path / "wrong.json", "--html", tmp_path / "m.html")
    assert (ended.code, (tmp_path / "m.html").exists()) == (1, False)
    assert ended.err == (
        f"error: '{tmp_path / 'wrong.json'}' does not hold a measurement: {said}\n\n"
        "hint: give a file that 'tinydwn bench ... --json' wrote\n"
    )


def test_a_page_without_a_place_is_refused(tinydwn: Callable[..., Any], results: Path) -> None:
    ended = tinydwn("bench", "page", results / "smallest.json")
    assert ended.err == "error: there is nothing to write\n\nhint: give --html PATH, --markdown PATH, or both\n"


def test_a_page_that_is_not_there_is_told(tinydwn: Callable[..., Any], results: Path, tmp_path: Path) -> None:
    ended = tinydwn("bench", "fill", tmp_path / "no.md", "--results", results)
    assert ended.code == 1
    assert ended.err.startswith(f"error: '{tmp_path / 'no.md'}' cannot be read: ")


def test_every_kind_names_its_schema(results: Path) -> None:
    assert load_measured(results / "smallest.json") == SMALLEST
    assert len(KINDS) == 15
    assert {schema: sys.modules[kind.__module__].SCHEMA for schema, kind in KINDS.items()} == {s: s for s in KINDS}


def test_a_page_does_not_replace_its_measurement(tinydwn: Callable[..., Any], results: Path, tmp_path: Path) -> None:
    one = results / "smallest.json"
    before = one.read_bytes()
    ended = tinydwn("bench", "page", one, "--html", one)
    assert ended.err == f"error: --html '{one}' would overwrite a file that is read\n\nhint: name another file\n"
    both = tinydwn("bench", "page", one, "--html", tmp_path / "m", "--markdown", tmp_path / "m")
    assert both.err == f"error: --html and --markdown are the same file '{tmp_path / 'm'}'\n\nhint: name two files\n"
    assert (one.read_bytes(), (tmp_path / "m").exists()) == (before, False)
