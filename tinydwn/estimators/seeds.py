"""A seed from what scikit-learn calls a random state."""

from __future__ import annotations

from numbers import Integral

import numpy as np
from sklearn.utils import check_random_state

from tinydwn.estimators.refusals import ParameterError

_SEEDS = 1 << 31
_LARGEST = (1 << 63) - 1


def seed_of(random_state: object) -> int:
    """Return the seed of a random state: a whole number is its own, all else is drawn from.

    A `RandomState` gives its next number, so that it changes; None draws from numpy's global generator.
    `ParameterError` for anything else.

    >>> seed_of(7), seed_of(np.random.RandomState(0)) == seed_of(np.random.RandomState(0))
    (7, True)
    """
    if isinstance(random_state, Integral) and not isinstance(random_state, bool) and 0 <= int(random_state) <= _LARGEST:
        return int(random_state)
    if random_state is None or isinstance(random_state, np.random.RandomState):
        return int(check_random_state(random_state).randint(_SEEDS))
    raise ParameterError(
        f"random_state is {random_state!r}",
        hint=f"choose a whole number from 0 to {_LARGEST}, a numpy.random.RandomState, or None",
    )
