"""A netlist as cells, node by node: the same function, no cell more, and none where a node has no cell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.mapping.direct import map_directly
from tinydwn.netlist import Netlist, Node
from tinydwn.netlist.simulate import simulate
from tinydwn.netlist.truth_table import permute
from tinydwn.technology import Library, load_library
from tinydwn.verify import prove_equivalent

LIBRARIES = ("nangate45", "sky130_fd_sc_hd", "egfet")
INPUTS = 4


def random_cells(library: Library, seed: int, size: int) -> Netlist:
    """Return nodes that compute what cells do, their pins in any order, and outputs that may be anything."""
    rng = np.random.default_rng(seed)
    cells = [cell for cell in library.cells if 1 <= len(cell.inputs) <= 4]
    first, nodes = 2 + INPUTS, []
    for k in range(size):
        cell = cells[rng.integers(len(cells))]
        arity = len(cell.inputs)
        table = permute(cell.table, tuple(rng.permutation(arity).tolist()), arity)
        nodes.append(Node(table, tuple(rng.integers(2, first + k, arity).tolist())))
    outputs = tuple((f"y{k}", int(net)) for k, net in enumerate(rng.integers(0, first + size, 3)))
    return Netlist("random", tuple("abcd"), tuple(nodes), outputs)


@pytest.mark.parametrize("name", LIBRARIES)
@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), size=st.integers(0, 12))
def test_cells_compute_what_the_nodes_do(name: str, seed: int, size: int) -> None:
    library = load_library(name)
    netlist = random_cells(library, seed, size)
    mapped = map_directly(netlist, library)
    assert mapped is not None
    assert (mapped.inputs, mapped.functions().output_names) == (netlist.inputs, netlist.output_names)
    patterns = np.array([[row >> k & 1 for k in range(INPUTS)] for row in range(1 << INPUTS)], dtype=bool)
    np.testing.assert_array_equal(simulate(mapped.functions(), patterns), simulate(netlist, patterns))
    constants = {net for net in netlist.output_nets if net < 2}
    assert size <= len(mapped.instances) <= size + len(constants)


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000))
def test_no_cell_of_that_function_is_cheaper(seed: int) -> None:
    library = load_library("sky130_fd_sc_hd")
    netlist = random_cells(library, seed, 1)
    mapped = map_directly(netlist, library)
    node, found = netlist.nodes[0], mapped.instances[0].cell
    same = [
        cell.area_um2
        for cell in library.cells
        if len(cell.inputs) == len(node.fanin)
        and _profile(cell.table, len(cell.inputs)) == _profile(node.table, len(node.fanin))
    ]
    assert found.area_um2 == min(same)


def _profile(table: int, arity: int) -> tuple[int, ...]:
    """Return the smallest table among those with pins in another order, by plain counting."""
    from itertools import permutations

    rows = range(1 << arity)
    return min(
        tuple(table >> sum((row >> k & 1) << order[k] for k in range(arity)) & 1 for row in rows)
        for order in permutations(range(arity))
    )


def test_the_mapped_nand_is_proven_and_a_node_without_a_cell_is_none() -> None:
    library = load_library("nand2")
    nand = Netlist("nand", ("a", "b"), (Node(0b0111, (2, 3)),), (("y", 4),))
    mapped = map_directly(nand, library)
    prove_equivalent(nand, mapped.functions()).require()
    parity = Netlist("xor", ("a", "b"), (Node(0b0110, (2, 3)),), (("y", 4),))
    assert map_directly(parity, library) is None
