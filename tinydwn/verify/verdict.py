"""Three outcomes with three names; there is no bool for trust."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import NoReturn

from tinydwn.errors import VerificationError

_SHOWN_BITS = 24


class Outcome(Enum):
    """What a check of equivalence came to."""

    EQUIVALENT = "EQUIVALENT"
    DIFFERENT = "DIFFERENT"
    UNDECIDED = "UNDECIDED"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a proof, what it was about, and who says so.

    `reason` is given where the outcome is UNDECIDED. `witness` is given where it is DIFFERENT: the value of
    every input on one pattern that the assumption allows and on which the two differ.

    >>> Verdict(Outcome.UNDECIDED, "chip", "ABC cec", reason="no time left").require()
    Traceback (most recent call last):
        ...
    tinydwn.errors.VerificationError: chip: UNDECIDED by ABC cec: no time left
    <BLANKLINE>
    hint: allow more time, or try another method
    """

    outcome: Outcome
    subject: str
    method: str
    reason: str = ""
    witness: Mapping[str, bool] | None = None

    def __post_init__(self) -> None:
        if (self.outcome is Outcome.DIFFERENT) != (self.witness is not None):
            raise ValueError(f"a verdict has a witness exactly where it is DIFFERENT, this one is {self.outcome.name}")
        if self.outcome is Outcome.UNDECIDED and not self.reason:
            raise ValueError("an UNDECIDED verdict has a reason")
        if self.witness is not None:
            object.__setattr__(self, "witness", MappingProxyType(dict(self.witness)))

    def __bool__(self) -> NoReturn:
        raise TypeError("a verdict is not a truth value: compare its outcome, or call require()")

    def __str__(self) -> str:
        text = f"{self.subject}: {self.outcome.value} by {self.method}"
        details = [self.reason] if self.reason else []
        if self.witness is not None:
            details.append(f"for example where {_pattern(self.witness)}")
        return f"{text}: {'; '.join(details)}" if details else text

    def __hash__(self) -> int:
        witness = None if self.witness is None else frozenset(self.witness.items())
        return hash((self.outcome, self.subject, self.method, self.reason, witness))

    def __reduce__(self) -> tuple[object, ...]:
        witness = None if self.witness is None else dict(self.witness)
        return Verdict, (self.outcome, self.subject, self.method, self.reason, witness)

    def require(self) -> None:
        """Return quietly where the outcome is EQUIVALENT; raise `VerificationError` otherwise."""
        if self.outcome is Outcome.DIFFERENT:
            raise VerificationError(str(self), hint="this is a defect of tinydwn or of an input file; please report it")
        if self.outcome is Outcome.UNDECIDED:
            raise VerificationError(str(self), hint="allow more time, or try another method")


def _pattern(witness: Mapping[str, bool]) -> str:
    shown = [f"{name}={int(value)}" for name, value in witness.items()][:_SHOWN_BITS]
    if len(witness) > len(shown):
        shown.append(f"... ({len(witness)} inputs)")
    return " ".join(shown) or "there are no inputs"
