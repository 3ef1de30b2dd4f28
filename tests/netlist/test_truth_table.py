"""Truth tables against plain lists of bits."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.netlist import truth_table as tt

SIZES = st.integers(0, 5)


@st.composite
def tables(draw: st.DrawFn, least: int = 0) -> tuple[int, int]:
    n = draw(st.integers(least, 5))
    return draw(st.integers(0, 2 ** (2**n) - 1)), n


def bits(table: int, n: int) -> list[int]:
    return [table >> address & 1 for address in range(2**n)]


def digits(address: int, n: int) -> list[int]:
    return [address >> k & 1 for k in range(n)]


def number(values: Sequence[int]) -> int:
    return sum(value << k for k, value in enumerate(values))


@given(tables())
def test_a_table_is_the_number_of_its_bits(table: tuple[int, int]) -> None:
    assert tt.from_bits(bits(*table)) == table[0]


@pytest.mark.parametrize("n", range(7))
def test_a_variable_is_its_bit_of_the_address(n: int) -> None:
    for k in range(n):
        assert bits(tt.variable(k, n), n) == [digits(address, n)[k] for address in range(2**n)]


@given(tables())
def test_inverting_twice_changes_nothing(table: tuple[int, int]) -> None:
    assert tt.invert(tt.invert(*table), table[1]) == table[0]
    assert [1 - bit for bit in bits(*table)] == bits(tt.invert(*table), table[1])


@given(tables(least=1), st.data())
def test_a_cofactor_holds_one_input(table: tuple[int, int], data: st.DataObject) -> None:
    values, n = bits(*table), table[1]
    k, value = data.draw(st.integers(0, n - 1)), data.draw(st.integers(0, 1))
    expected = [values[address] for address in range(2**n) if digits(address, n)[k] == value]
    assert bits(tt.cofactor(table[0], k, value, n), n - 1) == expected


@given(tables(), st.data())
def test_a_permutation_reads_the_inputs_in_another_order(table: tuple[int, int], data: st.DataObject) -> None:
    values, n = bits(*table), table[1]
    order = data.draw(st.permutations(range(n)))
    moved = bits(tt.permute(table[0], order, n), n)
    for address in range(2**n):
        old = [0] * n
        for j, digit in enumerate(digits(address, n)):
            old[order[j]] = digit
        assert moved[address] == values[number(old)]


@given(tables(least=1), st.data())
def test_a_flipped_input_is_read_as_its_complement(table: tuple[int, int], data: st.DataObject) -> None:
    k = data.draw(st.integers(0, table[1] - 1))
    flipped = tt.flip_input(table[0], k, table[1])
    assert bits(flipped, table[1]) == [table[0] >> (address ^ 1 << k) & 1 for address in range(2 ** table[1])]


@given(tables())
def test_the_support_is_what_changes_the_value(table: tuple[int, int]) -> None:
    values, n = bits(*table), table[1]
    matters = [k for k in range(n) if any(values[a] != values[a ^ 1 << k] for a in range(2**n))]
    assert list(tt.support(*table)) == matters


@given(tables())
def test_shrinking_keeps_the_function_on_what_it_reads(table: tuple[int, int]) -> None:
    values, n = bits(*table), table[1]
    small, kept = tt.shrink(*table)
    for address in range(2**n):
        part = number([digits(address, n)[k] for k in kept])
        assert small >> part & 1 == values[address]


@given(tables(), st.data())
def test_a_cover_lies_between_its_bounds_and_needs_every_cube(table: tuple[int, int], data: st.DataObject) -> None:
    upper, n = table
    lower = upper & data.draw(st.integers(0, 2 ** (2**n) - 1))
    cubes = tt.irredundant_cover(lower, upper, n)

    def holds(chosen: Sequence[tt.Cube]) -> list[bool]:
        return [any(cube.holds(address) for cube in chosen) for address in range(2**n)]

    values = holds(cubes)
    assert all(value or not bit for value, bit in zip(values, bits(lower, n), strict=True))
    assert all(bit or not value for value, bit in zip(values, bits(upper, n), strict=True))
    for k in range(len(cubes)):
        rest = holds([*cubes[:k], *cubes[k + 1 :]])
        assert any(bit and not value for value, bit in zip(rest, bits(lower, n), strict=True))


@given(tables())
def test_the_cubes_of_a_cover_add_up_to_their_tables(table: tuple[int, int]) -> None:
    union = 0
    for cube in tt.irredundant_cover(table[0], *table):
        union |= tt.cube_table(cube, table[1])
    assert union == table[0]


def test_a_cover_refuses_bounds_that_cross() -> None:
    with pytest.raises(ValueError, match=r"^the lower table is not contained in the upper one$"):
        tt.irredundant_cover(0b10, 0b01, 1)
