"""What every cell of a Liberty file does, registers and special cells included: for reading finished netlists.

A `Library` holds the cells that mapping may use; a routed netlist has others too, such as clock buffers.
"""

from __future__ import annotations

from dataclasses import dataclass

from tinydwn.technology.liberty import Group, named_pins, split_arguments

# What decides the next state of a register or latch (Liberty reference manual, groups `ff` and `latch`).
_DECIDING = ("clocked_on", "next_state", "enable", "data_in", "clear", "preset")
_CONTESTED = ("clear_preset_var1", "clear_preset_var2")


@dataclass(frozen=True, slots=True)
class Behavior:
    """A cell as expressions over its input pins and its state.

    `outputs` are pairs of pin and expression, "" where the library gives none or the pin may float. A cell with state
    has two names for it, the second inverted, and `deciding` expressions of what changes it, each with its role.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[tuple[str, str], ...]
    state: tuple[str, str] | None = None
    deciding: tuple[tuple[str, str], ...] = ()


def behaviors(tree: Group) -> dict[str, Behavior]:
    """Return what each cell of a Liberty tree does, by its name.

    >>> from tinydwn.technology.liberty import read_liberty
    >>> text = '''library (l) { cell (DFF) { area : 1; ff (IQ, IQN) { clocked_on : "CK"; next_state : "D"; }
    ... pin (D, CK) { direction : input; } pin (Q) { direction : output; function : "IQ"; } } }'''
    >>> behaviors(read_liberty(text))["DFF"].deciding
    (('clocked_on', 'CK'), ('next_state', 'D'))
    """
    return {group.name: _behavior(group) for group in tree.all("cell")}


def _behavior(group: Group) -> Behavior:
    pins = list(named_pins(group))
    inputs = tuple(name for name, pin in pins if pin.text("direction") == "input")
    outputs = tuple((name, _function(pin)) for name, pin in pins if pin.text("direction") in {"output", "inout"})
    held = [inner for inner in group.groups if inner.kind in {"ff", "latch"}]
    if len(held) != 1:
        # Several states, or a table of states: expressions over them are not read.
        unread = bool(held) or any(inner.kind in {"statetable", "ff_bank", "latch_bank"} for inner in group.groups)
        return Behavior(group.name, inputs, tuple((name, "") for name, _ in outputs) if unread else outputs)
    names = [word.strip() for word in split_arguments(held[0].arguments)]
    state = (names[0], names[1] if len(names) > 1 else f"{names[0]}'")
    deciding = [(role, text) for role in _DECIDING if (text := held[0].text(role))]
    # Where both hold, the cell decides by letters; a letter is told by its role, and stands for no expression.
    letters = "".join(held[0].text(role) for role in _CONTESTED)
    deciding += [(f"clear and preset give {letters}", "0")] if letters else []
    return Behavior(group.name, inputs, outputs, state, tuple(deciding))


def _function(pin: Group) -> str:
    return "" if "three_state" in pin.attributes else pin.text("function")
