"""What the project says of itself is what was measured: the tables shown are those of results/."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tinydwn.bench.accuracy import AccuracyTable
from tinydwn.bench.chip import Chips
from tinydwn.bench.efforts import Efforts
from tinydwn.bench.exact import Exact
from tinydwn.bench.fronts import Fronts
from tinydwn.bench.protocol import PROTOCOLS
from tinydwn.bench.smallest import Smallest
from tinydwn.bench.training import TrainingCost

ROOT = Path(__file__).parents[2]
RESULTS = sorted((ROOT / "results").glob("*.json"))
SHOWN = re.compile(r"<!-- results/([\w-]+)\.json -->\n\n```text\n(.*?)```\n", re.DOTALL)


def measured(path):
    content = json.loads(path.read_text())
    kinds = {
        "tinydwn.accuracy/1": AccuracyTable,
        "tinydwn.training-cost/1": TrainingCost,
        "tinydwn.smallest/1": Smallest,
        "tinydwn.chip/1": Chips,
        "tinydwn.exact/1": Exact,
        "tinydwn.efforts/1": Efforts,
        "tinydwn.fronts/1": Fronts,
    }
    return kinds[content["schema"]].from_json(content), content


@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
def test_a_result_is_read_back_as_it_was(path):
    found, content = measured(path)
    assert json.loads(json.dumps(found.to_json())) == content


@pytest.mark.parametrize("page", ["README.md", "results/README.md"])
def test_the_tables_shown_are_those_that_were_measured(page):
    shown = SHOWN.findall((ROOT / page).read_text())
    assert shown
    for name, text in shown:
        assert text == measured(ROOT / "results" / f"{name}.json")[0].to_text()


def test_every_result_is_shown():
    page = (ROOT / "results" / "README.md").read_text()
    assert {name for name, _ in SHOWN.findall(page)} == {path.stem for path in RESULTS}


def test_accuracies_were_measured_by_the_protocols_as_they_are():
    for path in RESULTS:
        found, content = measured(path)
        if isinstance(found, AccuracyTable):
            protocol = PROTOCOLS[path.stem]
            assert (found.protocol.datasets, found.protocol.seeds) == (protocol.datasets, protocol.seeds)
            assert content["contenders"] == [
                {"name": one.name, "kind": one.kind, "options": json.loads(json.dumps(dict(one.options)))}
                for one in protocol.contenders
            ]
