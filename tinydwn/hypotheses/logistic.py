"""Weighted logistic regression on bits of +-1, and which few bits to read: the linear part of hypotheses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_RIDGE = 1e-6
_ROUNDS = 25
_ENOUGH = 1e-5
_STEEPEST = 30.0
_SIGMAS = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """What speaks for true: `intercept` plus the sum of `weights` times the +-1 of the inputs `places`."""

    places: tuple[int, ...]
    weights: NDArray[np.float64]
    intercept: float


def logistic_weights(
    signs: NDArray[np.float32],
    wanted: NDArray[np.bool_],
    share: NDArray[np.float64],
    *,
    start: NDArray[np.float64] | None = None,
    ridge: float = _RIDGE,
) -> NDArray[np.float64]:
    """Return intercept and weights, (1 + inputs,), of least logistic loss plus `ridge` times half their squares.

    `signs`, (samples, inputs), are +-1; `share`, (samples,), sums to one. Newton's method with halved steps where the
    loss would rise; it ends after 25 rounds at the latest, so that separable samples have an answer too.
    """
    columns = np.concatenate([np.ones((len(signs), 1), np.float32), signs], axis=1)
    aim = np.where(wanted, 1.0, -1.0)
    weights = np.zeros(columns.shape[1]) if start is None else start
    loss = _loss(columns, aim, share, weights, ridge)
    for _ in range(_ROUNDS):
        step = _newton_step(columns, aim, share, weights, ridge)
        length = 1.0
        while (after := _loss(columns, aim, share, weights - length * step, ridge)) > loss and length > 1e-3:
            length /= 2
        if after > loss - _ENOUGH * loss:
            break
        weights, loss = weights - length * step, after
    return weights


def _loss(
    columns: NDArray[np.float32],
    aim: NDArray[np.float64],
    share: NDArray[np.float64],
    weights: NDArray[np.float64],
    ridge: float,
) -> float:
    margin = aim * (columns @ weights.astype(np.float32))
    return float(share @ np.logaddexp(0, -margin) + ridge / 2 * (weights @ weights))


def _newton_step(
    columns: NDArray[np.float32],
    aim: NDArray[np.float64],
    share: NDArray[np.float64],
    weights: NDArray[np.float64],
    ridge: float,
) -> NDArray[np.float64]:
    margin = np.clip(aim * (columns @ weights.astype(np.float32)), -_STEEPEST, _STEEPEST)
    wrong = 1 / (1 + np.exp(margin))
    slope = ridge * weights - columns.T @ (share * aim * wrong).astype(np.float32)
    curve = (columns.T * (share * wrong * (1 - wrong)).astype(np.float32)) @ columns
    curve[np.diag_indices_from(curve)] += max(ridge, 1e-7)
    return np.asarray(np.linalg.lstsq(curve.astype(np.float64), slope, rcond=None)[0])


def forward_regressions(
    signs: NDArray[np.float32], wanted: NDArray[np.bool_], share: NDArray[np.float64], *, most: int
) -> Iterator[Regression]:
    """Yield regressions on 1, 2, 3, ... inputs up to `most`; each adds the input that the last one misses most.

    That is the input whose sign goes best with the residuals. Inputs that repeat each other are not taken twice: what
    a residual is not correlated with, its copy is not either. It ends early once no input goes with the residuals
    beyond chance, which is two standard deviations here.
    """
    weights = logistic_weights(signs[:, :0], wanted, share)
    chosen: list[int] = []
    while len(chosen) < min(most, signs.shape[1]):
        score = weights[0] + signs[:, chosen] @ weights[1:].astype(np.float32)
        residual = share * (wanted - 1 / (1 + np.exp(-np.clip(score, -_STEEPEST, _STEEPEST))))
        pull = np.abs(residual.astype(np.float32) @ signs)
        pull[chosen] = 0
        found = int(pull.argmax())
        if pull[found] <= _SIGMAS * float(np.sqrt(residual @ residual)) or pull[found] < 1e-9:
            return
        chosen.append(found)
        weights = logistic_weights(signs[:, chosen], wanted, share, start=np.append(weights, 0.0))
        yield Regression(tuple(chosen), weights[1:], float(weights[0]))
