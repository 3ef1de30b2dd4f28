"""A mapped netlist as BLIF of `.gate` lines, as Yosys, ABC and OpenROAD's tools exchange it."""

from __future__ import annotations

from tinydwn.export.structural import require_plain
from tinydwn.mapping import MappedNetlist
from tinydwn.netlist.encoded_name import encoded


def to_gate_blif(mapped: MappedNetlist) -> str:
    """Return a mapped netlist as BLIF; names are percent-encoded as in `tinydwn.netlist.to_blif`.

    Outputs that are plain connections, and constants without a tie cell, are `.names` lines. Raises `LibraryError`
    for a cell or pin whose name is no plain identifier.

    >>> from tinydwn.mapping import map_to_cells
    >>> from tinydwn.netlist import Netlist, Node
    >>> from tinydwn.technology import load_library
    >>> nand = Netlist("nand_", ("a", "b"), (Node(0b0111, (2, 3)),), (("y", 4),))
    >>> print(to_gate_blif(map_to_cells(nand, load_library("nangate45"), effort="fast")), end="")
    .model nand_
    .inputs a b
    .outputs y
    .gate NAND2_X1 A1=a A2=b ZN=y
    .end
    """
    require_plain(mapped)
    names = ["$false", "$true", *(encoded(name) for name in mapped.inputs)]
    first = mapped.first_instance
    names += [f"${net}" for net in range(first, first + len(mapped.instances))]
    outputs = [(encoded(name), net) for name, net in mapped.outputs]
    for name, net in reversed(outputs):
        if net >= first:
            names[net] = name
    lines = [f".model {encoded(mapped.name)}", _listed(".inputs", names[2:first])]
    lines.append(_listed(".outputs", [name for name, _ in outputs]))
    read = {net for instance in mapped.instances for net in instance.fanin} | {net for _, net in outputs}
    lines += [f".names {names[value]}" + "\n1" * value for value in (0, 1) if value in read]
    for net, instance in enumerate(mapped.instances, start=first):
        pins = [*zip(instance.cell.inputs, (names[source] for source in instance.fanin), strict=True)]
        pins.append((instance.cell.output, names[net]))
        lines.append(f".gate {instance.cell.name} " + " ".join(f"{pin}={name}" for pin, name in pins))
    lines += [f".names {names[net]} {name}\n1 1" for name, net in outputs if names[net] != name]
    return "\n".join([*lines, ".end", ""])


def _listed(keyword: str, names: list[str]) -> str:
    return " ".join([keyword, *names])
