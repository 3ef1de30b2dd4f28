"""A self-checking testbench, and the vectors that it plays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import NetlistError
from tinydwn.export.ports import Port, Ports
from tinydwn.netlist import Netlist

TESTBENCH = "testbench"
VECTORS_FILE = "vectors.hex"

_TEMPLATE = """\
// Plays the vectors of {file}: each is the expected outputs above the inputs, first port lowest.
`timescale 1ns / 1ps
module {testbench};
  reg [{vector_top}:0] vectors [0:{last}];
  reg [{in_top}:0] inputs;
  wire [{out_top}:0] outputs;
  reg [{out_top}:0] wanted;
  integer k, failed;

  {module} dut (
{connections}
  );

  initial begin
    $readmemh("{file}", vectors);
    failed = 0;
    for (k = 0; k < {vectors}; k = k + 1) begin
      {{wanted, inputs}} = vectors[k];
      #1;
      if (outputs !== wanted) begin
        if (failed < {shown}) $display("vector %0d: inputs %h give %b instead of %b", k, inputs, outputs, wanted);
        failed = failed + 1;
      end
    end
    if (failed == 0) $display("PASS: {vectors} vectors");
    else $display("FAIL: %0d of {vectors} vectors", failed);
    $finish;
  end
endmodule
"""
_SHOWN = 10


def to_testbench(ports: Ports, *, vectors: int) -> str:
    """Return a testbench for module `ports.module`, combinational, that plays `vectors` vectors of `vectors.hex`.

    Its last line is `PASS: n vectors` or `FAIL: m of n vectors`; the first ten mismatches are shown. `ValueError`
    without vectors, `NetlistError` for a module without inputs or outputs.
    """
    if vectors < 1:
        raise ValueError("a testbench needs at least one vector")
    width_in, width_out = _width(ports.inputs), _width(ports.outputs)
    if not width_in or not width_out:
        raise NetlistError(f"module '{ports.module}' has no {'outputs' if width_in else 'inputs'} to play vectors on")
    connections = [*_slices(ports.inputs, "inputs"), *_slices(ports.outputs, "outputs")]
    return _TEMPLATE.format(
        file=VECTORS_FILE,
        testbench=TESTBENCH,
        module=ports.module,
        vector_top=width_in + width_out - 1,
        in_top=width_in - 1,
        out_top=width_out - 1,
        last=vectors - 1,
        vectors=vectors,
        shown=_SHOWN,
        connections=",\n".join(f"    {line}" for line in connections),
    )


def to_vectors(netlist: Netlist, ports: Ports, inputs: NDArray[np.bool_], outputs: NDArray[np.bool_]) -> str:
    """Return one hexadecimal number a line per vector, for `$readmemh`, outputs above inputs.

    `inputs` is (vectors, inputs) and `outputs` (vectors, outputs), bool, in the order of `netlist`, whose ports
    are `ports`; in the number, bits follow each other in the order of the ports, LSB first.
    """
    fits = inputs.shape[1:] == (len(netlist.inputs),) and outputs.shape == (len(inputs), len(netlist.outputs))
    if not fits:
        raise NetlistError(f"vectors of shape {inputs.shape} and {outputs.shape} do not fit netlist '{netlist.name}'")
    column = {name: inputs[:, k] for k, name in enumerate(netlist.inputs)}
    column |= {name: outputs[:, k] for k, name in enumerate(netlist.output_names)}
    bits = np.stack([column[name] for port in ports.all for name in port.bits], axis=1)
    digits = -(-bits.shape[1] // 4)
    padded = np.zeros((len(bits), -(-digits // 2) * 8), dtype=bool)
    padded[:, : bits.shape[1]] = bits
    packed = np.packbits(padded, axis=1, bitorder="little")[:, ::-1]
    return "".join(f"{row.tobytes().hex()[-digits:]}\n" for row in packed)


def _width(ports: tuple[Port, ...]) -> int:
    return sum(port.width for port in ports)


def _slices(ports: tuple[Port, ...], vector: str) -> list[str]:
    """Return a named connection of every port to its slice of a vector."""
    lines, low = [], 0
    for port in ports:
        place = f"{low}" if port.width == 1 else f"{low + port.width - 1}:{low}"
        lines.append(f".{port.identifier}({vector}[{place}])")
        low += port.width
    return lines
