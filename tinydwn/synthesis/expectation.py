"""How right a circuit will be on samples that nobody has seen yet, told from the training part alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.synthesis.imagined import between_neighbors
from tinydwn.synthesis.teacher import Teacher

IMAGINED = 5_000
_STREAM = 1


@dataclass(frozen=True, slots=True, eq=False)
class Expectation:
    """What to measure a circuit by where its own training samples would flatter it.

    `likely`, (samples, classes), is what a teacher said of the training samples without having seen them; `features`,
    (imagined, features), are samples between neighbors, and `taught`, (imagined, classes), what it says of those.
    """

    likely: NDArray[np.float64]
    features: NDArray[np.float64]
    taught: NDArray[np.float64]

    @staticmethod
    def of(teacher: Teacher, features: NDArray[np.float64], *, seed: int) -> Expectation:
        """Imagine 5,000 samples between the training samples, features (samples, features), and ask the teacher."""
        imagined = between_neighbors(features, count=IMAGINED, seed=seed, stream=_STREAM)
        return Expectation(teacher.likely, imagined, teacher.asked(imagined))

    def of_answers(self, answers: NDArray[np.int64], *, balanced: bool = False) -> tuple[float, float]:
        """Return the accuracy to expect on unseen samples, and the standard error of the means it is made of.

        `answers`, (imagined,), is what a circuit says of the imagined samples. It is expected to be as right as the
        teacher expects to be itself, on the training samples it had not seen, less what the circuit's answers are
        worth less than the teacher's on samples that neither has seen: a label that a circuit has learnt by heart, or
        that the search was led by, gains nothing here. With `balanced` it is the mean over the classes.

        >>> likely = np.array([[0.9, 0.1], [0.2, 0.8]])
        >>> Expectation(likely, np.zeros((2, 1)), likely).of_answers(np.array([0, 0]))[0]
        0.55
        """
        own, taught = _weighted(self.likely, balanced=balanced), _weighted(self.taught, balanced=balanced)
        best = own.max(axis=1)
        missed = taught.max(axis=1) - taught[np.arange(len(answers)), answers]
        error = float(np.sqrt(best.var() / len(best) + missed.var() / len(missed)))
        return float(np.clip(best.mean() - missed.mean(), 0.0, 1.0)), max(error, 0.5 / len(best))


def _weighted(likely: NDArray[np.float64], *, balanced: bool) -> NDArray[np.float64]:
    """Return what each answer is worth, (samples, classes): its probability, or that as a part of a mean of recalls."""
    if not balanced:
        return likely
    frequency = np.maximum(likely.mean(axis=0), 1e-9)
    return np.asarray(likely / frequency / likely.shape[1])
