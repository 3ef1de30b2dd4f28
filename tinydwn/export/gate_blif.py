"""A mapped netlist as BLIF of `.gate` lines, as Yosys, ABC and OpenROAD's tools exchange it."""

from __future__ import annotations

from collections.abc import Sequence

from tinydwn.errors import NetlistError
from tinydwn.export.structural import require_plain
from tinydwn.mapping import MappedNetlist
from tinydwn.mapping.mapped import Instance
from tinydwn.netlist.encoded_name import decoded, encoded
from tinydwn.technology.library import Cell, Library


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


def from_gate_blif(text: str, library: Library) -> MappedNetlist:
    """Return the netlist of cells of a library that `to_gate_blif` wrote; `NetlistError` for any other text.

    >>> from tinydwn.technology import load_library
    >>> inverter = ".model m\\n.inputs a\\n.outputs y\\n.gate INV A=a Y=y\\n.end\\n"
    >>> from_gate_blif(inverter, load_library("nand2")).cell_counts
    {'INV': 1}
    """
    try:
        mapped = _read(text, library)
        same = to_gate_blif(mapped) == text
    except (KeyError, ValueError, IndexError) as error:
        raise NetlistError(f"the BLIF of cells cannot be read: {error}", hint="write it anew") from error
    if not same:
        raise NetlistError("the BLIF of cells is not as it is written for its circuit", hint="write it anew")
    return mapped


def _read(text: str, library: Library) -> MappedNetlist:
    lines = [line.split() for line in text.splitlines()]
    said = {words[0]: words[1:] for words in lines if words and words[0] in (".model", ".inputs", ".outputs")}
    gates = [words[1:] for words in lines if words[:1] == [".gate"]]
    nets = {"$false": 0, "$true": 1} | {name: net for net, name in enumerate(said[".inputs"], start=2)}
    instances = []
    for net, (name, *pins) in enumerate(gates, start=2 + len(said[".inputs"])):
        place = dict(pin.split("=", 1) for pin in pins)
        cell = _cell(library, name, list(place))
        instances.append(Instance(cell, tuple(nets[place[pin]] for pin in cell.inputs)))
        nets[place[cell.output]] = net
    wires = {words[2]: words[1] for words in lines if words[:1] == [".names"] and len(words) == 3}
    outputs = tuple((decoded(name), nets[wires.get(name, name)]) for name in said[".outputs"])
    inputs = tuple(map(decoded, said[".inputs"]))
    return MappedNetlist(decoded(said[".model"][0]), library, inputs, tuple(instances), outputs)


def _cell(library: Library, name: str, pins: Sequence[str]) -> Cell:
    """Return the cell of a name with these pins; `KeyError` where the library has none."""
    for cell in (*library.cells, *library.ties):
        if cell.name == name and [*cell.inputs, cell.output] == pins:
            return cell
    raise KeyError(f"library '{library.name}' has no cell '{name}' with the pins {', '.join(pins)}")


def _listed(keyword: str, names: list[str]) -> str:
    return " ".join([keyword, *names])
