from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinydwn.cli import doctor as doctor_module
from tinydwn.tools import klayout, streed


def test_a_machine_with_everything_is_well(tinydwn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")  # where this Python lies decides how wide the table is
    ended = tinydwn("doctor")
    assert ended.code == 0, ended.out
    for piece in ("torch", "ABC 1.01", "Yosys 0.", "library sky130_fd_sc_hd", "Everything that is needed is here."):
        assert piece in ended.out
    assert ended.err == "next: tinydwn synth breast_cancer --out build/demo\n"


def test_a_missing_program_is_named_with_its_remedy(
    tinydwn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINYDWN_ABC", "/nowhere/abc")
    ended = tinydwn("doctor", "--json")
    findings = {one["what"]: one for one in json.loads(ended.out)["findings"]}
    assert ended.code == 4
    assert findings["ABC"]["state"] == "missing"
    assert (
        findings["ABC"]["found"] == "ABC cannot be started: /nowhere/abc (from TINYDWN_ABC): No such file or directory"
    )
    assert findings["torch"]["state"] == findings["Yosys"]["state"] == "good"
    assert ended.err == "next: tinydwn doctor\n"


def test_a_missing_package_says_how_to_get_it(tinydwn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from tinydwn.synthesis import versions

    monkeypatch.setattr(versions, "package_versions", lambda: {"tinydwn": "0.1.0", "pyeda": "not installed"})
    monkeypatch.setenv("COLUMNS", "200")  # where this Python lies decides how wide the table is
    ended = tinydwn("doctor")
    assert ended.code == 4
    assert "pip install pyeda" in ended.out
    assert "Missing: pyeda." in ended.out


def program(place: Path, said: str) -> str:
    """Write a program that says a version, and return where it is."""
    place.write_text(f"#!/bin/sh\necho '{said}'\n")
    place.chmod(0o755)
    return str(place)


def test_icarus_is_not_needed_but_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def looked_for() -> doctor_module.Finding:
        return next(one for one in doctor_module._simulator_and_compiler() if one.what == "Icarus Verilog")

    monkeypatch.setenv("TINYDWN_IVERILOG", program(tmp_path / "iverilog", "Icarus 99"))
    monkeypatch.setenv("TINYDWN_VVP", program(tmp_path / "vvp", "runtime 99"))
    assert looked_for() == doctor_module.Finding("Icarus Verilog", "good", f"Icarus 99, {tmp_path / 'iverilog'}")
    monkeypatch.setenv("TINYDWN_VVP", str(tmp_path / "gone"))
    assert looked_for().found.startswith("Icarus Verilog cannot be started: ")
    monkeypatch.setenv("TINYDWN_VVP", "no-such-vvp")
    icarus = looked_for()
    assert (icarus.state, icarus.found) == ("optional", "TINYDWN_VVP names 'no-such-vvp', which is not on the PATH")
    assert icarus.remedy.startswith("apt install iverilog")


def test_a_c_compiler_is_not_needed_but_named(
    c_compiler: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def looked_for() -> doctor_module.Finding:
        return next(one for one in doctor_module.examine() if one.what == "C compiler")

    monkeypatch.setenv("CC", str(c_compiler))
    assert (looked_for().state, looked_for().remedy) == ("good", "")
    assert looked_for().found.endswith(f", {c_compiler}")
    monkeypatch.setenv("CC", str(tmp_path / "gone"))
    missing = looked_for()
    assert missing.state == "optional"
    assert missing.found.startswith("the C compiler cannot be started")
    assert "numba" in missing.remedy


def test_klayout_is_not_needed_but_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def looked_for() -> doctor_module.Finding:
        return next(one for one in doctor_module._layout_programs() if one.what == "KLayout")

    monkeypatch.setenv("TINYDWN_KLAYOUT", program(tmp_path / "klayout", "KLayout 9.9"))
    assert (looked_for().state, looked_for().found) == ("good", f"KLayout 9.9, {tmp_path / 'klayout'}")
    monkeypatch.delenv("TINYDWN_KLAYOUT")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(klayout.importlib.util, "find_spec", lambda _: None)
    assert (looked_for().state, looked_for().found) == ("optional", "KLayout was not found")
    assert looked_for().remedy.startswith("pip install 'tinydwn[layout]', or set TINYDWN_KLAYOUT")


def test_every_program_is_told_with_its_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names = {
        "Icarus Verilog": ("IVERILOG", "VVP"),
        "avr-gcc": ("AVR_GCC", "AVR_SIZE"),
        "OpenSTA": ("STA",),
        "ciel": ("CIEL",),
        "OpenROAD": ("OPENROAD",),
        "LibreLane": ("LIBRELANE",),
        "container engine": ("CONTAINER_ENGINE",),
        "nextpnr-ice40": ("NEXTPNR_ICE40",),
        "nextpnr-ecp5": ("NEXTPNR_ECP5",),
        "nextpnr-himbaechel-gowin": ("NEXTPNR_GOWIN",),
        "gowin_pack": ("GOWIN_PACK",),
        "KLayout": ("KLAYOUT",),
    }
    for variables in names.values():
        for one in variables:
            monkeypatch.setenv(f"TINYDWN_{one}", program(tmp_path / one, "26Q1 of it"))
    findings = (*doctor_module._simulator_and_compiler(), *doctor_module._layout_programs())
    told = {one.what: (one.state, one.found.partition(", in its container")[0]) for one in findings}
    for what, variables in names.items():
        assert told[what] == ("good", f"26Q1 of it, {tmp_path / variables[0]}")
    program(tmp_path / "AVR_SIZE", "")
    silent = next(one for one in doctor_module._simulator_and_compiler() if one.what == "avr-gcc")
    assert (silent.state, silent.found) == ("optional", "avr-size does not tell its version")


def test_packages_that_results_depend_on_are_told() -> None:
    from tinydwn.tools.versions import versions_here

    told = {one.what: one.found for one in doctor_module._packages()}
    assert versions_here().items() <= told.items()


def test_streed_is_not_needed_but_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streed.importlib.util, "find_spec", lambda _: None)
    found = next(one for one in doctor_module.examine() if one.what == "STreeD")
    assert (found.state, found.found) == ("optional", "STreeD is not installed")
    assert found.remedy.startswith("pip install 'tinydwn[streed]'")


@pytest.mark.parametrize(
    ("what", "hint", "command"),
    [
        ("OpenSTA", "install it (Debian: apt-get install opensta)", "tinydwn timing"),
        ("ciel", "pip install 'tinydwn[pdk]'", "tinydwn pdk install sky130"),
        ("OpenROAD", "install it, set TINYDWN_OPENROAD", "tinydwn flow --plan openroad"),
        ("LibreLane", "pip install librelane", "tinydwn flow --plan librelane"),
        ("OpenROAD-flow-scripts", "clone https://github.com/The-OpenROAD-Project", "tinydwn flow --plan orfs"),
        ("container engine", "install Docker or Podman", "tinydwn flow --container"),
    ],
)
def test_what_only_a_layout_needs_is_named_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, what: str, hint: str, command: str
) -> None:
    for program in ("STA", "CIEL", "OPENROAD", "LIBRELANE", "ORFS", "CONTAINER_ENGINE"):
        monkeypatch.delenv(f"TINYDWN_{program}", raising=False)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    found = next(one for one in doctor_module.examine() if one.what == what)
    assert found.state == "optional"
    assert f"{what} was not found" in found.found
    assert found.remedy.startswith(hint)
    assert found.remedy.endswith(f"needed for '{command}' only")


def test_a_layout_program_that_is_not_where_it_is_said_to_be_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYDWN_OPENROAD", "no-such-openroad")
    found = next(one for one in doctor_module.examine() if one.what == "OpenROAD")
    said = "TINYDWN_OPENROAD names 'no-such-openroad', which is not on the PATH"
    assert (found.state, found.found) == ("optional", said)


def test_opensta_is_not_needed_but_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "sta"
    program.write_text("#!/bin/sh\necho 9.9\n")
    program.chmod(0o755)
    monkeypatch.setenv("TINYDWN_STA", str(program))
    found = next(one for one in doctor_module.examine() if one.what == "OpenSTA")
    assert (found.state, found.found) == ("good", f"9.9, {program}")
    monkeypatch.setenv("TINYDWN_STA", "no-such-sta")
    found = next(one for one in doctor_module.examine() if one.what == "OpenSTA")
    assert found.state == "optional"
    assert found.remedy.endswith("needed for 'tinydwn timing' only")


@pytest.mark.parametrize(("there", "state"), [(True, "good"), (False, "missing")])
def test_the_data_folder_is_looked_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, there: bool, state: str) -> None:
    folder = tmp_path / "data"
    if there:
        folder.mkdir()
        (folder / "a.csv.gz").write_bytes(b"")
        (folder / "notes.txt").write_bytes(b"")
    monkeypatch.setenv("TINYDWN_DATA", str(folder))
    found = next(one for one in doctor_module.examine() if one.what == "data folder")
    assert found.state == state
    assert found.found == (f"{folder}, 1 data set" if there else f"{folder} does not exist")
