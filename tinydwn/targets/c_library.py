"""C text as functions in this process: compiled once per machine, kept in a folder, loaded."""

from __future__ import annotations

import ctypes
import hashlib
import platform
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinydwn.data.cache import Cache
from tinydwn.errors import DataError, OutputError
from tinydwn.tools.c_compiler import c_compiler, shared_library
from tinydwn.tools.cache_folder import cache_folder
from tinydwn.tools.scratch import scratch_folder

NO_MEMORY = 1
_FOLDER = "compiled"


class CFunction:
    """A function `int name(const void *in, void *out, size_t count)` of a C file, compiled for this machine.

    Libraries are kept in the cache folder, by the digest of text, compiler, target and flags; where that folder cannot
    be written, each process compiles anew. Raises what `c_compiler` and `shared_library` raise.
    """

    def __init__(self, text: str, name: str, *, timeout_s: float) -> None:
        compiler = c_compiler(timeout_s=timeout_s)
        identity = f"{compiler.identity} {platform.machine()}\n"
        key = f"{hashlib.sha256((identity + text).encode()).hexdigest()}.so"
        cache = Cache(cache_folder() / _FOLDER)
        content = cache.read(key)
        if content is None:
            content = shared_library(text, compiler, timeout_s=timeout_s)
        self.compiler = compiler.version
        self._function = _loaded(cache, key, content)[name]
        self._function.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
        self._function.restype = ctypes.c_int

    def __call__(self, given: NDArray[np.generic], result: NDArray[np.generic], count: int) -> int:
        """Run on arrays in C order, other threads meanwhile too; return what it returns but for a lack of memory."""
        status = int(self._function(given.ctypes.data, result.ctypes.data, count))
        if status == NO_MEMORY:
            raise MemoryError
        return status


def _loaded(cache: Cache, key: str, content: bytes) -> ctypes.CDLL:
    """Load a library from the cache folder, or from a passing one where that folder cannot be written or run from."""
    try:
        if cache.read(key) is None:
            cache.write(key, content)
        return ctypes.CDLL(str((cache.folder / key).absolute()))
    except (DataError, OSError):
        with scratch_folder({}) as folder:
            return _loaded_from(folder / key, content)


def _loaded_from(path: Path, content: bytes) -> ctypes.CDLL:
    try:
        path.write_bytes(content)
        return ctypes.CDLL(str(path))
    except OSError as error:
        raise OutputError(
            f"a compiled circuit cannot be loaded: {error}", hint="set TINYDWN_CACHE to a folder that can be written"
        ) from error
