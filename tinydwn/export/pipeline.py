"""A chip that is cut into stages, as Verilog: a module for each stage, and one with the registers between them."""

from __future__ import annotations

from collections.abc import Sequence

from tinydwn.export.identifiers import Namespace
from tinydwn.export.ports import Port, Ports
from tinydwn.export.verilog import to_verilog
from tinydwn.export.wrapper import Wrapper
from tinydwn.netlist import Netlist


def to_pipeline(stages: Sequence[Netlist], ports: Ports, *, style: str = "parallel", head: str = "") -> str:
    """Return module `ports.module`, the stages in a row with a register on every net between two of them.

    `stages` are those of `cut_into_stages` and `ports` those of the netlist they were cut from. The module has the
    ports of that netlist and, before them, the clock as the wrapper of `style` names it; `to_wrapper(clocked=True)`
    goes around it. An answer stands at the outputs after one rising edge less than there are stages. `head`, lines of
    comments, comes first.

    >>> from tinydwn.netlist.graph import Node
    >>> from tinydwn.netlist.pipeline import cut_into_stages
    >>> chain = Netlist("chain", ("a", "b"), (Node(0b1000, (2, 3)), Node(0b0110, (2, 4))), (("y", 5),))
    >>> text = to_pipeline(cut_into_stages(chain, 2), Ports.of(chain))
    >>> [line for line in text.splitlines() if "<=" in line]
    ['    cut1_q <= cut1_d;']
    """
    scope = Namespace(reserved=[ports.module, *(port.identifier for port in ports.all)])
    clock = scope.claim(Wrapper.of(ports, style).clock)
    modules = [scope.claim(f"{ports.module}_stage{k + 1}") for k in range(len(stages))]
    nets = {port.bits: port.identifier for port in ports.all}
    declared, takes, placed = [], [], []
    driven: dict[tuple[str, ...], str] = {port.bits: port.identifier for port in ports.outputs}
    for number, (stage, module) in enumerate(zip(stages, modules, strict=True)):
        own = Ports.of(stage, module=module)
        if number + 1 < len(stages):
            for port in own.outputs:
                register, wire = scope.claim(f"{port.identifier}_q"), scope.claim(f"{port.identifier}_d")
                nets[port.bits], driven[port.bits] = register, wire
                declared += [f"  reg  {port.range}{register};", f"  wire {port.range}{wire};"]
                takes.append(f"    {register} <= {wire};")
        pins = [f"    .{port.identifier}({_net(port, nets, driven)})" for port in own.all]
        label = scope.claim(f"stage{number + 1}_i")
        placed += [f"  {own.module} {label} (", ",\n".join(pins), "  );"]
    heads = [f"input  wire {clock}", *(f"{port.direction:<6} wire {port.range}{port.identifier}" for port in ports.all)]
    lines = [f"module {ports.module} (", ",\n".join(f"  {one}" for one in heads), ");", *declared, *placed]
    if takes:
        lines += [f"  always @(posedge {clock}) begin", *takes, "  end"]
    bodies = [to_verilog(stage, module=module) for stage, module in zip(stages, modules, strict=True)]
    return head + "".join(bodies) + "\n".join([*lines, "endmodule", ""])


def _net(port: Port, nets: dict[tuple[str, ...], str], driven: dict[tuple[str, ...], str]) -> str:
    return nets[port.bits] if port.direction == "input" else driven[port.bits]
