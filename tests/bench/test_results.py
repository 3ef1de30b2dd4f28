"""What the project says of itself is what was measured: the tables shown are those of results/."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tinydwn.bench.accuracy import AccuracyTable
from tinydwn.bench.measured import SHOWN, filled, load_measured
from tinydwn.bench.protocol import PROTOCOLS

ROOT = Path(__file__).parents[2]
RESULTS = sorted((ROOT / "results").glob("*.json"))


@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
def test_a_result_is_read_back_as_it_was(path):
    kept, again = json.loads(path.read_text()), json.loads(json.dumps(load_measured(path).to_json()))
    # Results from before they named what decided them lack that alone.
    assert {name: again[name] for name in kept} == kept
    assert set(again) - set(kept) <= {"protocol", "seeds", "stood_in"}


def test_the_tables_shown_are_those_that_were_measured():
    text = (ROOT / "results" / "README.md").read_text()
    assert SHOWN.search(text)
    assert filled(text, ROOT / "results") == text


def test_every_result_is_shown():
    page = (ROOT / "results" / "README.md").read_text()
    assert {name for name, _ in SHOWN.findall(page)} == {path.stem for path in RESULTS}


def test_accuracies_were_measured_by_the_protocols_as_they_are():
    for path in RESULTS:
        found, content = load_measured(path), json.loads(path.read_text())
        if isinstance(found, AccuracyTable):
            protocol = PROTOCOLS[path.stem]
            assert (found.protocol.datasets, found.protocol.seeds) == (protocol.datasets, protocol.seeds)
            assert content["contenders"] == [
                {"name": one.name, "kind": one.kind, "options": json.loads(json.dumps(dict(one.options)))}
                for one in protocol.contenders
            ]
