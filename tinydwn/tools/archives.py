"""What reading an `.npz` archive raises where the file is damaged: one list for all that read one."""

from __future__ import annotations

import struct
import tokenize
import zipfile
import zlib

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,  # encrypted or of a newer format; nested too deep
    ValueError,
    OverflowError,  # places beyond what a file can have
    AttributeError,  # from here on: numpy on the head of an array
    TypeError,
    SyntaxError,
    tokenize.TokenError,
    MemoryError,
)
"""`zipfile` and `numpy.lib.format` document only some of these."""
