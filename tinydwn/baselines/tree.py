"""Decision trees as netlists: a multiplexer per question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import ConfigError
from tinydwn.netlist import Netlist, NetlistBuilder


def tree_netlist(
    bits: NDArray[np.bool_],
    classes: NDArray[np.int64],
    codes: NDArray[np.bool_],
    *,
    inputs: Sequence[str],
    outputs: Sequence[str],
    leaves: int,
    balanced: bool = False,
    seed: int = 0,
) -> Netlist:
    """Return a decision tree of at most so many leaves, grown best first by Gini impurity (CART).

    `bits`, (samples, inputs), and `classes`, (samples,), are what it learns from; `codes`, (classes, outputs), what it
    answers for each class. With `balanced`, each class counts as much as any other. `ConfigError` for fewer than two
    leaves.

    >>> bits = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=bool)
    >>> tree = tree_netlist(bits, np.array([0, 1, 1, 1]), np.array([[0], [1]], dtype=bool), inputs=("a", "b"),
    ...                     outputs=("y",), leaves=3)
    >>> len(tree.nodes)
    1
    """
    from sklearn.tree import DecisionTreeClassifier

    if leaves < 2:
        raise ConfigError(f"a tree of {leaves} leaves asks nothing", hint="choose at least 2")
    model = DecisionTreeClassifier(
        max_leaf_nodes=leaves, class_weight="balanced" if balanced else None, random_state=seed
    ).fit(bits, classes)
    tree, labels = model.tree_, model.classes_
    builder = NetlistBuilder("tree")
    nets = [builder.input(name) for name in inputs]

    def answer(node: int) -> tuple[int, ...]:
        if tree.children_left[node] < 0:
            return tuple(int(bit) for bit in codes[labels[tree.value[node][0].argmax()]])
        low, high = answer(tree.children_left[node]), answer(tree.children_right[node])
        asked = nets[tree.feature[node]]
        return tuple(builder.mux(asked, one, other) for one, other in zip(low, high, strict=True))

    for name, net in zip(outputs, answer(0), strict=True):
        builder.output(name, net)
    return builder.build()
