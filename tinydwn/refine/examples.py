"""The specification of a refined circuit: what it reads and what it should answer, sample by sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import ConfigError, NetlistError
from tinydwn.netlist import Netlist
from tinydwn.netlist.simulate import simulate

_UNIT = 10_000
_LEVELS = 15
_ROWS = 4096
"""Samples that are looked at together."""


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Training samples of a circuit.

    `inputs` names the bits that may be read; `bits`, (samples, inputs), are their values. `targets`, (samples,
    outputs), is what the outputs, `outputs` by name, should be: an answer is right where all of them are.
    `classes`, (samples,), are the classes. `feature`, (inputs,), says which feature an input is a threshold of,
    ascending: neighbors are close thresholds, and a bit is never 1 where the one before it, of the same feature, is
    0. Circuits are made smaller on that ground, so that it is checked: `NetlistError` where it does not hold.
    `input_cost_um2`, (inputs,), is what it costs to have an input: 0 on the core, its comparator on the chip.
    `weight`, (samples,), not negative, is what a right answer to a sample is worth to the search, the same for all
    where it is None.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    bits: NDArray[np.bool_]
    targets: NDArray[np.bool_]
    classes: NDArray[np.int64]
    feature: NDArray[np.int64]
    input_cost_um2: NDArray[np.float64]
    weight: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        samples, inputs, outputs = len(self.classes), len(self.inputs), len(self.outputs)
        sound = (
            self.bits.shape == (samples, inputs)
            and self.targets.shape == (samples, outputs)
            and self.feature.shape == self.input_cost_um2.shape == (inputs,)
            and bool((np.diff(self.feature) >= 0).all())
            and bool((self.input_cost_um2 >= 0).all())
            and (self.weight is None or (self.weight.shape == (samples,) and bool((self.weight >= 0).all())))
        )
        if not sound:
            raise NetlistError("examples do not hold together", hint="check the shapes of bits, targets and features")
        if not samples or not inputs or not outputs:
            raise ConfigError("there are no samples to refine with", hint="give samples, inputs and outputs")
        _require_order(self)

    def __len__(self) -> int:
        return len(self.classes)

    def part(self, chosen: NDArray[np.bool_]) -> Examples:
        """Return some of the samples."""
        return Examples(
            self.inputs,
            self.outputs,
            self.bits[chosen],
            self.targets[chosen],
            self.classes[chosen],
            self.feature,
            self.input_cost_um2,
            None if self.weight is None else self.weight[chosen],
        )

    def joined(self, others: Examples) -> Examples:
        """Return these samples and others of the same inputs and outputs, with weights."""
        if (self.inputs, self.outputs) != (others.inputs, others.outputs):
            raise NetlistError(
                "samples of different inputs or outputs cannot be joined", hint="give both the same ones"
            )
        ones = [one.weight if one.weight is not None else np.ones(len(one)) for one in (self, others)]
        return Examples(
            self.inputs,
            self.outputs,
            np.concatenate([self.bits, others.bits]),
            np.concatenate([self.targets, others.targets]),
            np.concatenate([self.classes, others.classes]),
            self.feature,
            self.input_cost_um2,
            np.concatenate(ones),
        )

    def levels(self) -> NDArray[np.int64]:
        """Return the weights as whole numbers from 0 to 15, (samples,), in proportion to the largest; 1 without any."""
        if self.weight is None or not self.weight.any():
            return np.ones(len(self), dtype=np.int64)
        return np.asarray(np.rint(self.weight / self.weight.max() * _LEVELS), dtype=np.int64)

    def gains(self, *, balanced: bool) -> NDArray[np.int64]:
        """Return what a right answer is worth, by class: the same for all, or each class as much as any other."""
        counts = np.bincount(self.classes)
        if not balanced:
            return np.ones(len(counts), dtype=np.int64)
        worth = _UNIT * len(self) / (np.count_nonzero(counts) * np.maximum(counts, 1))
        return np.maximum(np.rint(worth), 1).astype(np.int64)

    def asked(self, netlist: Netlist, *, balanced: bool = False) -> float:
        """Return the share of what the search asks for that a netlist over some of the inputs answers, by weight."""
        return self.share(self.right(netlist), balanced=balanced)

    def share(self, right: NDArray[np.bool_], *, balanced: bool = False) -> float:
        """Return the share of what the search asks for, by weight, of those samples that are `right`, (samples,)."""
        worth = self.gains(balanced=balanced)[self.classes] * self.levels()
        return float((worth * right).sum() / max(int(worth.sum()), 1))

    def right(self, netlist: Netlist) -> NDArray[np.bool_]:
        """Say for each sample, (samples,), whether a netlist over some of the inputs answers it right."""
        return np.asarray((simulate(netlist, self.bits[:, self.places(netlist.inputs)]) == self.targets).all(axis=1))

    def places(self, names: Sequence[str]) -> list[int]:
        """Return the places of inputs by name; `NetlistError` for others."""
        known = {name: k for k, name in enumerate(self.inputs)}
        for name in names:
            if name not in known:
                raise NetlistError(
                    f"the examples have no input {name!r}", hint="start from a circuit of the same encoder"
                )
        return [known[name] for name in names]

    def accuracy(self, netlist: Netlist, *, balanced: bool = False) -> float:
        """Return the share of samples answered right, or its mean over the classes."""
        right = self.right(netlist)
        if not balanced:
            return float(right.mean())
        return float(np.mean([right[self.classes == label].mean() for label in np.unique(self.classes)]))


def _require_order(examples: Examples) -> None:
    """Raise `NetlistError` where a bit is 1 and the lower threshold before it, of the same feature, is 0."""
    same = np.diff(examples.feature) == 0
    if not same.any():
        return
    wrong = np.zeros(len(same), dtype=bool)
    for start in range(0, len(examples), _ROWS):
        bits = examples.bits[start : start + _ROWS]
        wrong |= (bits[:, 1:] > bits[:, :-1]).any(axis=0)
    wrong &= same
    if wrong.any():
        place = int(wrong.argmax())
        raise NetlistError(
            f"'{examples.inputs[place + 1]}' is 1 on a sample where '{examples.inputs[place]}', a lower threshold of "
            "the same feature, is 0",
            hint="give thresholds of a feature in ascending order, and bits that are none a feature of their own",
        )
