"""A file of a bundle that is no text is named in an error, by whoever reads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import BundleError
from tinydwn.export.bundle import Bundle, text_of
from tinydwn.flow.circuit import circuit_of
from tinydwn.flow.played import vectors_of
from tinydwn.flow.timing import measure_timing
from tinydwn.fpga.source import source_of
from tinydwn.netlist import Netlist, to_blif
from tinydwn.technology import load_library

LIBRARY = "sky130_fd_sc_hd"
MAPPED = f"chip/{LIBRARY}/mapped.v"
READERS: dict[str, tuple[str, Callable[[Bundle], object]]] = {
    "circuit": (MAPPED, lambda bundle: circuit_of(bundle, circuit="registered", library=load_library(LIBRARY))),
    "wrapper": (
        "chip/wrapper_parallel.v",
        lambda bundle: circuit_of(bundle, circuit="registered", library=load_library(LIBRARY)),
    ),
    "testbench": ("chip/testbench.v", lambda bundle: vectors_of(bundle, "chip")),
    "vectors": ("chip/vectors.hex", lambda bundle: vectors_of(bundle, "chip")),
    "timing": (MAPPED, lambda bundle: measure_timing(bundle, cut="chip", library=LIBRARY, liberty=Path("none.lib"))),
    "fpga": ("chip/netlist.blif", lambda bundle: source_of(bundle, circuit="chip")),
    "fpga's vectors": ("chip/vectors.hex", lambda bundle: source_of(bundle, circuit="chip")),
}


@pytest.mark.parametrize("name", READERS)
def test_a_byte_that_no_text_has_is_an_error_that_names_the_file(name: str, bundle: Bundle, netlist: Netlist) -> None:
    place, read = READERS[name]
    files = {**bundle.files, "chip/netlist.blif": to_blif(netlist).encode()}
    with pytest.raises(BundleError) as caught:
        read(Bundle({**files, place: files[place] + b"// \xff\n"}))
    assert str(caught.value) == (
        f"'{place}' is not a text: invalid start byte at byte {len(files[place]) + 3}\n\n"
        "hint: run 'tinydwn synth' again to write the folder anew"
    )


@given(st.binary(max_size=20))
def test_a_text_is_read_as_utf8_or_refused(content: bytes) -> None:
    readable = content.decode("utf-8", "replace").encode() == content
    if readable:
        assert text_of({"a": content}, "a").encode() == content
    else:
        with pytest.raises(BundleError, match=r"^'a' is not a text: "):
            text_of({"a": content}, "a")


def test_a_file_that_is_missing_is_told_with_the_hint_of_its_reader() -> None:
    with pytest.raises(BundleError) as caught:
        text_of({}, "chip/netlist.v", hint="look elsewhere")
    assert str(caught.value) == "the bundle has no file 'chip/netlist.v'\n\nhint: look elsewhere"
