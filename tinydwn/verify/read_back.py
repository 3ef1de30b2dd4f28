"""What emitted Verilog means, read by a tool that knows nothing of the netlist it came from."""

from __future__ import annotations

import re

from tinydwn.errors import NetlistError, ProgramTimeout
from tinydwn.export.ports import Ports, arranged
from tinydwn.netlist import Assumption, Netlist, from_blif
from tinydwn.tools.yosys import run_yosys
from tinydwn.verify.formal import Method, prove_equivalent
from tinydwn.verify.verdict import Outcome, Verdict

# `check -assert` refuses undriven nets, two drivers and loops; an undefined value has no driver in the BLIF and is
# refused on reading.
_SCRIPT = """\
read_verilog design.v
{more}
hierarchy -check {top}
proc
flatten
simplemap
opt_clean
check -assert
write_blif -undef - undefined_value read.blif
"""
_GATES = "read_blif gates.blif"


def read_verilog(text: str, *, ports: Ports, like: Netlist, timeout_s: float = 120.0) -> Netlist:
    """Return the netlist of combinational Verilog, read by Yosys, with the names and the order of `like`.

    `text` holds module `ports.module` and every module it uses. An input of `like` that has no port is no input of
    what is returned. Raises `ProgramError` where Yosys refuses the text, `NetlistError` where its ports are not those,
    where one stands for no input of `like`, and where a value is undefined.

    >>> from tinydwn.netlist import NetlistBuilder
    >>> builder = NetlistBuilder("wire")
    >>> builder.output("y", builder.input("a > 1"))
    >>> netlist = builder.build()
    >>> text = "module wire_ (input a_gt_1, output y); assign y = a_gt_1; endmodule"
    >>> read_verilog(text, ports=Ports.of(netlist), like=netlist) == netlist
    True
    """
    script = _SCRIPT.format(top=f"-top {ports.module}", more="")
    run = run_yosys(script, files={"design.v": text}, results=["read.blif"], timeout_s=timeout_s)
    return ports.read_back(from_blif(run.files["read.blif"]), like)


def read_module(text: str, *, timeout_s: float = 120.0) -> Netlist:
    """Return the netlist of the module on top of combinational Verilog, read by Yosys, with names of port bits.

    A bit of a port `[3:0] a` is called `a[0]`. Raises `ProgramError` where Yosys refuses the text, `NetlistError` where
    a value is undefined.

    >>> read_module("module m (input [1:0] a, output y); assign y = a[1]; endmodule").inputs
    ('a[0]', 'a[1]')
    """
    run = run_yosys(
        _SCRIPT.format(top="-auto-top", more=""), files={"design.v": text}, results=["read.blif"], timeout_s=timeout_s
    )
    return from_blif(run.files["read.blif"])


def read_gate_blif(text: str, cells: str, *, like: Netlist, timeout_s: float = 120.0) -> Netlist:
    """Return the netlist of a BLIF of gates, read by Yosys, with the order of `like`, whose names it has.

    `cells` is Verilog of every cell. The BLIF may lack inputs of `like`. Raises `ProgramError` where Yosys refuses one
    of the texts, `NetlistError` where another name is not one of `like` or a value is undefined.
    """
    model = text.partition(".model ")[2].split(maxsplit=1)[:1]
    if not model:
        raise NetlistError("not a BLIF text: it has no .model line", hint="a BLIF file begins with '.model NAME'")
    script = _SCRIPT.format(top=f"-top {model[0]}", more=_GATES)
    files = {"design.v": cells, "gates.blif": text}
    run = run_yosys(script, files=files, results=["read.blif"], timeout_s=timeout_s)
    # Yosys writes a backslash before a name that begins with a digit; an encoded name never has one.
    written = re.sub(r"(?<!\S)\\(?=\d)", "", run.files["read.blif"])
    read = from_blif(written)
    own = set(read.inputs)
    return arranged(read, inputs=[name for name in like.inputs if name in own], outputs=like.output_names)


def prove_verilog(
    netlist: Netlist,
    text: str,
    *,
    ports: Ports,
    assuming: Assumption | None = None,
    method: Method = "abc",
    timeout_s: float = 120.0,
    subject: str = "",
) -> Verdict:
    """Say whether emitted Verilog, read back by Yosys, means the same as the netlist in memory.

    `text` holds module `ports.module` and every module it uses: append the cell models to a mapped netlist. An input
    of the netlist that has no port is one that the text does not read. Text that Yosys cannot read as that module
    raises `ProgramError` or `NetlistError`.

    >>> wire = Netlist("m", ("a", "b"), (), (("y", 2),))
    >>> text = "module m (input a, input b, output y); assign y = b; endmodule"
    >>> prove_verilog(wire, text, ports=Ports.of(wire)).outcome.name
    'DIFFERENT'
    """
    subject = subject or f"Verilog of {netlist.name}"
    try:
        read = read_verilog(text, ports=ports, like=netlist, timeout_s=timeout_s)
    except ProgramTimeout as late:
        return _unread(subject, late)
    return prove_equivalent(netlist, read, assuming=assuming, method=method, timeout_s=timeout_s, subject=subject)


def prove_gate_blif(
    netlist: Netlist,
    text: str,
    cells: str,
    *,
    assuming: Assumption | None = None,
    method: Method = "abc",
    timeout_s: float = 120.0,
    subject: str = "",
) -> Verdict:
    """Say whether a BLIF of gates, read back by Yosys with the cells' Verilog, means the same as a netlist."""
    subject = subject or f"gate BLIF of {netlist.name}"
    try:
        read = read_gate_blif(text, cells, like=netlist, timeout_s=timeout_s)
    except ProgramTimeout as late:
        return _unread(subject, late)
    return prove_equivalent(netlist, read, assuming=assuming, method=method, timeout_s=timeout_s, subject=subject)


def _unread(subject: str, late: ProgramTimeout) -> Verdict:
    return Verdict(Outcome.UNDECIDED, subject, "reading back by Yosys", reason=late.message)
