"""The minimized circuits of a classifier, kept while they are in use."""

from __future__ import annotations

from functools import lru_cache

from tinydwn.lowering import Core, lower, lower_core
from tinydwn.minimize import Minimized
from tinydwn.model.classifier import Classifier
from tinydwn.netlist import Netlist
from tinydwn.synthesis.minimization import minimize_chip, minimize_core

_EFFORT = "fast"
_TIMEOUT_S = 300.0
_KEPT = 16


def small_core(classifier: Classifier) -> Core:
    """Return the core, minimized by effort fast under the thermometer order, each step proven."""
    lowered, found = _core(classifier)
    return Core(found.netlist, lowered.assumption)


@lru_cache(maxsize=_KEPT)
def small_chip(classifier: Classifier) -> Netlist:
    """Return the chip, minimized by effort fast, each step proven."""
    core = _core(classifier)[1]
    return minimize_chip(classifier, lower(classifier), core, effort=_EFFORT, timeout_s=_TIMEOUT_S).netlist


@lru_cache(maxsize=_KEPT)
def _core(classifier: Classifier) -> tuple[Core, Minimized]:
    lowered = lower_core(classifier)
    return lowered, minimize_core(lowered, effort=_EFFORT, timeout_s=_TIMEOUT_S)
