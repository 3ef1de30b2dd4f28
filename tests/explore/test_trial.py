"""Trials that are given up, and workers that read other samples."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tinydwn.errors import ConfigError, ProgramError
from tinydwn.explore.space import options_of, space_of, usual_space, usual_values
from tinydwn.explore.trial import Task, TrialTimeout, digest_of, run_trial, split_of
from tinydwn.synthesis.options import SynthesisOptions

OPTIONS = SynthesisOptions(seed=2, training={"epochs": 1})
TASK = Task(3, "iris", OPTIONS, {"seed": "7"}, digest_of(split_of("iris", OPTIONS)), 60.0)


def test_a_trial_that_takes_too_long_is_given_up():
    with pytest.raises(TrialTimeout) as error:
        run_trial(replace(TASK, timeout_s=1e-9))
    assert str(error.value) == (
        "it did not end within 1e-09 s and was given up at 'train'\n\n"
        "hint: allow more with --trial-timeout, or leave dear values out with --vary"
    )


def test_a_worker_that_reads_other_samples_is_told():
    with pytest.raises(ProgramError, match="'wine' holds other samples where trial 3 ran"):
        run_trial(replace(TASK, source="wine"))
    with pytest.raises(ProgramError, match=r"trial 3 cannot begin where it ran: .*nowhere\.csv"):
        run_trial(replace(TASK, source="nowhere.csv"))


def test_the_split_is_the_same_whatever_the_seed_of_a_trial():
    own = options_of(TASK.values, OPTIONS)
    assert (own.seed, own.seed_of_split) == (7, 2)
    assert digest_of(split_of("iris", own)) == TASK.samples
    assert digest_of(split_of("iris", replace(OPTIONS, seed=7))) != TASK.samples


def test_what_is_usual_is_in_the_usual_space():
    space = usual_space(OPTIONS, classes=3)
    assert set(usual_values(space, OPTIONS)) == set(space)
    assert options_of(usual_values(space, OPTIONS), OPTIONS) == replace(OPTIONS, split_seed=2)


@pytest.mark.parametrize("text", ["bits", "=3", "bits=", "bits=2,,3", "bits=2,2", "seed=9..3", "seed=0..64"])
def test_what_is_no_space_is_refused(text):
    with pytest.raises(ConfigError, match="--vary"):
        space_of([text])
    with pytest.raises(ConfigError, match="twice"):
        space_of(["input-bits=3", "input_bits=4"])
