"""The search for small circuits as scikit-learn users know it."""

from __future__ import annotations

import sys
from os import PathLike, fspath
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from tinydwn.encoder import Encoder
from tinydwn.estimators.circuit_texts import CircuitTexts
from tinydwn.estimators.fitting import labeled, split_of
from tinydwn.estimators.probabilities import label_shares
from tinydwn.estimators.refusals import ParameterError, refusing, refusing_samples
from tinydwn.estimators.settings import choice_of, options_of, verbosity
from tinydwn.lowering import Core
from tinydwn.model import classify, save_classifier
from tinydwn.netlist import Netlist
from tinydwn.synthesis.delivery import Road
from tinydwn.synthesis.exploring import Fronts, explore_fronts, places_of
from tinydwn.synthesis.front import choose
from tinydwn.synthesis.pipeline import load_libraries
from tinydwn.synthesis.progress import Event, Progress
from tinydwn.synthesis.source import learn_split
from tinydwn.synthesis.workspace import Workspace


class CircuitClassifier(CircuitTexts, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A circuit of a few gates with `fit`, `predict`, `predict_proba` and `score`, chosen from a front of all sizes.

    `fit` trains a network of lookup tables and searches circuits of up to `budget` areas of the smallest NAND2 of
    `library`, as `tinydwn synth` does: on the `cut` whose cost counts ("chip" has its comparators, "core" has none),
    with each class counting as much as any other where `balanced`, and with `effort` "fast", "normal" or "high".
    `circuits` is how many the search judges and `points` the most that it keeps, by default as many as the effort
    allows: small numbers make a quick fit. `training` has fields of `TrainingConfig` for the network.

    `rule` chooses: "balanced", the smallest circuit that is expected within one standard error of the best one,
    "knee", of accuracy over area, or "best"; `max_area`, in NAND2 equivalents, asks for the best within. `choose` takes
    another one without a search. `random_state` is what scikit-learn means by it, 0 unless given, so that results
    repeat. With `verbose` of 1 or more, `fit` prints what it does.

    After `fit`: `classes_`, `n_features_in_`, `front_` (every circuit as a `FrontPoint`, by ascending area: its kind,
    sizes on both cuts, training accuracy, and the accuracy to expect on unseen samples with its standard error), and of
    the chosen one `chosen_` (its number), `classifier_`, `netlist_` (the minimized chip) and `expected_accuracy_`.

    Errors are those of tinydwn, and `ValueError` or `TypeError` as scikit-learn has them: `ParameterError` for
    arguments, raised by `fit`, `SamplesError` and `SamplesTypeError` for samples; scikit-learn's `NotFittedError`.

    >>> from sklearn.datasets import load_iris
    >>> features, species = load_iris(return_X_y=True)
    >>> model = CircuitClassifier(budget=8, max_area=8, circuits=4000, points=4, training={"epochs": 2})
    >>> model = model.fit(features, species)
    >>> bool(model.score(features, species) > 0.9), len(model.netlist_.nodes) < 20
    (True, True)
    """

    def __init__(
        self,
        *,
        budget: float = 64.0,
        effort: str = "fast",
        cut: str = "chip",
        rule: str = "balanced",
        max_area: float | None = None,
        library: str = "sky130_fd_sc_hd",
        balanced: bool = False,
        circuits: int | None = None,
        points: int | None = None,
        training: dict[str, Any] | None = None,
        random_state: int | np.random.RandomState | None = 0,
        verbose: int = 0,
    ) -> None:
        self.budget = budget
        self.effort = effort
        self.cut = cut
        self.rule = rule
        self.max_area = max_area
        self.library = library
        self.balanced = balanced
        self.circuits = circuits
        self.points = points
        self.training = training
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:  # noqa: N803  (scikit-learn's names)
        """Search on features, (samples, features), and labels, (samples,), of any kind that can be sorted."""
        samples = labeled(self, X, y)
        with refusing():
            choice = choice_of(self.rule, max_area=self.max_area)
            options = options_of(self)
            progress = Progress(_say if verbosity(self.verbose) else None)
            split = split_of(self, samples, seed=options.seed)
            road, workspace = Road(load_libraries(options), options, progress), Workspace(None)
            fronts = explore_fronts(learn_split(split, options, progress, workspace), road, workspace)
            chosen = choose(places_of(fronts.points, options.cut), choice)
        self.classes_, self.front_ = samples.classes, fronts.points
        self._keep(fronts, samples.features, samples.labels)
        self._cut = options.cut
        self._take(chosen)
        return self

    def choose(
        self,
        rule: str | None = None,
        *,
        max_area: float | None = None,
        accuracy_drop: float | None = None,
        point: int | None = None,
    ) -> Self:
        """Take another circuit of the front, without a search.

        One of: a `rule` ("balanced", "knee", "best"), the best expected accuracy within `max_area` NAND2 equivalents,
        the smallest circuit that is expected to be at most `accuracy_drop` less accurate than the best, such as 0.01,
        or the `point` of a number in `front_`. `ParameterError` for none or several of them, and where none fits.
        """
        check_is_fitted(self, "classifier_")
        with refusing():
            choice = choice_of(rule, max_area=max_area, accuracy_drop=accuracy_drop, point=point)
            self._take(choose(places_of(self.front_, self._cut), choice))
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803  (scikit-learn's names)
        """Return the label of each row of `X`, (samples, features), as the chosen circuit tells it."""
        answers = self._answers(X)
        return np.asarray(self.classes_[answers])

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803  (scikit-learn's names)
        """Return how likely each of `classes_` is for each row of `X`, (samples, classes); rows sum to one.

        A circuit says a class and no more. So it is how often each label came with the same answer among the training
        samples (see `label_shares`), which is a little too sure of itself; the likeliest class is always the answer.
        """
        answers = self._answers(X)
        return self._label_shares[self.chosen_][answers]

    def save(self, path: str | PathLike[str]) -> None:
        """Write the chosen circuit to `path`, .npz, which `tinydwn.model.load_classifier` and `tinydwn synth` read.

        Labels are written as texts. `OutputError` where it cannot be written.
        """
        check_is_fitted(self, "classifier_")
        if not isinstance(path, str | PathLike) or not isinstance(fspath(path), str):
            raise ParameterError(f"the path is {path!r}", hint="give the name of a file, such as model.npz")
        save_classifier(self.classifier_, fspath(path))

    def _keep(self, fronts: Fronts, features: NDArray[np.float64], labels: NDArray[np.int64]) -> None:
        """Keep of every circuit what it takes to be chosen: its netlists, and what its answers are worth."""
        self._cores = tuple(Core(one.core.netlist, one.core.assumption) for one in fronts.built)
        self._chips = tuple(one.chip.netlist for one in fronts.built)
        self._label_shares = tuple(
            label_shares(classify(point.classifier, features), labels, classes=len(self.classes_))
            for point in fronts.points
        )

    def _take(self, number: int) -> None:
        point = self.front_[number]
        self.chosen_, self.classifier_, self.netlist_ = number, point.classifier, self._chips[number]
        self.expected_accuracy_ = point.expected

    def _answers(self, X: ArrayLike) -> NDArray[np.int64]:  # noqa: N803
        check_is_fitted(self, "classifier_")
        with refusing_samples(X):
            features = np.asarray(validate_data(self, X, dtype=np.float64, reset=False))
        return classify(self.classifier_, features)

    def _encoder(self) -> Encoder:
        check_is_fitted(self, "classifier_")
        return self.classifier_.encoder

    def _small_core(self) -> Core:
        check_is_fitted(self, "classifier_")
        return self._cores[self.chosen_]

    def _small_chip(self) -> Netlist:
        check_is_fitted(self, "classifier_")
        return self.netlist_


def _say(event: Event) -> None:
    counted = "" if event.total is None else f" ({event.done or 0} of {event.total})"
    sys.stdout.write(f"[CircuitClassifier] {event.stage}: {event.text}{counted}\n")
