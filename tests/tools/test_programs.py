"""ABC, Yosys and Icarus Verilog: what they say wrong is an error, whatever their exit status."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tinydwn.errors import OutputError, ProgramError, ProgramMissing, ProgramTimeout
from tinydwn.tools import abc, simulator, yosys
from tinydwn.tools.abc import run_abc
from tinydwn.tools.parallel import run_together
from tinydwn.tools.scratch import scratch_folder
from tinydwn.tools.simulator import simulate_verilog
from tinydwn.tools.yosys import run_yosys

Fake = Callable[[str], Path]
HELLO = {"a.v": 'module a; initial $display("hello"); endmodule\n'}


def with_abc() -> object:
    return run_abc("read_blif a.blif", files={"a.blif": ".model a\n.end\n"}, results=["b.blif"], timeout_s=1)


def with_yosys() -> object:
    return run_yosys("stat", results=["b.blif"], timeout_s=1)


def with_icarus() -> object:
    return simulate_verilog(HELLO, top="a", timeout_s=1)


PROGRAMS = [("TINYDWN_ABC", "ABC", with_abc), ("TINYDWN_YOSYS", "Yosys", with_yosys)]
ALL = [*PROGRAMS, ("TINYDWN_IVERILOG", "Icarus Verilog", with_icarus)]


@pytest.mark.parametrize(("variable", "name", "run"), ALL)
def test_a_program_that_hangs_dies_fails_or_is_missing_is_an_error(
    variable: str, name: str, run: Callable[[], object], fake: Fake, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(variable, str(fake("hangs")))
    with pytest.raises(ProgramTimeout) as late:
        run()
    assert late.value.message == f"{name} did not end within 1 s and was stopped"
    fake("dies")
    with pytest.raises(ProgramError) as died:
        run()
    assert str(died.value) == f"{name} failed, killed by signal 11\n\nhint: it said:\n    something is rotten"
    fake("fails")
    with pytest.raises(ProgramError) as failed:
        run()
    assert str(failed.value) == f"{name} failed, exit status 7\n\nhint: it said:\n    out of luck"
    monkeypatch.setenv(variable, str(tmp_path / "gone"))
    with pytest.raises(ProgramMissing) as missing:
        run()
    assert (
        missing.value.message
        == f"{name} cannot be started: {tmp_path}/gone (from {variable}): No such file or directory"
    )


@pytest.mark.parametrize(("variable", "name", "run"), PROGRAMS)
def test_exit_status_0_with_an_error_text_is_an_error(
    variable: str, name: str, run: Callable[[], object], fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(fake("says_error")))
    with pytest.raises(ProgramError) as caught:
        run()
    assert str(caught.value) == (
        f"{name} refused its script\n\nhint: it said:\n    ERROR: no such command: foo\n    Error: no such thing"
    )


@pytest.mark.parametrize(("variable", "name", "run"), PROGRAMS)
@pytest.mark.parametrize("writes", ["", "; : > b.blif", "; echo > b.blif"])
def test_a_missing_or_empty_result_is_an_error(
    variable: str, name: str, run: Callable[[], object], writes: str, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(fake(f"echo fine{writes}")))
    with pytest.raises(ProgramError) as caught:
        run()
    assert str(caught.value) == f"{name} ended without writing its result 'b.blif'\n\nhint: it said:\n    fine"


def test_a_compiler_without_result_is_an_error(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYDWN_IVERILOG", str(fake("says_nothing")))
    monkeypatch.setenv("TINYDWN_VVP", "/bin/true")
    with pytest.raises(ProgramError) as caught:
        with_icarus()
    assert str(caught.value) == "Icarus Verilog ended without writing its result\n\nhint: check TINYDWN_IVERILOG"


def test_a_compiler_that_says_anything_has_complained(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYDWN_IVERILOG", str(fake("says_something_else")))
    monkeypatch.setenv("TINYDWN_VVP", "/bin/true")
    with pytest.raises(ProgramError) as caught:
        with_icarus()
    assert str(caught.value) == "Icarus Verilog complained\n\nhint: it said:\n    all is well"


@pytest.mark.parametrize(("kind", "how"), [("dies", "killed by signal 11"), ("fails", "exit status 7")])
def test_a_simulation_that_breaks_off_is_an_error(
    kind: str, how: str, icarus: Path, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINYDWN_VVP", str(fake(kind)))
    with pytest.raises(ProgramError) as caught:
        with_icarus()
    assert caught.value.message == f"Icarus Verilog failed, {how}"


def test_a_simulation_returns_what_it_said(icarus: Path) -> None:
    assert simulate_verilog(HELLO, top="a") == "hello\n"


def test_a_fatal_simulation_returns_what_it_said(icarus: Path) -> None:
    said = simulate_verilog({"a.v": 'module a; initial begin $display("bad"); $fatal(1); end endmodule'}, top="a")
    assert said.startswith("bad\n")


def test_a_simulation_that_never_ends_is_stopped(icarus: Path) -> None:
    with pytest.raises(ProgramTimeout):
        simulate_verilog({"a.v": "module a; reg c = 0; always #1 c = ~c; endmodule"}, top="a", timeout_s=1)


def test_warnings_of_the_compiler_are_errors(icarus: Path) -> None:
    with pytest.raises(ProgramError) as caught:
        simulate_verilog(
            {"a.v": "module a; wire x; b inner(.p(x)); endmodule module b(input [3:0] p); endmodule"}, top="a"
        )
    assert caught.value.message == "Icarus Verilog complained"


def test_missing_programs_are_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("TINYDWN_ABC", "TINYDWN_YOSYS", "TINYDWN_IVERILOG", "TINYDWN_VVP"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ProgramMissing) as no_abc:
        abc.find_abc()
    assert str(no_abc.value) == ("ABC was not found\n\nhint: pip install pyosys, or set TINYDWN_ABC to its executable")
    with pytest.raises(ProgramMissing) as no_yosys:
        yosys.find_yosys()
    assert str(no_yosys.value) == (
        "Yosys was not found\n\nhint: pip install pyosys, or set TINYDWN_YOSYS to its executable"
    )
    with pytest.raises(ProgramMissing) as no_icarus:
        simulator.find_icarus()
    assert str(no_icarus.value) == (
        "iverilog was not found\n\n"
        "hint: install Icarus Verilog (Debian: apt-get install iverilog), or set TINYDWN_IVERILOG to its executable"
    )


def test_programs_on_the_path_are_found_without_the_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TINYDWN_ABC", raising=False)
    monkeypatch.delenv("TINYDWN_YOSYS", raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    assert abc.find_abc() == Path("/bin/yosys-abc")
    assert yosys.find_yosys() == ("/bin/yosys", "-s", "script.ys")


def test_a_relative_path_counts_from_the_folder_of_the_caller(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = fake("echo model > b.blif; echo here")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    for given in ("./fake-program", f"../{tmp_path.name}/fake-program", "fake-program"):
        for variable in ("TINYDWN_ABC", "TINYDWN_YOSYS", "TINYDWN_IVERILOG", "TINYDWN_VVP"):
            monkeypatch.setenv(variable, given)
        assert run_abc("empty").text == run_yosys("stat").text == "here\n"
        for found in (abc.find_abc(), Path(yosys.find_yosys()[0]), *simulator.find_icarus()):
            assert found.is_absolute()
            assert found.samefile(place)


@pytest.mark.parametrize(("variable", "name", "run"), ALL)
def test_a_bare_name_that_is_not_on_the_path_names_its_variable(
    variable: str, name: str, run: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "no-such-program")
    with pytest.raises(ProgramMissing) as caught:
        run()
    assert str(caught.value) == (
        f"{variable} names 'no-such-program', which is not on the PATH\n\n"
        f"hint: set {variable} to the path of an executable, or unset it"
    )


@pytest.mark.parametrize("script", ["no_such_command", "read_blif absent.blif", "read_blif broken.blif", "strash"])
def test_abc_itself_never_fails_silently(script: str) -> None:
    broken = ".model b\n.inputs a\n.outputs y\n.names a y\n111 1\n"
    with pytest.raises(ProgramError):
        run_abc(f"{script}; write_blif out.blif", files={"broken.blif": broken}, results=["out.blif"])


@pytest.mark.parametrize("script", ["no_such_command", "read_blif absent.blif", "read_verilog broken.v"])
def test_yosys_itself_never_fails_silently(script: str) -> None:
    with pytest.raises(ProgramError):
        run_yosys(script, files={"broken.v": "module m(input a; endmodule"})


def test_nothing_stays_in_the_folder_for_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    run_abc("empty")
    with pytest.raises(ProgramError):
        run_abc("no_such_command; write_blif a", results=["a"])
    assert list(scratch.iterdir()) == []


def test_an_unusable_folder_for_temporary_files_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "absent"))
    with pytest.raises(OutputError) as caught, scratch_folder({}):
        pass
    assert str(caught.value) == (
        "the folder for temporary files cannot be used: No such file or directory\n\n"
        "hint: free some space, or set TMPDIR to another folder"
    )


def test_jobs_run_together_return_in_order_and_fail_together(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_together([lambda k=k: k * k for k in range(20)]) == [k * k for k in range(20)]
    monkeypatch.setenv("TINYDWN_YOSYS", str(fake("hangs")))

    def stubborn() -> object:
        for _ in range(3):
            with contextlib.suppress(ProgramError):
                run_yosys("stat", timeout_s=30)
        return None

    def broken() -> object:
        time.sleep(0.2)
        raise KeyError("broken")

    start = time.monotonic()
    with pytest.raises(KeyError):
        run_together([stubborn, broken])
    assert time.monotonic() - start < 20
