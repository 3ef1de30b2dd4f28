"""Icarus Verilog: compile and simulate, as a function from texts to text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tinydwn.errors import ProgramError
from tinydwn.tools.program import find_program, run_program, tail
from tinydwn.tools.scratch import collect, scratch_folder
from tinydwn.tools.told_version import told_version

_COMPILER, _SIMULATOR = "TINYDWN_IVERILOG", "TINYDWN_VVP"
_STRICT = ("-g2005", "-Wall")
_OPEN_PINS = ("-Wno-portbind",)
_COMPILED = "design.vvp"
# `$finish` ends with status 0, `$fatal` with 1.
_ENDINGS = (0, 1)
_HINT = "install Icarus Verilog (Debian: apt-get install iverilog), or set {} to its executable"


def find_icarus() -> tuple[Path, Path]:
    """Return Icarus' compiler and simulator: TINYDWN_IVERILOG and TINYDWN_VVP, else those on the PATH."""
    return _found(_COMPILER, "iverilog"), _found(_SIMULATOR, "vvp")


def icarus_version() -> str:
    """Return what Icarus' compiler says of its version, once its simulator has told its own, too."""
    compiler, simulator = find_icarus()
    told_version((simulator, "-V"), name="Icarus Verilog", variable=_SIMULATOR)
    return told_version((compiler, "-V"), name="Icarus Verilog", variable=_COMPILER)


def simulate_verilog(files: Mapping[str, str], *, top: str, timeout_s: float = 120.0, open_pins: bool = False) -> str:
    """Compile all `.v` files of `files`, simulate module `top` in a folder that holds them all, return what it says.

    Warnings are errors, but for inputs of instances that stay open where there may be `open_pins`. A simulation that
    ends by `$fatal` has ended well: what it says counts. Raises `ProgramMissing` without Icarus, `ProgramError` where
    it refuses the texts or dies, `ProgramTimeout` where both steps together take longer than `timeout_s` seconds.
    """
    return simulate_with_results(files, top=top, results=(), timeout_s=timeout_s, open_pins=open_pins)[0]


def simulate_with_results(
    files: Mapping[str, str], *, top: str, results: Sequence[str], timeout_s: float = 120.0, open_pins: bool = False
) -> tuple[str, dict[str, str]]:
    """Do as `simulate_verilog` and return the texts of the files `results` too, which the simulation is to write."""
    compiler, simulator = find_icarus()
    with scratch_folder(files) as folder:
        command: list[str | Path] = [compiler, *_STRICT, *(_OPEN_PINS if open_pins else ()), "-s", top, "-o", _COMPILED]
        command += sorted(name for name in files if name.endswith(".v"))
        compiled = run_program(command, name="Icarus Verilog", variable=_COMPILER, folder=folder, timeout_s=timeout_s)
        if compiled.text.strip():
            raise ProgramError("Icarus Verilog complained", hint=f"it said:\n{tail(compiled.text)}")
        if not (folder / _COMPILED).is_file():
            raise ProgramError("Icarus Verilog ended without writing its result", hint="check TINYDWN_IVERILOG")
        done = run_program(
            [simulator, "-n", _COMPILED],
            name="Icarus Verilog",
            variable=_SIMULATOR,
            folder=folder,
            timeout_s=max(timeout_s - compiled.seconds, 0.1),
            check=False,
        )
        if done.returncode not in _ENDINGS:
            raise ProgramError(f"Icarus Verilog failed, {done.status}", hint=f"it said:\n{tail(done.text)}")
        return done.text, collect(folder, results, program="Icarus Verilog", said=tail(done.text))


def _found(variable: str, name: str) -> Path:
    return find_program(name, name, variable=variable, hint=_HINT.format(variable))
