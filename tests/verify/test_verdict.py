"""A verdict has three outcomes and is never a truth value."""

from __future__ import annotations

import copy
import pickle

import pytest

from tinydwn.errors import VerificationError
from tinydwn.verify import Outcome, Verdict

EQUAL = Verdict(Outcome.EQUIVALENT, "a = b", "ABC cec")
UNDECIDED = Verdict(Outcome.UNDECIDED, "a = b", "ABC cec", reason="no time")
DIFFERENT = Verdict(Outcome.DIFFERENT, "a = b", "ABC cec", reason="output 'y' is 0 against 1", witness={"x": True})


@pytest.mark.parametrize("verdict", [EQUAL, UNDECIDED, DIFFERENT])
def test_a_verdict_is_no_truth_value(verdict: Verdict) -> None:
    with pytest.raises(TypeError) as caught:
        bool(verdict)
    assert str(caught.value) == "a verdict is not a truth value: compare its outcome, or call require()"


def test_only_equivalence_passes_a_requirement() -> None:
    EQUAL.require()
    with pytest.raises(VerificationError) as different:
        DIFFERENT.require()
    assert str(different.value) == (
        "a = b: DIFFERENT by ABC cec: output 'y' is 0 against 1; for example where x=1\n\n"
        "hint: this is a defect of tinydwn or of an input file; please report it"
    )
    with pytest.raises(VerificationError) as undecided:
        UNDECIDED.require()
    assert str(undecided.value) == (
        "a = b: UNDECIDED by ABC cec: no time\n\nhint: allow more time, or try another method"
    )
    assert different.value.exit_code == 3


def test_a_verdict_without_its_evidence_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="exactly where it is DIFFERENT, this one is DIFFERENT"):
        Verdict(Outcome.DIFFERENT, "a", "b")
    with pytest.raises(ValueError, match="exactly where it is DIFFERENT, this one is EQUIVALENT"):
        Verdict(Outcome.EQUIVALENT, "a", "b", witness={})
    with pytest.raises(ValueError, match="an UNDECIDED verdict has a reason"):
        Verdict(Outcome.UNDECIDED, "a", "b")


def test_a_witness_cannot_be_changed_and_survives_copies() -> None:
    with pytest.raises(TypeError):
        DIFFERENT.witness["x"] = False  # type: ignore[index]
    assert copy.deepcopy(DIFFERENT) == pickle.loads(pickle.dumps(DIFFERENT)) == DIFFERENT
    assert hash(copy.deepcopy(DIFFERENT)) == hash(DIFFERENT)


def test_a_long_witness_is_cut_in_text_only() -> None:
    verdict = Verdict(Outcome.DIFFERENT, "a", "b", witness={f"i{k}": False for k in range(100)})
    assert str(verdict).endswith(" i22=0 i23=0 ... (100 inputs)")


def test_a_witness_without_inputs_says_so() -> None:
    assert str(Verdict(Outcome.DIFFERENT, "a", "b", witness={})) == (
        "a: DIFFERENT by b: for example where there are no inputs"
    )
