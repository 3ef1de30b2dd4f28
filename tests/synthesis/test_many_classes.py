"""What may not be proven of very many classes is said as soon as they are known."""

from __future__ import annotations

import numpy as np
import pytest

from tinydwn.data import Dataset
from tinydwn.mapping import map_to_cells
from tinydwn.netlist import Assumption, NetlistBuilder
from tinydwn.synthesis import SynthesisOptions, ladder, source
from tinydwn.synthesis.progress import Progress
from tinydwn.technology import load_library


@pytest.mark.parametrize(("classes", "said"), [(63, False), (64, True), (100, True)])
def test_it_is_said_before_the_training(classes: int, said: bool) -> None:
    labels = np.repeat(np.arange(classes), 4)
    dataset = Dataset("many", labels[:, None] + 0.5, labels, ("x",), tuple(f"c{k}" for k in range(classes)))
    heard: list[str] = []
    source._split(dataset, SynthesisOptions(timeout_s=60.0), Progress(lambda step: heard.append(step.text)))
    told = [text for text in heard if "the proof is UNDECIDED" in text]
    assert [text.split(":")[0] for text in told] == ([f"{classes} classes"] if said else [])
    assert all("--timeout 60," in text for text in told)


@pytest.mark.parametrize(("large", "of_cells"), [(1, "minimized"), (1000, "lowered")])
def test_yosys_proves_the_cells_of_a_large_circuit_from_the_minimized_one(
    large: int, of_cells: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ladder, "_LARGE_NODES", large)
    builder = NetlistBuilder("core")
    builder.output("y", builder.xor(*(builder.input(f"x{k}") for k in range(17))))
    netlist = builder.build()
    cells = map_to_cells(netlist, load_library("nangate45"))
    proofs = ladder._same_function(netlist, netlist, [cells], assuming=Assumption.none(), timeout_s=60.0)
    assert [str(proof()) for proof in proofs] == [
        "core minimized = lowered: EQUIVALENT by ABC cec",
        "core minimized = lowered: EQUIVALENT by Yosys SAT",
        "core mapped to nangate45 = lowered: EQUIVALENT by ABC cec",
        f"core mapped to nangate45 = {of_cells}: EQUIVALENT by Yosys SAT",
    ]
