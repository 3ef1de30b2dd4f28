"""Gradient-boosted trees as netlists: small whole numbers at the leaves, added up, and the largest sum wins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tinydwn.baselines.opponent import Opponent
from tinydwn.baselines.questions import add_tree, bit_of_node, build_core, questions_of, word_grid
from tinydwn.errors import ConfigError, DataError
from tinydwn.lowering.argmax import add_index, add_tournament
from tinydwn.lowering.comparators import add_comparators
from tinydwn.lowering.popcount import add_column_sum
from tinydwn.netlist import NetlistBuilder
from tinydwn.netlist.graph import FALSE, TRUE

if TYPE_CHECKING:
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.tree._tree import Tree

    from tinydwn.data import Split
    from tinydwn.encoder import Encoder, FixedPoint

MOST_LEAF_BITS = 16
_FINE = 2.0**-30


@dataclass(frozen=True, slots=True)
class BoostingSize:
    """How large a boosted ensemble is: trees per class (in all for two classes), their depth, and bits per leaf."""

    trees: int
    depth: int
    leaf_bits: int

    def __post_init__(self) -> None:
        for name, most in (("trees", 10_000), ("depth", 32), ("leaf_bits", MOST_LEAF_BITS)):
            if not 1 <= getattr(self, name) <= most:
                raise ConfigError(f"{name} is {getattr(self, name)}", hint=f"choose a whole number from 1 to {most}")

    @property
    def text(self) -> str:
        """The size as a reader would write it."""
        return f"{self.trees} of depth {self.depth}, {self.leaf_bits}-bit leaves"


SIZES = tuple(
    BoostingSize(trees, depth, leaf_bits)
    for trees, depth, leaf_bits in ((2, 1, 2), (4, 1, 3), (4, 2, 3), (8, 1, 3), (8, 2, 3), (8, 3, 4), (16, 3, 4))
)


def boosted_trees(
    split: Split,
    *,
    sizes: Iterable[BoostingSize] = SIZES,
    input_bits: int = 16,
    learning_rate: float = 0.5,
    balanced: bool = False,
    seed: int = 0,
) -> tuple[Opponent, ...]:
    """Return gradient-boosted trees (scikit-learn's GradientBoostingClassifier), one ensemble per size.

    They learn from words of at most `input_bits` bits of the training part. What a tree adds is then rounded: the
    smallest value at its leaves becomes 0, and a step of the whole numbers that the others become is the same for all
    trees, such that the widest tree's largest is `2**leaf_bits - 1`. The values taken off, and what each class starts
    with, make a constant per class, rounded by the same step. The circuit gives what these whole numbers do: for two
    classes the second where the sum is above 0, otherwise the class of the largest sum, the lowest of equals.

    `DataError` where the training part lacks a class.

    >>> from tinydwn.data import load_dataset
    >>> split = load_dataset("iris").split(seed=0)
    >>> [one.settings for one in boosted_trees(split, sizes=[BoostingSize(2, 1, 3)])]
    ['2 of depth 1, 3-bit leaves']
    """
    wanted, classes = tuple(sizes), len(split.class_names)
    for label, count in enumerate(np.bincount(split.train_labels, minlength=classes)):
        if not count:
            raise DataError(f"class {split.class_names[label]!r} has no sample in the training part")
    grid = word_grid(split, input_bits)
    words = grid.words(split.train_features)
    models: dict[int, GradientBoostingClassifier] = {}
    for depth in sorted({size.depth for size in wanted}):
        # Boosting adds tree after tree, so that the first trees of a long run are a short one.
        trees = max(size.trees for size in wanted if size.depth == depth)
        models[depth] = _fitted(words, split.train_labels, trees, depth, learning_rate, balanced, seed)
    return tuple(_opponent(split, grid, models[size.depth], words[:1], size) for size in wanted)


@dataclass(frozen=True, slots=True, eq=False)
class _Addend:
    """A tree, and what each node of it, (nodes,), adds where it is the leaf that is reached, from 0."""

    tree: Tree
    value: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _Score:
    """The whole number that speaks for a class (for the second of two): a start, and what trees add."""

    start: int
    addends: tuple[_Addend, ...]


def _fitted(
    words: NDArray[np.int64],
    labels: NDArray[np.int64],
    trees: int,
    depth: int,
    learning_rate: float,
    balanced: bool,
    seed: int,
) -> GradientBoostingClassifier:
    from sklearn.ensemble import GradientBoostingClassifier

    model = GradientBoostingClassifier(
        n_estimators=trees, max_depth=depth, learning_rate=learning_rate, random_state=seed
    )
    weight = 1 / np.bincount(labels)[labels] if balanced else None
    return model.fit(words, labels, sample_weight=None if weight is None else weight / weight.mean())


def _opponent(
    split: Split, grid: FixedPoint, model: GradientBoostingClassifier, some_words: NDArray[np.int64], size: BoostingSize
) -> Opponent:
    scores = _rounded(model, some_words, size)
    trees = (addend.tree for score in scores for addend in score.addends)
    encoder = questions_of(trees, split.feature_names, grid)

    def answer(builder: NetlistBuilder, bits: Sequence[int]) -> Sequence[int]:
        return _add_class(builder, scores, encoder, bits)

    core = build_core(encoder, split.class_names, answer)
    return Opponent("boosted trees", size.text, encoder, core)


def _rounded(
    model: GradientBoostingClassifier, some_words: NDArray[np.int64], size: BoostingSize
) -> tuple[_Score, ...]:
    """Return the scores of a fitted model's first trees; `some_words`, (samples, features), are any words."""
    per_class = [list(column) for column in model.estimators_.T]
    added = model.learning_rate * np.array([sum(one.predict(some_words) for one in column) for column in per_class]).T
    starts = (np.reshape(model.decision_function(some_words), added.shape) - added)[0]
    trees = [[one.tree_ for one in column[: size.trees]] for column in per_class]
    values = [[model.learning_rate * tree.value[:, 0, 0] for tree in row] for row in trees]
    ends = np.array(
        [
            [(value[leaf].min(), value[leaf].max()) for value, leaf in zip(row, map(_is_leaf, of), strict=True)]
            for row, of in zip(values, trees, strict=True)
        ]
    )
    lowest = ends[:, :, 0]
    # Where no tree asks anything, only the starts are rounded, finely.
    step = float((ends[:, :, 1] - lowest).max()) / (2**size.leaf_bits - 1) or _FINE
    return tuple(
        _Score(
            round((float(start) + float(low.sum())) / step),
            tuple(
                _Addend(tree, np.where(_is_leaf(tree), np.rint((value - least) / step), 0).astype(np.int64))
                for tree, value, least in zip(of, row, low, strict=True)
            ),
        )
        for start, low, of, row in zip(starts, lowest, trees, values, strict=True)
    )


def _is_leaf(tree: Tree) -> NDArray[np.bool_]:
    return np.asarray(tree.children_left < 0)


def _add_class(
    builder: NetlistBuilder, scores: Sequence[_Score], encoder: Encoder, bits: Sequence[int]
) -> Sequence[int]:
    """Add trees, sums and comparisons; return the nets of the class, LSB first."""
    if len(scores) == 1:
        most = sum(int(addend.value.max()) for addend in scores[0].addends)
        total = _add_sum(builder, scores[0].addends, encoder, bits, plus=0)
        return (_add_above(builder, total, most, -scores[0].start),)
    lowest = min(score.start for score in scores)
    sums = [_add_sum(builder, score.addends, encoder, bits, plus=score.start - lowest) for score in scores]
    return add_index(builder, add_tournament(builder, sums), len(sums))


def _add_sum(
    builder: NetlistBuilder, addends: Sequence[_Addend], encoder: Encoder, bits: Sequence[int], *, plus: int
) -> tuple[int, ...]:
    """Return the nets, LSB first, of what the trees add, and `plus`."""
    numbers = [_add_number(builder, addend, encoder, bits) for addend in addends]
    numbers.append([TRUE if plus >> weight & 1 else FALSE for weight in range(plus.bit_length())])
    columns = [[net for net in column if net != FALSE] for column in zip_longest(*numbers, fillvalue=FALSE)]
    return add_column_sum(builder, columns)


def _add_number(builder: NetlistBuilder, addend: _Addend, encoder: Encoder, bits: Sequence[int]) -> Sequence[int]:
    """Return the nets, LSB first, of what a tree adds."""
    asked, width = bit_of_node(addend.tree, encoder), int(addend.value.max()).bit_length()
    digits = (addend.value[:, None] >> np.arange(width) & 1).tolist()
    return add_tree(builder, addend.tree, lambda node: bits[asked[node]], lambda node: digits[node])


def _add_above(builder: NetlistBuilder, total: Sequence[int], most: int, limit: int) -> int:
    """Return a net that is true where `total`, from 0 to `most`, is above `limit`, any whole number."""
    if limit < 0:
        return TRUE
    return FALSE if limit >= most else add_comparators(builder, total, [limit])[0]
