"""Whether two designs mean the same, each from a file of whatever tool: bundle, BLIF, AIGER or Verilog."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from tinydwn.errors import NetlistError
from tinydwn.export.bundle import read_bundle, text_of
from tinydwn.export.bundle_files import CHIP_NETLIST
from tinydwn.export.ports import Ports, arranged
from tinydwn.netlist import Netlist, from_blif
from tinydwn.netlist.blif import GateCell
from tinydwn.netlist.input_list import with_inputs
from tinydwn.netlist.netlist_file import NETLIST_ENDINGS, is_netlist_file, read_netlist
from tinydwn.tools.files import readable_name
from tinydwn.tools.parallel import run_together
from tinydwn.verify.delivered import METHODS
from tinydwn.verify.formal import prove_equivalent
from tinydwn.verify.read_back import read_module
from tinydwn.verify.verdict import Verdict

_MODULE = re.compile(r"^\s*module\s", re.MULTILINE)
_ENDINGS = ", ".join((*NETLIST_ENDINGS, ".v"))


def read_designs(
    left: Path, right: Path, *, cells: Iterable[GateCell] = (), timeout_s: float = 120.0
) -> tuple[Netlist, Netlist, tuple[str, ...]]:
    """Return the netlists of two designs with equal names in one order, and notes of what was matched otherwise.

    A folder is a bundle, whose chip is meant; a file is BLIF, with `.gate` lines of these cells, AIGER, or Verilog of
    one module on top, read by Yosys, whose ports are named as `Ports` names those of the other design. Inputs and
    outputs are matched by name; where the two have no name in common and equally many, by place, which a note tells. An
    input that one of them lacks is one that it does not read.

    `NetlistError` for designs whose names do not match, and for what is no such file.
    """
    found = {path: None if _is_verilog(path) else _read(path, cells) for path in (left, right)}
    for path, other in ((left, right), (right, left)):
        if found[path] is None:
            found[path] = _read_verilog(path, found[other], timeout_s)
    one, two = found[left], found[right]
    assert one is not None
    assert two is not None
    if not one.outputs or not two.outputs:
        raise NetlistError("a design without outputs says nothing", hint="give designs with outputs of equal names")
    taken = tuple(_taken(path, found[path]) for path in (left, right) if _is_verilog(path) and _modules(path) > 1)
    one, two, notes = _matched(one, two)
    return one, two, (*taken, *notes)


def prove_designs(
    left: Path,
    right: Path,
    *,
    cells: Iterable[GateCell] = (),
    timeout_s: float = 120.0,
    on_verdict: Callable[[Verdict], None] = lambda _: None,
) -> tuple[tuple[Verdict, ...], tuple[str, ...]]:
    """Say by ABC and by Yosys whether two designs mean the same, and how they were matched; see `read_designs`."""
    one, two, notes = read_designs(left, right, cells=cells, timeout_s=timeout_s)

    def prove(method: str) -> Verdict:
        verdict = prove_equivalent(
            one,
            two,
            method=method,  # type: ignore[arg-type]
            timeout_s=timeout_s,
            subject=f"{left.name} = {right.name}",
        )
        on_verdict(verdict)
        return verdict

    return tuple(run_together([partial(prove, method) for method in METHODS])), notes


def _modules(path: Path) -> int:
    return len(_MODULE.findall(path.read_text(encoding="utf-8")))


def _taken(path: Path, netlist: Netlist | None) -> str:
    return f"of the modules in {readable_name(path)}, {netlist.name if netlist else ''} was taken as the one on top"


def _is_verilog(path: Path) -> bool:
    return path.suffix.lower() in (".v", ".sv") and not path.is_dir()


def _read(path: Path, cells: Iterable[GateCell]) -> Netlist:
    if path.is_dir():
        return from_blif(text_of(read_bundle(path).files, CHIP_NETLIST))
    if not is_netlist_file(path):
        raise NetlistError(f"'{path}' is no design that is read", hint=f"give a folder, or a file in {_ENDINGS}")
    return read_netlist(path, cells=cells)


def _read_verilog(path: Path, like: Netlist | None, timeout_s: float) -> Netlist:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NetlistError(f"the Verilog file '{path}' cannot be read: {error}", hint="check the file") from error
    read = read_module(text, timeout_s=timeout_s)
    if like is None:
        return read
    names = Ports.of(like, module=read.name).names
    if not set(read.output_names) <= set(names):
        return read
    return read.renamed(
        inputs={name: names[name] for name in read.inputs if name in names},
        outputs={name: names[name] for name in read.output_names},
    )


def _matched(left: Netlist, right: Netlist) -> tuple[Netlist, Netlist, tuple[str, ...]]:
    inputs, told = _pairs("inputs", left.inputs, right.inputs)
    outputs, more = _pairs("outputs", left.output_names, right.output_names)
    right = right.renamed(inputs=inputs, outputs=outputs)
    if set(left.output_names) != set(right.output_names):
        raise _other("outputs", left.output_names, right.output_names)
    every = (*left.inputs, *(name for name in right.inputs if name not in left.inputs))
    own = [name for name in every if name in right.inputs]
    right = arranged(right, inputs=own, outputs=left.output_names)
    return with_inputs(left, every), with_inputs(right, every), (*told, *more)


def _pairs(what: str, ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return which of our names each of their names stands for, and a note where places decide."""
    if set(theirs) <= set(ours) or set(ours) <= set(theirs):
        return {}, ()
    if set(theirs) & set(ours) or len(theirs) != len(ours):
        raise _other(what, ours, theirs)
    return dict(zip(theirs, ours, strict=True)), (f"{what} have other names and were matched by their place",)


def _other(what: str, ours: tuple[str, ...], theirs: tuple[str, ...]) -> NetlistError:
    odd = next(name for name in (*ours, *theirs) if (name in ours) != (name in theirs))
    return NetlistError(
        f"the designs have other {what}: {odd!r} is in one of them alone ({len(ours)} against {len(theirs)})",
        hint="give both the same names, or equally many with other names in the same order",
    )
