"""Registers, multiplexers and constants of a wrapper as cells of a library, as Verilog that Yosys maps with."""

from __future__ import annotations

from itertools import permutations

from tinydwn.errors import LibraryError
from tinydwn.technology import Library
from tinydwn.technology.library import Cell, Register, smallest
from tinydwn.technology.library import rank as by_area

_NAND = 0b0111


def to_techmap(library: Library) -> str:
    """Return Verilog that gives Yosys' flip-flop and multiplexer a body of library cells.

    Inputs that force a register are held at rest. A library without a multiplexer makes one of three NAND2 and an
    inverter. `LibraryError` where the library has no rising-edge flip-flop, or neither multiplexer nor NAND2.
    """
    return _flip_flop(register_of(library)) + _multiplexer(library)


def register_of(library: Library) -> Register:
    """Return the flip-flop that registers become; `LibraryError` where there is none."""
    if library.register is None:
        raise LibraryError(f"library '{library.name}' has no rising-edge flip-flop", hint="choose the circuit 'chip'")
    return library.register


def to_black_boxes(library: Library) -> str:
    """Return every cell of a library as a module with ports and no body."""
    modules: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
    modules = {cell.name: (cell.inputs, (cell.output,)) for cell in library.cells}
    for tie in library.ties:  # one cell may have an output for each constant
        modules[tie.name] = ((), (*modules.get(tie.name, ((), ()))[1], tie.output))
    for register in library.registers:
        rest = [pin for pin in (register.data, register.clock, *_forcing(register)) if pin]
        modules[register.name] = (tuple(dict.fromkeys(rest)), _outputs(register))
    return "".join(
        f"(* blackbox *) module {name} ("
        + ", ".join([*(f"input {pin}" for pin in inputs), *(f"output {pin}" for pin in outputs)])
        + "); endmodule\n"
        for name, (inputs, outputs) in sorted(modules.items())
    )


def _outputs(register: Register) -> tuple[str, ...]:
    return tuple(pin for pin in (register.output, register.inverted_output) if pin)


def _forcing(register: Register) -> dict[str, int]:
    """Return each pin that could force the register, with the value that leaves it alone."""
    pins = {}
    for expression in (register.clear, register.preset):
        pin = expression.strip("()!' ")
        if not pin:
            continue
        if not pin.isidentifier():
            raise LibraryError(
                f"register '{register.name}' is forced by '{expression}', which is no single pin",
                hint="choose the circuit 'chip', which has no registers",
            )
        pins[pin] = int("!" in expression or "'" in expression)
    return pins


def _flip_flop(register: Register) -> str:
    pins = [f".{register.data}(D)", f".{register.clock}(C)", f".{register.output}(Q)"]
    pins += [f".{pin}(1'b{rest})" for pin, rest in _forcing(register).items()]
    body = f"{register.name} _TECHMAP_REPLACE_ ({', '.join(pins)});"
    return f"module \\$_DFF_P_ (input D, C, output Q);\n  {body}\nendmodule\n"


def _multiplexer(library: Library) -> str:
    found = [(cell, pins) for cell in library.cells if (pins := _as_multiplexer(cell))]
    if not found:
        return _multiplexer_of_gates(library)
    cell, (low, high, select) = min(found, key=lambda one: by_area(one[0]))
    body = f"{cell.name} _TECHMAP_REPLACE_ (.{low}(A), .{high}(B), .{select}(S), .{cell.output}(Y));"
    return f"module \\$_MUX_ (input A, B, S, output Y);\n  {body}\nendmodule\n"


def _multiplexer_of_gates(library: Library) -> str:
    """Return a multiplexer of three NAND2 and an inverter."""
    nand = smallest(cell for cell in library.cells if len(cell.inputs) == 2 and cell.table == _NAND)
    if nand is None:
        raise LibraryError(f"library '{library.name}' has no multiplexer", hint="choose another library, or 'chip'")
    inverter, (left, right) = library.inverter, nand.inputs

    def gate(name: str, one: str, other: str, to: str) -> str:
        return f"  {nand.name} {name} (.{left}({one}), .{right}({other}), .{nand.output}({to}));\n"

    body = "  wire N, P, Q;\n"
    body += f"  {inverter.name} n0 (.{inverter.inputs[0]}(S), .{inverter.output}(N));\n"
    body += gate("n1", "A", "N", "P") + gate("n2", "B", "S", "Q")
    body += gate("n3", "P", "Q", "Y")
    return f"module \\$_MUX_ (input A, B, S, output Y);\n{body}endmodule\n"


def _as_multiplexer(cell: Cell) -> tuple[str, str, str] | None:
    """Return the pins (low, high, select) of a cell that is a multiplexer, None for any other."""
    if len(cell.inputs) != 3:
        return None
    for low, high, select in permutations(range(3)):
        wanted = sum(1 << address for address in range(8) if address >> (high if address >> select & 1 else low) & 1)
        if wanted == cell.table:
            return cell.inputs[low], cell.inputs[high], cell.inputs[select]
    return None
