"""Hypotheses about what is behind samples: arithmetic and structure that a search from trees does not find."""

from tinydwn.hypotheses.additive import AdditiveScore, additive_scores
from tinydwn.hypotheses.form import formulas, hypotheses
from tinydwn.hypotheses.hypothesis import Hypothesis
from tinydwn.hypotheses.labelled import Labelled

__all__ = ["AdditiveScore", "Hypothesis", "Labelled", "additive_scores", "formulas", "hypotheses"]
