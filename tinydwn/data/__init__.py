"""Tables of samples: built-in sets, public sets, files, and their splits."""

from tinydwn.data.arrays import dataset_of
from tinydwn.data.catalog import known_names, load_dataset
from tinydwn.data.coding import Coding
from tinydwn.data.dataset import Dataset, Split
from tinydwn.data.images import with_shifts
from tinydwn.data.memory_samples import coded_samples
from tinydwn.data.one_against_rest import one_against_rest
from tinydwn.data.reading import Missing, Reading
from tinydwn.data.samples_file import FileSamples, read_samples

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
    "one_against_rest",
    "read_samples",
    "with_shifts",
]
