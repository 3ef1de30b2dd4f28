"""The system's C compiler, as a function from text to a shared library."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import ProgramError, ProgramMissing
from tinydwn.tools.program import run_program, tail
from tinydwn.tools.scratch import scratch_folder

_VARIABLE = "CC"
_NAMES = ("cc", "gcc", "clang")
_FLAGS = ("-std=c99", "-O1", "-fPIC", "-shared")
# Not every compiler knows the processor that it runs on.
_OPTIONAL = (("-march=native",), ("-mcpu=native",), ())
_SOURCE, _LIBRARY = "circuit.c", "circuit.so"
_LOAD = "import ctypes, sys; ctypes.CDLL(sys.argv[1])"
_ASK_S = 30.0
_HINT = "install one (Debian: apt-get install gcc), or set CC to the path of one"


@dataclass(frozen=True, slots=True)
class CCompiler:
    """A compiler with the flags that it takes; `identity` is a digest of its version, its target and the flags."""

    command: tuple[str, ...]
    flags: tuple[str, ...]
    version: str
    identity: str


def find_c_compiler() -> tuple[str, ...]:
    """Return the words that start the compiler: those in CC, else cc, gcc or clang on the PATH.

    `ProgramMissing` where there is none.
    """
    chosen = shlex.split(os.environ.get(_VARIABLE, ""))
    for name in chosen[:1] or _NAMES:
        found = name if os.sep in name else shutil.which(name)
        if found is not None:
            return (str(Path(found).absolute()), *chosen[1:])
    if chosen:
        raise ProgramMissing(f"CC names '{chosen[0]}', which is not on the PATH", hint="set CC anew, or unset it")
    raise ProgramMissing("no C compiler was found", hint=_HINT)


def c_compiler(*, timeout_s: float = _ASK_S) -> CCompiler:
    """Return the compiler with flags for the processor at hand, as far as it takes them.

    `ProgramMissing` where there is none; `ProgramError` where it takes no flags at all or does not say what it
    compiles for, `ProgramTimeout` where it does not answer in time.
    """
    command = find_c_compiler()
    failed: ProgramError | None = None
    for optional in _OPTIONAL:
        flags = (*_FLAGS, *optional)
        try:
            said = _run((*command, *flags, "-dM", "-E", "-x", "c", os.devnull), timeout_s=min(timeout_s, _ASK_S))
        except ProgramMissing:
            raise
        except ProgramError as error:
            if type(error) is not ProgramError:
                raise
            failed = failed or error
            continue
        macros = dict(line.split(" ", 2)[1:] for line in said.splitlines() if line.count(" ") >= 2)
        if "__STDC__" not in macros:
            raise ProgramError("the C compiler does not say what it compiles for", hint=_HINT)
        identity = hashlib.sha256(repr((sorted(macros.items()), flags)).encode()).hexdigest()
        return CCompiler(command, flags, macros.get("__VERSION__", "").strip('"'), identity)
    raise failed or ProgramError("the C compiler takes no flags", hint=_HINT)


def shared_library(text: str, compiler: CCompiler, *, timeout_s: float = 120.0) -> bytes:
    """Return the content of the shared library that a C file becomes.

    It is loaded once in a process of its own, as a damaged one would end this process. Raises `ProgramError` where
    the compiler fails, writes nothing or something that cannot be loaded, `ProgramTimeout` after `timeout_s` seconds.
    """
    with scratch_folder({_SOURCE: text}) as folder:
        command = (*compiler.command, *compiler.flags, "-o", _LIBRARY, _SOURCE)
        said = _run(command, timeout_s=timeout_s, folder=folder)
        path = folder / _LIBRARY
        if not path.is_file() or not path.stat().st_size:
            raise ProgramError("the C compiler ended without writing its result", hint=f"it said:\n{tail(said)}")
        trial = run_program(
            (sys.executable, "-I", "-S", "-c", _LOAD, path.absolute()),
            name="Python",
            folder=folder,
            timeout_s=_ASK_S,
            check=False,
        )
        if trial.returncode:
            raise ProgramError(
                f"what the C compiler wrote cannot be loaded, {trial.status}", hint=f"loading said:\n{tail(trial.text)}"
            )
        return path.read_bytes()


def _run(command: tuple[str, ...], *, timeout_s: float, folder: Path | None = None) -> str:
    return run_program(
        command, name="the C compiler", variable=_VARIABLE, folder=folder or Path(os.sep), timeout_s=timeout_s
    ).text
