"""Circuits as points of area and accuracy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A circuit: what made it, its area in NAND2 equivalents, its accuracy on the training and on the test part.

    `flow` is the way it was made, `name` what it is or was made from.
    """

    flow: str
    name: str
    cost: float
    training_accuracy: float
    test_accuracy: float
