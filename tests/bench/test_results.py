"""What the project says of itself is what was measured: the tables shown are those of results/."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tinydwn.bench.measured import SHOWN, filled, load_measured
from tinydwn.bench.protocols import PROTOCOLS
from tinydwn.tools.codec import to_json

ROOT = Path(__file__).parents[2]
RESULTS = sorted((ROOT / "results").glob("*.json"))


@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
def test_a_result_is_read_back_as_it_was(path):
    assert load_measured(path).to_json() == json.loads(path.read_text())


def test_the_tables_shown_are_those_that_were_measured():
    text = (ROOT / "results" / "README.md").read_text()
    assert SHOWN.search(text)
    assert filled(text, ROOT / "results") == text


def test_every_result_is_shown():
    page = (ROOT / "results" / "README.md").read_text()
    assert {name for name, _ in SHOWN.findall(page)} == {path.stem for path in RESULTS}


def test_accuracies_were_measured_by_the_protocols_as_they_are():
    found = {path.stem: one for path in RESULTS if (one := load_measured(path)).study.name == "accuracy"}
    assert found
    for name, measured in found.items():
        protocol, about = PROTOCOLS[name], measured.about
        assert about["name"] == name
        assert about["question"] == protocol.question
        assert tuple(dict.fromkeys(row.dataset for row in measured.rows)) == protocol.datasets
        assert tuple(about["seeds"]) == protocol.seeds
        assert about["contenders"] == json.loads(json.dumps(to_json(protocol.contenders)))
