"""OpenROAD, LibreLane, the flow scripts and containers are found where they are said to be, or said to be missing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tinydwn.errors import ProgramMissing
from tinydwn.tools.container import LIBRELANE_IMAGE, find_container, fresh_name
from tinydwn.tools.librelane import find_librelane, librelane_words, tools_are_here
from tinydwn.tools.openroad import find_openroad
from tinydwn.tools.orfs import find_make, find_orfs
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
    words = librelane_words(
        "librelane", Path("c.json"), pdk="p", cells="c", pdk_root=Path("/pdk"), mounts=(Path("/a"), Path("/b")),
        container=True,
    )  # fmt: skip
    # LibreLane takes these before everything else only.
    assert words[1:7] == ("--docker-no-tty", "--docker-mount", "/a", "--docker-mount", "/b", "--dockerized")


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
