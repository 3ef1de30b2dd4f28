"""Tables of samples: built-in sets, public sets, files, and their splits."""

from tinydwn.data.catalog import known_names, load_dataset
from tinydwn.data.dataset import Dataset, Split
from tinydwn.data.images import with_shifts
from tinydwn.data.table import Missing, one_against_rest

__all__ = ["Dataset", "Missing", "Split", "known_names", "load_dataset", "one_against_rest", "with_shifts"]
