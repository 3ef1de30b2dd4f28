"""What becomes of a command whose proofs are not all EQUIVALENT."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tinydwn.errors import VerificationError

if TYPE_CHECKING:
    from tinydwn.report.facts import AgreementFacts, VerdictFacts

_HINTS = {
    "DIFFERENT": "this is a defect of tinydwn; please report it with the command and the data",
    "UNDECIDED": "allow more time with --timeout, or accept this with --allow-undecided",
}
_DELIVERED = (
    "files were changed or damaged, so make them anew; if they were not, this is a defect of tinydwn: please report it"
)


_COMPARED = "the two designs do not mean the same"


def require_equivalent(
    verdicts: Iterable[VerdictFacts], *, allow_undecided: bool, delivered: bool = False, compared: bool = False
) -> None:
    """Raise `VerificationError` for the first proof that found a difference, or else for one that did not end.

    `delivered` files may have been changed since they were made, and `compared` designs need not be equal: the hint
    says so.
    """
    from tinydwn.report.sections import verdict_remark

    verdicts = tuple(verdicts)
    for outcome, hint in _HINTS.items():
        if outcome == "UNDECIDED" and allow_undecided:
            continue
        for verdict in verdicts:
            if verdict.outcome == outcome:
                said = f"{verdict.subject}: {outcome} by {verdict.method}"
                remark = verdict_remark(verdict)
                if outcome == "DIFFERENT":
                    hint = _COMPARED if compared else _DELIVERED if delivered else hint
                raise VerificationError(f"{said}: {remark}" if remark else said, hint=hint)


def require_agreement(agreements: Iterable[AgreementFacts]) -> None:
    """Raise `VerificationError` for the first comparison on samples that found a mismatch."""
    for check in agreements:
        if check.mismatches:
            raise VerificationError(
                f"{check.subject}: {check.mismatches} of {check.compared} samples differ by {check.method}",
                hint=_HINTS["DIFFERENT"],
            )
