"""From a budget of two-input gates to the shape of a network: trees of two-input tables that vote."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from functools import partial

from tinydwn.errors import ConfigError
from tinydwn.model.classifier import Reduction
from tinydwn.training.config import TrainingConfig, Wiring

_FULL_ADDER, _HALF_ADDER, _CHOICE, _MAJORITY = 5, 2, 3, 4
_DEEPEST = 8
_KEPT = 0.7
"""Two-input tables that are gates after mapping, as a share: the rest are constants, connections, or equal to others.

Measured on trees of 4 layers for MNIST (see `tinydwn bench gates`).
"""


def tree_layers(classes: int, *, votes: int, depth: int) -> tuple[int, ...]:
    """Return the layers of `votes` trees a class, each of `depth` layers of two-input tables.

    >>> tree_layers(10, votes=16, depth=3)
    (640, 320, 160)
    """
    return tuple(classes * votes << level for level in range(depth - 1, -1, -1))


def reduction_gates(classes: int, votes: int) -> int:
    """Return about how many two-input gates popcount and argmax of `votes` bits a class take.

    Full adders of 5 gates and half adders of 2, as many as an adder tree has; a tournament of comparisons, each a
    chain of majorities of 4 gates, with multiplexers of 3 for the larger sum and for the bits of the class.

    >>> reduction_gates(2, 1), reduction_gates(10, 16)
    (1, 920)
    """
    if classes == 2:  # one comparison, of the ones of one class and the zeros of the other
        return max(1, _popcount(2 * votes) - 2)
    width = votes.bit_length()
    compared = (classes - 1) * (_MAJORITY * (width - 1) + 1)
    passed = (classes - 2) * _CHOICE * width
    return classes * _popcount(votes) + compared + passed + _index(classes)


def network_gates(classes: int, votes: int, *, depth: int) -> int:
    """Return about how many two-input gates trees that vote take after mapping, the reduction included."""
    return round(_KEPT * classes * votes * ((1 << depth) - 1)) + reduction_gates(classes, votes)


def within_gates(config: TrainingConfig, *, classes: int) -> TrainingConfig:
    """Return `config` with what its budget of gates decides; `ConfigError` where no network of that kind is so small.

    Of the deepest and the most trees that fit the budget those are taken where a class has about as many votes as a
    tree has inputs: so many were best on the validation part of MNIST. A `tau` that is given stays; other `layers`
    than those that the budget decides are refused.
    """
    if config.gates is None:
        return config
    if config.reduction is not Reduction.POPCOUNT:
        raise ConfigError(
            f"a budget of gates cannot be held with the {config.reduction.value} reduction",
            hint="choose reduction 'popcount', or leave gates out",
        )
    votes, depth = best_shape(config.gates, classes)
    layers = tree_layers(classes, votes=votes, depth=depth)
    if config.layers not in (None, layers):
        raise ConfigError(
            f"layers of {config.layers} tables and a budget of {config.gates} gates are both given",
            hint=f"leave one of them out: the budget decides layers of {layers}",
        )
    return replace(
        config,
        layers=layers,
        inputs_per_lut=2,
        mapping=Wiring.TREES,
        candidates=0,
        relaxed=1.0,
        learning_rate=0.08,
        tau=config.tau or max(0.5, votes**0.5 / 4),
    )


def best_shape(gates: int, classes: int) -> tuple[int, int]:
    """Return votes a class and layers of the trees for a budget of gates.

    >>> best_shape(3500, 10)
    (22, 4)
    """
    fitting = []
    for depth in range(1, _DEEPEST + 1):
        votes = bisect_right(range(1, gates + 1), gates, key=partial(network_gates, classes, depth=depth))
        if votes:
            fitting.append((abs(votes - (1 << depth)), votes, depth))
    if not fitting:
        least = network_gates(classes, 1, depth=1)
        raise ConfigError(f"no network for {classes} classes has {gates} gates", hint=f"allow at least {least}")
    _, votes, depth = min(fitting)
    return votes, depth


def _popcount(bits: int) -> int:
    """Return the gates of an adder tree over so many bits."""
    gates, waiting = 0, bits
    while waiting > 1:
        carries = 0
        while waiting > 1:
            gates += _FULL_ADDER if waiting > 2 else _HALF_ADDER
            waiting -= 2 if waiting > 2 else 1
            carries += 1
        waiting = carries
    return gates


def _index(classes: int) -> int:
    """Return the gates of the winner's number, in binary, behind the comparisons."""
    if classes <= 2:
        return 0
    left = 1 << ((classes - 1).bit_length() - 1)
    right = classes - left
    chosen = sum(_CHOICE if place < (right - 1).bit_length() else 1 for place in range((left - 1).bit_length()))
    return _index(left) + _index(right) + chosen
