"""avr-gcc, and a simulated ATmega328P: from C texts to a firmware, its sizes, its answers and its cycles.

simavr is under the GPL. The runner that is compiled against its library is a program of its own, fed by files.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import ProgramError
from tinydwn.tools.c_compiler import find_c_compiler
from tinydwn.tools.cache_folder import cache_folder
from tinydwn.tools.files import write_atomically
from tinydwn.tools.program import find_program, run_program, tail
from tinydwn.tools.scratch import scratch_folder
from tinydwn.tools.told_version import told_version

FLASH_BYTES, RAM_BYTES = 32_768, 2_048
"""What an ATmega328P has."""
_GCC, _SIZE, _RUNNER = "TINYDWN_AVR_GCC", "TINYDWN_AVR_SIZE", "TINYDWN_SIMAVR_RUNNER"
_HINT = "install it (Debian: apt-get install gcc-avr avr-libc), or set {} to its executable"
_FLAGS = ("-mmcu=atmega328p", "-DF_CPU=16000000UL", "-Os", "-ffunction-sections", "-fdata-sections")
_LINK = ("-Wl,--gc-sections",)
_FIRMWARE = "firmware.elf"
_SIMAVR_HINT = "install its library (Debian: apt-get install simavr libsimavr-dev)"


@dataclass(frozen=True, slots=True)
class Firmware:
    """An ELF file, its bytes of flash (code and initial data) and its bytes of memory before any call."""

    elf: bytes
    flash_bytes: int
    data_bytes: int

    @property
    def fits(self) -> bool:
        """Whether an ATmega328P holds it."""
        return self.flash_bytes <= FLASH_BYTES and self.data_bytes < RAM_BYTES


@dataclass(frozen=True, slots=True, eq=False)
class AvrRun:
    """What a firmware answered: classes and cycles, (samples,) int64, and the most bytes of stack."""

    classes: NDArray[np.int64]
    cycles: NDArray[np.int64]
    stack_bytes: int


def find_avr_gcc() -> tuple[Path, Path]:
    """Return avr-gcc and avr-size: TINYDWN_AVR_GCC and TINYDWN_AVR_SIZE, else those on the PATH."""
    return (
        find_program("avr-gcc", "avr-gcc", variable=_GCC, hint=_HINT.format(_GCC)),
        find_program("avr-size", "avr-size", variable=_SIZE, hint=_HINT.format(_SIZE)),
    )


def avr_gcc_version() -> str:
    """Return what avr-gcc says of its version, once avr-size has told its own, too."""
    gcc, size = find_avr_gcc()
    told_version((size, "--version"), name="avr-size", variable=_SIZE)
    return told_version((gcc, "--version"), name="avr-gcc", variable=_GCC)


def avr_firmware(sources: Mapping[str, str], *, timeout_s: float = 300.0) -> Firmware:
    """Compile C and C++ texts, by file name, for an ATmega328P; headers are those among them.

    A firmware that is larger than the chip is returned too. `ProgramMissing` without the compiler, `ProgramError` where
    it fails, `ProgramTimeout` where each step takes longer than `timeout_s`.
    """
    gcc, size = find_avr_gcc()
    names = sorted(name for name in sources if name.endswith((".c", ".cpp")))
    with scratch_folder(sources) as folder:
        # Regions of another size, so that what is too large is measured and not refused.
        command: tuple[str | Path, ...] = (
            gcc,
            *_FLAGS,
            *_LINK,
            "-Wl,--defsym=__TEXT_REGION_LENGTH__=4M,--defsym=__DATA_REGION_LENGTH__=60K",
            "-o",
            _FIRMWARE,
            *names,
        )
        run_program(command, name="avr-gcc", variable=_GCC, folder=folder, timeout_s=timeout_s)
        said = run_program((size, _FIRMWARE), name="avr-size", variable=_SIZE, folder=folder, timeout_s=30.0).stdout
        found = re.search(r"^\s*(\d+)\s+(\d+)\s+(\d+)\s", said, re.MULTILINE)
        path = folder / _FIRMWARE
        if found is None or not path.is_file():
            raise ProgramError("avr-size told no sizes", hint=f"it said:\n{tail(said)}")
        text, data, bss = map(int, found.groups())
        return Firmware(path.read_bytes(), text + data, data + bss)


def find_runner(*, timeout_s: float = 60.0) -> Path:
    """Return the program that runs a firmware, compiled where it has not been yet.

    `ProgramMissing` without a C compiler; `ProgramError` where simavr's library is not installed.
    """
    text = files("tinydwn.tools").joinpath("simavr_runner.c").read_text(encoding="utf-8")
    path = cache_folder() / "simavr" / f"runner-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    if path.is_file():
        return path
    with scratch_folder({"runner.c": text}) as folder:
        command = (*find_c_compiler(), "-O2", "-o", "runner", "runner.c", "-lsimavr")
        done = run_program(command, name="the C compiler", folder=folder, timeout_s=timeout_s, check=False)
        if done.returncode or not (folder / "runner").is_file():
            raise ProgramError("simavr's library cannot be compiled against", hint=f"{_SIMAVR_HINT}\n{tail(done.text)}")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, (folder / "runner").read_bytes())
        path.chmod(0o755)
    return path


def run_on_avr(firmware: Firmware, rows: NDArray[np.generic], *, timeout_s: float = 600.0) -> AvrRun:
    """Play rows of inputs, (samples, inputs) of the type that the firmware reads, one sample after the other.

    The firmware keeps to what `simavr_runner.c` says of it. `ProgramError` where it does not, and as `find_runner`.
    """
    runner = find_runner()
    samples, content = len(rows), np.ascontiguousarray(rows).tobytes()
    with scratch_folder({}) as folder:
        (folder / _FIRMWARE).write_bytes(firmware.elf)
        (folder / "rows").write_bytes(content)
        words = (runner, _FIRMWARE, "rows", str(len(content) // max(samples, 1)), str(samples))
        done = run_program(words, name="simavr", variable=_RUNNER, folder=folder, timeout_s=timeout_s)
    found = [list(map(int, line.split())) for line in done.stdout.splitlines() if re.fullmatch(r"\d+ \d+ \d+", line)]
    if len(found) != samples:
        raise ProgramError(f"simavr answered {len(found)} of {samples} samples", hint=f"it said:\n{tail(done.text)}")
    table = np.array(found, dtype=np.int64).reshape(samples, 3)
    return AvrRun(table[:, 0], table[:, 1], int(table[:, 2].max(initial=0)))
