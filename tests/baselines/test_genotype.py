from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.baselines.genotype import active_gates, copied, mutate, netlist_of, random_genotype
from tinydwn.netlist.simulate import every_pattern, simulate

shapes = {
    "seed": st.integers(0, 10**6),
    "inputs": st.integers(1, 5),
    "gates": st.integers(1, 40),
    "outputs": st.integers(1, 3),
}


def mutated(genotype, inputs, mutations, seed):
    """Return a mutated copy, and whether a gene that matters was touched."""
    gates = len(genotype.function)
    child, needed = copied(genotype), np.zeros(gates, dtype=bool)
    active_gates(child, inputs, needed, np.zeros(gates, dtype=np.int32))
    state = np.array([seed + 1], dtype=np.uint64)
    return child, mutate(child, inputs, needed, mutations, state, np.zeros((3, gates), dtype=np.int32))


def graph_of(genotype, inputs):
    """Return the graph of all gates, edges from read to reader."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(inputs + len(genotype.function)))
    graph.add_edges_from((s, inputs + gate) for gate, pair in enumerate(genotype.fanin.tolist()) for s in pair)
    return graph


@settings(max_examples=40)
@given(mutations=st.integers(0, 400), **shapes)
def test_mutated_graphs_stay_acyclic_and_in_order(seed, inputs, gates, outputs, mutations):
    start = random_genotype(inputs=inputs, gates=gates, outputs=outputs, rng=np.random.default_rng(seed))
    child, _ = mutated(start, inputs, mutations, seed)
    assert nx.is_directed_acyclic_graph(graph_of(child, inputs))
    assert child.order[child.rank].tolist() == list(range(gates))
    for gate, pair in enumerate(child.fanin.tolist()):
        assert all(read < inputs or child.rank[read - inputs] < child.rank[gate] for read in pair)


@settings(max_examples=40)
@given(mutations=st.integers(0, 400), **shapes)
def test_the_netlist_answers_what_the_graph_does_and_has_only_gates_that_matter(
    seed, inputs, gates, outputs, mutations, answers
):
    start = random_genotype(inputs=inputs, gates=gates, outputs=outputs, rng=np.random.default_rng(seed))
    child, _ = mutated(start, inputs, mutations, seed)
    names, ends = tuple(f"x{k}" for k in range(inputs)), tuple(f"y{k}" for k in range(outputs))
    netlist = netlist_of(child, names, ends, name="any")
    patterns = every_pattern(inputs)
    assert simulate(netlist, patterns).tolist() == [answers(child, pattern) for pattern in patterns]
    graph = graph_of(child, inputs)
    behind = set().union(*({end} | nx.ancestors(graph, end) for end in child.ends.tolist()))
    assert len(netlist.nodes) == sum(signal >= inputs for signal in behind)
    assert all(len(node.fanin) == 2 for node in netlist.nodes)


@settings(max_examples=40)
@given(mutations=st.integers(0, 4), **shapes)
def test_a_mutation_that_touches_nothing_active_changes_no_answer(seed, inputs, gates, outputs, mutations, answers):
    start = random_genotype(inputs=inputs, gates=gates, outputs=outputs, rng=np.random.default_rng(seed))
    child, touched = mutated(start, inputs, mutations, seed)
    if not touched:
        assert all(answers(child, pattern) == answers(start, pattern) for pattern in every_pattern(inputs))


def test_an_edge_may_go_to_every_signal_that_does_not_depend_on_its_gate_and_to_no_other():
    inputs, gates = 2, 6
    start = random_genotype(inputs=inputs, gates=gates, outputs=1, rng=np.random.default_rng(3))
    graph = graph_of(start, inputs)
    reached = {(gate, pin): set() for gate in range(gates) for pin in range(2)}
    for seed in range(4000):
        child, _ = mutated(start, inputs, 1, 7919 * seed)
        for gate, pin in np.argwhere(child.fanin != start.fanin).tolist():
            reached[gate, pin].add(int(child.fanin[gate, pin]))
    for (gate, pin), found in reached.items():
        beyond = nx.descendants(graph, inputs + gate) | {inputs + gate}
        assert found == set(graph) - beyond - {int(start.fanin[gate, pin])}
