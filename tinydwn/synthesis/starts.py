"""Where the search starts: small networks, the trained network itself, and what all starts have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinydwn.data.pattern_names import outputs_of
from tinydwn.lowering import lower_core
from tinydwn.lowering.parts import without_unread_inputs
from tinydwn.metrics import Cut
from tinydwn.minimize import recipe, run_recipe
from tinydwn.model.classifier import Classifier
from tinydwn.netlist import Netlist, NetlistBuilder
from tinydwn.refine import Examples, RefineOptions, Start
from tinydwn.synthesis.candidates import MOST_THRESHOLDS, Candidates
from tinydwn.synthesis.progress import Tell
from tinydwn.tools.parallel import run_together

if TYPE_CHECKING:
    from tinydwn.data import Split

_QUICK_BATCH, _QUICK_FROM = 128, 2_000
"""At effort fast networks learn in batches of so many samples, from so many training samples on."""
_SMALL, _PAIRS, _WIDE = ({"layers": (luts,), "inputs_per_lut": inputs} for luts, inputs in ((16, 4), (36, 2), (36, 6)))
DWN_SHAPES: dict[str, tuple[dict[str, Any], ...]] = {
    "fast": (_SMALL,),
    "normal": (_SMALL, {**_SMALL, "seed": 1}),
    "high": tuple({**shape, "seed": seed} for seed in (0, 1) for shape in (_SMALL, _PAIRS, _WIDE)),
}
_MOST_TABLES = 160
"""Of many classes, small networks have no more tables than this: they are starts, and trees are better ones there."""
_MOST_SAMPLES = 20_000
_LARGEST_NODES, _MOST_BITS = 20_000, 1_000_000_000
"""Circuits of more nodes are not searched from, nor those whose values on all samples take more bits than this."""


def small_networks(
    split: Split, candidates: Candidates, options: RefineOptions, *, cut: Cut, tell: Tell
) -> tuple[Start, ...]:
    """Return small DWNs that are trained for the search, on the thresholds that circuits may read."""
    shapes = DWN_SHAPES[options.effort]
    tell(f"training {len(shapes)} small {'network' if len(shapes) == 1 else 'networks'} to start from")
    return tuple(run_together(partial(_network, split, candidates, options, cut, shape) for shape in shapes))


def _network(split: Split, candidates: Candidates, options: RefineOptions, cut: Cut, shape: Mapping[str, Any]) -> Start:
    from tinydwn.training import TrainingConfig, train

    two = len(split.class_names) == 2
    fields = {"reduction": "learnable" if two else "coded", **shape}
    fields["seed"] = options.seed + 1000 * int(shape.get("seed", 0))
    if not two:
        several = len(outputs_of(split.class_names)) or len(split.class_names)
        fields["layers"] = (min(fields["layers"][0] * several, _MOST_TABLES),)
    if options.effort == "fast" and len(split.train_labels) >= _QUICK_FROM:
        fields["batch_size"] = _QUICK_BATCH
    thresholds = {"bits_per_feature": MOST_THRESHOLDS[cut], "scheme": "adaptive", "snap": "nearest"}
    config = TrainingConfig.from_dict({**thresholds, **fields})
    classifier = train(split, config, fixed_point=candidates.encoder.fixed_point).classifier
    name = f"a DWN of {fields['layers'][0]} tables of {fields['inputs_per_lut']} inputs, seed {fields['seed']}"
    return network_start(name, classifier, candidates, timeout_s=options.timeout_s)


def network_start(name: str, classifier: Classifier, candidates: Candidates, *, timeout_s: float) -> Start:
    """Return a network whose bits are among the candidates, its function kept, made smaller as fast as can be."""
    core = lower_core(classifier, output=candidates.form)
    smaller = run_recipe(core.netlist, recipe("fast", timeout_s=timeout_s), assuming=core.assumption).netlist
    return Start(name, over_candidates(smaller, classifier, candidates))


def searchable(start: Start, *, samples: int) -> bool:
    """Say whether the search can start from a circuit: whether it is not far too large for so many samples."""
    nodes = len(start.netlist.nodes)
    return nodes <= _LARGEST_NODES and nodes * samples <= _MOST_BITS


def different(starts: Iterable[Start]) -> tuple[Start, ...]:
    """Return the first start of each circuit: few samples make the same small tree of 4 leaves and of 16."""
    kept: dict[object, Start] = {}
    for start in starts:
        circuit = start.netlist
        kept.setdefault((circuit.inputs, circuit.nodes, circuit.outputs), start)
    return tuple(kept.values())


def over_candidates(netlist: Netlist, classifier: Classifier, candidates: Candidates) -> Netlist:
    """Return a core of a classifier with its inputs and outputs named as those of the candidates."""
    encoder = candidates.encoder
    pairs = zip(encoder.feature.tolist(), encoder.constant.tolist(), strict=True)
    named = dict(zip(pairs, encoder.bit_names, strict=True))
    own = classifier.encoder
    of = {
        name: named[feature, constant]
        for name, feature, constant in zip(own.bit_names, own.feature.tolist(), own.constant.tolist(), strict=True)
        if (feature, constant) in named
    }
    outputs = zip(candidates.outputs, netlist.output_nets, strict=True)
    return replace(netlist, inputs=tuple(of[name] for name in netlist.inputs), outputs=tuple(outputs))


def drawn_samples(examples: Examples, options: RefineOptions) -> NDArray[np.int64]:
    """Return the samples that hypotheses and optimal trees are formed on, ascending: at most 20,000, by the seed."""
    every = np.arange(len(examples))
    if len(every) <= _MOST_SAMPLES:
        return every
    return np.sort(np.random.default_rng([options.seed, 11]).permutation(every)[:_MOST_SAMPLES])


def spread_inputs(feature: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return the places of at most `count` inputs of each feature, evenly among them; `feature` ascends."""
    chosen = []
    for one in np.unique(feature):
        places = np.flatnonzero(feature == one)
        chosen.append(places[np.unique(np.linspace(0, len(places) - 1, count).round().astype(np.int64))])
    return np.concatenate(chosen)


def together(examples: Examples, circuits: Sequence[Netlist]) -> Netlist:
    """Return circuits of one output each, over some of the inputs, as one circuit of all outputs."""
    builder = NetlistBuilder("outputs")
    nets = {name: builder.input(name) for name in examples.inputs}
    for name, own in zip(examples.outputs, circuits, strict=True):
        builder.output(name, builder.insert(own, [nets[one] for one in own.inputs])[0])
    return without_unread_inputs(builder.build())
