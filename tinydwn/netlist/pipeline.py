"""A netlist cut into stages, with a register on every net that goes from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tinydwn.errors import ConfigError, NetlistError
from tinydwn.netlist.analysis import depth, levels
from tinydwn.netlist.builder import NetlistBuilder
from tinydwn.netlist.graph import FALSE, FIRST_INPUT, TRUE, Netlist, Node
from tinydwn.netlist.least_cut import least_cut


def cut_into_stages(netlist: Netlist, stages: int) -> tuple[Netlist, ...]:
    """Return netlists that are the given one when each reads what the one before it gives.

    No stage is deeper than the depth by `stages`, rounded up, a node counting as one level whatever it reads. Every
    way from an input to an output crosses `stages - 1` cuts, and each cut, from the first to the last, carries as few
    nets as the depths allow (a least cut; inputs that are read later are carried, too). The first stage has all inputs
    of the netlist and the last one its outputs; what is between two stages is the word `cut1`, `cut2`, ..., with
    underscores before it where an input or output has that name. `ConfigError` unless there are from 1 to the depth's
    number of stages.

    >>> chain = Netlist("chain", ("a", "b"), (Node(0b1000, (2, 3)), Node(0b0110, (2, 4))), (("y", 5),))
    >>> first, second = cut_into_stages(chain, 2)
    >>> first.output_names, second.inputs, composed((first, second), name="chain") == chain
    (('cut1[0]', 'cut1[1]'), ('cut1[0]', 'cut1[1]'), True)
    """
    deepest = depth(netlist)
    if not 1 <= stages <= max(deepest, 1):
        raise ConfigError(
            f"'{netlist.name}', {deepest} levels deep, cannot be cut into {stages} stages",
            hint=f"choose from 1 to {max(deepest, 1)} stages",
        )
    if stages == 1:
        return (netlist,)
    place = _stage_of(netlist, [deepest * k // stages for k in range(1, stages)], deepest)
    word = _free_word(netlist)
    carried = [_carried(netlist, place, cut) for cut in range(1, stages)]
    names = [{net: f"{word}{cut}[{k}]" for k, net in enumerate(nets)} for cut, nets in enumerate(carried, start=1)]
    first = {FIRST_INPUT + k: name for k, name in enumerate(netlist.inputs)}
    ends = [[(name, net) for net, name in one.items()] for one in names]
    return tuple(
        _stage(netlist, place, number, given, outputs)
        for number, (given, outputs) in enumerate(zip([first, *names], [*ends, list(netlist.outputs)], strict=True))
    )


def composed(stages: Sequence[Netlist], *, name: str = "") -> Netlist:
    """Return the netlist that stages are without their registers; `NetlistError` where one does not fit the next."""
    if not stages:
        raise NetlistError("no stages were given", hint="give those of cut_into_stages")
    builder = NetlistBuilder(name or stages[0].name)
    nets: Sequence[int] = [builder.input(one) for one in stages[0].inputs]
    for before, after in pairwise(stages):
        if before.output_names != after.inputs:
            raise NetlistError(f"'{after.name}' does not read what '{before.name}' gives", hint="keep their order")
    for stage in stages:
        nets = builder.insert(stage, nets)
    for end, net in zip(stages[-1].output_names, nets, strict=True):
        builder.output(end, net)
    return builder.build()


def _stage_of(netlist: Netlist, bounds: Sequence[int], deepest: int) -> list[int]:
    """Return the stage of every net, counted from 0; constants and inputs are in the first."""
    early, late = list(levels(netlist)), _latest(netlist, deepest)
    stage = [0] * netlist.nets
    for number, bound in enumerate(bounds):
        before = least_cut(netlist, early=early, late=late, bound=bound)
        for net in range(netlist.first_node, netlist.nets):
            if net in before:
                late[net] = min(late[net], bound)
            else:
                stage[net] = number + 1
                early[net] = max(early[net], bound + 1, *(early[one] + 1 for one in netlist.node(net).fanin))
    return stage


def _latest(netlist: Netlist, deepest: int) -> list[int]:
    """Return the highest level at which every net may stand; a net that no output reads may stand at the last."""
    late = [deepest] * netlist.nets
    for net in range(netlist.nets - 1, netlist.first_node - 1, -1):
        for source in netlist.node(net).fanin:
            late[source] = min(late[source], late[net] - 1)
    return late


def _carried(netlist: Netlist, stage: Sequence[int], cut: int) -> list[int]:
    """Return the nets, ascending, that come from before a cut and are read after it; the constants are none."""
    read = {net for net in netlist.output_nets if stage[net] < cut}
    for net, node in enumerate(netlist.nodes, start=netlist.first_node):
        if stage[net] >= cut:
            read.update(one for one in node.fanin if stage[one] < cut)
    return sorted(net for net in read if net >= FIRST_INPUT)


def _stage(
    netlist: Netlist, place: Sequence[int], number: int, given: dict[int, str], ends: Sequence[tuple[str, int]]
) -> Netlist:
    """Return one stage: its nodes, reading the nets `given` by name."""
    nets = {FALSE: FALSE, TRUE: TRUE} | {net: FIRST_INPUT + k for k, net in enumerate(given)}
    nodes: list[Node] = []
    for net, node in enumerate(netlist.nodes, start=netlist.first_node):
        if place[net] == number:
            nets[net] = FIRST_INPUT + len(given) + len(nodes)
            nodes.append(Node(node.table, tuple(nets[one] for one in node.fanin)))
    outputs = tuple((name, nets[net]) for name, net in ends)
    return Netlist(f"{netlist.name}_stage{number + 1}", tuple(given.values()), tuple(nodes), outputs)


def _free_word(netlist: Netlist) -> str:
    """Return the beginning of names for what is carried, which no input or output has."""
    word = "cut"
    while any(name.startswith(word) for name in (*netlist.inputs, *netlist.output_names)):
        word = f"_{word}"
    return word
