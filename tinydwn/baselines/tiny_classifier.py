"""Tiny Classifier circuits: classifiers of at most 300 two-input gates, evolved on the samples.

The method is that of Iordanou et al., "Tiny Classifier Circuits: Evolving Accelerators for Tabular Data", arXiv
2303.00031: the samples, in a binary code of a few bits per feature, are a partial truth table, and EGGP (see
`genotype`) evolves a circuit for it. Where that leaves room, choices are to the circuit's advantage. An evolution that
stagnates starts again from another random graph as long as its budget lasts. Of all circuits on the way, the smallest
one is taken whose accuracy on validation samples is within half a standard error of the best (after Breiman et al.,
"Classification and Regression Trees", 1984): the best of very many is mostly a lucky and a large one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinydwn.baselines.binary_code import BinaryCode, Bins, fit_binary_code
from tinydwn.baselines.evolution import (
    BLOCK,
    FIT,
    GATE_SAMPLES,
    GENERATION,
    NOBODY,
    Cases,
    Population,
    cases_of,
    evolve,
    lost,
    mutation_counts,
    nobody_kept,
    population_of,
)
from tinydwn.baselines.genotype import active_gates, netlist_of, random_genotype
from tinydwn.data.held_out import held_out
from tinydwn.errors import ConfigError, DataError
from tinydwn.lowering.names import indexed_names
from tinydwn.netlist import Netlist, NetlistBuilder, simulate

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
    the share of each class that is held out of the fitness. standard_errors: how far below the best validation accuracy
    the smallest circuit is taken; 0 takes the best. balanced: each class counts as much as any other, in
    fitness and in validation. encodings: bits per feature and kind of bins, each tried with a budget of its own.

    `ConfigError` for what cannot be done.
    """

    gates: int = GATES
    generations: int = 300_000
    stagnation: int = 20_000
    children: int = 4
    mutation_rate: float = 0.005
    validation_fraction: float = 0.5
    standard_errors: float = 0.5
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
        if not 0 <= self.standard_errors < np.inf:
            raise ConfigError(f"{self.standard_errors:g} standard errors", hint="choose 0 or a small positive number")
        if not self.encodings:
            raise ConfigError("an evolution without an encoding", hint="choose bits and bins, such as (4, 'quantile')")
        if self.seed < 0:
            raise ConfigError(f"the seed is {self.seed}", hint="choose a whole number from 0 upwards")


@dataclass(frozen=True, slots=True)
class Trial:
    """What one encoding came to.

    Accuracies and active_gates are of the circuit that would be taken of this encoding alone, from any of the `runs`.
    best_validation_accuracy: the best of any size. evolved_fit_accuracy: the best on the fitting samples of any run.
    gate_evaluations: gates times samples that were evaluated. seconds: processor time of one core; it is left out of
    comparisons.
    """

    bits: int
    bins: Bins
    fit_accuracy: float
    validation_accuracy: float
    best_validation_accuracy: float
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
    def settled(self) -> Netlist:
        """The netlist with the bits that its code never sets tied to 0: it answers every encoded sample alike."""
        builder, constant = NetlistBuilder(self.netlist.name), set(self.code.never_set)
        read = [0 if name in constant else builder.input(name) for name in self.netlist.inputs]
        for name, net in zip(self.netlist.output_names, builder.insert(self.netlist, read), strict=True):
            builder.output(name, net)
        return builder.build()

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
    """Return the smallest circuit that is among the best on validation samples, over all encodings.

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
    evolved: list[_Evolved] = []
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

        evolved.append(_Evolved(code, fit, validation))
        evolved[-1].evolve(options, (options.seed, 1 + place), tell)
    chosen, size = _taken(evolved, options.standard_errors)
    outputs = indexed_names("class", targets.shape[1], chosen.code.bit_names)
    return TinyClassifier(
        code=chosen.code,
        netlist=netlist_of(chosen.kept.circuit(size), chosen.code.bit_names, outputs, name="tiny_classifier"),
        classes=classes,
        budget=options.gates,
        fit_accuracy=chosen.fit_accuracy(size),
        validation_accuracy=chosen.validation_accuracy(size),
        trials=tuple(one.trial(options.standard_errors) for one in evolved),
    )


class _Evolved:
    """What evolution found on one encoding."""

    def __init__(self, code: BinaryCode, fit: Cases, validation: Cases) -> None:
        gates = len(fit.rows) // BLOCK - fit.blocks * fit.inputs
        self.code, self.validation = code, validation
        self.kept = nobody_kept(gates=gates, outputs=len(fit.targets))
        self._fit, self._gates = fit, gates
        self._spent = self._runs = self._gate_evaluations = 0
        self._least_lost = NOBODY
        self._seconds = 0.0

    def evolve(self, options: EvolutionOptions, seed: tuple[int, int], tell: Callable[[int], None]) -> None:
        """Run evolutions, one after the other, until their generations are spent."""
        while self._spent < options.generations:
            rng = np.random.default_rng([*seed, self._runs])
            start = random_genotype(inputs=self._fit.inputs, gates=self._gates, outputs=len(self._fit.targets), rng=rng)
            self._run(population_of(start, self._fit, rng=rng), options, tell)

    def _run(self, population: Population, options: EvolutionOptions, tell: Callable[[int], None]) -> None:
        shares = mutation_counts(population.parent.genes, options.mutation_rate)

        def legs(generations: int) -> bool:
            return evolve(
                population,
                self.kept,
                self._fit,
                self.validation,
                shares,
                generations,
                options.children,
                options.stagnation,
            )

        legs(0)  # The first call compiles, and no clock is to show that.
        start, ended = time.thread_time(), False
        while not ended and self._spent < options.generations:
            before = int(population.counts[GENERATION])
            ended = legs(min(_LEG, options.generations - self._spent))
            self._spent += int(population.counts[GENERATION]) - before
            tell(self._spent)
        self._seconds += time.thread_time() - start
        self._runs += 1
        self._gate_evaluations += int(population.counts[GATE_SAMPLES])
        self._least_lost = min(self._least_lost, float(population.scores[FIT]))

    def validation_accuracy(self, size: int) -> float:
        """Return the accuracy of the circuit of so many active gates on the samples that it was kept for."""
        return 1.0 - float(self.kept.validation_lost[size])

    def fit_accuracy(self, size: int) -> float:
        """Return the accuracy of the circuit of so many active gates on the samples that it was evolved on."""
        circuit, cone = self.kept.circuit(size), np.zeros(self._gates, dtype=np.int32)
        active = active_gates(circuit, self._fit.inputs, np.zeros(self._gates, dtype=np.bool_), cone)
        return 1.0 - float(lost(circuit, self._fit, cone, active, NOBODY, np.zeros(3, dtype=np.int64)))

    def trial(self, standard_errors: float) -> Trial:
        """Return the figures."""
        _, size = _taken([self], standard_errors)
        return Trial(
            bits=self.code.bits,
            bins=self.code.bins,
            fit_accuracy=self.fit_accuracy(size),
            validation_accuracy=self.validation_accuracy(size),
            best_validation_accuracy=1.0 - float(self.kept.validation_lost.min()),
            evolved_fit_accuracy=1.0 - self._least_lost,
            active_gates=size,
            generations=self._spent,
            runs=self._runs,
            gate_evaluations=self._gate_evaluations,
            seconds=self._seconds,
        )


def _taken(evolved: Sequence[_Evolved], standard_errors: float) -> tuple[_Evolved, int]:
    """Return the smallest circuit that is near the best on validation; of equally small ones the best, then the first.

    The standard error is that of as many wrong answers as the best one gives, evenly over the weighed groups.
    """
    every = np.array([one.kept.validation_lost for one in evolved])
    least = every.min()
    error = float(np.sqrt(least * (1.0 - least) * evolved[0].validation.weights.mean()))
    near = every <= least + standard_errors * error + 1e-12
    size = int(near.any(axis=0).argmax())
    return evolved[int(every[:, size].argmin())], size


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
