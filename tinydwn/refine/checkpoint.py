"""A search in a file, so that it can be killed at any time and goes on from its last leg."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinydwn import __version__
from tinydwn.errors import ModelError
from tinydwn.mapping.mapped import MappedNetlist
from tinydwn.model.archive import pack, unpack
from tinydwn.refine.archive import NOBODY, Archive
from tinydwn.refine.circuit import Problem
from tinydwn.refine.explorer import Explorer
from tinydwn.refine.options import RefineOptions
from tinydwn.tools.files import write_atomically

FORMAT, VERSION = "tinydwn.search", 2


def search_key(problem: Problem, starts: Sequence[MappedNetlist], options: RefineOptions) -> str:
    """Return a digest of everything that decides what a search finds: samples, costs, gates, starts, options."""
    chosen = asdict(options)
    del chosen["workers"]  # it changes no result
    hasher = hashlib.sha256(repr((__version__, VERSION, sorted(chosen.items()))).encode())
    for name, value in zip(Problem._fields, problem, strict=True):
        content = value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode()
        hasher.update(f"{name}:{len(content)}:".encode() + content)
    for start in starts:
        cells = [(instance.cell.name, instance.fanin) for instance in start.instances]
        hasher.update(repr((start.inputs, cells, start.outputs)).encode())
    return hasher.hexdigest()


def save_search(islands: Sequence[Explorer], path: Path, *, key: str, legs: int, judged: int) -> None:
    """Write what islands have found after so many legs, atomically; `OutputError` where that cannot be done."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for k, island in enumerate(islands):
        arrays[f"state_{k}"] = island.state
        arrays |= {f"{name}_{k}": values for name, values in _compact(island.archive).items()}
    header = {"format": FORMAT, "version": VERSION, "key": key, "legs": legs, "judged": judged}
    write_atomically(path, pack(header, arrays))


def load_search(islands: Sequence[Explorer], path: Path, *, key: str) -> tuple[int, int]:
    """Bring fresh islands to where the file at `path` was; return how many legs are done, how many circuits judged.

    A file that is absent, damaged or of another search changes nothing: 0 and 0.
    """
    with suppress(OSError, ModelError, KeyError, ValueError, TypeError, IndexError):
        header, arrays = unpack(path.read_bytes(), name=str(path), what="search", format_name=FORMAT, version=VERSION)
        legs, judged = header["legs"], header["judged"]
        if header["key"] != key or not isinstance(legs, int) or not isinstance(judged, int):
            return 0, 0
        found = [_spread(arrays, k, island.archive) for k, island in enumerate(islands)]
        states = [np.array(arrays[f"state_{k}"], dtype=np.uint64) for k in range(len(islands))]
        for island, archive, state in zip(islands, found, states, strict=True):
            for name in (*_EACH, "gate", "fanin"):
                getattr(island.archive, name)[:] = getattr(archive, name)
            island.state[:] = state
        return legs, judged
    return 0, 0


_EACH = ("ends", "size", "lost", "cost", "start")


def _compact(archive: Archive) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of an archive with the places that are taken, and their gates one after another."""
    taken = np.flatnonzero(archive.lost != NOBODY)
    gates = _places_of_gates(archive.offset[taken], archive.size[taken])
    values = {name: getattr(archive, name)[taken] for name in _EACH}
    return {"taken": taken, **values, "gate": archive.gate[gates], "fanin": archive.fanin[gates]}


def _spread(arrays: dict[str, NDArray[np.generic]], k: int, like: Archive) -> Archive:
    """Return an archive as large as `like` from what `_compact` gave; `ValueError` where it does not fit."""
    taken = np.array(arrays[f"taken_{k}"], dtype=np.int64)
    size = np.array(arrays[f"size_{k}"], dtype=np.int64)
    if (size < 0).any() or (size > np.diff(like.offset)[taken]).any():
        raise ValueError("a circuit is larger than its place")
    gates = _places_of_gates(like.offset[taken], size)
    whole = Archive(**{name: np.zeros_like(getattr(like, name)) for name in Archive._fields})
    whole.offset[:], whole.floors[:] = like.offset, like.floors
    whole.lost[:] = NOBODY
    for name in _EACH:
        getattr(whole, name)[taken] = arrays[f"{name}_{k}"]
    whole.gate[gates], whole.fanin[gates] = arrays[f"gate_{k}"], arrays[f"fanin_{k}"]
    return whole


def _places_of_gates(offset: NDArray[np.int64], size: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where the gates of circuits are that begin at some offsets, one after another."""
    before = np.cumsum(size) - size
    return np.repeat(offset - before, size) + np.arange(size.sum())
