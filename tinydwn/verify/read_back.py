"""What emitted Verilog means, read by a tool that knows nothing of the netlist it came from."""

from __future__ import annotations

from tinydwn.export.ports import Ports
from tinydwn.netlist import Assumption, Netlist, from_blif
from tinydwn.tools.yosys import run_yosys
from tinydwn.verify.formal import Method, prove_equivalent
from tinydwn.verify.verdict import Verdict

# `check -assert` refuses undriven nets, two drivers and loops; an undefined value has no driver in the BLIF and is
# refused on reading.
_SCRIPT = """\
read_verilog design.v
hierarchy -check -top {module}
proc
flatten
simplemap
opt_clean
check -assert
write_blif -undef - undefined_value design.blif
"""


def read_verilog(text: str, *, ports: Ports, like: Netlist, timeout_s: float = 120.0) -> Netlist:
    """Return the netlist of combinational Verilog, read by Yosys, with the names and the order of `like`.

    `text` holds module `ports.module` and every module it uses. Raises `ProgramError` where Yosys refuses it,
    `NetlistError` where its ports are not `ports` or a value in it is undefined.

    >>> from tinydwn.netlist import NetlistBuilder
    >>> builder = NetlistBuilder("wire")
    >>> builder.output("y", builder.input("a > 1"))
    >>> netlist = builder.build()
    >>> text = "module wire_ (input a_gt_1, output y); assign y = a_gt_1; endmodule"
    >>> read_verilog(text, ports=Ports.of(netlist), like=netlist) == netlist
    True
    """
    script = _SCRIPT.format(module=ports.module)
    run = run_yosys(script, files={"design.v": text}, results=["design.blif"], timeout_s=timeout_s)
    return ports.read_back(from_blif(run.files["design.blif"]), like)


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

    `text` holds module `ports.module` and every module it uses: append the cell models to a mapped netlist.
    Text that Yosys cannot read as that module raises `ProgramError` or `NetlistError`.
    """
    read = read_verilog(text, ports=ports, like=netlist, timeout_s=timeout_s)
    subject = subject or f"Verilog of {netlist.name}"
    return prove_equivalent(netlist, read, assuming=assuming, method=method, timeout_s=timeout_s, subject=subject)
