"""Data sets whose columns are numbers already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tinydwn.data.dataset import Dataset
from tinydwn.data.names import counted, first_repeated
from tinydwn.errors import DataError

if TYPE_CHECKING:
    import numpy.typing as npt


def numeric_dataset(
    name: str,
    *,
    feature_names: tuple[str, ...],
    features: npt.NDArray[np.generic],
    labels: npt.NDArray[np.int64],
    class_names: tuple[str, ...],
    notes: tuple[str, ...] = (),
    fixed_test: int | None = None,
) -> Dataset:
    """Return the data set of numeric `features` (samples, features) less its constant columns, which a note names."""
    repeated = first_repeated(feature_names)
    if repeated is not None:
        raise DataError(f"two features would be named {repeated!r}", hint="rename one of the columns")
    varies = np.atleast_1d(np.any(np.not_equal(features, features[:1]), axis=0))
    constant = [feature_name for feature_name, keep in zip(feature_names, varies, strict=True) if not keep]
    if not varies.any():
        raise DataError(
            f"data set {name!r} has no column that varies, besides the class", hint="check the file's content"
        )
    if constant:
        named = ", ".join(repr(one) for one in constant)
        notes = (*notes, f"{counted(len(constant), 'constant column')} dropped: {named}")
    return Dataset(
        name=name,
        features=features[:, varies].astype(np.float64, copy=False),
        labels=labels,
        feature_names=tuple(one for one, keep in zip(feature_names, varies, strict=True) if keep),
        class_names=class_names,
        notes=notes,
        fixed_test=fixed_test,
    )
