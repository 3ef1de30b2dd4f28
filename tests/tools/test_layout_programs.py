"""OpenROAD, LibreLane, the flow scripts and containers are found where they are said to be, or said to be missing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tinydwn.errors import ProgramError, ProgramMissing
from tinydwn.tools.container import LIBRELANE_IMAGE, find_container, fresh_name, working_engine
from tinydwn.tools.librelane import find_librelane, librelane_words, missing_tools, tools_are_here
from tinydwn.tools.openroad import find_openroad, openroad_version
from tinydwn.tools.orfs import find_make, find_orfs, find_tools
from tinydwn.tools.program import run_program

FINDERS: dict[str, Callable[[], object]] = {
    "TINYDWN_OPENROAD": find_openroad,
    "TINYDWN_LIBRELANE": find_librelane,
    "TINYDWN_CONTAINER_ENGINE": lambda: find_container(folders=()).engine,
}
ON_PATH = {"TINYDWN_OPENROAD": "openroad", "TINYDWN_LIBRELANE": "librelane", "TINYDWN_CONTAINER_ENGINE": "podman"}


@pytest.fixture(autouse=True)
def empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*FINDERS, "TINYDWN_ORFS", "TINYDWN_CONTAINER_IMAGE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))


def executable(path: Path, text: str = "exit 0") -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("variable", FINDERS)
def test_a_variable_wins_over_the_path_and_nothing_is_an_error(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ProgramMissing) as missing:
        FINDERS[variable]()
    assert variable in missing.value.hint
    on_path = executable(tmp_path / "bin" / ON_PATH[variable])
    assert FINDERS[variable]() == on_path
    chosen = executable(tmp_path / "mine")
    monkeypatch.setenv(variable, str(chosen))
    assert FINDERS[variable]() == chosen


def test_the_flow_scripts_are_a_checkout_or_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ProgramMissing, match="TINYDWN_ORFS is not set"):
        find_orfs()
    monkeypatch.setenv("TINYDWN_ORFS", str(tmp_path))
    with pytest.raises(ProgramMissing, match="is no checkout of OpenROAD-flow-scripts"):
        find_orfs()
    (tmp_path / "flow" / "platforms").mkdir(parents=True)
    (tmp_path / "flow" / "Makefile").touch()
    assert find_orfs() == tmp_path / "flow"
    monkeypatch.setenv("TINYDWN_ORFS", str(tmp_path / "flow"))
    assert find_orfs() == tmp_path / "flow"
    with pytest.raises(ProgramMissing, match="make was not found"):
        find_make()


def test_librelane_needs_its_container_unless_all_its_tools_are_here(tmp_path: Path) -> None:
    assert not tools_are_here()
    for name in ("openroad", "yosys", "magic", "netgen", "klayout"):
        executable(tmp_path / "bin" / name)
    assert tools_are_here()
    words = librelane_words("librelane", Path("c.json"), pdk="p", cells="c", pdk_root=Path("/pdk"), container=True)
    # The image's own, which is ended with the container, and no other that it would start.
    assert words[:6] == ("python3", "-m", "librelane", "--manual-pdk", "--pdk-root", "/pdk")
    assert "--dockerized" not in words


def test_librelane_finds_netgen_by_the_name_that_debian_gives_it(tmp_path: Path) -> None:
    """Debian's `netgen` is another program: LibreLane is given one of its name that is `netgen-lvs`."""
    for name in ("openroad", "yosys", "magic", "klayout"):
        executable(tmp_path / "bin" / name)
    assert missing_tools() == ("netgen",)
    executable(tmp_path / "bin" / "netgen-lvs", "echo compares layouts")
    for name in ("sh", "mkdir", "ln"):
        (tmp_path / "bin" / name).symlink_to(Path("/bin") / name)
    assert missing_tools() == ()
    librelane = executable(tmp_path / "bin" / "librelane", 'echo "$@"; netgen')
    words = librelane_words(librelane, Path("c.json"), pdk="p", cells="c", pdk_root=Path("/pdk"), container=False)
    done = run_program(words, name="LibreLane", folder=tmp_path, timeout_s=20)
    assert done.stdout.startswith("--manual-pdk --pdk-root /pdk ")
    assert done.stdout.endswith("c.json\ncompares layouts\n")


@pytest.mark.parametrize("said", ["", "OpenSTA 2.0.17", "GNU bash, version 5.2.15"])
def test_a_program_that_is_not_openroad_is_told_before_it_is_run(said: str, tmp_path: Path) -> None:
    wrong = executable(tmp_path / "wrong", f"echo '{said}'")
    with pytest.raises(ProgramError) as caught:
        openroad_version(wrong)
    assert str(caught.value) == (
        f"'{wrong}' is not OpenROAD: it says '{said}' of its version\n\n"
        "hint: set TINYDWN_OPENROAD to OpenROAD's executable, or unset it"
    )


@pytest.mark.parametrize("said", ["OpenROAD v2.0-27662-g129eb14f5c", "26Q1", "129eb14f5c0a"])
def test_versions_of_openroad_are_known(said: str, tmp_path: Path) -> None:
    assert openroad_version(executable(tmp_path / "openroad", f"echo '{said}'")) == said


def test_the_flow_scripts_start_programs_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("OPENROAD_EXE", "YOSYS_EXE"):
        monkeypatch.delenv(variable, raising=False)
    flow, install = tmp_path / "orfs" / "flow", tmp_path / "orfs" / "tools" / "install"
    with pytest.raises(ProgramMissing) as missing:
        find_tools(flow)
    assert str(missing.value) == (
        f"the flow scripts have no OpenROAD: neither '{install}/OpenROAD/bin/openroad' nor on PATH\n\n"
        "hint: build it there, or set OPENROAD_EXE to its executable"
    )
    on_path = [executable(tmp_path / "bin" / name) for name in ("openroad", "yosys")]
    assert find_tools(flow) == tuple(on_path)
    (install / "OpenROAD" / "bin").mkdir(parents=True)
    built = executable(install / "OpenROAD" / "bin" / "openroad")
    assert find_tools(flow) == (built, on_path[1])
    monkeypatch.setenv("YOSYS_EXE", str(tmp_path / "gone"))
    with pytest.raises(
        ProgramMissing, match=r"the flow scripts have no Yosys: YOSYS_EXE names '.*/gone', which cannot"
    ):
        find_tools(flow)


def test_an_engine_without_its_daemon_does_not_work(tmp_path: Path) -> None:
    docker = executable(tmp_path / "bin" / "docker", '[ "$1" = info ] && exit 1')
    with pytest.raises(ProgramError) as caught:
        working_engine()
    assert str(caught.value) == f"{docker} does not answer, exit status 1\n\nhint: start its daemon"
    executable(docker, "exit 0")
    assert working_engine() == docker


def test_a_container_sees_the_named_folders_as_the_user_and_can_be_stopped(tmp_path: Path) -> None:
    executable(tmp_path / "bin" / "docker", f'echo "$@" >> {tmp_path}/said')
    box = find_container(folders=(tmp_path / "run",), read_only=(tmp_path / "pdk",))
    assert box.image == LIBRELANE_IMAGE
    words, name = ["openroad", "x.tcl"], fresh_name()
    run_program(box.words(words, folder=tmp_path / "run", name=name), name="d", folder=tmp_path, timeout_s=20)
    box.stop(name)
    first, second = (tmp_path / "said").read_text().splitlines()
    assert first == (
        f"run --rm --init --network none --name {name} --user {os.getuid()}:{os.getgid()} "
        f"-v {tmp_path}/run:{tmp_path}/run -v {tmp_path}/pdk:{tmp_path}/pdk:ro -w {tmp_path}/run "
        f"{LIBRELANE_IMAGE} openroad x.tcl"
    )
    assert second == f"kill {name}"


def test_another_image_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(tmp_path / "bin" / "docker")
    monkeypatch.setenv("TINYDWN_CONTAINER_IMAGE", "mine:1")
    assert find_container(folders=()).image == "mine:1"
