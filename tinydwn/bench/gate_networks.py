"""Networks trained for a budget of two-input gates: counted part by part, shrunk with their samples, proven."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tinydwn.data import Split
    from tinydwn.lowering import Core
    from tinydwn.mapping.mapped import MappedNetlist
    from tinydwn.model import Classifier
    from tinydwn.netlist import Assumption, Netlist
    from tinydwn.refine import Examples
    from tinydwn.training import Trained

NETWORK, SHRUNK = "network", "network, shrunk"
_BITS = {"mnist": 1, "digits": 4}
_RULE, _TIMEOUT_S = "gates2", 600.0
_ABOVE = 1.12
"""Networks are trained for a budget so much larger than that of their circuits: shrinking takes the rest."""
_BELOW = 0.97
"""Shrinking ends at this share of the budget."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A circuit of a budget, from thermometer bits to the class; counts are two-input gates after mapping.

    `proof` is the outcome of proving that the mapped gates mean what was lowered, or what shrinking found. A shrunk
    circuit has no parts: `tables_gates2` and `reduction_gates2` are None.
    """

    model: str
    test_accuracy: float
    validation_accuracy: float
    gates2: int
    tables_gates2: int | None
    reduction_gates2: int | None
    proof: str
    seconds: float


def counted_networks(dataset: str, *, budget: int, seed: int, epochs: int | None = None) -> tuple[Counted, ...]:
    """Train a network for a budget, and return it with its function kept, and shrunk to the budget."""
    from tinydwn.data import load_dataset
    from tinydwn.lowering import lower_core
    from tinydwn.synthesis.minimization import minimize_core
    from tinydwn.training import TrainingConfig, train

    split = load_dataset(dataset).split(test_fraction=0.2, seed=seed)
    config = TrainingConfig(
        gates=round(_ABOVE * budget),
        bits_per_feature=_BITS.get(dataset),
        scheme="uniform" if dataset == "mnist" else "quantile",  # type: ignore[arg-type]  # names may be text
        validation_fraction=0.1,
        epochs=epochs,
        seed=seed,
    )
    begun = time.perf_counter()
    trained = train(split, config)
    seconds = time.perf_counter() - begun
    core = lower_core(trained.classifier)
    smaller = minimize_core(core, effort="fast", timeout_s=_TIMEOUT_S).netlist
    mapped = _mapped(smaller)
    kept = _network(trained, split, core, mapped, seconds)
    shrunk = _shrunk(trained, split, core, mapped, budget=budget, seconds=seconds)
    return (kept, shrunk)


def _network(trained: Trained, split: Split, core: Core, mapped: MappedNetlist, seconds: float) -> Counted:
    from tinydwn.lowering.parts import parts

    pieces = parts(trained.classifier)
    return Counted(
        model=NETWORK,
        test_accuracy=_right(mapped, trained.classifier, split.test_features, split.test_labels),
        validation_accuracy=trained.best_epoch.validation_accuracy or 0.0,
        gates2=_gates(mapped),
        tables_gates2=_part(pieces.tables),
        reduction_gates2=_part(pieces.reduction),
        proof=_proof(core.netlist, mapped, core.assumption),
        seconds=seconds,
    )


def _shrunk(
    trained: Trained, split: Split, core: Core, mapped: MappedNetlist, *, budget: int, seconds: float
) -> Counted:
    """Return the circuit within the budget that is most accurate on the validation part, shrunk with the others."""
    from tinydwn.refine.shrink import shrink
    from tinydwn.technology import load_library

    classifier = trained.classifier
    learned, validation = _examples(trained, split, core)
    begun = time.perf_counter()
    least = _BELOW * min(budget, _gates(mapped))
    found = shrink(
        mapped.functions(), learned, load_library(_RULE), least=least, seed=trained.config.seed, timeout_s=_TIMEOUT_S
    )
    fitting = [one for one in found if one.cost <= budget] or [found[0]]
    best = max(fitting, key=lambda one: (validation.accuracy(one.mapped.functions()), -one.cost))
    wanted = best.mapped.functions()
    again = _mapped(wanted)
    final = again if _gates(again) < _gates(best.mapped) else best.mapped
    return Counted(
        model=SHRUNK,
        test_accuracy=_right(final, classifier, split.test_features, split.test_labels),
        validation_accuracy=validation.accuracy(wanted),
        gates2=_gates(final),
        tables_gates2=None,
        reduction_gates2=None,
        proof=_proof(wanted, final),
        seconds=seconds + time.perf_counter() - begun,
    )


def _examples(trained: Trained, split: Split, core: Core) -> tuple[Examples, Examples]:
    """Return what training learned from and what it was validated on, as examples of the core."""
    from tinydwn.data.held_out import held_out
    from tinydwn.lowering.stimulus import core_stimulus
    from tinydwn.refine import Examples

    classifier, names = trained.classifier, core.netlist.inputs
    place = {name: bit for bit, name in enumerate(classifier.encoder.bit_names)}
    bits = classifier.encoder.encode(split.train_features)
    codes = split.train_labels[:, None] >> np.arange(len(core.netlist.outputs)) & 1
    whole = Examples(
        names,
        core.netlist.output_names,
        core_stimulus(classifier.encoder, names, bits),
        codes.astype(bool),
        split.train_labels,
        classifier.encoder.feature[[place[name] for name in names]],
        np.zeros(len(names)),
    )
    fraction = trained.config.validation_fraction or 0.0
    held = held_out(split.train_labels, fraction, np.random.default_rng([trained.config.seed, 1]))
    return whole.part(~held), whole.part(held)


def _right(
    mapped: MappedNetlist, classifier: Classifier, features: NDArray[np.float64], labels: NDArray[np.int64]
) -> float:
    """Return the share of samples whose class the mapped gates give."""
    from tinydwn.lowering.stimulus import core_stimulus
    from tinydwn.netlist import simulate

    netlist = mapped.functions()
    bits = core_stimulus(classifier.encoder, netlist.inputs, classifier.encoder.encode(features))
    given = simulate(netlist, bits).astype(np.int64) @ (1 << np.arange(len(netlist.outputs)))
    return float((given == labels).mean())


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
