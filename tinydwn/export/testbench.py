"""A self-checking testbench, and the vectors that it plays."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import BundleError, NetlistError
from tinydwn.export.bundle_files import TESTBENCH_FILE, VECTORS_FILE, file_of_testbench, file_of_wrapper
from tinydwn.export.ports import Port, Ports
from tinydwn.export.wrapper import SerialWord, Wrapper, latency, serial_words
from tinydwn.netlist import Netlist

TESTBENCH = "testbench"
_AGAIN = "run 'tinydwn synth' again to write the folder anew"

_TEMPLATE = """\
// Plays the vectors of {file}: each is the expected outputs above the inputs, first port lowest.
// Run it in the folder that holds {file}; <library> is a folder of mapped cells beside it:
//   iverilog -o {module}.vvp {sources} <library>/mapped.v <library>/cells.v && vvp {module}.vvp
{head}module {testbench};
  reg [{vector_top}:0] vectors [0:{last}];
  reg [{in_top}:0] inputs;
  wire [{out_top}:0] outputs;
  reg [{out_top}:0] wanted;
  integer k, failed;
{declarations}
  {tested} dut (
{connections}
  );

  initial begin
    $readmemh("{file}", vectors);
    if (^vectors[0] === 1'bx) begin
      $display("{file} was not found: run this in the folder that holds it");
      $fatal(1);
    end
    failed = 0;
    for (k = 0; k < {vectors}; k = k + 1) begin
      {{wanted, inputs}} = vectors[k];
{steps}
      // An undefined bit, of a vector that is missing for example, is never right.
      if (outputs !== wanted || ^{{wanted, inputs}} === 1'bx) begin
        if (failed < {shown}) $display("vector %0d: inputs %h give %b instead of %b", k, inputs, outputs, wanted);
        failed = failed + 1;
      end
    end
    if (failed == 0) begin
      $display("PASS: {vectors} vectors");
      $finish;
    end
    $display("FAIL: %0d of {vectors} vectors", failed);
    $fatal(1);
  end
endmodule
"""
_SHOWN = 10
_EDGE = "@(posedge clock) #1;"


def to_testbench(ports: Ports, *, vectors: int, style: str = "", head: str = "", stages: int = 1) -> str:
    """Return a testbench that plays `vectors` vectors of `vectors.hex` on module `ports.module`, combinational.

    With a `style` of `to_wrapper` it plays them on that wrapper instead, around a chip of `stages` stages. It says
    `PASS: n vectors`, or `FAIL: m of n vectors` and ends by `$fatal`; the first ten mismatches are shown. Without its
    vectors it says so and ends by `$fatal`. `head`, lines of comments, comes after those that tell how to run it.
    `ValueError` without vectors, `NetlistError` for a module without outputs or with the testbench's own name.

    >>> ports = Ports.of(Netlist("chip", ("x",), (), (("y", 2),)))
    >>> "PASS: 20 vectors" in to_testbench(ports, vectors=20)
    True
    """
    if vectors < 1:
        raise ValueError("a testbench needs at least one vector")
    if not ports.outputs or ports.module == TESTBENCH:
        why = "has the name of its testbench" if ports.outputs else "has no outputs to compare"
        raise NetlistError(f"module '{ports.module}' {why}")
    wrapper = Wrapper.of(ports, style) if style else None
    width_in, width_out = max(_width(ports.inputs), 1), _width(ports.outputs)
    inputs, outputs = _slices(ports.inputs, "inputs"), _slices(ports.outputs, "outputs")
    pins = {} if wrapper and wrapper.word else inputs
    return _TEMPLATE.format(
        file=VECTORS_FILE,
        head=head,
        testbench=TESTBENCH,
        module=ports.module,
        tested=wrapper.module if wrapper else ports.module,
        sources=f"{file_of_testbench(style)} {file_of_wrapper(style)}" if style else TESTBENCH_FILE,
        vector_top=width_in + width_out - 1,
        in_top=width_in - 1,
        out_top=width_out - 1,
        last=vectors - 1,
        vectors=vectors,
        shown=_SHOWN,
        declarations=_declarations(wrapper),
        connections=",\n".join(f"    .{pin}({net})" for pin, net in (_own_pins(wrapper) | pins | outputs).items()),
        steps="\n".join(f"      {step}" for step in _steps(ports, wrapper, inputs, stages)),
    )


def _declarations(wrapper: Wrapper | None) -> str:
    lines = ["  reg clock = 1'b0;", "  always #5 clock = ~clock;"] if wrapper else []
    if wrapper and wrapper.word:
        lines += ["  reg load = 1'b0;", f"  reg {wrapper.word_range}word;"]
    return "".join(f"{line}\n" for line in lines)


def _own_pins(wrapper: Wrapper | None) -> dict[str, str]:
    """Return the wrapper's own pins and what the testbench puts on them."""
    if wrapper is None:
        return {}
    pins = {wrapper.clock: "clock"}
    return pins | {wrapper.load: "load", wrapper.word: "word"} if wrapper.word else pins


def _steps(ports: Ports, wrapper: Wrapper | None, inputs: Mapping[str, str], stages: int) -> list[str]:
    """Return what has to happen between new inputs, `inputs` for each port, and their outputs."""
    if wrapper is None:
        return ["#1;"]
    if not wrapper.word:
        return [_EDGE] * latency(stages)
    loads = [line for word in serial_words(ports) for line in (f"word = {_whole(word, inputs)};", _EDGE)]
    return ["load = 1'b1;", *loads, "load = 1'b0;", *[_EDGE] * (latency(stages) - 1)]


def _whole(word: SerialWord, inputs: Mapping[str, str]) -> str:
    """Return a word with zeros for the bits that nothing reads."""
    parts: list[str] = []
    low = 0
    for port in word.ports:
        parts += [f"{port.low - low}'b0"] if port.low > low else []
        parts.append(inputs[port.identifier])
        low = port.high + 1
    return parts[0] if len(parts) == 1 else f"{{{', '.join(reversed(parts))}}}"


def to_vectors(netlist: Netlist, ports: Ports, inputs: NDArray[np.bool_], outputs: NDArray[np.bool_]) -> str:
    """Return one hexadecimal number a line per vector, for `$readmemh`, outputs above inputs.

    `inputs` is (vectors, inputs) and `outputs` (vectors, outputs), bool, in the order of `netlist`, whose ports
    are `ports`; in the number, bits follow each other in the order of the ports, LSB first. A 0 stands for the
    inputs of a module without any.

    >>> wire = Netlist("wire_", ("a", "b"), (), (("y", 2),))
    >>> to_vectors(wire, Ports.of(wire), np.array([[False, True]]), np.array([[False]]))
    '2\\n'
    """
    fits = inputs.shape[1:] == (len(netlist.inputs),) and outputs.shape == (len(inputs), len(netlist.outputs))
    if not fits:
        raise NetlistError(f"vectors of shape {inputs.shape} and {outputs.shape} do not fit netlist '{netlist.name}'")
    column = {name: inputs[:, k] for k, name in enumerate(netlist.inputs)}
    column |= {name: outputs[:, k] for k, name in enumerate(netlist.output_names)}
    columns = [column[name] for port in ports.all for name in port.bits]
    if not ports.inputs:
        columns.insert(0, np.zeros(len(inputs), dtype=bool))
    bits = np.stack(columns, axis=1)
    digits = -(-bits.shape[1] // 4)
    padded = np.zeros((len(bits), -(-digits // 2) * 8), dtype=bool)
    padded[:, : bits.shape[1]] = bits
    packed = np.packbits(padded, axis=1, bitorder="little")[:, ::-1]
    return "".join(f"{row.tobytes().hex()[-digits:]}\n" for row in packed)


def from_vectors(
    text: str, netlist: Netlist, *, most: int | None = None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the inputs, (vectors, inputs), and outputs, (vectors, outputs), in the text of `vectors.hex`.

    They are in the order of the netlist that the text was written for; at most the first `most` are read. `BundleError`
    for a line that is no vector of it, and for a text without any.

    >>> wire = Netlist("wire_", ("a", "b"), (), (("y", 2),))
    >>> inputs, outputs = from_vectors("2\\n5\\n", wire)
    >>> inputs.tolist(), outputs.tolist()
    ([[False, True], [True, False]], [[False], [True]])
    """
    ports = Ports.of(netlist)
    names = [name for port in ports.all for name in port.bits]
    if not ports.inputs:
        names.insert(0, "")
    size = -(-len(names) // 8)
    lines = text.split()[:most]
    if not lines:
        raise BundleError(f"'{VECTORS_FILE}' of '{netlist.name}' is empty", hint=_AGAIN)
    rows = np.array([list(_bytes_of(line, len(names), size, netlist.name)) for line in lines], dtype=np.uint8)
    bits = np.unpackbits(rows, axis=1, bitorder="little")[:, : len(names)].astype(bool)
    place = {name: k for k, name in enumerate(names)}
    inputs = [place[name] for name in netlist.inputs]
    return bits[:, inputs], bits[:, [place[name] for name in netlist.output_names]]


def _bytes_of(line: str, bits: int, size: int, name: str) -> bytes:
    if not re.fullmatch("[0-9a-fA-F]+", line) or int(line, 16) >> bits:
        raise BundleError(f"'{line[:20]}' is no vector of '{name}'", hint=_AGAIN)
    return int(line, 16).to_bytes(size, "little")


def _width(ports: tuple[Port, ...]) -> int:
    return sum(port.width for port in ports)


def _slices(ports: tuple[Port, ...], vector: str) -> dict[str, str]:
    """Return the slice of a vector that belongs to each port."""
    slices, low = {}, 0
    for port in ports:
        place = f"{low}" if port.width == 1 else f"{low + port.width - 1}:{low}"
        slices[port.identifier] = f"{vector}[{place}]"
        low += port.width
    return slices
