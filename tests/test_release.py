"""What a release says of itself: one version, one set of authors and keywords, Pythons that it runs on."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml

import tinydwn

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_the_version_has_one_home() -> None:
    assert "version" not in PROJECT["project"]
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert PROJECT["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "tinydwn.__version__"}
    assert "version" not in CITATION
    assert re.fullmatch(r"\d+\.\d+\.\d+", tinydwn.__version__)


def test_the_citation_has_what_its_format_requires_and_says_what_the_package_says() -> None:
    assert {"cff-version", "message", "title", "authors"} <= set(CITATION)
    assert (CITATION["cff-version"], CITATION["type"], CITATION["title"]) == ("1.2.0", "software", "tinydwn")
    project = PROJECT["project"]
    assert CITATION["authors"] == project["authors"]
    assert CITATION["license"] == project["license"]
    assert CITATION["keywords"] == project["keywords"]


def test_the_paper_behind_the_networks_is_a_reference_and_no_own_work() -> None:
    (paper,) = CITATION["references"]
    assert paper["url"] in PROJECT["project"]["urls"].values()
    assert paper["url"] in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "preferred-citation" not in CITATION
    assert not {author["family-names"] for author in paper["authors"]} & {one["name"] for one in CITATION["authors"]}


def test_the_pythons_named_are_those_that_it_installs_on() -> None:
    first, last = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", PROJECT["project"]["requires-python"]).groups()
    named = re.findall(r"Python :: 3\.(\d+)", " ".join(PROJECT["project"]["classifiers"]))
    assert [int(minor) for minor in named] == list(range(int(first), int(last)))
