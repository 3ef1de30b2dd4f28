"""Networks trained for a budget of two-input gates: counted part by part, shrunk with their samples, proven."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.encoder import Scheme

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tinydwn.data import Split
    from tinydwn.lowering import Core
    from tinydwn.mapping.mapped import MappedNetlist
    from tinydwn.model import Classifier
    from tinydwn.netlist import Assumption, Netlist
    from tinydwn.refine import Examples

NETWORK, SHRUNK = "network", "network, shrunk"
_BITS = {"mnist": 1, "digits": 4}
_EPOCHS = {"mnist": 5}
_COPIES, _HELD_OUT = 3, 0.1
_RULE, _TIMEOUT_S = "gates2", 600.0
_ABOVE = 1.0
"""Networks are trained for so many times the budget of their circuits: mapped ones took 0.5 to 1.0 of the estimate."""
_BELOW = 0.97
"""Shrinking ends at this share of the budget."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A network or a circuit, and its two-input gates after mapping: of the whole, and of its parts.

    `proof` is the outcome of proving that the mapped gates mean what was lowered, or what shrinking found. A shrunk
    circuit has no parts: `tables_gates2` and `reduction_gates2` are None. `validation_accuracy` is None of what was
    trained on the whole training part.
    """

    model: str
    test_accuracy: float
    validation_accuracy: float | None
    gates2: int
    tables_gates2: int | None
    reduction_gates2: int | None
    proof: str
    seconds: float


def counted_networks(dataset: str, *, budget: int, seed: int, epochs: int | None = None) -> tuple[Counted, ...]:
    """Train a network for a budget, and return it with its function kept, and shrunk to the budget.

    A tenth of the training part is held out: it chooses among shrunk circuits. Of images, moved copies are learned too.
    """
    from tinydwn.data import load_dataset

    split = load_dataset(dataset).split(test_fraction=0.2, seed=seed)
    begun = time.perf_counter()
    work = _trained(split, dataset, budget=budget, seed=seed, epochs=epochs)
    return _network(work, time.perf_counter() - begun), _shrunk(work, budget, seed, begun)


@dataclass(frozen=True, slots=True)
class _Work:
    """A trained network, its core, that in two-input gates, and the samples of each part as examples of the core."""

    classifier: Classifier
    core: Core
    mapped: MappedNetlist
    learned: Examples
    validation: Examples
    test: Examples


def _trained(split: Split, dataset: str, *, budget: int, seed: int, epochs: int | None) -> _Work:
    from tinydwn.data import with_moves
    from tinydwn.data.held_out import held_out
    from tinydwn.lowering import lower_core
    from tinydwn.synthesis.minimization import minimize_core
    from tinydwn.training import TrainingConfig, train

    images = dataset == "mnist"
    held = held_out(split.train_labels, _HELD_OUT, np.random.default_rng([seed, 1]))
    features, labels = split.train_features, split.train_labels
    learned = replace(split, train_features=features[~held], train_labels=labels[~held])
    config = TrainingConfig(
        gates=round(_ABOVE * budget),
        bits_per_feature=_BITS.get(dataset),
        scheme=Scheme.UNIFORM if images else Scheme.QUANTILE,
        validation_fraction=0.0,
        batch_size=200 if images else None,
        epochs=epochs or _EPOCHS.get(dataset),
        seed=seed,
    )
    classifier = train(with_moves(learned, copies=_COPIES, seed=seed) if images else learned, config).classifier
    core = lower_core(classifier)
    return _Work(
        classifier=classifier,
        core=core,
        mapped=_mapped(minimize_core(core, effort="fast", timeout_s=_TIMEOUT_S).netlist),
        learned=_examples(classifier, core, features[~held], labels[~held]),
        validation=_examples(classifier, core, features[held], labels[held]),
        test=_examples(classifier, core, split.test_features, split.test_labels),
    )


def _network(work: _Work, seconds: float) -> Counted:
    from tinydwn.lowering.parts import parts

    pieces, netlist = parts(work.classifier), work.mapped.functions()
    return Counted(
        model=NETWORK,
        test_accuracy=work.test.accuracy(netlist),
        validation_accuracy=work.validation.accuracy(netlist),
        gates2=_gates(work.mapped),
        tables_gates2=_part(pieces.tables),
        reduction_gates2=_part(pieces.reduction),
        proof=_proof(work.core.netlist, work.mapped, work.core.assumption),
        seconds=seconds,
    )


def _shrunk(work: _Work, budget: int, seed: int, begun: float) -> Counted:
    """Return the circuit within the budget that is most accurate on the validation part, shrunk with the others."""
    from tinydwn.refine.shrink import shrink
    from tinydwn.technology import load_library

    least = _BELOW * min(budget, _gates(work.mapped))
    found = shrink(
        work.mapped.functions(), work.learned, load_library(_RULE), least=least, seed=seed, timeout_s=_TIMEOUT_S
    )
    fitting = [one for one in found if one.cost <= budget] or [found[0]]
    best = max(fitting, key=lambda one: (work.validation.accuracy(one.mapped.functions()), -one.cost))
    wanted = best.mapped.functions()
    again = _mapped(wanted)  # proven, and taken where it is smaller
    final = again if _gates(again) < _gates(best.mapped) else best.mapped
    return Counted(
        model=SHRUNK,
        test_accuracy=work.test.accuracy(final.functions()),
        validation_accuracy=work.validation.accuracy(wanted),
        gates2=_gates(final),
        tables_gates2=None,
        reduction_gates2=None,
        proof=_proof(wanted, again),
        seconds=time.perf_counter() - begun,
    )


def _examples(classifier: Classifier, core: Core, features: NDArray[np.float64], labels: NDArray[np.int64]) -> Examples:
    """Return samples as examples of a core: the bits that it reads, and the class in binary."""
    from tinydwn.lowering.stimulus import core_stimulus
    from tinydwn.refine import Examples

    names, encoder = core.netlist.inputs, classifier.encoder
    place = {name: bit for bit, name in enumerate(encoder.bit_names)}
    return Examples(
        names,
        core.netlist.output_names,
        core_stimulus(encoder, names, encoder.encode(features)),
        (labels[:, None] >> np.arange(len(core.netlist.outputs)) & 1).astype(bool),
        labels,
        encoder.feature[[place[name] for name in names]],
        np.zeros(len(names)),
    )


def _mapped(netlist: Netlist) -> MappedNetlist:
    from tinydwn.mapping import map_to_cells
    from tinydwn.technology import load_library

    return map_to_cells(netlist, load_library(_RULE), effort="fast", timeout_s=_TIMEOUT_S)


def _gates(mapped: MappedNetlist) -> int:
    return round(mapped.area_um2)


def _part(netlist: Netlist) -> int:
    """Return the gates of a part that is minimized and mapped alone."""
    from tinydwn.minimize import recipe, run_recipe

    return _gates(_mapped(run_recipe(netlist, recipe("fast", timeout_s=_TIMEOUT_S)).netlist))


def _proof(wanted: Netlist, mapped: MappedNetlist, assuming: Assumption | None = None) -> str:
    """Return how proving that the mapped gates mean what is wanted ended, by ABC."""
    from tinydwn.verify import prove_equivalent

    verdict = prove_equivalent(wanted, mapped.functions(), assuming=assuming, timeout_s=_TIMEOUT_S)
    return verdict.outcome.value
