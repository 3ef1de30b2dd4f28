"""Explorations: what is joined, what is kept, what goes on, on trials that are made up."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.explore.conftest import make_up, python
from tinydwn.errors import ConfigError, OutputError, ProgramMissing
from tinydwn.explore import exploration
from tinydwn.explore.circuit import Circuit, Found
from tinydwn.explore.exploration import Asked, explore, joined_front
from tinydwn.explore.record import Tried
from tinydwn.explore.space import space_of
from tinydwn.explore.storage import Storage
from tinydwn.explore.trial import TrialTimeout
from tinydwn.synthesis.expectation import Expected
from tinydwn.synthesis.front import Size
from tinydwn.synthesis.options import SynthesisOptions
from tinydwn.tools.cluster import Cluster

HERE = Cluster(processes=0)
SPACE = space_of(["bits=2,3,4,auto", "seed=0..2"])
ASKED = Asked(space=SPACE, trials=5)


def run(work, folder: Path, asked: Asked = ASKED, **more):
    given = {"storage": Storage.of(None, folder), "study": "made up", "cluster": HERE, **more}
    return explore("iris", given.pop("options", SynthesisOptions()), asked, work=work, **given)


class Hearing:
    """Hears what is told, and of trials that ended by `ended`."""

    def __init__(self, ended=lambda one, stored: None):
        self.texts, self._ended = [], ended

    def tell(self, text):
        self.texts.append(text)

    def ended(self, one, *, stored):
        self.texts.append(f"{one.number} {'stored' if stored else 'ended'}")
        self._ended(one, stored)


def hearing(ended):
    """Return what gives the one who hears, whatever the number of trials."""
    return lambda _: nullcontext(Hearing(ended))


def test_a_trial_is_told_as_it_begins_and_as_it_is_judged(made_up, tmp_path):
    asked = Asked(space=space_of(["bits=2", "seed=0"]))
    first, again = Hearing(), Hearing()
    for each in (first, again):
        run(made_up.trial, tmp_path, asked, listen=lambda _, each=each: nullcontext(each))
    assert first.texts == ["trial 0 (bits 2, seed 0) begins", "trial 0 ended; its circuits are judged", "0 ended"]
    assert again.texts == ["0 stored"]


def told(found):
    """Return all of an exploration but how long it took."""
    return [replace(one, seconds=0.0) for one in found.tried], found.front, found.chosen


@pytest.fixture(scope="module")
def uninterrupted(work_path, tmp_path_factory):
    """Return what five trials, one after the other, come to."""
    import made_up_trials

    with pytest.MonkeyPatch.context() as patch:
        make_up(patch)
        return run(made_up_trials.trial, tmp_path_factory.mktemp("whole"))


def circuit(area: float, expected: float) -> Circuit:
    size = Size(1, area, area)
    return Circuit(Found(0, "tree", "", size, size, 1.0, (), ""), Expected(expected, 0.0, 0.0))


VALUES = st.tuples(st.integers(0, 4), st.integers(0, 4))


@given(st.lists(st.lists(VALUES, max_size=5), max_size=5))
def test_the_joined_front_is_the_pareto_set_of_the_circuits_of_all_trials(trials):
    tried = [
        Tried(k, {}, tuple(circuit(float(area), right / 4) for area, right in one), 0.0) for k, one in enumerate(trials)
    ]
    joined = [(c.cost_um2("chip"), c.expected.accuracy) for _, c in joined_front(tried, "chip")]
    every = {(float(area), right / 4) for one in trials for area, right in one}
    best = {
        (area, right)
        for area, right in every
        if not any(a <= area and r >= right and (a, r) != (area, right) for a, r in every)
    }
    assert joined == sorted(best)
    for one, front_circuit in joined_front(tried, "chip"):
        place = front_circuit.cost_um2("chip"), front_circuit.expected.accuracy
        assert not any(
            place == (c.cost_um2("chip"), c.expected.accuracy) for t in tried[: one.number] for c in t.circuits
        )


def test_the_front_of_an_exploration_is_the_pareto_set_of_what_its_trials_found(uninterrupted):
    every = {(c.cost_um2("chip"), c.expected.accuracy) for one in uninterrupted.tried for c in one.circuits}
    best = {(a, r) for a, r in every if not any(b <= a and s >= r and (a, r) != (b, s) for b, s in every)}
    joined = [(one.circuit.cost_um2("chip"), one.circuit.expected.accuracy) for one in uninterrupted.front]
    assert joined == sorted(best)
    by_number = {one.number: one for one in uninterrupted.tried}
    for one in uninterrupted.front:
        assert one.circuit in by_number[one.trial].circuits
        assert one.values == by_number[one.trial].values
        assert one.circuit.found.model
        assert one.test == 0.5


def test_trials_never_repeat_and_the_first_one_is_as_usual(uninterrupted):
    assert uninterrupted.tried[0].values["bits"] == "auto"
    assert uninterrupted.tried[0].values["seed"] == "0"
    assert len({tuple(sorted(one.values.items())) for one in uninterrupted.tried}) == 5


def test_an_interrupted_exploration_goes_on_as_if_nothing_had_been(made_up, tmp_path, uninterrupted):
    def interrupted(task):
        if task.number == 3:
            raise KeyboardInterrupt
        return made_up.trial(task)

    with pytest.raises(KeyboardInterrupt):
        run(interrupted, tmp_path)
    heard = []
    found = run(made_up.trial, tmp_path, listen=hearing(lambda one, stored: heard.append((one.number, stored))))
    assert told(found) == told(uninterrupted)
    assert [stored for _, stored in heard] == [one.number < 3 for one in found.tried]


def test_an_exploration_whose_process_was_killed_goes_on_as_if_nothing_had_been(
    made_up, work_path, tmp_path, uninterrupted
):
    code = (
        "import made_up_trials\n"
        "from pathlib import Path\n"
        "from pytest import MonkeyPatch\n"
        "from tests.explore.conftest import make_up\n"
        "from tests.explore.test_exploration import run\n"
        "make_up(MonkeyPatch())\n"
        f"run(made_up_trials.trial_that_ends_its_process, Path({str(tmp_path)!r}))\n"
    )
    with python(work_path, "-c", code) as process:
        assert process.wait(timeout=60) == -signal.SIGKILL
    assert told(run(made_up.trial, tmp_path)) == told(uninterrupted)


def test_a_kill_while_a_trial_is_written_leaves_nothing_of_it(made_up, work_path, tmp_path, uninterrupted):
    code = (
        "import os, made_up_trials\n"
        "from pathlib import Path\n"
        "from pytest import MonkeyPatch\n"
        "from optuna.storages import RDBStorage\n"
        "from tests.explore.conftest import make_up\n"
        "from tests.explore.test_exploration import run\n"
        "make_up(MonkeyPatch())\n"
        "calls, write = [], RDBStorage._set_trial_param_without_commit\n"
        "def killed(*words):\n"
        "    write(*words)\n"
        "    calls.append(words)\n"
        "    if len(calls) == 7:  # the first value of the fourth trial\n"
        "        os._exit(9)\n"
        "RDBStorage._set_trial_param_without_commit = killed\n"
        f"run(made_up_trials.trial, Path({str(tmp_path)!r}))\n"
    )
    with python(work_path, "-c", code) as process:
        assert process.wait(timeout=60) == 9
    assert told(run(made_up.trial, tmp_path)) == told(uninterrupted)


def begin_otherwise(folder: Path, values: dict[str, str]) -> None:
    """Begin a trial as another program may."""
    from optuna import load_study
    from optuna.distributions import CategoricalDistribution
    from optuna.trial import TrialState, create_trial

    with Storage.of(None, folder).opened() as database:
        load_study(study_name="made up", storage=database).add_trial(
            create_trial(
                state=TrialState.RUNNING,
                params=values,
                distributions={name: CategoricalDistribution(SPACE[name]) for name in values},
            )
        )


@pytest.mark.parametrize("which", ["half", "known"])
def test_a_trial_that_was_begun_by_half_or_twice_is_not_taken_up(made_up, tmp_path, uninterrupted, which):
    run(made_up.trial, tmp_path, replace(ASKED, trials=3))
    begin_otherwise(tmp_path, {"half": {"bits": "3"}, "known": uninterrupted.tried[1].values}[which])
    found = run(made_up.trial, tmp_path)
    assert [one.number for one in found.tried] == [0, 1, 2, 4, 5]
    assert [(one.values, one.circuits) for one in found.tried] == [
        (one.values, one.circuits) for one in uninterrupted.tried
    ]


@pytest.mark.parametrize("kind", [ProgramMissing, OutputError])
def test_a_fault_of_the_machine_ends_the_exploration_and_is_not_kept(made_up, tmp_path, uninterrupted, kind):
    def at_fault(task):
        if task.number == 2:
            raise kind("not on this machine")
        return made_up.trial(task)

    with pytest.raises(kind, match="not on this machine"):
        run(at_fault, tmp_path)
    assert told(run(made_up.trial, tmp_path)) == told(uninterrupted)


def test_a_trial_that_was_given_up_is_tried_again_only_where_it_gets_more_time(made_up, tmp_path):
    begun = []

    def slow(task):
        begun.append(task.values)
        if task.values["bits"] == "2" and task.timeout_s < 50:
            raise TrialTimeout("too slow")
        return made_up.trial(task)

    asked = Asked(space=space_of(["bits=2,3", "seed=0"]), trial_timeout_s=20)
    assert [one.error for one in run(slow, tmp_path, asked).tried if one.values["bits"] == "2"] == ["too slow"]
    for timeout_s, count in ((20, 2), (10, 2), (30, 3), (60, 4), (90, 4)):
        found = run(slow, tmp_path, replace(asked, trial_timeout_s=timeout_s))
        assert len(begun) == count
        assert len(found.tried) == 2
        assert any(one.error for one in found.tried) == (timeout_s < 50)


def test_another_version_of_who_proposes_trials_is_another_exploration(made_up, tmp_path, monkeypatch):
    run(made_up.trial, tmp_path, replace(ASKED, trials=1))
    versions = exploration._versions()
    assert "optuna" in versions
    monkeypatch.setattr(exploration, "_versions", lambda: {**versions, "optuna": "1.0"})
    with pytest.raises(ConfigError, match="was asked with another set of versions"):
        run(made_up.trial, tmp_path)


def test_more_trials_go_on_where_fewer_ended(made_up, tmp_path, uninterrupted):
    few = run(made_up.trial, tmp_path, replace(ASKED, trials=3))
    assert len(few.tried) == 3
    assert told(run(made_up.trial, tmp_path)) == told(uninterrupted)
    again = run(made_up.trial_with_a_defect, tmp_path)  # nothing is tried any more
    assert told(again) == told(uninterrupted)


def test_every_combination_is_tried_once_and_then_no_more(made_up, tmp_path):
    space = space_of(["bits=2,3", "seed=0,1"])
    totals = []

    def listen(total):
        totals.append(total)
        return nullcontext(Hearing())

    found = run(made_up.trial, tmp_path, Asked(space=space, trials=100), listen=listen)
    assert totals == [4]
    assert found.exhausted
    counted = Counter((one.values["bits"], one.values["seed"]) for one in found.tried)
    assert counted == dict.fromkeys(product("23", "01"), 1)


def test_a_trial_that_fails_is_kept_with_its_reason_and_tried_no_more(made_up, tmp_path):
    found = run(made_up.trial_that_may_fail, tmp_path, Asked(space=space_of(["bits=2,3", "seed=0,1"])))
    failed = [one for one in found.tried if one.values["bits"] == "2"]
    assert len(failed) == 2
    assert {one.error for one in failed} == {"2 bits are too few"}
    assert all(one.circuits and not one.error for one in found.tried if one not in failed)
    with pytest.raises(ConfigError) as error:
        run(made_up.trial_that_may_fail, tmp_path, Asked(space=space_of(["bits=2"])), study="another")
    assert str(error.value) == (
        "no trial found a circuit; the last of 1 said: 2 bits are too few\n\n"
        "hint: leave out with --vary what does not work, and begin with another --study or --out"
    )


def test_a_defect_is_no_outcome_and_its_trial_is_taken_up_again(made_up, tmp_path, uninterrupted):
    with pytest.raises(ZeroDivisionError):
        run(made_up.trial_with_a_defect, tmp_path)
    assert told(run(made_up.trial, tmp_path)) == told(uninterrupted)


def test_a_study_that_was_asked_otherwise_is_refused(made_up, tmp_path):
    run(made_up.trial, tmp_path, replace(ASKED, trials=1))
    with pytest.raises(ConfigError, match="was asked with another choice of values to vary: "):
        run(made_up.trial, tmp_path, Asked(space=space_of(["bits=2,3"]), trials=1))
    with pytest.raises(ConfigError, match="was asked with another training part: ") as error:
        run(made_up.trial, tmp_path, replace(ASKED, trials=1), options=SynthesisOptions(split_seed=5))
    assert error.value.hint == "ask for the same to go on, or begin another one with --study or --out"


def test_two_explorations_do_not_write_the_same_study(made_up, tmp_path):
    storage = Storage.of(None, tmp_path)
    with storage.held("made up"), pytest.raises(OutputError) as error:
        run(made_up.trial, tmp_path)
    assert str(error.value) == (
        f"another exploration writes the study 'made up' in sqlite:///{tmp_path}/trials.db\n\n"
        "hint: wait until it has ended, or give another --study"
    )


def test_after_the_minutes_no_trial_is_begun(made_up, tmp_path):
    with pytest.raises(ConfigError, match="no trial ended"):
        run(made_up.trial, tmp_path, replace(ASKED, minutes=1e-9))


def test_what_makes_no_sense_is_refused_before_anything_is_tried(made_up, tmp_path):
    for texts, message in (
        (["bits=2000"], "bits_per_feature is 2000"),
        (["effort=much"], "unknown effort 'much'"),
        (["colour=red"], "there is no training option 'colour'"),
    ):
        with pytest.raises(ConfigError, match=message):
            run(made_up.trial, tmp_path, Asked(space=space_of(texts)))
    assert not (tmp_path / "trials.db").exists()
    for wrong in ({"trials": 0}, {"minutes": 0.0}, {"trial_timeout_s": -1.0}):
        with pytest.raises(ConfigError):
            Asked(**wrong)


def test_without_its_packages_an_exploration_says_which_extra_has_them():
    code = (
        "import sys\n"
        "sys.modules['optuna'] = None\n"
        "from importlib.util import find_spec\n"
        "from pathlib import Path\n"
        "from unittest import mock\n"
        "from tinydwn.explore.storage import Storage\n"
        "with mock.patch('importlib.util.find_spec', lambda name: None if name == 'optuna' else find_spec(name)):\n"
        "    Storage.of(None, Path())\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert "an exploration needs optuna\n\nhint: pip install 'tinydwn[explore]'" in ended.stderr
