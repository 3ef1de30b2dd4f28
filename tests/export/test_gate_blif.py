"""What is written as BLIF of cells is read back as the same cells, and nothing else is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import NetlistError
from tinydwn.export.gate_blif import from_gate_blif, to_gate_blif
from tinydwn.mapping.mapped import Instance, MappedNetlist
from tinydwn.technology import load_library

LIBRARY = load_library("nangate45")
NAMES = st.lists(st.text(min_size=1, max_size=6).filter(str.isprintable), min_size=4, max_size=4, unique=True)


@st.composite
def circuits(draw: st.DrawFn) -> MappedNetlist:
    names = draw(NAMES)
    instances: list[Instance] = []
    for _ in range(draw(st.integers(0, 6))):
        cell = draw(st.sampled_from((*LIBRARY.cells, *LIBRARY.ties)))
        net = st.integers(0, 3 + len(instances))
        instances.append(Instance(cell, tuple(draw(net) for _ in cell.inputs)))
    last = 3 + len(instances)
    outputs = tuple((name, draw(st.integers(0, last))) for name in names[2:])
    return MappedNetlist("chip", LIBRARY, tuple(names[:2]), tuple(instances), outputs)


@given(circuits())
def test_cells_are_read_back_as_they_were_written(mapped: MappedNetlist) -> None:
    text = to_gate_blif(mapped)
    again = from_gate_blif(text, LIBRARY)
    assert again.digest == mapped.digest
    assert to_gate_blif(again) == text


WRITTEN = ".model m\n.inputs a b\n.outputs y\n.gate NAND2_X1 A1=a A2=b ZN=y\n.end\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("NAND2_X1", "NAND2_X9"),
        ("A1=a A2=b", "A2=b A1=a"),
        ("A1=a", "A1=c"),
        ("A1=a ", ""),
        ("ZN=y", "ZN=z"),
        (".outputs y", ".outputs x"),
        (".model m\n", ""),
        (".end\n", ".end\n\n"),
        (".gate", "# proven\n.gate"),
        (".gate NAND2_X1 A1=a A2=b ZN=y", ".names a y\n0 1"),
    ],
)
def test_any_other_text_is_refused(old: str, new: str) -> None:
    assert from_gate_blif(WRITTEN, LIBRARY).cell_counts == {"NAND2_X1": 1}
    with pytest.raises(NetlistError, match="the BLIF of cells"):
        from_gate_blif(WRITTEN.replace(old, new), LIBRARY)
