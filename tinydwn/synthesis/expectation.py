"""How right a circuit will be on samples that nobody has seen yet, told from the training part alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.synthesis.imagined import between_neighbors
from tinydwn.synthesis.teacher import Opinion

IMAGINED = 5_000


@dataclass(frozen=True, slots=True)
class Expected:
    """An accuracy on unseen samples, its standard error, and the part of that which other circuits do not share.

    How hard the data are is as uncertain for one circuit as for another: where two are compared, only `own_error`
    counts.
    """

    accuracy: float
    error: float
    own_error: float


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
    def of(teacher: Opinion, features: NDArray[np.float64], *, seed: int) -> Expectation:
        """Imagine 5,000 samples between the training samples, features (samples, features), and ask the teacher.

        They are made another way than those that a search follows.
        """
        imagined = between_neighbors(features, count=IMAGINED, seed=seed)
        return Expectation(teacher.likely, imagined, teacher.asked(imagined))

    def of_answers(self, answers: NDArray[np.int64], *, balanced: bool = False) -> Expected:
        """Return the accuracy to expect on unseen samples.

        `answers`, (imagined,), is what a circuit says of the imagined samples. It is expected to be as right as the
        teacher expects to be itself, on the training samples it had not seen, less what the circuit's answers are
        worth less than the teacher's on samples that neither has seen: a label that a circuit has learnt by heart, or
        that the search was led by, gains nothing here. With `balanced` it is the mean over the classes.

        The error is that of shares counted on as many samples as there are to learn from, as those imagined between
        them say no more: how often the teacher is right, and by how much the circuit is less so. The latter is the
        circuit's own error; only samples that both answer differently add to it.

        >>> likely = np.array([[0.9, 0.1], [0.2, 0.8]])
        >>> Expectation(likely, np.zeros((2, 1)), likely).of_answers(np.array([0, 0])).accuracy
        0.55
        """
        samples, rows = len(self.likely), np.arange(len(answers))
        own, own_squares = _moments(self.likely, balanced=balanced)
        best, best_squares = own.max(axis=1), own_squares[np.arange(samples), own.argmax(axis=1)]
        taught, squares = _moments(self.taught, balanced=balanced)
        right = taught.argmax(axis=1)
        missed = taught[rows, right] - taught[rows, answers]
        apart = np.where(right == answers, 0.0, squares[rows, right] + squares[rows, answers])
        shared = max(float(best_squares.mean() - best.mean() ** 2), 0.0) / samples
        own_error = max(float(apart.mean() - missed.mean() ** 2), 0.0) / samples
        own_error = max(own_error**0.5, 0.5 / samples)
        return Expected(
            accuracy=float(np.clip(best.mean() - missed.mean(), 0.0, 1.0)),
            error=float(np.hypot(shared**0.5, own_error)),
            own_error=own_error,
        )


def _moments(likely: NDArray[np.float64], *, balanced: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what each answer adds on average, and the mean of its square, (samples, classes).

    A right answer adds 1 to an accuracy, and to a mean of recalls the less, the more frequent its class is.
    """
    frequency = np.maximum(likely.mean(axis=0), 1e-9)
    worth = 1 / frequency / len(frequency) if balanced else np.ones_like(frequency)
    return likely * worth, likely * worth**2
