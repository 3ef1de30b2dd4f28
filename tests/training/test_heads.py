from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.model import Reduction
from tinydwn.training.heads import head_of


def class_of(bits: list[int], kind: str, classes: int) -> int:
    """Return the class that the bits of a last layer stand for, from the words of the documentation."""
    if kind == "learnable":
        return (bits[0] if classes == 2 else bits.index(1)) if 1 in bits else 0
    code = sum(bit * 2**place for place, bit in enumerate(bits))
    return code if code < classes else code - 2 ** (len(bits) - 1)


def width(kind: str, classes: int) -> int:
    return 1 if classes == 2 else classes if kind == "learnable" else len(f"{classes - 1:b}")


@settings(max_examples=60)
@given(seed=st.integers(0, 1000), kind=st.sampled_from(["learnable", "coded"]), classes=st.integers(2, 7))
def test_scores_are_the_log_likelihood_over_all_patterns_of_independent_bits(seed, kind, classes):
    rng = np.random.default_rng(seed)
    nodes = width(kind, classes)
    entries, tau = rng.normal(size=(nodes, 4)), 0.5
    one = 1 / (1 + np.exp(-entries / tau))
    expected = np.zeros((4, classes))
    for sample in range(4):
        for pattern in range(2**nodes):
            bits = [pattern >> k & 1 for k in range(nodes)]
            chance = np.prod([one[k, sample] if bits[k] else 1 - one[k, sample] for k in range(nodes)])
            expected[sample, class_of(bits, kind, classes)] += chance
    scores = head_of(Reduction(kind), classes=classes, tau=tau)(torch.from_numpy(entries))
    np.testing.assert_allclose(scores.exp().numpy(), expected, rtol=1e-9)


@pytest.mark.parametrize("kind", ["learnable", "coded"])
@pytest.mark.parametrize("classes", range(2, 8))
def test_a_class_is_decided_by_all_patterns_of_bits_as_documented(kind, classes):
    nodes = width(kind, classes)
    patterns = [[pattern >> k & 1 for k in range(nodes)] for pattern in range(2**nodes)]
    last = torch.tensor(patterns).T * 2.0 - 1.0
    decided = head_of(Reduction(kind), classes=classes, tau=1.0).decide(last)
    assert decided.tolist() == [class_of(bits, kind, classes) for bits in patterns]


@given(seed=st.integers(0, 1000), classes=st.integers(2, 6), group=st.integers(1, 4))
def test_votes_are_counted_by_group_and_ties_go_to_the_lowest_class(seed, classes, group):
    bits = np.random.default_rng(seed).integers(0, 2, (classes * group, 9))
    head = head_of(Reduction.POPCOUNT, classes=classes, tau=2.0)
    votes = [[int(bits[k * group : (k + 1) * group, s].sum()) for k in range(classes)] for s in range(9)]
    assert head(torch.from_numpy(bits).double()).tolist() == [[vote / 2 for vote in row] for row in votes]
    assert head.decide(torch.from_numpy(bits).double()).tolist() == [row.index(max(row)) for row in votes]


def test_one_bit_is_the_logistic_model():
    entries, labels = torch.tensor([[0.3, -2.0, 4.0]]), torch.tensor([1, 0, 0])
    expected = torch.nn.functional.binary_cross_entropy_with_logits(entries[0], labels.float())
    for kind in (Reduction.LEARNABLE, Reduction.CODED):
        scores = head_of(kind, classes=2, tau=1.0)(entries)
        torch.testing.assert_close(torch.nn.functional.cross_entropy(scores, labels), expected)
