"""The files of a bundle about one circuit, but for the reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tinydwn.export.bundle_files import (
    AIGER_FILE,
    CELLS_FILE,
    EQUATIONS_FILE,
    INTERFACE_FILE,
    LOWERED_FILE,
    MAPPED_BLIF_FILE,
    MAPPED_FILE,
    MODEL_FILE,
    NETLIST_FILE,
    TESTBENCH_FILE,
    VECTORS_FILE,
    VERILOG_FILE,
    file_of_testbench,
    file_of_wrapper,
)
from tinydwn.export.cell_models import cell_models
from tinydwn.export.chip_interface import ChipInterface, interface_text
from tinydwn.export.equations import MAX_NODES, to_equations
from tinydwn.export.gate_blif import to_gate_blif
from tinydwn.export.ports import Ports
from tinydwn.export.structural import to_structural_verilog
from tinydwn.export.testbench import to_testbench, to_vectors
from tinydwn.export.verilog import to_verilog
from tinydwn.export.wrapper import STYLES, to_wrapper
from tinydwn.mapping import MappedNetlist
from tinydwn.minimize.xag import to_netlist, to_xag
from tinydwn.model.classifier import Classifier
from tinydwn.model.store import to_bytes
from tinydwn.netlist import Assumption, Netlist, to_aig, to_blif
from tinydwn.synthesis.samples import Stimulus

Files = dict[str, str]


def cut_files(
    lowered: Netlist,
    minimized: Netlist,
    mapped: Sequence[MappedNetlist],
    *,
    assuming: Assumption,
    stimulus: Stimulus,
    head: str,
) -> Files:
    """Return the files of one cut by their path in its folder; each library has a folder in it.

    `head`, lines of comments, begins every Verilog file. Equations are written where the netlist is small enough to be
    read.
    """
    ports = Ports.of(minimized)
    files = {
        LOWERED_FILE: to_blif(lowered),
        NETLIST_FILE: to_blif(minimized),
        VERILOG_FILE: to_verilog(minimized, head=head),
        TESTBENCH_FILE: to_testbench(ports, vectors=stimulus.vectors, head=head),
        VECTORS_FILE: to_vectors(minimized, ports, stimulus.inputs, stimulus.outputs),
    }
    if len(minimized.nodes) <= MAX_NODES:
        files[EQUATIONS_FILE] = to_equations(minimized, assuming=assuming)
    for cells in mapped:
        folder = cells.library.name
        files[f"{folder}/{MAPPED_FILE}"] = to_structural_verilog(cells, head=head)
        files[f"{folder}/{MAPPED_BLIF_FILE}"] = to_gate_blif(cells)
        files[f"{folder}/{CELLS_FILE}"] = cell_models(cells)
    return files


def cut_aiger(minimized: Netlist, mapped: Sequence[MappedNetlist]) -> bytes:
    """Return one cut as AIGER: of the minimized netlist and the mapped ones, whose gates make the fewest ANDs."""
    graphs = [to_xag(netlist, xor_gates=3) for netlist in (minimized, *(cells.functions() for cells in mapped))]
    smallest = min(graphs, key=lambda graph: graph.cost(xor_gates=3))
    return to_aig(to_netlist(smallest, minimized))


def circuit_files(
    classifier: Classifier,
    core: Files,
    chip: Files,
    netlist: Netlist,
    interface: ChipInterface,
    *,
    aiger: Mapping[str, bytes],
    vectors: int,
) -> dict[str, bytes]:
    """Return every file about a circuit by its path in the bundle, from the files and the AIGER of both cuts."""
    ports = Ports.of(netlist)
    files = {f"core/{name}": text for name, text in core.items()}
    files |= {f"chip/{name}": text for name, text in chip.items()}
    for style in STYLES:
        head = interface.head(style=style)
        files[f"chip/{file_of_wrapper(style)}"] = to_wrapper(ports, style=style, head=head)
        files[f"chip/{file_of_testbench(style)}"] = to_testbench(ports, vectors=vectors, style=style, head=head)
    files[INTERFACE_FILE] = interface_text(interface)
    binary = {f"{cut}/{AIGER_FILE}": content for cut, content in aiger.items()}
    return {MODEL_FILE: to_bytes(classifier), **binary} | {name: text.encode() for name, text in files.items()}


def gate_level_files(files: Files, library: str) -> Files:
    """Return those files of a cut that gate-level simulation needs, by file name."""
    shared = {name: files[name] for name in (TESTBENCH_FILE, VECTORS_FILE)}
    return shared | {name: files[f"{library}/{name}"] for name in (MAPPED_FILE, CELLS_FILE)}
