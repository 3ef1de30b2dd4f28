"""Every error a user can act on.

An error says what is wrong and where; its hint says what to try. The command line prints both and
exits with `exit_code`; anything that is not a `TinydwnError` is a bug and shows its traceback.
"""

from __future__ import annotations


class TinydwnError(Exception):
    """Base of all errors that a user can act on.

    >>> str(DataError("column 'petal' holds text in row 17: 'n/a'", hint="drop the row"))
    "column 'petal' holds text in row 17: 'n/a'\\n\\nhint: drop the row"
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n\nhint: {self.hint}" if self.hint else self.message

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.message, self.hint)


def _rebuild(kind: type[TinydwnError], message: str, hint: str) -> TinydwnError:
    return kind(message, hint=hint)


class DataError(TinydwnError):
    """The table of samples cannot be used as it is."""


class ConfigError(TinydwnError):
    """An option or a combination of options makes no sense."""


class ModelError(TinydwnError):
    """A classifier, or a file that should hold one, is not sound."""


class DamagedFile(ModelError):
    """A file of a classifier or of a training run is truncated or damaged."""


class NetlistError(TinydwnError):
    """A netlist, or a BLIF text that should hold one, is not sound."""


class LibraryError(TinydwnError):
    """A cell library, or a Liberty file that should hold one, is not sound."""


class OutputError(TinydwnError):
    """A result cannot be written where it was asked for."""


class BundleError(TinydwnError):
    """A folder does not hold the bundle it should hold, or the bundle was changed."""


class VerificationError(TinydwnError):
    """Two things that must mean the same were not shown to mean the same."""

    exit_code = 3


class ProgramError(TinydwnError):
    """An external program is missing, failed, or did not end in time."""

    exit_code = 4


class ProgramMissing(ProgramError):
    """An external program was not found."""


class ProgramTimeout(ProgramError):
    """An external program did not end in time and was stopped."""


class DownloadError(TinydwnError):
    """A file of the network could not be had, or is not the one that is known."""

    exit_code = 4


class FlowError(ProgramError):
    """Placing and routing failed, or ended with violations."""
