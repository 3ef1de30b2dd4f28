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
from tinydwn.refine.archive import Archive, Explorer
from tinydwn.refine.circuit import Problem
from tinydwn.refine.options import RefineOptions
from tinydwn.tools.files import write_atomically

FORMAT, VERSION = "tinydwn.search", 1


def search_key(problem: Problem, starts: Sequence[MappedNetlist], options: RefineOptions) -> str:
    """Return a digest of everything that decides what a search finds: samples, costs, gates, starts, options."""
    hasher = hashlib.sha256(repr((__version__, sorted(asdict(options).items()))).encode())
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
            for name in Archive._fields:
                getattr(island.archive, name)[:] = getattr(archive, name)
            island.state[:] = state
        return legs, judged
    return 0, 0


def _compact(archive: Archive) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of an archive with the places that are taken, and their gates one after another."""
    taken = np.flatnonzero(archive.lost != np.iinfo(np.int64).max)
    there = np.arange(archive.gate.shape[1]) < archive.size[taken, None]
    values = {name: getattr(archive, name)[taken] for name in Archive._fields}
    return {"taken": taken} | values | {"gate": values["gate"][there], "fanin": values["fanin"][there]}


def _spread(arrays: dict[str, NDArray[np.generic]], k: int, like: Archive) -> Archive:
    """Return an archive as large as `like` from what `_compact` gave; `ValueError` where it does not fit."""
    taken = np.array(arrays[f"taken_{k}"], dtype=np.int64)
    size = np.array(arrays[f"size_{k}"], dtype=np.int64)
    rows, columns = np.nonzero(np.arange(like.gate.shape[1]) < size[:, None])
    whole = Archive(**{name: np.zeros_like(getattr(like, name)) for name in Archive._fields})
    whole.lost[:] = np.iinfo(np.int64).max
    for name in Archive._fields:
        values, target = arrays[f"{name}_{k}"], getattr(whole, name)
        if name in ("gate", "fanin"):
            target[taken[rows], columns] = values
        else:
            target[taken] = values
    return whole
