"""Who says what to expect of circuits: one teacher for all trials, so that their circuits can be compared."""

from __future__ import annotations

from functools import cached_property

from tinydwn.data.dataset import Split
from tinydwn.explore.circuit import Circuit, Found, classifier_of
from tinydwn.model.reference import classify
from tinydwn.synthesis.accuracy import accuracy
from tinydwn.synthesis.expectation import Expectation
from tinydwn.synthesis.options import SynthesisOptions
from tinydwn.synthesis.refining import ask


class Judge:
    """Tells what to expect of circuits by the training part alone, and measures chosen ones on the test part."""

    def __init__(self, split: Split, options: SynthesisOptions) -> None:
        self._split, self._options = split, options

    def judged(self, found: Found) -> Circuit:
        """Return a circuit with what is expected of it."""
        answers = classify(classifier_of(found), self._expectation.features)
        return Circuit(found, self._expectation.of_answers(answers, balanced=self._options.balanced))

    def measured(self, found: Found) -> float | None:
        """Return the accuracy on the test part, None where it is empty."""
        if not len(self._split.test_labels):
            return None
        said = classify(classifier_of(found), self._split.test_features)
        return accuracy(said, self._split.test_labels, balanced=self._options.balanced)

    @cached_property
    def _expectation(self) -> Expectation:
        options = self._options
        teacher = ask(self._split, effort=options.effort, seed=options.seed)
        return Expectation.of(teacher, self._split.train_features, seed=options.seed)
