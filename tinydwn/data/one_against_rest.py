"""The two-class task of one class against all others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.data.names import choices
from tinydwn.errors import DataError

if TYPE_CHECKING:
    from tinydwn.data.dataset import Dataset


def one_against_rest(dataset: Dataset, positive: str) -> Dataset:
    """Return the two-class task of telling class `positive` (label 1) from all others (label 0, "rest").

    DataError where there is no such class.
    """
    if positive not in dataset.class_names:
        raise DataError(
            f"data set {dataset.name!r} has no class {positive!r}",
            hint=choices("classes", dataset.class_names, positive),
        )
    index = dataset.class_names.index(positive)
    note = f"class {positive!r} against the {len(dataset.class_names) - 1} others"
    typed = dataset.typed
    return replace(
        dataset,
        labels=(dataset.labels == index).astype(np.int64),
        class_names=(rest_name(positive), positive),
        notes=(*dataset.notes, note),
        typed=None if typed is None else replace(typed, notes=(*typed.notes, note)),
    )


def rest_name(positive: str) -> str:
    """Return the name of the class of all others."""
    return "rest" if positive != "rest" else "others"
