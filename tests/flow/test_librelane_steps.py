"""A run of LibreLane that ended early tells how far it came, and its figures up to there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.flow.conftest import boxed, fake
from tests.flow.recorded import recorded
from tinydwn.errors import DataError, FlowError
from tinydwn.flow.kit import Kit
from tinydwn.flow.launch import prepare, run_flow
from tinydwn.flow.librelane_steps import reached
from tinydwn.flow.options import FlowOptions
from tinydwn.flow.runner import FlowStep

STEPS = r"Running '[-\w.\s]+' at\s+step\.py:\d+\s+'runs/tinydwn/(\d+-[^/']+)'"
STOPPING = """#!/bin/sh
for step in $(cat {steps}); do mkdir -p runs/tinydwn/$step; done
for step in $(head -n -1 {steps}); do cp {state} runs/tinydwn/$step/state_out.json; done
cat {log}
exit 1
"""


def steps_of(log: str) -> list[str]:
    """The steps that a recorded log tells of, whose lines LibreLane has wrapped."""
    return ["".join(name.split()) for name in re.findall(STEPS, log)]


def test_a_real_run_that_ended_in_magic_is_told_with_its_figures(
    bundle_folder: Path, kit: Kit, tmp_path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = recorded(shared, "librelane_tiny")
    steps = steps_of(run.text("log.txt"))
    assert len(steps) == 52
    (tmp_path / "steps.txt").write_text("\n".join(steps) + "\n")
    where = {"steps": str(tmp_path / "steps.txt"), "state": str(run.folder / "state_after_51.json")}
    made = fake(tmp_path / "bin", "librelane", STOPPING, "librelane", {}, log=str(run.folder / "log.txt"), **where)
    boxed(made, monkeypatch)
    options = FlowOptions(pdk_root=kit.root)
    prepared = prepare(
        bundle_folder, tmp_path / "run", plan="librelane", circuit="chip", library=kit.library, options=options,
        dry=False,
    )  # fmt: skip
    with pytest.raises(FlowError) as caught:
        run_flow(prepared, timeout_s=60)
    assert f"step {steps[50]} was finished, and {steps[51]} ended the run; left out: Verilator Lint, " in (
        caught.value.message
    )
    assert "magic-streamout" in steps[51]
    place = tmp_path / "run" / "librelane.failed" / "reached.json"
    assert f"figures up to there are in '{place}'" in caught.value.hint
    told = json.loads(place.read_text())
    assert told["finished"] == steps[:51]
    state = json.loads(run.text("state_after_51.json"))["metrics"]
    for name, key in (("wirelength", "route__wirelength"), ("drc_violations", "route__drc_errors")):
        assert told["figures"][name]["value"] == state[key]
    assert "magic_drc_violations" not in told["figures"]


def test_a_run_without_steps_tells_nothing_and_an_odd_state_is_refused(tmp_path: Path) -> None:
    assert reached(tmp_path, "") is None
    step = tmp_path / "runs" / "tinydwn" / "01-yosys-jsonheader"
    step.mkdir(parents=True)
    found = reached(tmp_path, "Skipping step 'Verilator\n   Lint'")
    assert found is not None
    assert found.sentence == "no step was finished, and 01-yosys-jsonheader ended the run; left out: Verilator Lint"
    (step / "state_out.json").write_text("{}")
    with pytest.raises(DataError, match="is no state of LibreLane"):
        reached(tmp_path, "")


@pytest.mark.parametrize(("tens", "last"), [(9, "09-a"), (11, "11-a")])
def test_steps_are_in_the_order_of_their_numbers(tens: int, last: str, tmp_path: Path) -> None:
    place = tmp_path / "runs" / "tinydwn"
    for number in range(1, tens + 1):
        (place / f"{number:02}-a").mkdir(parents=True)
        (place / f"{number:02}-a" / "state_out.json").write_text('{"metrics": {"route__wirelength": 7, "odd": null}}')
    found = reached(tmp_path, "")
    assert found is not None
    assert (found.finished[-1], found.ended_in, found.metrics.number("route__wirelength")) == (last, "", 7)


HANGING = """#!/bin/sh
echo begun
sleep 60
"""


@pytest.mark.parametrize("how", ["timeout", "interrupt"])
def test_the_container_of_librelane_is_ended_with_its_run(
    how: str, bundle_folder: Path, kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = boxed(fake(tmp_path / "bin", "librelane", HANGING, "librelane", {}), monkeypatch)
    prepared = prepare(
        bundle_folder, tmp_path / "run", plan="librelane", circuit="chip", library=kit.library,
        options=FlowOptions(pdk_root=kit.root), dry=False,
    )  # fmt: skip

    def interrupt(step: FlowStep) -> None:
        if step.text == "begun":
            raise KeyboardInterrupt

    if how == "timeout":
        with pytest.raises(FlowError, match="did not end within 1 s"):
            run_flow(prepared, timeout_s=1)
    else:
        with pytest.raises(KeyboardInterrupt):
            run_flow(prepared, timeout_s=60, on_event=interrupt)
    (run, name), (kill, ended) = (line.split() for line in said.read_text().splitlines())
    assert (run, kill, ended) == ("run", "kill", name)
    assert name.startswith("tinydwn-")
