"""STreeD, as a separate program: samples of bits in, an optimal decision tree out.

Its package, pystreed, is under the MIT licence but imports scikit-survival, which is under the GPL. Nothing here
imports either: the solver, an extension that stands alone, runs in an interpreter of its own, where it can be stopped.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import sys
from dataclasses import dataclass
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import ProgramError, ProgramMissing
from tinydwn.tools.json_object import json_object
from tinydwn.tools.program import run_program, tail
from tinydwn.tools.scratch import scratch_folder

_SCRIPT, _RESULT = "solve.py", "tree.json"


@dataclass(frozen=True, slots=True)
class SolvedTree:
    """A decision tree over bits; node 0 is its root, and what is below a node comes after it.

    For an inner node `bit` is what it asks, `children_left` and `children_right` are where 0 and 1 lead; they are -1
    for a leaf. `label` is the class of a leaf, -1 for an inner node. All are (nodes,).
    """

    children_left: NDArray[np.int64]
    children_right: NDArray[np.int64]
    bit: NDArray[np.int64]
    label: NDArray[np.int64]


def find_streed() -> Path:
    """Return the extension that pystreed brings; `ProgramMissing` where it is not installed."""
    spec = importlib.util.find_spec("pystreed")
    folders = [] if spec is None else [Path(folder) for folder in spec.submodule_search_locations or ()]
    for folder in folders:
        for suffix in EXTENSION_SUFFIXES:
            if (folder / f"cstreed{suffix}").is_file():
                return folder / f"cstreed{suffix}"
    raise ProgramMissing("STreeD is not installed", hint="pip install 'tinydwn[streed]'")


def streed_version() -> str:
    """Return the version of pystreed; `ProgramMissing` where it is not installed."""
    find_streed()
    return f"pystreed {importlib.metadata.version('pystreed')}"


def streed_is_here() -> bool:
    """Say whether STreeD is installed."""
    try:
        find_streed()
    except ProgramMissing:
        return False
    return True


def run_streed(
    bits: NDArray[np.bool_], classes: NDArray[np.int64], *, depth: int, balanced: bool = False, timeout_s: float
) -> SolvedTree:
    """Return a tree of at most a depth that answers as many samples right as any such tree, with the fewest nodes.

    `bits` are (samples, bits), at least one of them; `classes`, (samples,), count from 0 and leave none out. With
    `balanced` each class counts as much as any other, and the number of nodes does not decide between trees that are
    as accurate. `ProgramTimeout` after `timeout_s` seconds, `ProgramError` where the solver fails or leaves no tree,
    `ProgramMissing` without STreeD. Source: van der Linden, de Weerdt and Demirović, "Necessary and Sufficient
    Conditions for Optimal Decision Trees using Dynamic Programming", NeurIPS 2023.
    """
    extension = find_streed()
    # The solver's own limit would leave whatever tree it has by then: it is never to be reached.
    limit_s = 2 * timeout_s
    job = {
        "extension": str(extension.absolute()),
        "bits": bits.shape[1],
        "depth": depth,
        "balanced": balanced,
        "time_limit_s": limit_s,
    }
    script = files("tinydwn.tools").joinpath("solve_streed.pym").read_text(encoding="utf-8")
    with scratch_folder({_SCRIPT: script, "job.json": json.dumps(job)}) as folder:
        np.savez(folder / "samples.npz", bits=np.packbits(bits, axis=1), classes=classes)
        command = [sys.executable, _SCRIPT]
        done = run_program(command, name="STreeD", folder=folder, timeout_s=timeout_s)
        try:
            return _tree(folder / _RESULT, bits.shape[1], int(classes.max()) + 1)
        except ValueError as error:
            raise ProgramError(f"STreeD left no tree: {error}", hint=f"it said:\n{tail(done.text)}") from error


def _tree(path: Path, bits: int, classes: int) -> SolvedTree:
    """Return the tree in a file; `ValueError` for anything else."""
    content = json_object(path)
    parts = [part for name in ("low", "high", "bit", "label") if isinstance(part := content.get(name), list)]
    if len(parts) < 4 or not parts[0] or len({len(part) for part in parts}) > 1:
        raise ValueError("its parts are not of one length")
    if not all(type(value) is int for part in parts for value in part):
        raise ValueError("it holds more than whole numbers")
    low, high, bit, label = (np.array(part, dtype=np.int64) for part in parts)
    leaf, number = bit < 0, np.arange(len(bit))
    below = all(((one > number) & (one < len(bit)))[~leaf].all() for one in (low, high))
    if not (below and (low[leaf] == -1).all() and (high[leaf] == -1).all()):
        raise ValueError("its branches lead nowhere")
    if not ((bit < bits).all() and (label[leaf] >= 0).all() and (label < classes).all()):
        raise ValueError("it asks or answers what there is not")
    return SolvedTree(low, high, bit, label)
