"""From training samples to refined circuits: what may be read, where to start, what is built around."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinydwn.baselines import tree_netlist
from tinydwn.encoder import Encoder, fit_encoder
from tinydwn.errors import ConfigError
from tinydwn.lowering import OutputForm, lower_core
from tinydwn.lowering.parts import behind_encoder, output_names
from tinydwn.mapping.comparators import comparator_areas
from tinydwn.minimize import recipe, run_recipe
from tinydwn.netlist import Assumption, Netlist
from tinydwn.refine import Examples, Front, Point, RefineOptions, Start, refine
from tinydwn.refine.finish import order_of
from tinydwn.refine.search import LEGS
from tinydwn.synthesis.result import Cut
from tinydwn.technology import Library
from tinydwn.tools.parallel import run_together

if TYPE_CHECKING:
    from tinydwn.data import Split

CORE_WORD_BITS, CHIP_WORD_BITS = 16, 8
_TREE_LEAVES, _LEAVES_AT_LEAST = (4, 8, 16, 32, 64, 128), 16
_MOST_TO_SOFTEN = 10_000
_FORESTS = {"fast": (120, 5), "normal": (300, 10), "high": (300, 10)}
"""Trees of a forest and folds, by effort."""
_QUICK_BATCH, _QUICK_FROM = 128, 2_000
"""At effort fast networks learn in batches of so many samples, from so many training samples on."""
_SMALL, _PAIRS, _WIDE = ({"layers": (luts,), "inputs_per_lut": inputs} for luts, inputs in ((16, 4), (36, 2), (36, 6)))
_DWN_SHAPES: dict[str, tuple[dict[str, Any], ...]] = {
    "fast": (_SMALL,),
    "normal": (_SMALL, {**_SMALL, "seed": 1}),
    "high": tuple({**shape, "seed": seed} for seed in (0, 1) for shape in (_SMALL, _PAIRS, _WIDE)),
}


@dataclass(frozen=True, slots=True)
class Refined:
    """A front of circuits with the encoder whose bits they read, on one cut.

    `codes`, (classes, outputs), is what the outputs are to be for each class.
    """

    cut: Cut
    encoder: Encoder
    codes: NDArray[np.bool_]
    examples: Examples
    front: Front

    def examples_of(self, features: NDArray[np.float64], labels: NDArray[np.int64]) -> Examples:
        """Return other samples, features (samples, features), as examples of the same circuits."""
        bits = self.encoder.encode(features)
        return replace(self.examples, bits=bits, targets=self.codes[labels], classes=labels, weight=None)

    def whole(self, point: Point) -> Netlist:
        """Return the function that a point's cells are to have: its netlist, behind the comparators on the chip."""
        return point.netlist if self.cut == "core" else behind_encoder(self.encoder, point.netlist)

    def assumption(self, point: Point) -> Assumption:
        """Return what is known of the inputs of that function."""
        return order_of(self.examples, point.netlist) if self.cut == "core" else Assumption.none()


def refine_split(
    split: Split,
    library: Library,
    options: RefineOptions | None = None,
    *,
    cut: Cut = "core",
    output: OutputForm = "index",
    on_step: Callable[[str], None] | None = None,
) -> Refined:
    """Return the front that refining finds for a split; its test part is not looked at.

    Outputs are those of `lower_core`: the class in binary, one bit for two classes, or one bit per class; a sample is
    answered right where all of them are.

    The circuits may read up to 32 thresholds per feature of 16-bit words on the core; on the chip, every constant of
    8-bit words, at the cost of its comparator. Starts are small decision trees and small DWNs. Up to 10,000 samples,
    with ten or more of each class (five at effort fast) and none held back, the search does not follow labels alone:
    see `softened`.
    """
    options, tell = options or RefineOptions(), on_step or (lambda _: None)
    if len(split.class_names) < 2:
        raise ConfigError("there is only one class", hint="give samples of two classes or more")
    encoder, codes = candidate_encoder(split, cut), class_codes(len(split.class_names), output)
    examples = _examples(split, encoder, codes, library, cut, output)
    starts = (*_trees(examples, codes, options), *_networks(split, cut, output, options, tell))
    guide = None if options.validation_fraction else _guide(split, examples, codes, options, tell)
    tell(f"searching from {len(starts) + 1} starts")
    front = refine(
        examples,
        starts,
        library,
        options,
        guide=guide,
        around=None if cut == "core" else partial(behind_encoder, encoder),
        on_leg=_teller(tell),
    )
    return Refined(cut, encoder, codes, examples, front)


def _teller(tell: Callable[[str], None]) -> Callable[[int, int], None]:
    """Return what tells how far the search is, and how fast."""
    begun = time.monotonic()

    def on_leg(done: int, judged: int) -> None:
        rate = judged / max(time.monotonic() - begun, 1e-3)
        tell(f"part {done} of {LEGS} searched, {judged:,} circuits judged, {rate:,.0f} per second")

    return on_leg


def _guide(
    split: Split, examples: Examples, codes: NDArray[np.bool_], options: RefineOptions, tell: Callable[[str], None]
) -> Examples | None:
    """Return the samples with softened labels; nothing where they are so many that noise averages out."""
    trees, folds = _FORESTS[options.effort]
    if len(examples) > _MOST_TO_SOFTEN or np.bincount(examples.classes).min() < folds:
        return None
    tell("asking a random forest which labels to trust")
    return softened(split.train_features, examples, codes, trees=trees, folds=folds, seed=options.seed)


def softened(
    features: NDArray[np.float64],
    examples: Examples,
    codes: NDArray[np.bool_],
    *,
    trees: int = 300,
    folds: int = 10,
    seed: int,
) -> Examples:
    """Return examples whose labels are those of the data and of a random forest, in equal parts.

    The forest's probabilities for a sample, of features (samples, features), come from folds that it is not in. A
    sample asks for its likeliest class, and weighs as much as that one is ahead of the next: labels that nothing else
    supports count little, so that a search cannot gain by fitting them.
    """
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    forest = RandomForestClassifier(trees, min_samples_leaf=3, random_state=seed, n_jobs=2)
    parts = StratifiedKFold(folds, shuffle=True, random_state=seed)
    known, labels = np.unique(examples.classes, return_inverse=True)
    said = cross_val_predict(forest, features, labels, method="predict_proba", cv=parts)
    likely = (said + np.eye(len(known))[labels]) / 2
    ahead = np.sort(likely, axis=1)
    classes = known[likely.argmax(axis=1)]
    return replace(examples, targets=codes[classes], classes=classes, weight=ahead[:, -1] - ahead[:, -2])


def candidate_encoder(split: Split, cut: Cut) -> Encoder:
    """Return the encoder of all thresholds that circuits may read."""
    return fit_encoder(split.train_features, feature_names=split.feature_names, **_thresholds(cut))


def _thresholds(cut: Cut) -> dict[str, Any]:
    if cut == "core":
        return {"bits_per_feature": 32, "scheme": "adaptive", "input_bits": CORE_WORD_BITS, "snap": "nearest"}
    return {"bits_per_feature": 255, "scheme": "adaptive", "input_bits": CHIP_WORD_BITS, "snap": "nearest"}


def _examples(
    split: Split, encoder: Encoder, codes: NDArray[np.bool_], library: Library, cut: Cut, output: OutputForm
) -> Examples:
    """Return the training part as examples of circuits that answer with the codes."""
    return Examples(
        inputs=encoder.bit_names,
        outputs=output_names(encoder, len(split.class_names), output),
        bits=encoder.encode(split.train_features),
        targets=codes[split.train_labels],
        classes=split.train_labels,
        feature=encoder.feature,
        input_cost_um2=np.zeros(encoder.bits) if cut == "core" else _comparator_costs(encoder, library),
    )


def class_codes(classes: int, output: OutputForm = "index") -> NDArray[np.bool_]:
    """Return what the outputs are for each class, (classes, outputs): its number in binary, LSB first, or one-hot.

    >>> class_codes(3).astype(int).tolist()
    [[0, 0], [1, 0], [0, 1]]
    """
    if output == "onehot":
        return np.eye(classes, dtype=bool)
    return (np.arange(classes)[:, None] >> np.arange((classes - 1).bit_length()) & 1).astype(bool)


def _comparator_costs(encoder: Encoder, library: Library) -> NDArray[np.float64]:
    widths = encoder.fixed_point.input_bits[encoder.feature]
    areas = {int(width): comparator_areas(library, int(width)) for width in np.unique(widths)}
    return np.array([areas[int(width)][c] for width, c in zip(widths, encoder.constant, strict=True)])


def _trees(examples: Examples, codes: NDArray[np.bool_], options: RefineOptions) -> tuple[Start, ...]:
    """Return trees of up to a leaf for every two NAND2 equivalents allowed, of up to 16 leaves in any case."""
    most = max(_LEAVES_AT_LEAST, options.most_nand2 / 2)
    return tuple(
        Start(
            f"a decision tree of {leaves} leaves",
            tree_netlist(
                examples.bits,
                examples.classes,
                codes,
                inputs=examples.inputs,
                outputs=examples.outputs,
                leaves=leaves,
                balanced=options.balanced,
                seed=options.seed,
            ),
        )
        for leaves in _TREE_LEAVES
        if leaves <= most
    )


def _networks(
    split: Split, cut: Cut, output: OutputForm, options: RefineOptions, tell: Callable[[str], None]
) -> tuple[Start, ...]:
    shapes = _DWN_SHAPES[options.effort]
    tell(f"training {len(shapes)} {'DWN' if len(shapes) == 1 else 'DWNs'}")
    return tuple(run_together(partial(_network, split, cut, output, options, shape) for shape in shapes))


def _network(split: Split, cut: Cut, output: OutputForm, options: RefineOptions, shape: Mapping[str, Any]) -> Start:
    """Return a trained network with its function kept, made smaller as fast as can be."""
    from tinydwn.training import TrainingConfig, train

    two = len(split.class_names) == 2
    fields = {"reduction": "learnable" if two else "coded", **shape}
    fields["seed"] = options.seed + 1000 * int(shape.get("seed", 0))
    if not two:
        fields["layers"] = (fields["layers"][0] * len(split.class_names),)
    if options.effort == "fast" and len(split.train_labels) >= _QUICK_FROM:
        fields["batch_size"] = _QUICK_BATCH
    classifier = train(split, TrainingConfig.from_dict({**_thresholds(cut), **fields})).classifier
    core = lower_core(classifier, output=output)
    steps = recipe("fast", timeout_s=options.timeout_s)
    name = f"a DWN of {fields['layers'][0]} tables of {fields['inputs_per_lut']} inputs, seed {fields['seed']}"
    return Start(name, run_recipe(core.netlist, steps, assuming=core.assumption).netlist)
