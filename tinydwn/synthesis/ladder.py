"""The ladder of proofs for one cut: every netlist that matters, proven equal to the lowered one, twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from tinydwn.export.bundle_files import CELLS_FILE, MAPPED_FILE, VERILOG_FILE
from tinydwn.export.ports import Ports
from tinydwn.mapping import MappedNetlist
from tinydwn.netlist import Assumption, Netlist, from_aiger
from tinydwn.tools.parallel import run_together
from tinydwn.verify import Verdict, prove_equivalent
from tinydwn.verify.formal import Method
from tinydwn.verify.patterns import Patterns
from tinydwn.verify.read_back import prove_verilog

Proof = Callable[[], Verdict]

_EXHAUSTIVE_PATTERNS = 1 << 16
_LARGE_NODES = 1000
"""From so many nodes on Yosys proves cells equal to the minimized netlist, whose structure they have.

With the votes of 100 classes that took 4 seconds of a processor; against the lowered netlist, which is made
otherwise, it had not ended after 70.
"""


def climb(
    lowered: Netlist,
    minimized: Netlist,
    mapped: Sequence[MappedNetlist],
    *,
    files: Mapping[str, str],
    aiger: bytes,
    assuming: Assumption,
    timeout_s: float,
    on_verdict: Callable[[Verdict], None],
) -> tuple[Verdict, ...]:
    """Return the verdicts on one cut, whose `files` are those of `cut_files`; `on_verdict` hears each one.

    The minimized and every mapped netlist are compared with the lowered one by ABC and by Yosys, and on every
    pattern that can occur where these are at most 65,536. Where the lowered netlist is large, Yosys compares the mapped
    ones with the minimized one instead, as their verdicts say: both steps together are its proof. The Verilog of the
    minimized netlist and of every mapped one is read back by Yosys and compared with the netlist that it was written
    from, without any assumption. The cut's AIGER is read back and compared with the lowered netlist by ABC. A proof
    that runs out of time is UNDECIDED.
    """

    def told(proof: Proof) -> Verdict:
        verdict = proof()
        on_verdict(verdict)
        return verdict

    proofs = [
        *_same_function(lowered, minimized, mapped, assuming=assuming, timeout_s=timeout_s),
        _same_aiger(lowered, aiger, assuming=assuming, timeout_s=timeout_s),
        *_same_text(minimized, mapped, files, timeout_s=timeout_s),
    ]
    return tuple(run_together(partial(told, proof) for proof in proofs))


def _same_function(
    lowered: Netlist, minimized: Netlist, mapped: Sequence[MappedNetlist], *, assuming: Assumption, timeout_s: float
) -> Iterator[Proof]:
    few = Patterns.of(lowered.inputs, assuming).count <= _EXHAUSTIVE_PATTERNS
    methods: tuple[Method, ...] = ("abc", "yosys", "exhaustive") if few else ("abc", "yosys")
    stages = [(f"{lowered.name} minimized", minimized)]
    stages += [(f"{lowered.name} mapped to {cells.library.name}", cells.functions()) for cells in mapped]
    for what, netlist in stages:
        for method in methods:
            step = method == "yosys" and netlist is not minimized and len(lowered.nodes) >= _LARGE_NODES
            yield partial(
                prove_equivalent,
                minimized if step else lowered,
                netlist,
                assuming=assuming,
                method=method,
                timeout_s=timeout_s,
                subject=f"{what} = {'minimized' if step else 'lowered'}",
            )


def _same_aiger(lowered: Netlist, aiger: bytes, *, assuming: Assumption, timeout_s: float) -> Proof:
    subject = f"AIGER of {lowered.name}, read back = lowered"
    return partial(
        prove_equivalent, lowered, from_aiger(aiger), assuming=assuming, timeout_s=timeout_s, subject=subject
    )


def _same_text(
    minimized: Netlist, mapped: Sequence[MappedNetlist], files: Mapping[str, str], *, timeout_s: float
) -> Iterator[Proof]:
    texts = [(f"{minimized.name} minimized", minimized, files[VERILOG_FILE])]
    for cells in mapped:
        folder = cells.library.name
        text = files[f"{folder}/{MAPPED_FILE}"] + files[f"{folder}/{CELLS_FILE}"]
        texts.append((f"{minimized.name} mapped to {folder}", cells.functions(), text))
    for what, netlist, text in texts:
        yield partial(
            prove_verilog,
            netlist,
            text,
            ports=Ports.of(netlist),
            timeout_s=timeout_s,
            subject=f"Verilog of {what}, read back = netlist",
        )
