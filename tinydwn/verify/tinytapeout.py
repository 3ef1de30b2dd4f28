"""Proofs about a project for Tiny Tapeout, from its Verilog as it stands: the chip in it, and every clock edge."""

from __future__ import annotations

import re

from tinydwn.export.bundle_files import CHIP_NETLIST
from tinydwn.export.ports import Ports, arranged
from tinydwn.export.tinytapeout.pinout import PINS, Pinout
from tinydwn.export.tinytapeout.project import SOURCES, Project
from tinydwn.netlist import Netlist, NetlistBuilder, from_blif
from tinydwn.netlist.graph import FIRST_INPUT
from tinydwn.tools.yosys import run_yosys
from tinydwn.verify.formal import prove_equivalent
from tinydwn.verify.read_back import prove_verilog
from tinydwn.verify.verdict import Verdict

# Registers are made outputs before flattening gives them further names.
_SCRIPT = """\
{reads}
hierarchy -check -top {top}
proc
expose w:held w:answer
flatten
opt_clean
check -assert
simplemap
write_blif -undef - undefined_value read.blif
"""
_REGISTER_BIT = re.compile(r"(held|answer)(\[[0-9]+\])?")


def prove_project(project: Project, *, timeout_s: float = 120.0) -> tuple[Verdict, ...]:
    """Say whether a project does what it should, from its Verilog as Yosys reads it.

    First, that its chip is the bundle's netlist. Second, that at every rising edge, whatever the registers hold, the
    words are taken as the pinout says, the answer becomes the chip's, and that the pins show the answer.
    """
    chip = prove_verilog(
        project.netlist,
        project.text(f"src/{SOURCES[1]}"),
        ports=Ports.of(project.netlist, module=project.core),
        timeout_s=timeout_s,
        subject=f"src/{SOURCES[1]} = {CHIP_NETLIST}",
    )
    edge = prove_equivalent(
        clock_edge(project.netlist, project.pinout),
        read_clock_edge(project, timeout_s=timeout_s),
        timeout_s=timeout_s,
        subject=f"src/{SOURCES[0]} = pins and registers around the chip",
    )
    return chip, edge


def clock_edge(netlist: Netlist, pinout: Pinout) -> Netlist:
    """Return what a rising edge does, built from the pinout alone: pins and registers in, pins and registers out.

    Registers are `held[k]` and `answer[k]`. Each takes its `next` at the rising edges of its `clock`.
    """
    builder = NetlistBuilder("clock_edge")
    ui = [builder.input(f"ui_in[{k}]") for k in range(PINS)]
    uio = [builder.input(f"uio_in[{k}]") for k in range(PINS)]
    clock = builder.input("clk")
    for name in ("ena", "rst_n"):
        builder.input(name)
    held = [builder.input(f"held[{k}]") for k in range(len(pinout.held))]
    answer = [builder.input(f"answer[{k}]") for k in range(len(pinout.outputs))]
    if pinout.style == "serial":
        shifted = [*held[PINS:], *ui]
        taken = [builder.mux(uio[0], stay, new) for stay, new in zip(held, shifted, strict=True)]
    else:
        taken = [*ui, *uio][: len(held)]
    for k, net in enumerate(taken):
        builder.output(f"next held[{k}]", net)
        builder.output(f"clock held[{k}]", clock)
    place = dict(zip(pinout.held, held, strict=True))
    found = builder.insert(netlist, [place[name] for name in netlist.inputs])
    for k, net in enumerate(found):
        builder.output(f"next answer[{k}]", net)
        builder.output(f"clock answer[{k}]", clock)
    pins = [0] * PINS
    for k, net in enumerate(answer[PINS:]):
        pins[pinout.first_uio_out + k] = net
    for group, nets in (
        ("uo_out", [*answer[:PINS], *[0] * PINS][:PINS]),
        ("uio_out", pins),
        ("uio_oe", [pinout.uio_oe >> k & 1 for k in range(PINS)]),
    ):
        for k, net in enumerate(nets):
            builder.output(f"{group}[{k}]", net)
    return builder.build()


def read_clock_edge(project: Project, *, timeout_s: float = 120.0) -> Netlist:
    """Return what a rising edge does, as Yosys reads it from the project's Verilog, under the same names."""
    files = {name: project.text(f"src/{name}") for name in SOURCES}
    script = _SCRIPT.format(reads="\n".join(f"read_verilog {name}" for name in files), top=project.top)
    run = run_yosys(script, files=files, results=["read.blif"], timeout_s=timeout_s)
    like = clock_edge(project.netlist, project.pinout)
    return arranged(_named(from_blif(_opened(run.files["read.blif"]))), inputs=like.inputs, outputs=like.output_names)


def _opened(text: str) -> str:
    """Return a BLIF text whose latch `j` has become an input `latch_j`, and outputs `next_j` and `clock_j`.

    A falling edge is a rising one of the inverted clock. A latch of any other kind stays, and is refused by readers.
    """
    lines, bodies, latches = [], [], 0
    for line in text.splitlines():
        words = line.split()
        if len(words) == 6 and words[0] == ".latch" and words[3] in {"re", "fe"}:
            _, taken, given, edge, clock, _ = words
            bodies += [f".names latch_{latches} {given}", "1 1", f".names {taken} next_{latches}", "1 1"]
            bodies += [f".names {clock} clock_{latches}", "1 1" if edge == "re" else "0 1"]
            latches += 1
        else:
            lines.append(line)
    more = {
        ".inputs": [f"latch_{k}" for k in range(latches)],
        ".outputs": [f"{side}_{k}" for k in range(latches) for side in ("next", "clock")],
    }
    lines = [" ".join([line, *more.get(line.partition(" ")[0], [])]) for line in lines]
    return "\n".join([*lines[: lines.index(".end")], *bodies, ".end", ""])


def _named(read: Netlist) -> Netlist:
    """Return an opened netlist with its latches called after the registers that they are; others keep their names."""
    place = {FIRST_INPUT + k: name for k, name in enumerate(read.inputs)}
    register: dict[str, str] = {}
    for name, net in read.outputs:
        match = _REGISTER_BIT.fullmatch(name)
        if match and place.get(net, "").startswith("latch_"):
            register[place[net].removeprefix("latch_")] = f"{match[1]}{match[2] or '[0]'}"
    named: dict[str, str] = {}
    for latch, bit in register.items():
        named |= {f"latch_{latch}": bit, f"next_{latch}": f"next {bit}", f"clock_{latch}": f"clock {bit}"}
    outputs = tuple(one for one in read.outputs if not _REGISTER_BIT.fullmatch(one[0]))
    kept = Netlist(read.name, read.inputs, read.nodes, outputs)
    return kept.renamed(
        name=read.name,
        inputs={name: named.get(name, name) for name in kept.inputs},
        outputs={name: named.get(name, name) for name in kept.output_names},
    )
