"""Proofs about a project for Tiny Tapeout, from its Verilog as it stands: the chip in it, and every clock edge."""

from __future__ import annotations

import re

from tinydwn.export.ports import Ports, arranged
from tinydwn.export.tinytapeout.interface import PINS, Interface
from tinydwn.export.tinytapeout.project import SOURCES, Project
from tinydwn.netlist import Netlist, NetlistBuilder, from_blif
from tinydwn.tools.yosys import run_yosys
from tinydwn.verify.formal import prove_equivalent
from tinydwn.verify.read_back import prove_verilog
from tinydwn.verify.verdict import Verdict

# Every register becomes an input, its value, and an output, what it takes at the next edge; what is left is a function.
# Flattening comes after it, as it gives registers further names.
_SCRIPT = """\
{reads}
hierarchy -check -top {top}
proc
opt_clean
check -assert
expose -evert-dff w:held w:answer t:$dff
flatten
opt_clean
check -assert
simplemap
splitnets -ports
write_blif -undef - undefined_value read.blif
"""


def prove_project(project: Project, *, timeout_s: float = 120.0) -> tuple[Verdict, ...]:
    """Say whether a project does what it should, from its Verilog as Yosys reads it.

    First, that its chip is the bundle's netlist. Second, that at every rising edge, whatever the registers hold, the
    words are taken as the interface says, the answer becomes the chip's, and that the pins show the answer.
    """
    chip = prove_verilog(
        project.netlist,
        project.text(f"src/{SOURCES[1]}"),
        ports=Ports.of(project.netlist, module=project.core),
        timeout_s=timeout_s,
        subject=f"src/{SOURCES[1]} = chip/netlist.blif",
    )
    edge = prove_equivalent(
        clock_edge(project.netlist, project.interface),
        read_clock_edge(project, timeout_s=timeout_s),
        timeout_s=timeout_s,
        subject=f"src/{SOURCES[0]} = the interface around the chip",
    )
    return chip, edge


def clock_edge(netlist: Netlist, interface: Interface) -> Netlist:
    """Return what a rising edge does, built from the interface alone: pins and registers in, pins and registers out.

    Registers are `held[k]` and `answer[k]`; what they become are `next held[k]` and `next answer[k]`, at the rising
    edges of what `held clock` and `answer clock` are.
    """
    builder = NetlistBuilder("clock_edge")
    ui = [builder.input(f"ui_in[{k}]") for k in range(PINS)]
    uio = [builder.input(f"uio_in[{k}]") for k in range(PINS)]
    clock = builder.input("clk")
    for name in ("ena", "rst_n"):
        builder.input(name)
    held = [builder.input(f"held[{k}]") for k in range(len(interface.held))]
    answer = [builder.input(f"answer[{k}]") for k in range(len(interface.outputs))]
    if interface.style == "serial":
        shifted = [*held[PINS:], *ui]
        taken = [builder.mux(uio[0], stay, new) for stay, new in zip(held, shifted, strict=True)]
    else:
        taken = [*ui, *uio][: len(held)]
    for register in ("held", "answer") if held else ("answer",):
        builder.output(f"{register} clock", clock)
    for k, net in enumerate(taken):
        builder.output(f"next held[{k}]", net)
    place = dict(zip(interface.held, held, strict=True))
    found = builder.insert(netlist, [place[name] for name in netlist.inputs])
    for k, net in enumerate(found):
        builder.output(f"next answer[{k}]", net)
    pins = [0] * PINS
    for k, net in enumerate(answer[PINS:]):
        pins[interface.first_uio_out + k] = net
    for group, nets in (
        ("uo_out", [*answer[:PINS], *[0] * PINS][:PINS]),
        ("uio_out", pins),
        ("uio_oe", [interface.uio_oe >> k & 1 for k in range(PINS)]),
    ):
        for k, net in enumerate(nets):
            builder.output(f"{group}[{k}]", net)
    return builder.build()


def read_clock_edge(project: Project, *, timeout_s: float = 120.0) -> Netlist:
    """Return what a rising edge does, as Yosys reads it from the project's Verilog, under the same names."""
    files = {name: project.text(f"src/{name}") for name in SOURCES}
    script = _SCRIPT.format(reads="\n".join(f"read_verilog {name}" for name in files), top=project.top)
    run = run_yosys(script, files=files, results=["read.blif"], timeout_s=timeout_s)
    read = from_blif(run.files["read.blif"])
    like = clock_edge(project.netlist, project.interface)
    read = read.renamed(
        name=like.name,
        inputs={name: _named(name) for name in read.inputs},
        outputs={name: _named(name) for name in read.output_names},
    )
    return arranged(read, inputs=like.inputs, outputs=like.output_names)


def _named(name: str) -> str:
    """Return the name of a pin or of a register's side: Yosys calls them held.q[3], held.d[3] and held.c."""
    match = re.fullmatch(r"(held|answer)\.([qdc])(\[[0-9]+\])?", name)
    if not match:
        return name
    register, side, place = match[1], match[2], match[3] or "[0]"
    return {"q": f"{register}{place}", "d": f"next {register}{place}", "c": f"{register} clock"}[side]
