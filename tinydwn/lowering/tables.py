"""Lookup tables to nodes: a layer of a DWN is a row of truth tables already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tinydwn.model.classifier import LutLayer
from tinydwn.netlist import NetlistBuilder


def add_layers(builder: NetlistBuilder, layers: Sequence[LutLayer], nets: Sequence[int]) -> tuple[int, ...]:
    """Add all tables of all layers, `nets` being the bits that the first layer reads; return the last layer's nets.

    >>> from tinydwn.netlist import NetlistBuilder
    >>> builder = NetlistBuilder("xor")
    >>> layer = LutLayer(tables=[[False, True, True, False]], mapping=[[1, 0]])
    >>> builder.output("y", *add_layers(builder, [layer], [builder.input("a"), builder.input("b")]))
    >>> builder.build().nodes
    (Node(table=6, fanin=(2, 3)),)
    """
    nets = tuple(nets)
    for layer in layers:
        rows = zip(table_integers(layer.tables), layer.mapping.tolist(), strict=True)
        nets = tuple(builder.node(table, [nets[source] for source in sources]) for table, sources in rows)
    return nets


def table_integers(tables: NDArray[np.bool_]) -> list[int]:
    """Return tables, (nodes, 2**n) bool, as integers whose bit `a` is the value at address `a`.

    >>> table_integers(np.array([[False, True, True, True]]))
    [14]
    """
    packed = np.packbits(tables, axis=1, bitorder="little")
    return [int.from_bytes(row.tobytes(), "little") for row in packed]
