"""Where the search starts: decision trees, small networks, and the trained network itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinydwn.baselines import optimal_tree_netlist, telling_bits, tree_netlist
from tinydwn.baselines.optimal_tree import THRESHOLDS
from tinydwn.errors import ProgramTimeout
from tinydwn.hypotheses import Hypothesis, Labelled, hypotheses
from tinydwn.lowering import lower_core
from tinydwn.lowering.parts import without_unread_inputs
from tinydwn.minimize import recipe, run_recipe
from tinydwn.model.classifier import Classifier
from tinydwn.netlist import Netlist
from tinydwn.refine import Examples, RefineOptions, Start
from tinydwn.synthesis.candidates import Candidates
from tinydwn.synthesis.progress import Tell
from tinydwn.synthesis.result import Cut
from tinydwn.tools.parallel import run_together
from tinydwn.tools.streed import streed_is_here

if TYPE_CHECKING:
    from tinydwn.data import Split

TREE_LEAVES = (4, 8, 16, 32, 64, 128)
_LEAVES_AT_LEAST = 16
OPTIMAL_DEPTHS = (2, 3, 4)
_OPTIMAL_WORK = {"fast": 1e10, "normal": 5e10, "high": 1e11}
"""What optimal trees may take, by effort: see `optimal_tree_netlist`."""
_QUICK_BATCH, _QUICK_FROM = 128, 2_000
"""At effort fast networks learn in batches of so many samples, from so many training samples on."""
_SMALL, _PAIRS, _WIDE = ({"layers": (luts,), "inputs_per_lut": inputs} for luts, inputs in ((16, 4), (36, 2), (36, 6)))
_DWN_SHAPES: dict[str, tuple[dict[str, Any], ...]] = {
    "fast": (_SMALL,),
    "normal": (_SMALL, {**_SMALL, "seed": 1}),
    "high": tuple({**shape, "seed": seed} for seed in (0, 1) for shape in (_SMALL, _PAIRS, _WIDE)),
}
_THRESHOLDS = {"core": 32, "chip": 255}
_MOST_FOR_STRUCTURE, _LEAST_PER_FEATURE = 512, 3
"""Inputs that hypotheses are formed over, at most, but so many of each feature in any case."""
_MOST_SAMPLES = 20_000
"""Of more samples hypotheses and optimal trees are formed on so many, drawn by the seed."""
_LEAST_SAMPLES, _GATES_PER_SAMPLE, _MOST_GATES = 64, 4, 5_000
"""Hypotheses are formed from so many samples on, and have at most so many gates for each of them, and in all."""
_LARGEST_NODES = 20_000
"""Networks of more nodes are not searched from: they are points of the front all the same."""


def tree_starts(candidates: Candidates, examples: Examples, options: RefineOptions) -> tuple[Start, ...]:
    """Return trees of up to a leaf for every two NAND2 equivalents allowed, of up to 16 leaves in any case."""
    most = max(_LEAVES_AT_LEAST, options.most_nand2 / 2)
    return tuple(
        Start(
            f"a decision tree of {leaves} leaves",
            without_unread_inputs(
                tree_netlist(
                    examples.bits,
                    examples.classes,
                    candidates.codes,
                    inputs=examples.inputs,
                    outputs=examples.outputs,
                    leaves=leaves,
                    balanced=options.balanced,
                    seed=options.seed,
                )
            ),
            "tree",
        )
        for leaves in TREE_LEAVES
        if leaves <= most
    )


def optimal_tree_starts(
    candidates: Candidates, examples: Examples, options: RefineOptions, *, tell: Tell
) -> tuple[Start, ...]:
    """Return optimal trees of few depths, where STreeD is installed; none elsewhere.

    They ask for few thresholds of a feature, evenly among the candidates. A tree that is not found in time is left out,
    and told of.
    """
    if not OPTIMAL_DEPTHS or not streed_is_here():
        return ()
    tell("solving for optimal trees")
    drawn = _drawn(examples, options)
    places = _spread(examples.feature, THRESHOLDS)
    telling = telling_bits(
        examples.bits[np.ix_(drawn, places)], examples.classes[drawn], balanced=options.balanced, seed=options.seed
    )
    jobs = [
        partial(_optimal_tree, candidates, examples, options, drawn, places[telling], depth) for depth in OPTIMAL_DEPTHS
    ]
    found = run_together(jobs)
    for depth, late in zip(OPTIMAL_DEPTHS, found, strict=True):
        if isinstance(late, ProgramTimeout):
            tell(f"an optimal tree of depth {depth} is left out: {late.message}")
    return tuple(start for start in found if isinstance(start, Start))


def _optimal_tree(
    candidates: Candidates,
    examples: Examples,
    options: RefineOptions,
    drawn: NDArray[np.int64],
    order: NDArray[np.int64],
    depth: int,
) -> Start | ProgramTimeout:
    try:
        tree = optimal_tree_netlist(
            examples.bits[drawn],
            examples.classes[drawn],
            candidates.codes,
            inputs=examples.inputs,
            outputs=examples.outputs,
            depth=depth,
            order=order,
            work=_OPTIMAL_WORK[options.effort],
            balanced=options.balanced,
        )
    except ProgramTimeout as late:
        return late
    return Start(f"an optimal tree of depth {depth}", without_unread_inputs(tree), "tree")


def structure_starts(examples: Examples, options: RefineOptions) -> tuple[Start, ...]:
    """Return hypotheses about what is behind the samples, where one output is to be answered.

    They read few thresholds of a feature, evenly among the candidates: a sum does not need them all. Below 64 samples
    there are none: a quarter of them would have to judge.
    """
    if len(examples.outputs) > 1 or len(examples) < _LEAST_SAMPLES:
        return ()
    drawn = _drawn(examples, options)
    places = _spread(
        examples.feature, max(_LEAST_PER_FEATURE, _MOST_FOR_STRUCTURE // (int(examples.feature.max()) + 1))
    )
    samples = Labelled(
        tuple(examples.inputs[place] for place in places),
        examples.bits[np.ix_(drawn, places)],
        examples.targets[drawn, 0],
        examples.gains(balanced=options.balanced)[examples.classes[drawn]].astype(np.float64),
    )
    found = hypotheses(samples, seed=options.seed, most_gates=min(_MOST_GATES, _GATES_PER_SAMPLE * len(examples)))
    return tuple(Start(one.name, one.netlist.renamed(outputs=_answer(one, examples)), "structure") for one in found)


def _drawn(examples: Examples, options: RefineOptions) -> NDArray[np.int64]:
    """Return the samples that hypotheses are formed on, ascending."""
    every = np.arange(len(examples))
    if len(every) <= _MOST_SAMPLES:
        return every
    return np.sort(np.random.default_rng([options.seed, 11]).permutation(every)[:_MOST_SAMPLES])


def _answer(one: Hypothesis, examples: Examples) -> dict[str, str]:
    return {one.netlist.output_names[0]: examples.outputs[0]}


def _spread(feature: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return the places of at most `count` inputs of each feature, evenly among them; `feature` ascends."""
    chosen = []
    for one in np.unique(feature):
        places = np.flatnonzero(feature == one)
        chosen.append(places[np.unique(np.linspace(0, len(places) - 1, count).round().astype(np.int64))])
    return np.concatenate(chosen)


def small_networks(
    split: Split, candidates: Candidates, options: RefineOptions, *, cut: Cut, tell: Tell
) -> tuple[Start, ...]:
    """Return small DWNs that are trained for the search, on the thresholds that circuits may read."""
    shapes = _DWN_SHAPES[options.effort]
    tell(f"training {len(shapes)} small {'network' if len(shapes) == 1 else 'networks'} to start from")
    return tuple(run_together(partial(_network, split, candidates, options, cut, shape) for shape in shapes))


def _network(split: Split, candidates: Candidates, options: RefineOptions, cut: Cut, shape: Mapping[str, Any]) -> Start:
    from tinydwn.training import TrainingConfig, train

    two = len(split.class_names) == 2
    fields = {"reduction": "learnable" if two else "coded", **shape}
    fields["seed"] = options.seed + 1000 * int(shape.get("seed", 0))
    if not two:
        fields["layers"] = (fields["layers"][0] * len(split.class_names),)
    if options.effort == "fast" and len(split.train_labels) >= _QUICK_FROM:
        fields["batch_size"] = _QUICK_BATCH
    thresholds = {"bits_per_feature": _THRESHOLDS[cut], "scheme": "adaptive", "snap": "nearest"}
    config = TrainingConfig.from_dict({**thresholds, **fields})
    classifier = train(split, config, fixed_point=candidates.encoder.fixed_point).classifier
    name = f"a DWN of {fields['layers'][0]} tables of {fields['inputs_per_lut']} inputs, seed {fields['seed']}"
    return network_start(name, classifier, candidates, timeout_s=options.timeout_s)


def network_start(name: str, classifier: Classifier, candidates: Candidates, *, timeout_s: float) -> Start:
    """Return a network whose bits are among the candidates, its function kept, made smaller as fast as can be."""
    core = lower_core(classifier, output=candidates.form)
    smaller = run_recipe(core.netlist, recipe("fast", timeout_s=timeout_s), assuming=core.assumption).netlist
    return Start(name, over_candidates(smaller, classifier, candidates))


def searchable(start: Start) -> bool:
    """Say whether the search can start from a circuit: whether it is not far too large."""
    return len(start.netlist.nodes) <= _LARGEST_NODES


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
