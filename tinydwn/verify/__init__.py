"""Verdicts: by simulation, by proof, on gate level."""

from tinydwn.verify.formal import prove_equivalent
from tinydwn.verify.verdict import Outcome, Verdict

__all__ = ["Outcome", "Verdict", "prove_equivalent"]
