"""Tiny Classifier circuits: classifiers of at most 300 two-input gates, evolved on the samples.

The method is that of Iordanou et al., "Tiny Classifier Circuits: Evolving Accelerators for Tabular Data", arXiv
2303.00031: the samples, in a binary code of a few bits per feature, are a partial truth table, and EGGP (see
`genotype`) evolves a circuit for it. Where that leaves room, choices are to the circuit's advantage: an evolution that
stagnates starts again from another random graph as long as its budget lasts, and of circuits that do equally well on
validation samples the one with fewer gates is kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinydwn.baselines.binary_code import BinaryCode, Bins, fit_binary_code
from tinydwn.baselines.evolution import (
    FIT,
    GATE_SAMPLES,
    GENERATION,
    KEPT_SIZE,
    VALIDATION,
    Cases,
    Population,
    cases_of,
    evolve,
    lost,
    mutation_counts,
    population_of,
)
from tinydwn.baselines.genotype import active_gates, netlist_of, random_genotype
from tinydwn.data.held_out import held_out
from tinydwn.errors import ConfigError, DataError
from tinydwn.lowering.names import indexed_names
from tinydwn.netlist import Netlist, simulate

OnGenerations = Callable[[int, int], None]
ENCODINGS: tuple[tuple[int, Bins], ...] = ((2, "quantile"), (4, "quantile"), (2, "uniform"), (4, "uniform"))
GATES = 300
_LEG = 5000
"""Generations between two reports of progress, which change nothing else."""


@dataclass(frozen=True, slots=True)
class EvolutionOptions:
    """Options of `evolve_tiny_classifier`.

    gates: the budget of two-input gates, those that reach no output included. generations: for each encoding, in all
    runs together. stagnation: a run ends when its best validation accuracy has not improved for so many generations.
    children: per generation. mutation_rate: the chance of each gene, function or edge, to mutate. validation_fraction:
    the share of each class that is held out of the fitness. balanced: each class counts as much as any other, in
    fitness and in validation. encodings: bits per feature and kind of bins, each tried with a budget of its own.

    `ConfigError` for what cannot be done.
    """

    gates: int = GATES
    generations: int = 300_000
    stagnation: int = 20_000
    children: int = 4
    mutation_rate: float = 0.005
    validation_fraction: float = 0.3
    balanced: bool = False
    encodings: tuple[tuple[int, Bins], ...] = ENCODINGS
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("gates", "generations", "stagnation", "children"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} of an evolution: {getattr(self, name)}", hint="choose at least 1")
        for name in ("mutation_rate", "validation_fraction"):
            if not 0 < getattr(self, name) < 1:
                raise ConfigError(f"{name} of an evolution: {getattr(self, name):g}", hint="choose one between 0 and 1")
        if not self.encodings:
            raise ConfigError("an evolution without an encoding", hint="choose bits and bins, such as (4, 'quantile')")
        if self.seed < 0:
            raise ConfigError(f"the seed is {self.seed}", hint="choose a whole number from 0 upwards")


@dataclass(frozen=True, slots=True)
class Trial:
    """What one encoding came to.

    Accuracies and active_gates are of the circuit that was best on validation, found in one of the `runs`.
    evolved_fit_accuracy: the best on the fitting samples that any run ended with. gate_evaluations: gates times samples
    that were evaluated. seconds: processor time of one core; it is left out of comparisons.
    """

    bits: int
    bins: Bins
    fit_accuracy: float
    validation_accuracy: float
    evolved_fit_accuracy: float
    active_gates: int
    generations: int
    runs: int
    gate_evaluations: int
    seconds: float = field(compare=False)


@dataclass(frozen=True, slots=True)
class TinyClassifier:
    """An evolved circuit: `netlist` answers the bits of `code` with the number of the class in binary, LSB first.

    The netlist holds the gates that reach an output as the evolution left them. An answer is right where all output
    bits are; a number beyond the last class is never right. budget: the gates that the evolution had. The accuracies
    are those of the options' metric on the fitting and on the validation samples. trials: what each encoding came to.
    """

    code: BinaryCode
    netlist: Netlist
    classes: int
    budget: int
    fit_accuracy: float
    validation_accuracy: float
    trials: tuple[Trial, ...]

    @property
    def active_gates(self) -> int:
        """Two-input gates that reach an output, before any minimization."""
        return len(self.netlist.nodes)

    @property
    def generations(self) -> int:
        """Generations of all trials."""
        return sum(trial.generations for trial in self.trials)

    @property
    def gate_evaluations(self) -> int:
        """Gates times samples evaluated in all trials."""
        return sum(trial.gate_evaluations for trial in self.trials)

    @property
    def seconds(self) -> float:
        """Processor time of all trials, on one core."""
        return sum(trial.seconds for trial in self.trials)

    def encode(self, features: ArrayLike) -> NDArray[np.bool_]:
        """Return what the netlist reads, (samples, inputs), for `features` (samples, features)."""
        return self.code.encode(features)

    def predict(self, features: ArrayLike) -> NDArray[np.int64]:
        """Return the number that the outputs spell, (samples,); it may lie beyond the last class."""
        outputs = simulate(self.netlist, self.encode(features))
        return np.asarray(outputs @ (1 << np.arange(outputs.shape[1])), dtype=np.int64)


def evolve_tiny_classifier(
    features: ArrayLike,
    labels: ArrayLike,
    *,
    classes: int,
    feature_names: Sequence[str] | None = None,
    options: EvolutionOptions | None = None,
    on_generations: OnGenerations | None = None,
) -> TinyClassifier:
    """Return the circuit that does best on validation samples, over all encodings.

    `features`, (samples, features), and `labels`, (samples,) from 0 to `classes` - 1, are the training part; the
    validation samples are taken from it. Cut points of the code are fitted on all of `features`. Features are called
    x0, x1, ... unless named. The same arguments give the same circuit. `on_generations` hears how many generations are
    done, and of how many. `DataError` where samples and labels do not go together or are too few to hold some out.

    >>> rng = np.random.default_rng(0)
    >>> features = rng.random((400, 3))
    >>> labels = (features[:, 0] > 0.5) & (features[:, 2] > 0.5)
    >>> options = EvolutionOptions(generations=3000, encodings=((2, "uniform"),))
    >>> tiny = evolve_tiny_classifier(features, labels.astype(int), classes=2, options=options)
    >>> tiny.validation_accuracy > 0.95, tiny.netlist.output_names
    (True, ('class[0]',))
    """
    options = options or EvolutionOptions()
    values, numbers = _checked(features, labels, classes)
    names = tuple(feature_names) if feature_names is not None else tuple(f"x{k}" for k in range(values.shape[1]))
    held = held_out(numbers, options.validation_fraction, np.random.default_rng([options.seed, 0]))
    if not held.any():
        raise DataError(f"{len(numbers)} samples are too few to hold some out for validation", hint="give more samples")
    targets = (numbers[:, None] >> np.arange((classes - 1).bit_length()) & 1).astype(np.bool_)
    every = len(options.encodings) * options.generations
    found: list[tuple[Trial, BinaryCode, Netlist]] = []
    for place, (bits, bins) in enumerate(options.encodings):
        code = fit_binary_code(values, names, bits=bits, bins=bins)
        encoded = code.encode(values)
        fit, validation = (
            cases_of(encoded[part], targets[part], numbers[part], gates=options.gates, balanced=options.balanced)
            for part in (~held, held)
        )

        def tell(done: int, before: int = place * options.generations) -> None:
            if on_generations is not None:
                on_generations(before + done, every)

        budgeted = _Budgeted(options, fit, validation, (options.seed, 1 + place))
        population = budgeted.best(tell)
        outputs = indexed_names("class", targets.shape[1], code.bit_names)
        netlist = netlist_of(population.kept, code.bit_names, outputs, name="tiny_classifier")
        found.append((budgeted.trial(population, bits, bins), code, netlist))
    trial, code, netlist = min(found, key=lambda one: (-one[0].validation_accuracy, one[0].active_gates))
    return TinyClassifier(
        code=code,
        netlist=netlist,
        classes=classes,
        budget=options.gates,
        fit_accuracy=trial.fit_accuracy,
        validation_accuracy=trial.validation_accuracy,
        trials=tuple(one[0] for one in found),
    )


class _Budgeted:
    """Runs on one encoding, one after the other, until their generations are spent."""

    def __init__(self, options: EvolutionOptions, fit: Cases, validation: Cases, seed: tuple[int, int]) -> None:
        self._options, self._fit, self._validation, self._seed = options, fit, validation, seed
        self._spent = self._runs = self._gate_evaluations = 0
        self._least_lost = np.inf
        self._seconds = 0.0

    def best(self, tell: Callable[[int], None]) -> Population:
        """Return the run whose kept circuit is best on validation; of equal ones the smallest, then the first."""
        best: Population | None = None
        while best is None or self._spent < self._options.generations:
            population = self._begun()
            self._run(population, tell)
            if best is None or _key(population) < _key(best):
                best = population
        return best

    def trial(self, population: Population, bits: int, bins: Bins) -> Trial:
        return Trial(
            bits=bits,
            bins=bins,
            fit_accuracy=1.0 - self._fit_lost(population),
            validation_accuracy=1.0 - float(population.scores[VALIDATION]),
            evolved_fit_accuracy=1.0 - self._least_lost,
            active_gates=int(population.counts[KEPT_SIZE]),
            generations=self._spent,
            runs=self._runs,
            gate_evaluations=self._gate_evaluations,
            seconds=self._seconds,
        )

    def _begun(self) -> Population:
        rng = np.random.default_rng([*self._seed, self._runs])
        genotype = random_genotype(
            inputs=self._fit.inputs, gates=self._options.gates, outputs=len(self._fit.targets), rng=rng
        )
        return population_of(genotype, self._fit, self._validation, rng=rng)

    def _run(self, population: Population, tell: Callable[[int], None]) -> None:
        options = self._options
        shares = mutation_counts(population.parent.genes, options.mutation_rate)
        # The first call compiles, and no clock is to show that.
        evolve(population, self._fit, self._validation, shares, 0, options.children, options.stagnation)
        start, ended = time.thread_time(), False
        while not ended and self._spent < options.generations:
            before = int(population.counts[GENERATION])
            leg = min(_LEG, options.generations - self._spent)
            ended = evolve(population, self._fit, self._validation, shares, leg, options.children, options.stagnation)
            self._spent += int(population.counts[GENERATION]) - before
            tell(self._spent)
        self._seconds += time.thread_time() - start
        self._runs += 1
        self._gate_evaluations += int(population.counts[GATE_SAMPLES])
        self._least_lost = min(self._least_lost, float(population.scores[FIT]))

    def _fit_lost(self, population: Population) -> float:
        size = active_gates(population.kept, self._fit.inputs, population.marks, population.cone)
        return float(lost(population.kept, self._fit, population.cone, size, np.inf, population.counts))


def _key(population: Population) -> tuple[float, int]:
    return float(population.scores[VALIDATION]), int(population.counts[KEPT_SIZE])


def _checked(features: ArrayLike, labels: ArrayLike, classes: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    values, numbers = np.asarray(features, dtype=np.float64), np.asarray(labels)
    if classes < 2:
        raise ConfigError(f"a classifier of {classes} classes", hint="choose at least 2")
    if values.ndim != 2 or numbers.shape != (len(values),):
        raise DataError(f"features of shape {values.shape} for labels of shape {numbers.shape}")
    if not np.issubdtype(numbers.dtype, np.integer):
        raise DataError(f"the labels are {numbers.dtype}, expected the numbers of classes")
    if numbers.size and not 0 <= numbers.min() <= numbers.max() < classes:
        raise DataError(f"a label is not a number from 0 to {classes - 1}")
    return values, numbers.astype(np.int64)
