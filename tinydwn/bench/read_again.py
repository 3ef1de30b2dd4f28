"""What is written for a circuit, evaluated by the naive reading and by the C compiler."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tinydwn.bench.compared import Case
from tinydwn.bench.naive import Naive, naive_blif
from tinydwn.export.ports import Ports
from tinydwn.export.wrapper import LATENCY, Wrapper, serial_words
from tinydwn.model import Classifier
from tinydwn.netlist import Netlist
from tinydwn.netlist.encoded_name import encoded
from tinydwn.targets.c_classifier import classifier_to_c
from tinydwn.targets.c_text import to_c
from tinydwn.targets.comparisons import Comparisons
from tinydwn.tools.c_compiler import c_compiler, shared_library
from tinydwn.tools.scratch import scratch_folder

_WORD = 64


def verilog_again(text: str, netlist: Netlist, given: Mapping[str, int], ones: int) -> list[int]:
    """Return the outputs of Verilog of a netlist's ports, as integers over samples; `text` has all modules."""
    ports = Ports.of(netlist)
    place = ports.expressions
    found = Naive(text, ports.module).answer({place[name]: given[name] for name in netlist.inputs}, ones)
    return [found[place[name]] for name in netlist.output_names]


def blif_again(text: str, netlist: Netlist, given: Mapping[str, int], ones: int, cells: str = "") -> list[int]:
    """Return the outputs of BLIF of a netlist's ports, as integers over samples."""
    found = naive_blif(text, {encoded(name): given[name] for name in netlist.inputs}, ones, cells)
    return [found[encoded(name)] for name in netlist.output_names]


def wrapper_again(text: str, netlist: Netlist, style: str, given: Mapping[str, int], ones: int) -> list[int]:
    """Return what a registered chip holds after its latency; `text` has the wrapper and all modules.

    Inputs that are not read at an edge, and bits of a serial word that nothing reads, are set to ones.
    """
    ports = Ports.of(netlist)
    place, wrapper = ports.expressions, Wrapper.of(ports, style)
    chip = Naive(text, wrapper.module)
    pins = {place[name]: given[name] for name in netlist.inputs}
    if style == "parallel":
        edges = [pins]
    else:
        edges = []
        for word in serial_words(ports):
            bits = {port.low + k: given[name] for port in word.ports for k, name in enumerate(port.bits)}
            named = (
                [wrapper.word]
                if wrapper.word_width == 1
                else [f"{wrapper.word}[{k}]" for k in range(wrapper.word_width)]
            )
            edges.append({pin: bits.get(k, ones) for k, pin in enumerate(named)} | {wrapper.load: ones})
    idle = dict.fromkeys({name for edge in edges for name in edge} | _pins(wrapper, pins), ones)
    if style == "serial":
        idle |= {wrapper.load: 0}
    for edge in [*edges, *[idle] * (LATENCY - 1)]:
        chip.step({**idle, **edge, wrapper.clock: 0}, ones)
    found = chip.answer({**idle, wrapper.clock: 0}, ones)
    return [found[place[name]] for name in netlist.output_names]


def _pins(wrapper: Wrapper, pins: Mapping[str, int]) -> set[str]:
    """Return the input ports of a wrapper by bit, its clock aside."""
    if not wrapper.load:
        return set(pins)
    wide = wrapper.word_width > 1
    return {wrapper.load, *([f"{wrapper.word}[{k}]" for k in range(wrapper.word_width)] if wide else [wrapper.word])}


def c_again(netlist: Netlist, stimulus: NDArray[np.bool_], *, timeout_s: float) -> NDArray[np.bool_]:
    """Return the outputs, (samples, outputs) bool, of the C text of a netlist for inputs, (samples, inputs) bool."""
    samples, words = len(stimulus), -(-len(stimulus) // _WORD)
    padded = np.zeros((words * _WORD, stimulus.shape[1]), dtype=np.uint8)
    padded[:samples] = stimulus
    given = np.ascontiguousarray(np.packbits(padded.T, axis=1, bitorder="little")).view("<u8")
    found = np.zeros((len(netlist.outputs), words), dtype="<u8")
    _run(to_c(netlist, name="evaluate"), "evaluate", given, found, words, timeout_s)
    bits = np.unpackbits(found.view(np.uint8), axis=1, bitorder="little")
    return bits[:, :samples].T.astype(bool)


def c_classes(
    classifier: Classifier, core: Netlist, values: NDArray[np.float64], *, timeout_s: float
) -> NDArray[np.int64]:
    """Return the answers of the C text of a classifier to values, (samples, features), as codes, (samples,)."""
    codes = np.full(len(values), -1, dtype=np.int64)
    text = classifier_to_c(core, Comparisons.of(classifier.encoder, core))
    _run(text, "classify", np.ascontiguousarray(values), codes, len(values), timeout_s)
    return codes


def edge_values(case: Case) -> NDArray[np.float64]:
    """Return values, (samples, features), of a case's words: the smallest of each word, by which all comparisons go."""
    grid = case.classifier.encoder.fixed_point
    features = np.broadcast_to(np.arange(case.words.shape[1]), case.words.shape)
    edges = grid.lower_edges(features.ravel(), case.words.ravel()).reshape(case.words.shape)
    return np.where(case.words == 0, grid.offset - grid.step, edges)


def _run(
    text: str, name: str, given: NDArray[np.generic], found: NDArray[np.generic], count: int, timeout_s: float
) -> None:
    """Compile a C file, load it, and let its function write what it finds; `ValueError` where it returns an error."""
    library = shared_library(text, c_compiler(timeout_s=timeout_s), timeout_s=timeout_s)
    with scratch_folder({}) as folder:
        path = folder / "again.so"
        path.write_bytes(library)
        function = ctypes.CDLL(str(path))[name]
    function.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
    status = function(given.ctypes.data, found.ctypes.data, count)
    if status:
        raise ValueError(f"the C function returned {status}")
