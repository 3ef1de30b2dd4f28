"""Which pin and which bit of the register is for what."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.export.tinytapeout.conftest import interface_of
from tinydwn.errors import BundleError, ConfigError
from tinydwn.export.tinytapeout.pinout import Pinout
from tinydwn.export.tinytapeout.samples import samples_of
from tinydwn.export.tinytapeout.tile import TILES, smallest_tile
from tinydwn.netlist import Netlist

BITS = st.lists(st.sets(st.integers(0, 31), min_size=1, max_size=9), min_size=1, max_size=9)


def wired(bits: Sequence[set[int]], outputs: int) -> Netlist:
    """Return a netlist that reads these bits of features, and gives its first input at every output."""
    names = tuple(f"f{feature}[{bit}]" for feature, read in enumerate(bits) for bit in sorted(read))
    return Netlist("chip", names, (), tuple((f"class[{k}]", 2) for k in range(outputs)))


@given(BITS, st.integers(1, 15))
def test_every_input_and_output_has_one_place(bits: list[set[int]], outputs: int) -> None:
    netlist = wired(bits, outputs)
    pinout = Pinout.of(netlist, interface_of(netlist))
    assert sorted(name for name in pinout.held if name) == sorted(netlist.inputs)
    assert pinout.outputs == netlist.output_names
    places = [pinout.first_uio_out + k for k in range(outputs - 8)]
    assert pinout.uio_oe == sum(1 << place for place in places)
    assert [pinout.uio[place] for place in places] == list(netlist.output_names[8:])
    assert {len(pins) for pins in (pinout.ui, pinout.uo, pinout.uio)} == {8}
    fits = len(netlist.inputs) + max(0, outputs - 8) <= 16
    assert pinout.style == ("parallel" if fits else "serial")
    if fits:
        shown = [*pinout.ui, *pinout.uio[: pinout.first_uio_out]]
        assert [name for name in shown if name] == list(pinout.held)


@given(BITS.filter(lambda bits: sum(map(len, bits)) > 16))
def test_a_bit_of_a_word_is_in_the_byte_that_it_belongs_to(bits: list[set[int]]) -> None:
    netlist = wired(bits, 1)
    pinout = Pinout.of(netlist, interface_of(netlist, word_bits=32))
    first = 0
    for feature, read in enumerate(bits):
        sent = sorted({bit // 8 for bit in read})
        for bit in read:
            assert pinout.held[8 * (first + sent.index(bit // 8)) + bit % 8] == f"f{feature}[{bit}]"
        first += len(sent)
    assert pinout.bytes == first
    assert [word.port.word_bits for word in pinout.words] == [32] * len(bits)


def test_the_interface_of_another_chip_is_refused() -> None:
    one, other = wired([{0, 1}], 1), wired([{0, 2}], 1)
    with pytest.raises(BundleError) as error:
        Pinout.of(one, interface_of(other))
    assert str(error.value) == (
        "'interface.json' is about other ports than the chip's\n\nhint: run 'tinydwn verify' on the folder"
    )


@pytest.mark.parametrize("outputs", [0, 16])
def test_outputs_without_pins_are_refused(outputs: int) -> None:
    with pytest.raises(ConfigError) as error:
        Pinout.of(wired([{0}], outputs), interface_of(wired([{0}], outputs)))
    assert str(error.value) == (
        f"the circuit has {outputs} outputs, and a project of Tiny Tapeout 1 to 15\n\n"
        "hint: synthesize with --output-form index"
    )


def test_the_smallest_tile_that_fits_is_taken() -> None:
    for smaller, larger in pairwise(TILES):
        assert smaller.core_um2 < larger.core_um2
        assert smallest_tile(0.6 * smaller.core_um2, utilization=0.6) == smaller
        assert smallest_tile(0.6 * smaller.core_um2 + 1, utilization=0.6) == larger


def test_a_circuit_beyond_the_largest_tile_is_refused() -> None:
    with pytest.raises(ConfigError) as error:
        smallest_tile(1e6, utilization=0.6)
    assert str(error.value) == (
        "the circuit needs 1,000,000 um2, and the largest tile, 8x2, has 181,452 um2 for cells\n\n"
        "hint: synthesize a smaller circuit, with fewer --luts or --bits, or raise --utilization"
    )
    with pytest.raises(ConfigError, match=r"utilization 60 is not from 0\.05 to 0\.95"):
        smallest_tile(1.0, utilization=60)


@pytest.mark.parametrize(
    ("text", "message"),
    [("zz\n", "'zz' is no vector of 'chip'"), ("8\n", "'8' is no"), ("-1", "'-1' is no"), ("", "of 'chip' is empty")],
)
def test_damaged_vectors_are_refused(text: str, message: str) -> None:
    netlist = wired([{0, 1}], 1)
    with pytest.raises(BundleError, match=message):
        samples_of(text, netlist, Pinout.of(netlist, interface_of(netlist)))
