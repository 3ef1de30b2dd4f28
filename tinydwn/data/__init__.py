"""Tables of samples: built-in sets, public sets, files, and their splits.

Names are loaded on first use, so that how a table is read can be said without numpy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinydwn.data.arrays import dataset_of
    from tinydwn.data.catalog import known_names, load_dataset
    from tinydwn.data.coding import Coding
    from tinydwn.data.dataset import Dataset, Split
    from tinydwn.data.images import with_moves, with_shifts
    from tinydwn.data.memory_samples import coded_samples
    from tinydwn.data.reading import Missing, Reading
    from tinydwn.data.samples_file import FileSamples, read_samples

_HOMES = {
    "Coding": "coding",
    "Dataset": "dataset",
    "FileSamples": "samples_file",
    "Missing": "reading",
    "Reading": "reading",
    "Split": "dataset",
    "coded_samples": "memory_samples",
    "dataset_of": "arrays",
    "known_names": "catalog",
    "load_dataset": "catalog",
    "read_samples": "samples_file",
    "with_moves": "images",
    "with_shifts": "images",
}

__all__ = [
    "Coding",
    "Dataset",
    "FileSamples",
    "Missing",
    "Reading",
    "Split",
    "coded_samples",
    "dataset_of",
    "known_names",
    "load_dataset",
    "read_samples",
    "with_moves",
    "with_shifts",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"tinydwn.data.{_HOMES[name]}"), name)
