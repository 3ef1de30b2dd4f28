from __future__ import annotations

import json

import pytest

from tests.made_up import again
from tinydwn.bench.contest import compete
from tinydwn.bench.protocols import DWN_OPTIONS, PROTOCOLS, Contender, Protocol, Task, protocol_named
from tinydwn.bench.rows import Spread
from tinydwn.bench.studies.accuracy import STUDY, Asked, Row
from tinydwn.bench.study import Measured, measure
from tinydwn.bench.tasks import key_of
from tinydwn.errors import ConfigError
from tinydwn.tools.cluster import Cluster

SMALL = Protocol(
    "small",
    "Which is better?",
    ("iris",),
    (
        Contender("DWN", "dwn", {"epochs": 3, "luts_per_class": 5, "luts_at_most": 12}),
        Contender("boosting", "histogram-boosting", {"max_iter": 5}),
        Contender("XGBoost", "xgboost", {"n_estimators": 5}),
    ),
    (0, 1),
)


@pytest.fixture(scope="module")
def small():
    """Let there be a small protocol, and return what is asked for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PROTOCOLS, "small", SMALL)
        yield Asked("small")


@pytest.fixture(scope="module")
def measured(small, tmp_path_factory):
    store, heard = tmp_path_factory.mktemp("bench") / "small.json", []
    cluster = Cluster(processes=1)
    found = measure(STUDY, small, store=store, cluster=cluster, on_arrival=lambda task, *_: heard.append(task))
    return found, store, heard


def test_every_task_is_run_once_and_told(measured):
    found, _, heard = measured
    assert sorted(map(key_of, heard)) == sorted(map(key_of, SMALL.tasks()))
    assert [(row.dataset, row.contender, row.seeds) for row in found.rows] == [
        ("iris", "DWN", 2),
        ("iris", "boosting", 2),
        ("iris", "XGBoost", 2),
    ]
    assert [row.luts for row in found.rows] == [12, None, None]
    assert all(0.5 < row.accuracy.mean <= 1 for row in found.rows)
    assert [found.about[name] for name in ("name", "question", "seeds")] == ["small", "Which is better?", [0, 1]]
    assert again(found) == found


def test_what_was_measured_is_not_measured_again(measured, small):
    found, store, _ = measured
    content = json.loads(store.read_text())
    content["outcomes"][key_of(Task("iris", SMALL.contenders[0], 1))]["accuracy"] = 0.125
    store.write_text(json.dumps(content))
    other = measure(STUDY, small, store=store)
    first = compete(Task("iris", SMALL.contenders[0], 0))
    assert other.rows[0].accuracy.mean == pytest.approx((first.accuracy + 0.125) / 2)
    assert other.rows[1] == found.rows[1]


def test_a_task_counts_what_its_classifier_answers_on_the_test_part():
    from tinydwn.data import load_dataset
    from tinydwn.model import classify
    from tinydwn.training import TrainingConfig, train

    split = load_dataset("wine").split(seed=3)
    outcome = compete(Task("wine", Contender("DWN", "dwn", {"layers": [9], "epochs": 4}), 3))
    trained = train(split, TrainingConfig(layers=(9,), epochs=4, seed=3))
    assert outcome.accuracy == (classify(trained.classifier, split.test_features) == split.test_labels).mean()
    assert outcome.luts == 9


def of_rows(accuracies):
    rows = [
        Row(dataset, name, Spread(values[k], None), 1.0, 1.0, None, 1)
        for k, dataset in enumerate(("x", "y"))
        for name, values in accuracies.items()
    ]
    about = {"question": "?", "seeds": [0], "date": "", "versions": {"tinydwn": "0"}, "protocol": {}}
    return Measured(STUDY, tuple(rows), about)


def test_equal_contenders_share_their_rank():
    found = of_rows({"a": (0.9, 0.8), "b": (0.9, 0.7), "c": (0.5, 0.9)})
    assert found.summary["average_ranks"] == {"a": 1.75, "b": 2.25, "c": 2.0}


def test_the_table_reads_well():
    assert of_rows({"DWN": (0.9, 0.8), "XGBoost": (0.5, 0.85)}).to_text() == (
        "?\n\n"
        "data            DWN  XGBoost\n"
        "------------  -----  -------\n"
        "x             90.00    50.00\n"
        "y             80.00    85.00\n"
        "average rank   1.50     1.50\n\n"
        "Test accuracy in percent, seed 0.\n"
        "Seconds of training, mean over all: DWN 1.0, XGBoost 1.0.\n"
        "Measured with tinydwn 0.\n"
    )


@pytest.mark.parametrize("damage", [{"accuracy": "x"}, {"seconds": None}, {"luts": "many"}, {"more": 1}])
def test_a_file_of_damaged_outcomes_is_refused(measured, small, tmp_path, damage):
    content = json.loads(measured[1].read_text())
    next(iter(content["outcomes"].values())).update(damage)
    store = tmp_path / "damaged.json"
    store.write_text(json.dumps(content))
    with pytest.raises(ConfigError, match="does not hold outcomes of a measurement"):
        measure(STUDY, small, store=store)


def test_outcomes_of_other_versions_are_not_told_as_those_of_these(measured, small, tmp_path):
    content = json.loads(measured[1].read_text())
    content["versions"]["torch"] = "0.0"
    store = tmp_path / "old.json"
    store.write_text(json.dumps(content))
    with pytest.raises(ConfigError, match=r"holds outcomes of other versions: .*torch 0\.0"):
        measure(STUDY, small, store=store)


def test_a_data_set_that_is_named_twice_is_measured_once():
    assert SMALL.only(("iris", "iris")).datasets == ("iris",)


def test_every_protocol_can_be_written_down_and_its_options_are_sound():
    from tinydwn.training import TrainingConfig

    for protocol in PROTOCOLS.values():
        json.dumps([dict(contender.options) for contender in protocol.contenders])
        assert len({contender.name for contender in protocol.contenders}) == len(protocol.contenders)
        for contender in protocol.contenders:
            if contender.kind == "dwn":
                TrainingConfig.from_dict({k: v for k, v in contender.options.items() if k not in DWN_OPTIONS})


def test_unknown_protocols_data_sets_and_kinds_are_refused(small):
    with pytest.raises(ConfigError, match="there is no protocol 'x'\n\nhint: choose one of tabular, mnist"):
        protocol_named("x")
    with pytest.raises(ConfigError, match="there is no protocol 'x'"):
        Asked("x")
    with pytest.raises(ConfigError, match="protocol 'small' has no data set 'wine'\n\nhint: choose among iris"):
        Asked("small", ("wine",))
    with pytest.raises(ConfigError, match="there is no contender of kind 'forest'"):
        compete(Task("iris", Contender("f", "forest"), 0))
