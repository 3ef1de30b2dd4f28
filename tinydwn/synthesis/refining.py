"""From training samples to circuits by search: what may be read, where to start, what labels to trust."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tinydwn.data.pattern_names import outputs_of
from tinydwn.encoder import Encoder
from tinydwn.encoder.fixed_point import FixedPoint
from tinydwn.lowering import OutputForm
from tinydwn.lowering.parts import behind_encoder
from tinydwn.metrics import Cut
from tinydwn.model.classifier import Classifier
from tinydwn.netlist import Assumption, Netlist
from tinydwn.refine import Examples, Front, Point, RefineOptions, Start, refine
from tinydwn.refine.finish import order_of
from tinydwn.refine.search import LEGS, Explored, explore
from tinydwn.synthesis.candidates import WORD_BITS, Candidates, feature_grid
from tinydwn.synthesis.imagined import around_samples
from tinydwn.synthesis.outputs_teacher import outputs_teacher
from tinydwn.synthesis.progress import Tell, tell_nobody
from tinydwn.synthesis.start_structures import score_starts, structure_starts
from tinydwn.synthesis.start_trees import optimal_tree_starts, output_tree_starts, tree_starts
from tinydwn.synthesis.starts import (
    different,
    network_start,
    searchable,
    small_networks,
)
from tinydwn.synthesis.teacher import Opinion, teacher_of
from tinydwn.technology import Library

if TYPE_CHECKING:
    from tinydwn.data import Split

_MOST_TO_GUIDE = 10_000
_TRAINED = "the trained network"
IMAGINED = 20_000


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search on a split found, with the thresholds that its circuits read and the starts that it had."""

    candidates: Candidates
    starts: tuple[Start, ...]
    explored: Explored


@dataclass(frozen=True, slots=True)
class Refined:
    """A front of circuits with the encoder whose bits they read, on one cut, minimized and mapped.

    `examples` are the training samples; `followed` is what the search went by, with features (samples, features).
    """

    cut: Cut
    candidates: Candidates
    examples: Examples
    front: Front
    followed: Examples
    followed_features: NDArray[np.float64]

    @property
    def encoder(self) -> Encoder:
        """The encoder of all bits that circuits may read."""
        return self.candidates.encoder

    def examples_of(self, features: NDArray[np.float64], labels: NDArray[np.int64]) -> Examples:
        """Return other samples, features (samples, features), as examples of the same circuits."""
        return self.candidates.examples(features, labels)

    def whole(self, point: Point) -> Netlist:
        """Return the function that a point's cells are to have: its netlist, behind the comparators on the chip."""
        return point.netlist if self.cut == "core" else behind_encoder(self.encoder, point.netlist)

    def assumption(self, point: Point) -> Assumption:
        """Return what is known of the inputs of that function."""
        return order_of(self.examples, point.netlist) if self.cut == "core" else Assumption.none()


def search_split(
    split: Split,
    library: Library,
    options: RefineOptions,
    *,
    cut: Cut,
    form: OutputForm = "index",
    grid: FixedPoint | None = None,
    network: Classifier | None = None,
    network_name: str = _TRAINED,
    teacher: Opinion | None = None,
    labels_are_right: bool = False,
    also: Sequence[Start] = (),
    checkpoint: Path | None = None,
    on_step: Tell = tell_nobody,
) -> Searched:
    """Search circuits for a split, for the cost of one cut; its test part is not looked at.

    Outputs are the class in binary, one bit for two classes, or with the form "onehot" one bit per class; a sample is
    answered right where all of them are. The circuits may read up to 32 thresholds per feature for the cost of the
    core, every constant of a word for that of the chip; words are those of `grid`, by default of 16 and 8 bits. Starts
    are decision trees, optimal ones too at effort normal and high where STreeD is installed, hypotheses about what is
    behind the samples, small DWNs, `network`, a classifier over words of the grid that is called `network_name`, and
    whatever is in `also`. Up to
    10,000 samples the search does not follow labels alone: see `softened`; it also follows a teacher on samples around
    them. `teacher` is that of the split. Where `labels_are_right`, as of samples of a function, they are all that
    counts, and no network is trained. `checkpoint` as in `explore`.
    """
    candidates = _candidates(split, cut, form, grid, network)
    examples, starts = _begin(split, candidates, library, options, cut, on_step)
    guide = None
    if not labels_are_right:
        starts = (*starts, *_networks(split, candidates, options, cut, network, on_step, network_name))
        teacher = teacher or ask(split, effort=options.effort, seed=options.seed, on_step=on_step)
        guide, _ = _guide(split, candidates, examples, teacher, options)
    starts = _searchable((*starts, *also), examples, guide)
    on_step(f"searching from {len(starts) + 1} starts")
    explored = explore(examples, starts, library, options, guide=guide, checkpoint=checkpoint, on_leg=_teller(on_step))
    return Searched(candidates, starts, explored)


def refine_split(
    split: Split,
    library: Library,
    options: RefineOptions | None = None,
    *,
    cut: Cut = "core",
    form: OutputForm = "index",
    grid: FixedPoint | None = None,
    network: Classifier | None = None,
    teacher: Opinion | None = None,
    with_starts: bool = False,
    on_step: Tell = tell_nobody,
) -> Refined:
    """Return the front that a search finds for a split, as `search_split`, minimized and mapped for one cut.

    `network` is over words of `grid`, by default of as many bits as are usual for the cut. The front has its starts
    `with_starts`.
    """
    options = options or RefineOptions()
    candidates = _candidates(split, cut, form, grid, network)
    examples, starts = _begin(split, candidates, library, options, cut, on_step)
    starts = (*starts, *_networks(split, candidates, options, cut, network, on_step))
    teacher = teacher or ask(split, effort=options.effort, seed=options.seed, on_step=on_step)
    guide, imagined = _guide(split, candidates, examples, teacher, options)
    starts = _searchable(starts, examples, guide)
    around = None if cut == "core" else partial(behind_encoder, candidates.encoder)
    front = refine(
        examples,
        starts,
        library,
        options,
        guide=guide,
        around=around,
        with_starts=with_starts,
        on_leg=_teller(on_step),
    )
    features = np.concatenate([split.train_features, imagined])
    return Refined(cut, candidates, examples, front, guide or examples, features)


def ask(split: Split, *, effort: str, seed: int, on_step: Tell = tell_nobody) -> Opinion:
    """Return a teacher who has learnt the training part of a split: of each output, where classes are patterns."""
    on_step("asking forests and others which labels to trust")
    outputs = len(outputs_of(split.class_names))
    if outputs:
        return outputs_teacher(split.train_features, split.train_labels, outputs=outputs, effort=effort, seed=seed)
    return teacher_of(
        split.train_features, split.train_labels, classes=len(split.class_names), effort=effort, seed=seed
    )


def _candidates(
    split: Split, cut: Cut, form: OutputForm, grid: FixedPoint | None, network: Classifier | None
) -> Candidates:
    grid = grid or feature_grid(split, input_bits=WORD_BITS[cut])
    return Candidates.of(split, cut=cut, grid=grid, form=form, also=None if network is None else network.encoder)


def _searchable(starts: Sequence[Start], examples: Examples, guide: Examples | None) -> tuple[Start, ...]:
    """Return the starts that differ and are not far too large for what the search sees."""
    samples = len(examples) if guide is None else len(guide)
    return tuple(start for start in different(starts) if searchable(start, samples=samples))


def _begin(
    split: Split,
    candidates: Candidates,
    library: Library,
    options: RefineOptions,
    cut: Cut,
    tell: Tell,
) -> tuple[Examples, tuple[Start, ...]]:
    cost = candidates.comparator_costs(library) if cut == "chip" else None
    examples = candidates.examples(split.train_features, split.train_labels, cost=cost)
    trees = tree_starts(candidates, examples, options)
    optimal = optimal_tree_starts(candidates, examples, options, tell=tell)
    tell("forming hypotheses about what is behind the samples")
    apart = bool(outputs_of(split.class_names)) and candidates.form == "index"
    if apart:
        trees = (*trees, *output_tree_starts(examples, options))
    structure = structure_starts(examples, options, apart=apart)
    if not outputs_of(split.class_names):
        structure = (*structure, *score_starts(examples, options))
    return examples, (*trees, *optimal, *structure)


def _networks(
    split: Split,
    candidates: Candidates,
    options: RefineOptions,
    cut: Cut,
    network: Classifier | None,
    tell: Tell,
    name: str = _TRAINED,
) -> tuple[Start, ...]:
    """Return networks that are trained for the search, and the one that was there before it, by its name."""
    small = small_networks(split, candidates, options, cut=cut, tell=tell)
    if network is None:
        return small
    return (*small, network_start(name, network, candidates, timeout_s=options.timeout_s))


def _teller(tell: Tell) -> Callable[[int, int], None]:
    """Return what tells how far the search is, and how fast."""
    begun = time.monotonic()

    def on_leg(done: int, judged: int) -> None:
        rate = judged / max(time.monotonic() - begun, 1e-3)
        tell(f"{judged:,} circuits judged, {rate:,.0f} per second", done=done, total=LEGS)

    return on_leg


def _guide(
    split: Split,
    candidates: Candidates,
    examples: Examples,
    teacher: Opinion,
    options: RefineOptions,
) -> tuple[Examples | None, NDArray[np.float64]]:
    """Return what the search asks for; nothing, and so the labels, where they are so many that noise averages out.

    The samples are joined by 20,000 that are imagined around them, which are returned, too, as features (samples,
    features), with what the teacher says of those.
    """
    if len(examples) > _MOST_TO_GUIDE:
        return None, split.train_features[:0]
    guide = softened(examples, candidates.codes, teacher.likely)
    imagined = around_samples(split.train_features, count=IMAGINED, seed=options.seed)
    taught = asked(candidates, imagined, teacher.asked(imagined), examples.input_cost_um2)
    return guide.joined(taught), imagined


def softened(examples: Examples, codes: NDArray[np.bool_], likely: NDArray[np.float64]) -> Examples:
    """Return examples whose labels are those of the data and of an opinion about them, in equal parts.

    `likely`, (samples, classes), are probabilities from those who had not seen the labels. A sample asks for its
    likeliest class, and weighs as much as that one is ahead of the next: labels that nothing else supports count
    little, so that a search cannot gain by fitting them.
    """
    classes, ahead = _likeliest((likely + np.eye(likely.shape[1])[examples.classes]) / 2)
    return replace(examples, targets=codes[classes], classes=classes, weight=ahead)


def asked(
    candidates: Candidates, features: NDArray[np.float64], likely: NDArray[np.float64], cost: NDArray[np.float64]
) -> Examples:
    """Return samples, features (samples, features), that ask for their likeliest class and weigh as `softened` ones."""
    classes, ahead = _likeliest(likely)
    return replace(candidates.examples(features, classes, cost=cost), weight=ahead)


def _likeliest(shares: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    ahead = np.sort(shares, axis=1)
    return shares.argmax(axis=1), ahead[:, -1] - ahead[:, -2]
