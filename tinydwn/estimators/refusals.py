"""What estimators refuse: errors of tinydwn that are also the ValueError or TypeError that scikit-learn expects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import ArrayLike

from tinydwn.errors import ConfigError, DataError

_CODE_IT = "code texts as numbers first, as sklearn.preprocessing.OneHotEncoder does"


class ParameterError(ConfigError, ValueError):
    """An argument of an estimator makes no sense."""


class SamplesError(DataError, ValueError):
    """Samples or labels cannot be used as they are."""


class SamplesTypeError(DataError, TypeError):
    """Samples or labels are of a kind that cannot be used."""


@contextmanager
def refusing() -> Iterator[None]:
    """Raise `ConfigError` and `DataError` of what is called within as `ParameterError` and `SamplesError`.

    >>> with refusing():
    ...     raise DataError("the feature is constant")
    Traceback (most recent call last):
    tinydwn.estimators.refusals.SamplesError: the feature is constant
    """
    try:
        yield
    except ConfigError as error:
        raise ParameterError(error.message, hint=error.hint) from error
    except DataError as error:
        raise SamplesError(error.message, hint=error.hint) from error


@contextmanager
def refusing_samples(samples: ArrayLike) -> Iterator[None]:
    """Raise what scikit-learn finds wrong with `samples`, or with their labels, as errors of tinydwn.

    A value that is no number is named with its place; all else in scikit-learn's own words.
    """
    try:
        yield
    except (TypeError, ValueError, OverflowError) as error:
        kind = SamplesTypeError if isinstance(error, TypeError) else SamplesError
        found = _first_that_is_no_number(samples)
        if found is None:
            raise kind(str(error)) from error
        place, value = found
        shown = repr(value) if len(repr(value)) <= 60 else f"{repr(value)[:57]}..."
        raise kind(f"{place} is {shown}: {error}", hint=_CODE_IT if isinstance(value, str) else "") from error


def _first_that_is_no_number(samples: ArrayLike) -> tuple[str, object] | None:
    """Return where the first value stands that is no number, and the value; None where there is none."""
    try:
        table = np.asarray(samples)
    except ValueError:
        return None
    if table.ndim != 2 or table.dtype.kind not in "OUS":
        return None
    names = list(getattr(samples, "columns", range(table.shape[1])))
    for (row, column), value in np.ndenumerate(table):
        try:
            float(value)
        except (TypeError, ValueError, OverflowError):
            return f"X[{row}, {names[column]!r}]", value.item() if isinstance(value, np.generic) else value
    return None
