"""How much memory a piece of work takes."""

from __future__ import annotations

import ctypes
import gc
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_STATUS = Path("/proc/self/status")
_RESET = Path("/proc/self/clear_refs")
_M_MMAP_THRESHOLD, _SMALL, _USUAL = -3, 1 << 16, 1 << 25  # malloc.h; the usual one grows to 32 MiB by itself


@dataclass(slots=True)
class Growth:
    """By how many bytes the process grew at its peak; known once the work has ended."""

    bytes: int = 0


@contextmanager
def peak_growth() -> Iterator[Growth]:
    """Measure by how much the peak of this process' memory lies above what it holds at the start.

    Linux forgets an earlier peak on demand; elsewhere an earlier, higher peak hides what the work takes. Meanwhile
    the C library of Linux gives blocks of 64 KiB or more back as soon as they are freed: else the figure would show
    what it keeps for later.
    """
    gc.collect()  # what is freed meanwhile would hide what the work takes
    _keep_blocks_from(_SMALL)
    with suppress(OSError):
        _RESET.write_text("5")
    growth, before = Growth(), _held_bytes("VmRSS")
    yield growth
    growth.bytes = max(0, _held_bytes("VmHWM") - before)
    _keep_blocks_from(_USUAL)


def _keep_blocks_from(size: int) -> None:
    """Let larger blocks than this be memory of their own, where the C library is GNU's."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, size)


def _held_bytes(field: str) -> int:
    """Return what the system says of this process: memory held now, or the most so far."""
    try:
        lines = _STATUS.read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{field}:"))
    except (OSError, StopIteration):
        usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return usage if sys.platform == "darwin" else usage * 1024
