"""A cell library, as far as mapping and counting need it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import permutations

from tinydwn.errors import LibraryError
from tinydwn.netlist.truth_table import MAX_INPUTS, full, permute

LEAST_UNIT_UM2, MOST_AREA_UM2 = 1e-9, 1e12
_NAND, _AND, _BUFFER, _INVERTER = 0b0111, 0b1000, 0b10, 0b01


@dataclass(frozen=True, slots=True)
class Cell:
    """A combinational cell with one output, or a tie cell (no inputs).

    `table` is the output as a truth table over `inputs`, pin `k` being address bit `k`. `input_capacitance_ff`
    and `delay_ps` have one value per input, or are empty where the library gives none; a delay is an estimate
    for one load and one slope (see `timing`). A cell with several constant outputs stands here once per output.
    """

    name: str
    area_um2: float
    inputs: tuple[str, ...]
    output: str
    table: int
    input_capacitance_ff: tuple[float, ...] = ()
    delay_ps: tuple[float, ...] = ()
    leakage_nw: float | None = None

    def __post_init__(self) -> None:
        n = len(self.inputs)
        sound = (
            n <= MAX_INPUTS
            and 0 <= self.table <= full(n)
            and 0 <= self.area_um2 <= MOST_AREA_UM2
            and len(self.input_capacitance_ff) in {0, n}
            and len(self.delay_ps) in {0, n}
            and len({*self.inputs, self.output}) == n + 1
        )
        if not sound:
            raise LibraryError(f"cell '{self.name}' does not hold together", hint="check its pins, table and figures")

    @property
    def is_constant(self) -> bool:
        """Whether the cell is a tie cell."""
        return not self.inputs

    @property
    def is_buffer(self) -> bool:
        """Whether the cell passes its one input on."""
        return len(self.inputs) == 1 and self.table == _BUFFER

    @property
    def is_inverter(self) -> bool:
        """Whether the cell inverts its one input."""
        return len(self.inputs) == 1 and self.table == _INVERTER


@dataclass(frozen=True, slots=True)
class Register:
    """An edge-triggered flip-flop without scan or enable.

    `clear` and `preset` are Liberty expressions over the pins that force 0 and 1, `""` where there is none;
    `inverted_output` likewise is `""` where the cell has only one output.
    """

    name: str
    area_um2: float
    data: str
    clock: str
    rising_edge: bool
    output: str
    inverted_output: str = ""
    clear: str = ""
    preset: str = ""
    leakage_nw: float | None = None


@dataclass(frozen=True, slots=True)
class Library:
    """The cells of one technology that mapping may use, by name, with where they come from.

    `cells` are combinational, `ties` constant, `registers` edge-triggered. `supply_v` is the voltage that the
    figures were taken at, None where the library names none. Raises `LibraryError` for two cells
    with one name and where the cells cannot express every function (there must be a NAND2, or AND2 and INV).

    >>> from tinydwn.technology import load_library
    >>> load_library("sky130_fd_sc_hd").nand2_area_um2
    3.7536
    """

    name: str
    cells: tuple[Cell, ...]
    ties: tuple[Cell, ...] = ()
    registers: tuple[Register, ...] = ()
    source: str = ""
    commit: str = ""
    licence: str = ""
    notes: tuple[str, ...] = ()
    supply_v: float | None = None

    def __post_init__(self) -> None:
        names = [cell.name for cell in self.cells]
        if len(set(names)) != len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise LibraryError(f"library '{self.name}' has two cells named '{twice}'", hint="rename one of them")
        tables = {(cell.table, len(cell.inputs)) for cell in self.cells}
        if (_INVERTER, 1) not in tables or not tables & {(_NAND, 2), (_AND, 2)}:
            raise LibraryError(
                f"library '{self.name}' lacks an inverter or a two-input NAND or AND that may be used",
                hint="give a library of standard cells; cells marked dont_use do not count",
            )
        if self.nand2_area_um2 < LEAST_UNIT_UM2:
            raise LibraryError(
                f"the two-input NAND or AND of library '{self.name}' has an area of {self.nand2_area_um2:g} um2, "
                "and areas are counted in it",
                hint="give a library with areas in square micrometres",
            )

    def cell(self, name: str) -> Cell:
        """Return the combinational cell of a name; `LibraryError` where there is none."""
        for cell in self.cells:
            if cell.name == name:
                return cell
        raise LibraryError(f"library '{self.name}' has no usable cell '{name}'", hint="check the name and dont_use")

    @property
    def nand2_area_um2(self) -> float:
        """The area of the smallest NAND2, the unit of `nand2_equivalent`; one AND2 and INV where there is none."""
        nand = smallest(cell for cell in self.cells if len(cell.inputs) == 2 and cell.table == _NAND)
        if nand is not None:
            return nand.area_um2
        conjunction = min((cell for cell in self.cells if len(cell.inputs) == 2 and cell.table == _AND), key=rank)
        return conjunction.area_um2 + self.inverter.area_um2

    @property
    def inverter(self) -> Cell:
        """The smallest inverter."""
        return min((cell for cell in self.cells if cell.is_inverter), key=rank)

    @property
    def buffer(self) -> Cell | None:
        """The smallest buffer, None in a library without one."""
        return smallest(cell for cell in self.cells if cell.is_buffer)

    def tie(self, value: int) -> Cell | None:
        """Return the smallest cell whose output is the constant `value`, None in a library without one."""
        return smallest(cell for cell in self.ties if cell.table == value)

    @property
    def register(self) -> Register | None:
        """The smallest rising-edge flip-flop; of equals the one with the fewest extra pins, then by name."""
        rising = [register for register in self.registers if register.rising_edge]
        return min(rising, key=_register_rank, default=None)

    @property
    def has_delays(self) -> bool:
        """Whether every cell knows its delays."""
        return all(cell.delay_ps for cell in self.cells)

    @property
    def has_leakage(self) -> bool:
        """Whether every cell knows its leakage."""
        return all(cell.leakage_nw is not None for cell in self.cells)

    @property
    def digest(self) -> str:
        """SHA-256, in hex, of name and cells; not of where they come from."""
        content = (self.name, self.cells, self.ties, self.registers)
        return hashlib.sha256(repr(content).encode()).hexdigest()


def rank(cell: Cell) -> tuple[float, float, str, str]:
    """Order cells of equal function: the smallest, of equals the fastest, then by name."""
    return cell.area_um2, max(cell.delay_ps, default=0.0), cell.name, cell.output


def smallest(cells: Iterable[Cell]) -> Cell | None:
    """Return the first cell by `rank`, None of none."""
    return min(cells, key=rank, default=None)


def cheapest_cells(library: Library) -> tuple[Cell, ...]:
    """Return one cell for each function, inputs in any order: the first by `rank`, in library order.

    This is what mapping for area chooses from; larger drive strengths never win there.
    """
    best: dict[tuple[int, int], Cell] = {}
    for cell in library.cells:
        key = len(cell.inputs), _any_order(cell.table, len(cell.inputs))
        if key not in best or rank(cell) < rank(best[key]):
            best[key] = cell
    chosen = {cell.name for cell in best.values()}
    return tuple(cell for cell in library.cells if cell.name in chosen)


@cache
def _any_order(table: int, n: int) -> int:
    return min(permute(table, order, n) for order in permutations(range(n)))


def _register_rank(register: Register) -> tuple[float, int, str]:
    extra = sum(bool(pin) for pin in (register.inverted_output, register.clear, register.preset))
    return register.area_um2, extra, register.name
