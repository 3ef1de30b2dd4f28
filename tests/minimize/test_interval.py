"""One table with don't-cares against trying all tables."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.minimize.interval import simplest
from tinydwn.minimize.size import gate_count
from tinydwn.netlist.truth_table import shrink


def reads(table: int, n: int) -> int:
    """Count the inputs that a table depends on."""
    return sum(any(table >> a & 1 != table >> (a ^ 1 << k) & 1 for a in range(1 << n)) for k in range(n))


@given(st.integers(0, 3).flatmap(lambda n: st.tuples(st.just(n), *[st.integers(0, 2 ** (2**n) - 1)] * 2)))
@settings(max_examples=150)
def test_no_table_that_agrees_on_the_care_set_reads_fewer_inputs(drawn: tuple[int, int, int]) -> None:
    n, table, care = drawn
    found, kept = simplest(table, care, n)
    for address in range(1 << n):
        part = sum((address >> old & 1) << new for new, old in enumerate(kept))
        assert not care >> address & 1 or found >> part & 1 == table >> address & 1
    fewest = min(reads(other, n) for other in range(1 << (1 << n)) if not (other ^ table) & care)
    assert len(kept) == reads(found, len(kept))
    assert gate_count(found, len(kept)) <= gate_count(table, n)
    assert len(kept) == fewest or found == shrink(table, n)[0]


@given(st.integers(0, 2**256 - 1), st.integers(0, 2**256 - 1), st.integers(0, 2**256 - 1))
@settings(max_examples=10)
def test_a_table_of_eight_inputs_agrees_on_the_care_set(table: int, one: int, two: int) -> None:
    care = one & two
    found, kept = simplest(table, care, 8)
    for address in range(256):
        part = sum((address >> old & 1) << new for new, old in enumerate(kept))
        assert not care >> address & 1 or found >> part & 1 == table >> address & 1


def test_inputs_that_do_not_matter_on_the_care_set_are_dropped_from_wide_tables() -> None:
    parity = sum(1 << a for a in range(256) if a.bit_count() % 2)
    care = sum(1 << a for a in range(256) if a >> 1 in (0, 127))
    found, kept = simplest(parity, care, 8)
    assert len(kept) == 2
    assert found in (0b0110, 0b1001)
