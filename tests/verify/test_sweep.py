"""Proofs by Yosys from one inner net to the next: what they look at, and what they rely on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tinydwn.encoder import Encoder, FixedPoint
from tinydwn.lowering import lower_core
from tinydwn.minimize import recipe, run_recipe
from tinydwn.model import Classifier, LutLayer, Reduction
from tinydwn.netlist import Netlist, NetlistBuilder, Node
from tinydwn.verify import Outcome, prove_equivalent
from tinydwn.verify.candidates import Pair, candidates
from tinydwn.verify.sweep import Cone, Sweep


def voting(classes: int, tables: int, seed: int) -> Classifier:
    """Return a classifier of ten bits, each a feature of its own, with random tables of three inputs."""
    rng = np.random.default_rng(seed)
    grid = FixedPoint(np.full(10, -0.5), np.ones(10), np.ones(10, dtype=np.int64))
    names = tuple(f"x{k}" for k in range(10))
    encoder = Encoder(names, grid, feature=np.arange(10), constant=np.zeros(10, dtype=np.int64))
    layer = LutLayer(
        rng.integers(0, 2, size=(classes * tables, 8)).astype(bool),
        np.array([rng.permutation(10)[:3] for _ in range(classes * tables)]),
    )
    return Classifier(encoder, (layer,), Reduction.POPCOUNT, tuple(f"c{k}" for k in range(classes)))


@pytest.mark.parametrize("seed", range(2))
def test_a_gate_that_is_exchanged_in_any_part_is_found(seed: int) -> None:
    """Tables, sums and comparisons: the verdict is that of trying every pattern, whichever gate has changed."""
    core = lower_core(voting(4, 3, seed))
    smaller = run_recipe(core.netlist, recipe("fast"), assuming=core.assumption).netlist
    assert (
        prove_equivalent(core.netlist, smaller, assuming=core.assumption, method="yosys").outcome.name == "EQUIVALENT"
    )
    rng = np.random.default_rng(seed)
    found = set()
    for place in np.linspace(0, len(smaller.nodes) - 1, 5).astype(int):
        node = smaller.nodes[place]
        bit = int(rng.integers(0, 1 << len(node.fanin)))
        changed = (*smaller.nodes[:place], Node(node.table ^ 1 << bit, node.fanin), *smaller.nodes[place + 1 :])
        other = replace(smaller, nodes=changed)
        outcomes = {
            prove_equivalent(core.netlist, other, assuming=core.assumption, method=method).outcome
            for method in ("yosys", "exhaustive")
        }
        assert len(outcomes) == 1
        found |= outcomes
    assert Outcome.DIFFERENT in found


def chain() -> tuple[Netlist, Netlist, dict[int, Pair]]:
    """Return two ways to write `y = (a & b) ^ c`, `z = !y`, and the pairs of all their inner nets."""
    left = Netlist("left", ("a", "b", "c"), (Node(0b1000, (2, 3)), Node(0b0110, (5, 4))), (("y", 6),))
    nodes = (Node(0b0111, (2, 3)), Node(0b1001, (5, 4)), Node(0b01, (6,)))
    right = Netlist("right", ("a", "b", "c"), nodes, (("y", 6),))
    return left, right, dict(enumerate(candidates(left, right)))


def test_a_cone_ends_at_free_nets_and_names_the_pairs_that_it_relies_on() -> None:
    left, right, pairs = chain()
    assert pairs == {0: Pair(5, 5, True), 1: Pair(6, 6, False), 2: Pair(6, 7, True)}
    sweep = Sweep(left, right, pairs)
    ends = {(True, 6), (False, 6)}
    assert sweep.cone("pair1", {0, 1, 2}) == Cone(frozenset(ends), frozenset({0}), frozenset({0}))
    assert sweep.cone("pair1", set()) == Cone(frozenset({*ends, (True, 5)}), frozenset(), frozenset({0}))
    assert sweep.cone("output0", {0, 1, 2}) == Cone(frozenset(), frozenset({1}), frozenset({1}))


def test_a_net_that_reads_one_of_its_own_pair_is_compared_with_that() -> None:
    sweep = Sweep(*chain())
    assert sweep.cone("pair2", {0, 1, 2}) == Cone(
        frozenset({(False, 7)}), frozenset({1}), frozenset({1}), to_common=True
    )
    assert not sweep.cone("pair2", {0}).to_common


def parity_and_all(inputs: int, read: int) -> Netlist:
    """Return `(i0 ^ i1 ^ (all of the first so many inputs)) ^ i2` of so many inputs."""
    builder = NetlistBuilder("n")
    nets = [builder.input(f"i{k}") for k in range(inputs)]
    rare = builder.and_(*nets[:read])
    builder.output("y", builder.xor(builder.xor(builder.xor(nets[0], nets[1]), rare), nets[2]))
    return builder.build()


def test_what_a_dropped_pair_had_helped_is_not_believed() -> None:
    """Inner nets look alike on all samples and differ, and with them the outputs, which are proven from there on."""
    left, right = parity_and_all(24, 24), parity_and_all(24, 23)
    output = right.output_nets[0]
    assert any(pair.right in right.node(output).fanin for pair in candidates(left, right))
    assert prove_equivalent(left, right, method="yosys").outcome is Outcome.DIFFERENT
    assert prove_equivalent(left, left, method="yosys").outcome is Outcome.EQUIVALENT
