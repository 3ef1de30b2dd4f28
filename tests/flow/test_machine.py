"""The stage machine: it goes on where it stopped, notices every change, and believes no exit status."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tinydwn.errors import FlowError, OutputError, ProgramMissing
from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.kit import Kit
from tinydwn.flow.options import FlowOptions
from tinydwn.flow.place_route import openroad_plan
from tinydwn.flow.run_dir import alone_in
from tinydwn.flow.runner import FlowStep, run_plan
from tinydwn.flow.stage import Plan
from tinydwn.flow.state import fingerprint
from tinydwn.tools.container import Container

Make = Callable[..., Any]
Planned = Callable[..., Plan]
STAGES = ["floorplan", "place", "timing", "route", "finish"]


@pytest.fixture
def small_kit(kit: Kit, tmp_path: Path) -> Kit:
    """Return a kit whose files are small and may be changed: the fake reads none of them."""
    for name in ("liberty", "tech_lef", "cell_lef"):
        (tmp_path / name).write_text(name)
    return replace(kit, liberty=tmp_path / "liberty", tech_lef=tmp_path / "tech_lef", cell_lef=tmp_path / "cell_lef")


@pytest.fixture
def planned(combinational: FlowCircuit, small_kit: Kit, tmp_path: Path) -> Planned:
    def plan(fake: Any, version: str = "", circuit: FlowCircuit = combinational, **options: object) -> Plan:
        chosen = FlowOptions(**options)  # type: ignore[arg-type]
        plan = openroad_plan(circuit, small_kit, chosen, program=str(fake.program), folder=tmp_path / "by hand")
        return replace(plan, stages=tuple(replace(stage, program_version=version) for stage in plan.stages))

    return plan


def ran(plan: Plan, folder: Path, timeout_s: float = 60) -> list[str]:
    """Run a plan and return the names of the stages that ran this time."""
    return [run.name for run in run_plan(plan, folder, timeout_s=timeout_s) if not run.kept]


def test_a_second_run_does_nothing_and_leaves_no_part_behind(
    fake_openroad: Make, planned: Planned, tmp_path: Path
) -> None:
    fake = fake_openroad()
    assert ran(planned(fake), tmp_path / "run") == STAGES
    calls = fake.commands()
    assert ran(planned(fake), tmp_path / "run") == []
    assert fake.commands() == calls
    folders = sorted(path.name for path in (tmp_path / "run").iterdir() if path.is_dir())
    assert folders == sorted([*STAGES, "netlist", "scripts"])


@pytest.mark.parametrize(
    ("change", "again"),
    [
        ({"threads": 7}, []),
        ({"utilization": 0.2}, STAGES),
        ({"version": "26Q2"}, STAGES),
    ],
)
def test_what_decides_a_result_makes_stages_run_again(
    change: dict[str, object], again: list[str], fake_openroad: Make, planned: Planned, tmp_path: Path
) -> None:
    fake = fake_openroad()
    ran(planned(fake), tmp_path / "run")
    assert ran(planned(fake, **change), tmp_path / "run") == again


def test_a_changed_script_runs_its_stage_and_those_after_it_whose_input_changed(
    fake_openroad: Make, planned: Planned, tmp_path: Path
) -> None:
    fake = fake_openroad()
    plan = planned(fake)
    ran(plan, tmp_path / "run")
    longer = plan.files["scripts/route.tcl"] + "\n# more\n"
    # The fake's database does not depend on the script, so the last stage has nothing new to do.
    assert ran(replace(plan, files={**plan.files, "scripts/route.tcl": longer}), tmp_path / "run") == ["route"]


def test_a_changed_input_and_a_changed_or_missing_result_are_noticed(
    fake_openroad: Make, planned: Planned, small_kit: Kit, tmp_path: Path
) -> None:
    fake, run = fake_openroad(), tmp_path / "run"
    ran(planned(fake), run)
    (run / "timing" / "chip.odb").write_text("tampered with")
    assert ran(planned(fake), run) == ["timing"]
    (run / "finish" / "chip.def").unlink()
    assert ran(planned(fake), run) == ["finish"]
    (run / "route" / "done.json").write_text("{")
    assert ran(planned(fake), run) == ["route"]
    small_kit.liberty.write_text("another library")
    assert ran(planned(fake), run) == STAGES


@pytest.mark.parametrize("kind", ["hang", "die", "fail", "lie", "quiet", "half"])
def test_a_stage_that_fails_names_all_that_is_wrong_and_the_next_run_goes_on_from_it(
    kind: str, fake_openroad: Make, planned: Planned, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    fake = fake_openroad(fault=kind, stage="place", played="failed_placement")
    before = planned(fake)
    ran(replace(before, stages=before.stages[:1]), run)  # so that the short limit is for the stage that hangs
    with pytest.raises(FlowError) as caught:
        ran(before, run, timeout_s=1.0 if kind == "hang" else 60)
    message, hint = caught.value.message, caught.value.hint
    told = [line.strip() for line in message.splitlines()]
    assert told[0] == "stage 'place' failed in OpenROAD:"
    expected = {
        "hang": ["OpenROAD did not end within 1 s and was stopped"],
        "die": ["killed by signal 11"],
        "fail": ["DPL-0036: Detailed placement failed.; cells found no legal place: lower --utilization"],
        "lie": ["DPL-0036: Detailed placement failed.; cells found no legal place: lower --utilization"],
        "quiet": ["it ended without saying 'tinydwn: stage place done'", "'chip.odb' was not written"],
        "half": ["'chip.odb' has 5 of 15 bytes"],
    }[kind]
    assert told[1 : 1 + len(expected)] == expected
    assert ("exit status 1" in told) == (kind == "fail")
    failed = run / "place.failed"
    assert f"its files are in '{failed}'" in hint
    assert (failed / "log.txt").is_file()
    assert not (run / "place").exists()
    assert not (run / "place.part").exists()
    assert ran(planned(fake_openroad()), run) == STAGES[1:]
    assert not failed.exists()


def test_what_a_hanging_stage_had_said_is_kept_and_told_while_it_runs(
    fake_openroad: Make, planned: Planned, tmp_path: Path
) -> None:
    fake, told = fake_openroad(fault="hang", stage="floorplan"), []
    with pytest.raises(FlowError):
        run_plan(planned(fake), tmp_path / "run", timeout_s=1.5, on_event=told.append)
    assert told[:2] == [
        FlowStep("floorplan", "core, rows, tap cells, power grid"), FlowStep("floorplan", "[INFO GPL-0001] begun"),
    ]  # fmt: skip
    assert (tmp_path / "run" / "floorplan.failed" / "log.txt").read_text() == "[INFO GPL-0001] begun\n"


def test_a_real_failure_for_lack_of_room_for_pins_ends_with_advice(
    fake_openroad: Make, planned: Planned, tmp_path: Path
) -> None:
    fake = fake_openroad(fault="fail", stage="place", played="failed_pins")
    with pytest.raises(FlowError) as caught:
        ran(planned(fake), tmp_path / "run")
    assert str(caught.value).splitlines()[1] == (
        "    PPL-0024: Number of IO pins (253) exceeds maximum number of available positions (246). Increase the die "
        "perimeter from 283.96um to 344.08um.; more pins than the die's edge has room for: give a larger "
        "--least-core-edge, or lay out 'serial'"
    )


def test_an_interrupted_stage_is_put_aside(fake_openroad: Make, planned: Planned, tmp_path: Path) -> None:
    def interrupt(step: FlowStep) -> None:
        if step.text.startswith("[INFO"):
            raise KeyboardInterrupt

    fake = fake_openroad(fault="hang", stage="place")
    with pytest.raises(KeyboardInterrupt):
        run_plan(planned(fake), tmp_path / "run", timeout_s=60, on_event=interrupt)
    assert (tmp_path / "run" / "place.failed").is_dir()
    assert (tmp_path / "run" / "floorplan" / "done.json").is_file()


def test_two_runs_do_not_share_a_folder(fake_openroad: Make, planned: Planned, tmp_path: Path) -> None:
    with alone_in(tmp_path / "run"), pytest.raises(FlowError) as caught:
        ran(planned(fake_openroad()), tmp_path / "run")
    assert str(caught.value) == f"another run is at work in '{tmp_path / 'run'}'\n\nhint: wait for it, or give --out"


def test_a_stage_whose_script_is_no_longer_the_plans_does_not_run(
    fake_openroad: Make, planned: Planned, tmp_path: Path
) -> None:
    settings = tmp_path / "run" / "scripts" / "settings.tcl"

    def change(step: FlowStep) -> None:
        if step.stage == "place":
            settings.write_text("# another clock")

    fake = fake_openroad()
    with pytest.raises(FlowError) as caught:
        run_plan(planned(fake), tmp_path / "run", timeout_s=60, on_event=change)
    assert str(caught.value) == (
        f"'{settings}' was changed while the run was at work\n\n"
        "hint: leave it alone and run the same command again: it goes on after the last stage that ended well"
    )
    assert {stage for stage, *_ in fake.commands()} == {"floorplan"}
    assert ran(planned(fake), tmp_path / "run") == STAGES[1:]


def test_an_error_of_a_run_is_not_one_of_its_folder(tmp_path: Path) -> None:
    with pytest.raises(BrokenPipeError, match="of the run"), alone_in(tmp_path / "run"):
        raise BrokenPipeError("of the run")
    with alone_in(tmp_path / "run"):  # and the folder is free again
        pass


def test_a_program_that_is_gone_is_missing(fake_openroad: Make, planned: Planned, tmp_path: Path) -> None:
    fake = fake_openroad()
    fake.program.unlink()
    with pytest.raises(ProgramMissing):
        ran(planned(fake), tmp_path / "run")


def test_a_place_that_is_no_folder_is_named(fake_openroad: Make, planned: Planned, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError) as caught:
        ran(planned(fake_openroad()), tmp_path / "file")
    assert str(caught.value).endswith("cannot be used: File exists\n\nhint: choose another --out")


def test_the_shell_script_runs_the_same_stages_by_hand(fake_openroad: Make, planned: Planned, tmp_path: Path) -> None:
    fake, run = fake_openroad(), tmp_path / "run"
    ran(planned(fake), run)
    by_machine = fake.commands()
    fake.calls.unlink()
    by_hand = tmp_path / "by hand"
    for name, text in planned(fake).files.items():
        (by_hand / name).parent.mkdir(parents=True, exist_ok=True)
        (by_hand / name).write_text(text)
    subprocess.run(["sh", str(by_hand / "run.sh")], check=True, capture_output=True, timeout=60)
    assert fake.commands() == by_machine


def test_marks_say_what_was_made(fake_openroad: Make, planned: Planned, tmp_path: Path) -> None:
    run = tmp_path / "run"
    ran(planned(fake_openroad()), run)
    mark = json.loads((run / "route" / "done.json").read_text())
    assert mark["schema"] == "tinydwn.stage/1"
    assert sorted(mark["results"]) == ["chip.estimated.spef", "chip.odb", "drc.rpt", "metrics.json"]
    assert all(re.fullmatch(r"[0-9a-f]{64}", sha256) for sha256 in [mark["fingerprint"], *mark["results"].values()])


FAKE_DOCKER = """#!/bin/sh
echo "$1 $(echo "$@" | sed 's/.*--name \\([^ ]*\\).*/\\1/; s/^kill //')" >> {said}
[ "$1" = run ] || exit 0
while [ "$1" != -w ]; do shift; done
cd "$2" && shift 3 && shift && exec {program} "$@"
"""


def test_stages_run_in_a_container_which_is_ended_with_them(
    fake_openroad: Make, combinational: FlowCircuit, small_kit: Kit, tmp_path: Path
) -> None:
    fake, said, run = fake_openroad(fault="hang", stage="timing"), tmp_path / "said", tmp_path / "run"
    docker = tmp_path / "docker"
    docker.write_text(FAKE_DOCKER.format(said=said, program=fake.program))
    docker.chmod(0o755)
    box = Container(docker, "image", (run,), (tmp_path,))
    plan = openroad_plan(combinational, small_kit, FlowOptions(), program="openroad", folder=run, container=box)
    run_plan(replace(plan, stages=plan.stages[:2]), run, timeout_s=60)
    with pytest.raises(FlowError, match="did not end within 1 s"):
        run_plan(plan, run, timeout_s=1)
    words = [line.split() for line in said.read_text().splitlines()]
    names = [name for _, name in words[::2]]
    assert words == [[what, name] for name in names for what in ("run", "kill")]
    assert len(set(names)) == len(names) == 3
    assert (run / "place" / "done.json").is_file()
    assert "docker run --rm --init --network none --user " in plan.files["run.sh"]


def test_another_image_is_another_tool(combinational: FlowCircuit, small_kit: Kit, tmp_path: Path) -> None:
    def made(image: str) -> tuple[str, str]:
        box = Container(Path("docker"), image, (tmp_path,))
        plan = openroad_plan(
            combinational, small_kit, FlowOptions(), program="openroad", folder=tmp_path, container=box
        )
        return plan.files["run.sh"], fingerprint(plan.stages[0], tmp_path, None)

    (script, first), (again, second), (_, other) = made("image:1"), made("image:1"), made("image:2")
    assert (script, first) == (again, second)
    assert first != other
