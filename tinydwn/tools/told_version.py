"""What a program says of its version."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tinydwn.errors import ProgramError
from tinydwn.tools.program import run_program

_TIMEOUT_S = 60.0


def told_version(command: Sequence[str | Path], *, name: str, variable: str = "") -> str:
    """Return the first line that a program says when it is asked for its version, such as by `("make", "--version")`.

    `ProgramMissing`, which names the environment `variable` that chose it, where it cannot be started; `ProgramError`
    where it fails or says nothing.

    >>> import sys
    >>> told_version((sys.executable, "--version"), name="Python").split()[0]
    'Python'
    """
    done = run_program(command, name=name, variable=variable, folder=Path("/"), timeout_s=_TIMEOUT_S)
    line = next((line.strip() for line in done.text.splitlines() if line.strip()), "")
    if not line:
        raise ProgramError(f"{name} does not tell its version", hint=f"check '{command[0]}'")
    return line
