"""Small splits, and the road that every opponent takes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tinydwn.baselines.genotype import AND, NAND, NOR, OR
from tinydwn.data import Split
from tinydwn.mapping import map_to_cells
from tinydwn.minimize import recipe, run_recipe
from tinydwn.technology import load_library
from tinydwn.verify import prove_equivalent


def _drawn(seed: int, classes: int, *, samples: int = 120, features: int = 4) -> Split:
    """Return samples of real, whole and 0/1 features whose classes depend on them, with some noise."""
    rng = np.random.default_rng(seed)
    columns = [rng.normal(size=samples * 2), rng.integers(0, 7, samples * 2), rng.integers(0, 2, samples * 2)]
    table = np.array([columns[k % 3] + 0.0 if k < 3 else rng.exponential(size=samples * 2) for k in range(features)]).T
    labels = np.digitize(table @ rng.normal(size=features) + rng.normal(size=len(table)) / 4, np.arange(classes - 1))
    labels[:classes] = np.arange(classes)
    names = tuple(f"f{k}" for k in range(features)), tuple(f"c{k}" for k in range(classes))
    halves = table[:samples], labels[:samples], table[samples:], labels[samples:]
    return Split("drawn", *halves, *names, seed=seed, test_fraction=0.5)


@pytest.fixture(scope="session")
def drawn() -> Callable:
    return _drawn


@pytest.fixture(scope="session")
def proven_cells() -> Callable:
    """Return what minimizes and maps a circuit, proves the cells equal to it, and gives their NAND2 equivalents."""

    def proven(netlist, assuming=None):
        library = load_library("nangate45")
        smaller = run_recipe(netlist, recipe("fast"), assuming=assuming).netlist
        mapped = map_to_cells(smaller, library, effort="fast")
        prove_equivalent(netlist, mapped.functions(), assuming=assuming).require()
        return mapped.area_um2 / library.nand2_area_um2

    return proven


@pytest.fixture(scope="session")
def answers():
    """Return a naive interpreter: the outputs of a genotype on one sample, one gate at a time."""
    meaning = {
        AND: lambda a, b: a and b,
        OR: lambda a, b: a or b,
        NAND: lambda a, b: not (a and b),
        NOR: lambda a, b: not (a or b),
    }

    def run(genotype, sample):
        values = dict(enumerate(map(bool, sample)))

        def value(signal):
            if signal not in values:
                gate = signal - len(sample)
                values[signal] = meaning[int(genotype.function[gate])](*map(value, genotype.fanin[gate].tolist()))
            return values[signal]

        return [value(end) for end in genotype.ends.tolist()]

    return run
