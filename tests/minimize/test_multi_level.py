"""The portfolio of ABC scripts: each keeps its meaning, failures are named, nothing is lost."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.errors import NetlistError, ProgramMissing
from tinydwn.minimize import scripts as all_scripts
from tinydwn.minimize.multi_level import Script, multi_level, run_script
from tinydwn.netlist import Assumption, Netlist, Node

SCRIPTS = [script for script in vars(all_scripts).values() if isinstance(script, Script)]
PAIR = Netlist("n", ("a b", "ü"), (Node(0b1110, (2, 3)), Node(0b1000, (2, 4))), (("y z", 5),))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_keeps_every_output_and_gives_the_same_twice(script: Script, circuits: Any, agree: Any) -> None:
    @given(st.data())
    @settings(max_examples=3)
    def law(data: st.DataObject) -> None:
        netlist, assuming = data.draw(circuits(max_nodes=20))
        result = run_script(netlist, script, assuming=assuming)
        agree(netlist, result, assuming)
        assert run_script(netlist, script, assuming=assuming) == result

    law()


def test_names_of_scripts_are_distinct() -> None:
    assert len({script.name for script in SCRIPTS}) == len(SCRIPTS)


def test_the_winner_and_every_failure_are_named() -> None:
    good, bad = Script("good", "strash; dc2"), Script("bad", "no_such_command")
    hanging = Script("hanging", "strash; " + "dch; " * 200_000)
    attempt = multi_level([bad, hanging, good], timeout_s=4).attempt(PAIR, Assumption.none())
    assert attempt.netlist == Netlist("n", ("a b", "ü"), (), (("y z", 2),))
    assert attempt.note == ("'good', best of 3; 'bad' failed: ABC refused its script; 'hanging' did not end within 4 s")


def test_the_netlist_stays_where_all_scripts_fail() -> None:
    attempt = multi_level([Script("bad", "no_such_command")], timeout_s=20).attempt(PAIR, Assumption.none())
    assert (attempt.netlist, attempt.note) == (PAIR, "'bad' failed: ABC refused its script")


def test_a_script_is_not_used_on_a_netlist_too_large_for_it() -> None:
    attempt = multi_level([Script("dc2", "strash; dc2", max_gates=1)], timeout_s=20).attempt(PAIR, Assumption.none())
    assert (attempt.netlist, attempt.note) == (PAIR, "")


def test_a_script_that_changes_the_outputs_is_refused() -> None:
    two = Netlist("n", ("a", "b"), (Node(0b1110, (2, 3)),), (("y", 4), ("z", 2)))
    with pytest.raises(NetlistError) as caught:
        run_script(two, Script("half", "strash; cone -O 0"))
    assert str(caught.value) == "ABC changed the inputs or outputs"


def test_a_missing_program_stops_the_pass(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TINYDWN_ABC", str(tmp_path / "abc"))
    with pytest.raises(ProgramMissing):
        multi_level([all_scripts.QUICK], timeout_s=20)(PAIR)


def test_care_clauses_reach_abc() -> None:
    # b > 2 implies b > 1, so the OR is b > 1 alone.
    either = Netlist("n", ("b > 1", "b > 2"), (Node(0b1110, (2, 3)),), (("y", 4),))
    order = Assumption((("b > 1", "b > 2"),))
    assert run_script(either, all_scripts.TABLES, assuming=order).outputs == (("y", 2),)
    assert len(run_script(either, all_scripts.TABLES).nodes) == 1
