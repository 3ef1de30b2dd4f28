"""Lookup tables of k inputs, what FPGAs are made of: the fewest, or the fewest levels, that ABC finds."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tinydwn.errors import ConfigError, ProgramError, ProgramMissing
from tinydwn.mapping.patterns import differing_output
from tinydwn.netlist import Netlist, from_blif, to_blif
from tinydwn.netlist.analysis import depth, fanout_counts
from tinydwn.netlist.graph import Node
from tinydwn.netlist.truth_table import full, invert
from tinydwn.tools.abc import run_abc

LUT_RULES = {"lut4": 4, "lut6": 6}
"""Counting rules by name, and the inputs of their tables."""
_NOT = 0b01
_PREPARED = (
    ("as-is", ""),
    ("dch", "dch"),
    ("dc2", "dc2; dc2; dch"),
    ("resyn", "balance; rewrite; refactor; balance; rewrite -z; balance; refactor -z; rewrite -z; balance; dch"),
)
_AREA = (
    "if -K {k} -a; mfs2 -a; lutpack -S 1",
    "if -K {k}; mfs2 -a; lutpack -S 1",
    "strash; &get -n; &jf -K {k} -a; &put; mfs2 -a",
    "if -K {k} -a; mfs2 -a; strash; dch; if -K {k} -a; mfs2 -a; strash; dch; if -K {k} -a; mfs2 -a; lutpack -S 1",
)
_DEPTH = (
    "if -K {k}; mfs2",
    "if -g -K {k} -C 8; strash; dch; if -K {k}; mfs2",
    "if -K {k}; speedup; strash; dch; if -K {k}; mfs2",
)
_SMALLEST_K, _LARGEST_K = 3, 6
_LEAST_S = 1.0
_SMALL, _MIDDLE = 400, 20_000
"""Nodes up to which all preparations and covers are tried, and up to which one preparation is made at all."""


@dataclass(frozen=True, slots=True)
class MappedLuts:
    """A netlist whose nodes are lookup tables, the number of them, its levels, and the script that won."""

    netlist: Netlist
    script: str

    @property
    def luts(self) -> int:
        """The number of tables; constants and connections are none."""
        return sum(bool(node.fanin) for node in self.netlist.nodes)

    @property
    def levels(self) -> int:
        """The largest number of tables on a way from an input to an output."""
        return depth(self.netlist)


def map_to_luts(netlist: Netlist, k: int = 4, *, quick: bool = False, timeout_s: float = 300.0) -> MappedLuts:
    """Return a netlist as tables of up to `k` inputs: the fewest of a portfolio of ABC scripts.

    If it is to be `quick`, the one with the fewest levels, and the fewest tables among those. Names and order of
    inputs and outputs stay. Each result is compared with the netlist on up to 512 patterns. `ConfigError` for another
    `k` than 3 to 6, `ProgramError` where no script comes to a result.

    >>> parity = Netlist("parity", ("a", "b", "c", "d"), (Node(0x6996, (2, 3, 4, 5)),), (("y", 6),))
    >>> map_to_luts(parity, 4).luts, map_to_luts(parity, 3).luts
    (1, 2)
    """
    if not _SMALLEST_K <= k <= _LARGEST_K:
        raise ConfigError(f"tables of {k} inputs are not mapped to", hint="choose from 3 to 6")
    if not any(net >= netlist.first_node for net in netlist.output_nets):
        return MappedLuts(netlist, "none")
    found = _portfolio(netlist, k, quick, timeout_s)
    rank = (lambda one: (one.levels, one.luts)) if quick else (lambda one: (one.luts, one.levels))
    return min(found, key=rank)


@lru_cache(maxsize=8)
def _portfolio(netlist: Netlist, k: int, quick: bool, timeout_s: float) -> tuple[MappedLuts, ...]:
    """Return what each script comes to; those that fail are left out, and all have `timeout_s` together."""
    neutral, scripts = netlist.neutral(), _scripts(len(netlist.nodes), k, quick)
    end = time.monotonic() + timeout_s
    try:
        return _run(netlist, neutral, scripts, timeout_s)
    except ProgramMissing:
        raise
    except ProgramError as error:  # one of them: each by itself, to lose no other
        found: list[MappedLuts] = []
        for one in scripts:
            with contextlib.suppress(ProgramError):
                found += _run(netlist, neutral, (one,), max(end - time.monotonic(), _LEAST_S))
        if not found:
            raise error from None
        return tuple(found)


def _scripts(nodes: int, k: int, quick: bool) -> tuple[tuple[str, str], ...]:
    """Return names and commands of what is tried on a netlist of so many nodes."""
    covers: tuple[str, ...] = _DEPTH if quick else _AREA
    prepared: tuple[tuple[str, str], ...] = _PREPARED
    if nodes > _SMALL:
        covers, prepared = covers[:2], _PREPARED[1:2] if nodes <= _MIDDLE else _PREPARED[:1]
    return tuple(
        (f"{label}+{number}", f"{preparation}; {cover.format(k=k)}" if preparation else cover.format(k=k))
        for label, preparation in prepared
        for number, cover in enumerate(covers, start=1)
    )


def _run(
    netlist: Netlist, neutral: Netlist, scripts: Sequence[tuple[str, str]], timeout_s: float
) -> tuple[MappedLuts, ...]:
    """Return what scripts come to in one run of ABC; `ProgramError` where one of them fails."""
    results = [f"mapped{n}.blif" for n in range(len(scripts))]
    lines = [
        f"read_blif netlist.blif; strash; {script}; write_blif {file}"
        for (_, script), file in zip(scripts, results, strict=True)
    ]
    done = run_abc("; ".join(lines), files={"netlist.blif": to_blif(neutral)}, results=results, timeout_s=timeout_s)
    names = [name for name, _ in scripts]
    return tuple(_read(netlist, neutral, done.files[file], name) for name, file in zip(names, results, strict=True))


def _read(netlist: Netlist, neutral: Netlist, blif: str, script: str) -> MappedLuts:
    read = replace(_without_inverters(from_blif(blif)), name=netlist.name)
    wrong = differing_output(neutral, read)
    if wrong:
        raise ProgramError("ABC wrote lookup tables that compute something else", hint=f"look at output '{wrong}'")
    outputs = tuple(zip(netlist.output_names, read.output_nets, strict=True))
    return MappedLuts(Netlist(netlist.name, netlist.inputs, read.nodes, outputs), script)


def _without_inverters(netlist: Netlist) -> Netlist:
    """Return the same function with an inverter put into the table that it alone reads."""
    counts = fanout_counts(netlist)
    nodes = list(netlist.nodes)
    place = list(range(netlist.nets))
    for net, node in enumerate(netlist.nodes, start=netlist.first_node):
        source = node.fanin[0] if node.table == _NOT and len(node.fanin) == 1 else 0
        if source >= netlist.first_node and counts[source] == 1:
            above = nodes[source - netlist.first_node]
            nodes[source - netlist.first_node] = Node(invert(above.table, len(above.fanin)), above.fanin)
            place[net] = source
    nodes = [Node(node.table, tuple(place[one] for one in node.fanin)) for node in nodes]
    outputs = tuple((name, place[net]) for name, net in netlist.outputs)
    return _read_alone(Netlist(netlist.name, netlist.inputs, tuple(nodes), outputs))


def _read_alone(netlist: Netlist) -> Netlist:
    """Return a netlist without nodes that no output reads and with constants as nets 0 and 1."""
    needed = set(netlist.output_nets)
    for net in range(netlist.nets - 1, netlist.first_node - 1, -1):
        if net in needed:
            needed.update(netlist.node(net).fanin)
    nets = dict(enumerate(range(netlist.first_node)))
    nodes: list[Node] = []
    for net, node in enumerate(netlist.nodes, start=netlist.first_node):
        if node.table in (0, full(len(node.fanin))):
            nets[net] = int(node.table > 0)
        elif net in needed:
            nets[net] = netlist.first_node + len(nodes)
            nodes.append(Node(node.table, tuple(nets[one] for one in node.fanin)))
    outputs = tuple((name, nets[net]) for name, net in netlist.outputs)
    return Netlist(netlist.name, netlist.inputs, tuple(nodes), outputs)
