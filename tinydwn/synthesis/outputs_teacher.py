"""A teacher of classes that are patterns of outputs: one for each output, taken for independent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.synthesis.teacher import Teacher, teacher_of


@dataclass(frozen=True, slots=True, eq=False)
class OutputsTeacher:
    """Teachers of single outputs, or what an output is in all training samples.

    Given the features, a pattern is as likely as all its bits together. `likely`, (samples, patterns), is what they
    said of the training samples without having seen them.
    """

    likely: NDArray[np.float64]
    of_output: tuple[Teacher | bool, ...]

    def asked(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of each pattern, (samples, patterns), for any features, (samples, features)."""
        return _patterns([_said(one, features) for one in self.of_output])


def outputs_teacher(
    features: NDArray[np.float64], labels: NDArray[np.int64], *, outputs: int, effort: str = "fast", seed: int
) -> OutputsTeacher:
    """Fit a teacher per output, as `teacher_of`; bit `j` of `labels`, (samples,), is output `j`."""
    bits = [labels >> j & 1 for j in range(outputs)]
    of_output = tuple(
        bool(bit[0]) if (bit == bit[0]).all() else teacher_of(features, bit, classes=2, effort=effort, seed=seed)
        for bit in bits
    )
    likely = [_constant(one, len(labels)) if isinstance(one, bool) else one.likely for one in of_output]
    return OutputsTeacher(_patterns(likely), of_output)


def _said(one: Teacher | bool, features: NDArray[np.float64]) -> NDArray[np.float64]:
    return _constant(one, len(features)) if isinstance(one, bool) else one.asked(features)


def _constant(value: bool, samples: int) -> NDArray[np.float64]:
    return np.tile([0.0, 1.0] if value else [1.0, 0.0], (samples, 1))


def _patterns(of_output: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the probabilities of patterns, (samples, 2**outputs), of those of bits, (samples, 2) for each output."""
    found = np.ones((len(of_output[0]), 1))
    for said in of_output:
        found = (said[:, :, None] * found[:, None, :]).reshape(len(found), -1)
    return found
