"""`tinydwn flow`: what it writes, what it says, and how it ends."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinydwn.flow.kit import find_kit
from tinydwn.flow.run_dir import alone_in

Run = Callable[..., Any]


def test_a_dry_run_writes_everything_and_runs_nothing(
    tinydwn: Run, bundle_folder: Path, tmp_path: Path, shared: Path, fake_openroad: Callable[..., Any]
) -> None:
    fake = fake_openroad()
    words = ["flow", bundle_folder, "--plan", "openroad", "--circuit", "registered", "--out", tmp_path / "run"]
    ended = tinydwn(*words, "--pdk-root", shared / "pdk", "--dry-run")
    assert ended.code == 0
    assert ended.out.startswith("chip_registered: ")
    assert "floorplan: core, rows, tap cells, power grid\n" in ended.out
    assert "missing here" not in ended.out
    given = [str(word) for word in (*words[:6], "--pdk-root", shared / "pdk", *words[6:])]
    assert ended.err.splitlines()[-1] == f"next: tinydwn {shlex.join(given)}"
    assert not fake.calls.exists()
    written = {
        path.relative_to(tmp_path / "run").as_posix() for path in (tmp_path / "run").rglob("*") if path.is_file()
    }
    assert written == {
        ".lock", ".written", "netlist/chip_registered.v", "run.sh",
        "scripts/common.tcl", "scripts/sizing.tcl", "scripts/platform.tcl",
        "scripts/settings.tcl", "scripts/floorplan.tcl", "scripts/place.tcl", "scripts/clock.tcl",
        "scripts/timing.tcl", "scripts/route.tcl", "scripts/finish.tcl", "scripts/constraint.sdc",
    }  # fmt: skip


def test_a_dry_run_in_the_folder_of_a_run_at_work_is_refused_and_writes_nothing(
    tinydwn: Run, bundle_folder: Path, tmp_path: Path, shared: Path, fake_openroad: Callable[..., Any]
) -> None:
    fake_openroad()
    place = tmp_path / "race"
    words = ["flow", bundle_folder, "--out", place, "--pdk-root", shared / "pdk", "--dry-run"]
    assert tinydwn(*words, "--clock-period", "10").code == 0
    before = (place / "scripts" / "settings.tcl").read_bytes()
    with alone_in(place):
        ended = tinydwn(*words, "--clock-period", "500")
    assert (ended.code, ended.out) == (4, "")
    assert ended.err.endswith(f"error: another run is at work in '{place}'\n\nhint: wait for it, or give --out\n")
    assert (place / "scripts" / "settings.tcl").read_bytes() == before


def test_a_dry_run_names_what_is_missing_and_is_a_document(
    tinydwn: Run, bundle_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("TINYDWN_OPENROAD", raising=False)
    ended = tinydwn(
        "flow", bundle_folder, "--out", tmp_path / "run", "--pdk-root", tmp_path, "--dry-run", "--json", "--quiet"
    )
    document = json.loads(ended.out)
    assert (ended.code, ended.err, document["schema"]) == (0, "", "tinydwn.flow-plan/1")
    assert [stage["name"] for stage in document["stages"]] == ["floorplan", "place", "timing", "route", "finish"]
    hint = "install it, set TINYDWN_OPENROAD to its executable, or give --container to run it in LibreLane's image"
    assert (document["lacking"][-1], document["hints"][-1]) == ("OpenROAD was not found", hint)
    told = tinydwn("flow", bundle_folder, "--out", tmp_path / "run", "--pdk-root", tmp_path, "--dry-run")
    assert told.out.endswith(f"\nmissing here: OpenROAD was not found\n  hint: {hint}\n")
    assert "\n  hint: run 'tinydwn pdk install sky130', or set PDK_ROOT, or give --pdk-root, " in told.out
    assert (told.code, told.err.splitlines()[-1]) == (0, "next: tinydwn doctor")


@pytest.mark.parametrize("container", [(), ("--container",)])
def test_the_commands_of_a_dry_run_are_those_of_its_script(
    container: tuple[str, ...], tinydwn: Run, bundle_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENROAD", "CONTAINER_ENGINE"):
        monkeypatch.setenv(f"TINYDWN_{name}", str(tmp_path / "a program"))
    place = tmp_path / "a b$HOME"
    ended = tinydwn("flow", bundle_folder, "--out", place, "--dry-run", *container)
    shown = [line.strip() for line in ended.out.splitlines() if line.startswith("  mkdir ")]
    assert shown == (place / "run.sh").read_text().splitlines()[3:]
    quoted = shlex.quote(str(place / "floorplan"))
    assert shown[0].startswith(f"mkdir -p {quoted} && cd {quoted} && '{tmp_path / 'a program'}' ")


def test_a_run_goes_beside_the_bundle_says_its_figures_and_resumes(
    tinydwn: Run, bundle_folder: Path, shared: Path, fake_openroad: Callable[..., Any]
) -> None:
    fake = fake_openroad()
    words = ["flow", bundle_folder, "--pdk-root", shared / "pdk"]
    ended = tinydwn(*words)
    assert ended.code == 0, ended.err
    assert "wirelength" in ended.out
    assert "2,615 µm" in ended.out
    assert "Parasitics are estimated from global routing." in ended.out
    run, kit = bundle_folder.with_name("demo.openroad"), find_kit("sky130_fd_sc_hd", root=shared / "pdk")
    words_next = ["layout", run / "finish" / "chip.def", "--lef", kit.tech_lef, "--lef", kit.cell_lef]
    assert ended.err.splitlines()[-1] == f"next: tinydwn {shlex.join(map(str, words_next))}"
    result = json.loads((run / "result.json").read_text())
    calls = fake.commands()
    again = tinydwn(*words, "--json")
    assert (again.code, json.loads(again.out)) == (0, result)
    assert again.err.count("done before") == 5
    assert fake.commands() == calls
    assert tinydwn("verify", bundle_folder, "--help").code == 0


def test_violations_end_with_4_and_leave_the_result(
    tinydwn: Run, bundle_folder: Path, shared: Path, tmp_path: Path, fake_openroad: Callable[..., Any]
) -> None:
    fake_openroad()
    drc = "violation type: Short\n\tsrcs: net:a net:b\n\tbbox = (1, 2) - (3, 4) on Layer met1\n"
    played = tmp_path / "played"
    played.mkdir()
    for name in ("log.txt", "metrics.json"):
        (played / name).write_text((shared / "openroad" / "seg_chip" / name).read_text())
    (played / "drc.rpt").write_text(drc)
    fake_openroad(played=str(played))
    ended = tinydwn("flow", bundle_folder, "--pdk-root", shared / "pdk", "--out", tmp_path / "run")
    assert ended.code == 4
    assert "error: the layout is not good: 1 design rule violations of the router: 1 Short on met1\n" in ended.err
    assert json.loads((tmp_path / "run" / "result.json").read_text())["faults"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--plan", "magic"), 1, "unknown plan 'magic'"),
        (("--circuit", "all"), 1, "unknown circuit 'all'"),
        (("--library", "egfet"), 1, "library 'egfet' cannot be placed and routed"),
        (("--utilization", "2"), 1, "utilization 2.0 is not from 0.01 to 0.95"),
        (("--timeout", "0"), 2, "Invalid value"),
        (
            ("--plan", "openroad"),
            4,
            "    OpenROAD was not found\n\nhint: run 'tinydwn pdk install sky130', or set PDK_ROOT, ",
        ),
    ],
)
def test_what_makes_no_sense_is_told(
    words: tuple[str, ...],
    code: int,
    message: str,
    tinydwn: Run,
    bundle_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("TINYDWN_OPENROAD", raising=False)
    ended = tinydwn("flow", bundle_folder, "--out", tmp_path / "run", "--pdk-root", tmp_path, *words)
    assert ended.code == code
    assert message in ended.err


def test_a_run_within_the_bundle_is_refused(tinydwn: Run, bundle_folder: Path) -> None:
    ended = tinydwn("flow", bundle_folder, "--out", bundle_folder / "run", "--dry-run")
    assert ended.code == 1
    assert f"error: '{bundle_folder / 'run'}' lies in the bundle '{bundle_folder}'\n" in ended.err
    assert not (bundle_folder / "run").exists()


def test_a_folder_of_other_files_is_refused_and_one_of_a_run_is_not(
    tinydwn: Run, bundle_folder: Path, tmp_path: Path, shared: Path, fake_openroad: Callable[..., Any]
) -> None:
    fake_openroad()
    place = tmp_path / "mine"
    place.mkdir()
    words = ["flow", bundle_folder, "--out", place, "--pdk-root", shared / "pdk", "--dry-run"]
    assert tinydwn(*words).code == 0
    assert tinydwn(*words).code == 0
    (place / ".lock").unlink()
    (place / "run.sh").write_text("#!/bin/sh\necho mine\n")
    ended = tinydwn(*words)
    assert (ended.code, ended.err.splitlines()[-3]) == (
        1,
        f"error: '{place}' holds files that are no run of 'tinydwn flow'",
    )
    assert (place / "run.sh").read_text() == "#!/bin/sh\necho mine\n"
    (place / ".lock").touch()  # as a run leaves it that was killed before it wrote anything
    assert tinydwn(*words).code == 0
    (tmp_path / "file").write_text("x")
    words[3] = tmp_path / "file"
    assert f"error: '{tmp_path / 'file'}' is a file\n" in tinydwn(*words).err
