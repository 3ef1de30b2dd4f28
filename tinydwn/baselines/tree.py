"""Decision trees as netlists: a multiplexer per question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tinydwn.baselines.opponent import Opponent
from tinydwn.baselines.questions import add_tree, binary_codes, bit_of_node, build_core, questions_of, word_grid
from tinydwn.errors import ConfigError
from tinydwn.lowering.popcount import add_more_than_half
from tinydwn.netlist import Netlist, NetlistBuilder

if TYPE_CHECKING:
    from sklearn.tree import DecisionTreeClassifier

    from tinydwn.data import Split
    from tinydwn.encoder import FixedPoint


def tree_netlist(
    bits: NDArray[np.bool_],
    classes: NDArray[np.int64],
    codes: NDArray[np.bool_],
    *,
    inputs: Sequence[str],
    outputs: Sequence[str],
    leaves: int,
    depth: int | None = None,
    trees: int = 1,
    balanced: bool = False,
    seed: int = 0,
) -> Netlist:
    """Return a decision tree of at most so many leaves, grown best first by Gini impurity (CART), or several that vote.

    With `depth` a tree asks at most so many questions of a sample.

    `bits`, (samples, inputs), and `classes`, (samples,), are what it learns from; `codes`, (classes, outputs), what it
    answers for each class. With `balanced`, each class counts as much as any other. Several trees, an odd number, learn
    from a bootstrap of the samples each and choose every question among half of the inputs (Breiman, "Random Forests",
    2001); an output is what most of them answer there, so that a vote takes no counting of classes. `ConfigError` for
    fewer than two leaves, or an even number of trees.

    >>> bits = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=bool)
    >>> tree = tree_netlist(bits, np.array([0, 1, 1, 1]), np.array([[0], [1]], dtype=bool), inputs=("a", "b"),
    ...                     outputs=("y",), leaves=3)
    >>> len(tree.nodes)
    1
    """
    if leaves < 2:
        raise ConfigError(f"a tree of {leaves} leaves asks nothing", hint="choose at least 2")
    if trees < 1 or trees % 2 == 0:
        raise ConfigError(f"{trees} trees may not agree", hint="choose an odd number")
    random = np.random.default_rng(seed)
    builder = NetlistBuilder("tree")
    nets = [builder.input(name) for name in inputs]
    answers = []
    for k in range(trees):
        drawn = random.multinomial(len(classes), np.full(len(classes), 1 / len(classes))) if trees > 1 else None
        answers.append(_add_grown(builder, nets, bits, classes, codes, drawn, (leaves, depth), balanced, seed + k))
    for name, *votes in zip(outputs, *answers, strict=True):
        builder.output(name, add_more_than_half(builder, votes) if trees > 1 else votes[0])
    return builder.build()


def _add_grown(
    builder: NetlistBuilder,
    nets: Sequence[int],
    bits: NDArray[np.bool_],
    classes: NDArray[np.int64],
    codes: NDArray[np.bool_],
    drawn: NDArray[np.int64] | None,
    size: tuple[int, int | None],
    balanced: bool,
    seed: int,
) -> Sequence[int]:
    """Add a tree, grown on samples as often as each was drawn, and return the nets of its answer."""
    from sklearn.tree import DecisionTreeClassifier

    model = DecisionTreeClassifier(
        max_leaf_nodes=size[0],
        max_depth=size[1],
        max_features=None if drawn is None else 0.5,
        class_weight=_weight(balanced),
        random_state=seed,
    )
    seen = slice(None) if drawn is None else drawn > 0
    tree = model.fit(bits[seen], classes[seen], sample_weight=None if drawn is None else drawn[seen]).tree_
    answers = codes[_classes(model)].astype(int).tolist()
    return add_tree(builder, tree, lambda node: nets[tree.feature[node]], lambda node: answers[node])


def decision_trees(
    split: Split, *, depths: Iterable[int] = range(1, 9), input_bits: int = 16, balanced: bool = False, seed: int = 0
) -> tuple[Opponent, ...]:
    """Return a decision tree per depth, grown by Gini impurity (CART) from the training part of a split.

    They learn from words of at most `input_bits` bits and may ask for any threshold between two of them, so that the
    circuit is the tree exactly. With `balanced`, each class counts as much as any other. `ConfigError` for a depth
    below 1.

    >>> from tinydwn.data import load_dataset
    >>> split = load_dataset("iris").split(seed=0)
    >>> [(tree.settings, len(tree.core.inputs)) for tree in decision_trees(split, depths=(1, 2))]
    [('depth 1', 1), ('depth 2', 2)]
    """
    wanted = tuple(depths)
    for depth in wanted:
        if depth < 1:
            raise ConfigError(f"a tree of depth {depth} asks nothing", hint="choose at least 1")
    grid = word_grid(split, input_bits)
    return tuple(_tree(split, grid, depth, balanced, seed) for depth in wanted)


def _tree(split: Split, grid: FixedPoint, depth: int, balanced: bool, seed: int) -> Opponent:
    from sklearn.tree import DecisionTreeClassifier

    model = DecisionTreeClassifier(max_depth=depth, class_weight=_weight(balanced), random_state=seed)
    tree = model.fit(grid.words(split.train_features), split.train_labels).tree_
    encoder = questions_of([tree], split.feature_names, grid)
    asked, answers = bit_of_node(tree, encoder), binary_codes(len(split.class_names))[_classes(model)].tolist()

    def answer(builder: NetlistBuilder, bits: Sequence[int]) -> Sequence[int]:
        return add_tree(builder, tree, lambda node: bits[asked[node]], lambda node: answers[node])

    core = build_core(encoder, split.class_names, answer)
    return Opponent("decision tree", f"depth {depth}", encoder, core)


def _weight(balanced: bool) -> str | None:
    return "balanced" if balanced else None


def _classes(model: DecisionTreeClassifier) -> NDArray[np.int64]:
    """Return the class that each node of a fitted tree stands for, (nodes,)."""
    return np.asarray(model.classes_[model.tree_.value[:, 0].argmax(axis=1)], dtype=np.int64)
