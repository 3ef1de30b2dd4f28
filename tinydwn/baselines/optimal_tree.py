"""Optimal sparse trees: no tree of the same depth over the same bits answers more training samples right (STreeD)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tinydwn.baselines.opponent import Opponent
from tinydwn.baselines.questions import add_tree, binary_codes, word_grid
from tinydwn.encoder import Encoder, fit_encoder
from tinydwn.errors import ConfigError
from tinydwn.lowering.parts import output_names, without_unread_inputs
from tinydwn.netlist import Netlist, NetlistBuilder
from tinydwn.tools.streed import SolvedTree, find_streed, run_streed

if TYPE_CHECKING:
    from tinydwn.data import Split

THRESHOLDS = 10
"""Thresholds of a feature that optimal trees may ask for, spread evenly: more of them helped on training
samples and not on others, where it was tried (segment, blood-transfusion)."""
WORK = 1e11
"""Samples times classes times the bits to the power of the depth, at most: some seconds. 16 bits may be read in any
case."""
_DEPTH, _FOREST, _LEAVES, _MOST_SAMPLES = 4, 64, 16, 20_000
_FEWEST_BITS, _MOST_BITS = 16, 256
_TIMEOUT_S = 600.0
"""Far above what `WORK` takes: time is not to decide what comes out."""


def telling_bits(
    bits: NDArray[np.bool_], classes: NDArray[np.int64], *, balanced: bool = False, seed: int = 0
) -> NDArray[np.int64]:
    """Return the places of the bits, (samples, bits), that tell classes apart, the most telling first.

    They are what trees ask for: first a single one of depth 4 (CART), then a random forest, which learns from at most
    20,000 samples. Each part is sorted by Gini importance. `classes` are (samples,); with `balanced` each counts as
    much as any other.

    >>> telling_bits(np.array([[0, 0], [0, 1], [0, 0], [0, 1]], dtype=bool), np.array([0, 1, 0, 1])).tolist()
    [1]
    """
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.tree import DecisionTreeClassifier

    weight = "balanced" if balanced else None
    single = DecisionTreeClassifier(max_depth=_DEPTH, class_weight=weight, random_state=seed).fit(bits, classes)
    drawn = np.random.default_rng([seed, 12]).permutation(len(bits))[:_MOST_SAMPLES]
    forest = RandomForestClassifier(_FOREST, max_leaf_nodes=_LEAVES, class_weight=weight, random_state=seed)
    forest.fit(bits[drawn], classes[drawn])
    parts = (_asked(model.feature_importances_) for model in (single, forest))
    return np.array(list(dict.fromkeys(chain.from_iterable(parts))), dtype=np.int64)


def telling_thresholds(
    split: Split, *, input_bits: int, balanced: bool = False, seed: int = 0
) -> tuple[Encoder, NDArray[np.bool_], NDArray[np.int64]]:
    """Return 10 thresholds of each feature, in words of at most `input_bits` bits, and which of them are telling.

    These are an encoder, what it makes of the training part, (samples, bits), and `telling_bits` of that.
    """
    encoder = fit_encoder(
        split.train_features,
        feature_names=split.feature_names,
        bits_per_feature=THRESHOLDS,
        scheme="adaptive",
        fixed_point=word_grid(split, input_bits),
    )
    bits = encoder.encode(split.train_features)
    order = telling_bits(bits, split.train_labels, balanced=balanced, seed=seed) if encoder.bits else np.array([], int)
    return encoder, bits, order


def _asked(importance: NDArray[np.float64]) -> list[int]:
    order: list[int] = np.argsort(-importance, kind="stable").tolist()
    return order[: np.count_nonzero(importance)]


def optimal_tree_netlist(
    bits: NDArray[np.bool_],
    classes: NDArray[np.int64],
    codes: NDArray[np.bool_],
    *,
    inputs: Sequence[str],
    outputs: Sequence[str],
    depth: int,
    order: NDArray[np.int64],
    work: float = WORK,
    balanced: bool = False,
) -> Netlist:
    """Return the tree of at most a depth that answers most samples right, and of those one with the fewest questions.

    `bits`, (samples, inputs), and `classes`, (samples,), are what it learns from; `codes`, (classes, outputs), what it
    answers for each class. It asks for the first places of `order` alone, as of `telling_bits`, as many as `work`
    allows; see `WORK`. With `balanced`, each class counts as much as any other. `ConfigError` for a depth below 1;
    errors as `run_streed`.

    >>> codes = np.array([[0], [1]], dtype=bool)
    >>> same = optimal_tree_netlist(np.eye(2, dtype=bool), np.array([1, 1]), codes, inputs=("a", "b"), outputs=("y",),
    ...                             depth=2, order=np.arange(2))
    >>> same.nodes, same.output_nets  # samples of one class ask for no solver
    ((), (1,))
    """
    _require_depth(depth)
    places = order[: _most_bits(bits.shape[0], codes.shape[0], depth, work)]
    tree = _solved(bits[:, places], classes, depth, balanced)
    builder = NetlistBuilder("tree")
    nets, answers = [builder.input(name) for name in inputs], codes.astype(int).tolist()
    answer = add_tree(
        builder, tree, lambda node: nets[places[tree.bit[node]]], lambda node: answers[int(tree.label[node])]
    )
    for name, net in zip(outputs, answer, strict=True):
        builder.output(name, net)
    return builder.build()


def optimal_trees(
    split: Split, *, depths: Iterable[int] = (2, 3, 4), input_bits: int = 16, balanced: bool = False, seed: int = 0
) -> tuple[Opponent, ...]:
    """Return an optimal tree per depth, for the training part of a split.

    They may ask for 10 thresholds of a feature, in words of at most `input_bits` bits; of all of these for the most
    telling ones, as many as `WORK` allows. With `balanced`, each class counts as much as any other. `ConfigError` for a
    depth below 1; errors as `run_streed`.
    """
    wanted = tuple(depths)
    for depth in wanted:
        _require_depth(depth)
    if not wanted:
        return ()
    find_streed()
    encoder, bits, order = telling_thresholds(split, input_bits=input_bits, balanced=balanced, seed=seed)
    codes, names = binary_codes(len(split.class_names)).astype(bool), encoder.bit_names
    outputs = output_names(encoder, split.class_names, "index")
    cores = (
        optimal_tree_netlist(
            bits,
            split.train_labels,
            codes,
            inputs=names,
            outputs=outputs,
            depth=depth,
            order=order,
            balanced=balanced,
        )
        for depth in wanted
    )
    return tuple(
        Opponent("optimal tree", f"depth {depth}", encoder, without_unread_inputs(core))
        for depth, core in zip(wanted, cores, strict=True)
    )


def _solved(bits: NDArray[np.bool_], classes: NDArray[np.int64], depth: int, balanced: bool) -> SolvedTree:
    """Return the tree over bits, (samples, bits), whose labels are those of `classes`, which may leave some out."""
    present, number = np.unique(classes, return_inverse=True)
    if len(present) == 1 or not bits.shape[1]:
        none = np.array([-1])
        return SolvedTree(none, none, none, present[[np.bincount(number).argmax()]])
    tree = run_streed(bits, number, depth=depth, balanced=balanced, timeout_s=_TIMEOUT_S)
    return replace(tree, label=np.where(tree.label < 0, -1, present[tree.label]))


def _most_bits(samples: int, classes: int, depth: int, work: float) -> int:
    return max(_FEWEST_BITS, min(_MOST_BITS, int((work / (samples * classes)) ** (1 / depth))))


def _require_depth(depth: int) -> None:
    if depth < 1:
        raise ConfigError(f"a tree of depth {depth} asks nothing", hint="choose at least 1")
