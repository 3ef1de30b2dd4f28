"""What decision trees ask, "is the word above this constant?", as bits of an encoder; and trees over such bits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from tinydwn.encoder import Encoder, FixedPoint, fit_encoder
from tinydwn.errors import ConfigError
from tinydwn.lowering.parts import output_names, without_unread_inputs
from tinydwn.netlist import Netlist, NetlistBuilder

if TYPE_CHECKING:
    from sklearn.tree._tree import Tree

    from tinydwn.data import Split

_CANDIDATES = 255  # per feature: words spread from the first threshold to the last, beyond lies a 256th of the samples
_EXACT_BITS = 24  # scikit-learn's trees compare values of float32


class Branches(Protocol):
    """What `add_tree` needs of a tree: where each node leads, -1 for leaves; node 0 is the root."""

    @property
    def children_left(self) -> NDArray[np.int64]:
        """The node below each node for the answer no, (nodes,)."""

    @property
    def children_right(self) -> NDArray[np.int64]:
        """The node below each node for the answer yes, (nodes,)."""


def word_grid(split: Split, input_bits: int) -> FixedPoint:
    """Return the words that trees learn from, so that what they ask is exact in hardware.

    They are those of `fit_encoder` for 255 adaptive thresholds per feature. `ConfigError` for words of more than 24
    bits, which float32, the numbers of scikit-learn's trees, cannot hold.
    """
    if input_bits > _EXACT_BITS:
        raise ConfigError(
            f"trees cannot tell words of {input_bits} bits apart", hint=f"choose at most {_EXACT_BITS} input_bits"
        )
    return fit_encoder(
        split.train_features,
        feature_names=split.feature_names,
        bits_per_feature=_CANDIDATES,
        scheme="adaptive",
        input_bits=input_bits,
    ).fixed_point


def questions_of(trees: Iterable[Tree], feature_names: Sequence[str], grid: FixedPoint) -> Encoder:
    """Return an encoder whose bits are what scikit-learn's `trees` (values of `tree_`), learned from words, ask."""
    asked = sorted({question for tree in trees for question in _questions(tree) if question is not None})
    feature, constant = (np.array([pair[k] for pair in asked], dtype=np.int64) for k in (0, 1))
    return Encoder(tuple(feature_names), grid, feature, constant)


def build_core(
    encoder: Encoder, class_names: Sequence[str], answer: Callable[[NetlistBuilder, Sequence[int]], Sequence[int]]
) -> Netlist:
    """Return the core from the bits of `encoder` that are read to the class in binary.

    `answer` adds nodes to a builder, given the net of each bit, and returns the nets of the class, LSB first.
    """
    builder = NetlistBuilder("core")
    bits = [builder.input(name) for name in encoder.bit_names]
    names = output_names(encoder, class_names, "index")
    for name, net in zip(names, answer(builder, bits), strict=True):
        builder.output(name, net)
    return without_unread_inputs(builder.build())


def bit_of_node(tree: Tree, encoder: Encoder) -> list[int]:
    """Return for each node of a tree the bit of `encoder` that is true where it goes right; -1 for leaves."""
    place = {
        pair: bit for bit, pair in enumerate(zip(encoder.feature.tolist(), encoder.constant.tolist(), strict=True))
    }
    return [-1 if question is None else place[question] for question in _questions(tree)]


def add_tree(
    builder: NetlistBuilder, tree: Branches, asked: Callable[[int], int], leaf: Callable[[int], Sequence[int]]
) -> tuple[int, ...]:
    """Add a tree, such as scikit-learn's `tree_`, as multiplexers and return the nets of its answer.

    `asked` gives for an inner node the net that is true where the right branch is taken, `leaf` the nets of a leaf's
    answer, as many for each. A question whose branches agree is not asked.
    """

    def answer(node: int) -> tuple[int, ...]:
        if tree.children_left[node] < 0:
            return tuple(leaf(node))
        low, high = answer(tree.children_left[node]), answer(tree.children_right[node])
        return tuple(builder.mux(asked(node), one, other) for one, other in zip(low, high, strict=True))

    return answer(0)


def binary_codes(classes: int) -> NDArray[np.int64]:
    """Return each class in binary, LSB first, (classes, bits).

    >>> binary_codes(3).tolist()
    [[0, 0], [1, 0], [0, 1]]
    """
    return np.arange(classes)[:, None] >> np.arange((classes - 1).bit_length()) & 1


def _questions(tree: Tree) -> list[tuple[int, int] | None]:
    """Return feature and constant of each node, None for leaves: a value above the threshold goes right."""
    inner = (tree.children_left >= 0).tolist()
    pairs = zip(tree.feature.tolist(), np.floor(tree.threshold).astype(np.int64).tolist(), strict=True)
    return [pair if asks else None for pair, asks in zip(pairs, inner, strict=True)]
