from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.baselines import sample_covers
from tinydwn.baselines.optimal_tree import telling_thresholds
from tinydwn.baselines.sample_cover import answered_patterns
from tinydwn.errors import ConfigError


@pytest.mark.parametrize(("classes", "bits"), [(2, 1), (3, 4), (5, 9)])
def test_every_seen_pattern_is_answered_as_most_of_its_samples_are(drawn, classes, bits):
    split = drawn(bits, classes, samples=60)
    (opponent,) = sample_covers(split, bits=(bits,), input_bits=6)
    _, seen, order = telling_thresholds(split, input_bits=6)
    patterns = [tuple(row) for row in seen[:, order[:bits]].tolist()]
    for pattern in set(patterns):
        own = [place for place, other in enumerate(patterns) if other == pattern]
        votes = Counter(split.train_labels[own].tolist())
        wanted = min(label for label, count in votes.items() if count == max(votes.values()))
        assert set(opponent.predict(split.train_features[own]).tolist()) == {wanted}
    assert opponent.predict(split.test_features).max() < classes


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 2)), min_size=1, max_size=30))
def test_patterns_are_answered_by_votes(pairs):
    bits = np.array([[address >> k & 1 for k in range(3)] for address, _ in pairs], dtype=bool)
    addresses, classes = answered_patterns(bits, np.array([label for _, label in pairs]), np.array([1.0, 2.0, 4.0]))
    votes = Counter()
    for address, label in pairs:
        votes[address, label] += 2**label
    wanted = {one: max(range(3), key=lambda label: (votes[one, label], -label)) for one, _ in pairs}
    assert dict(zip(addresses.tolist(), classes.tolist(), strict=True)) == wanted
    assert addresses.tolist() == sorted(wanted)


def test_a_cover_becomes_cells_on_both_cuts(drawn, proven_cells):
    (opponent,) = sample_covers(drawn(3, 3), bits=(5,), input_bits=5)
    assert opponent.settings == "5 bits"
    assert proven_cells(opponent.core, opponent.assumption) > 0
    assert proven_cells(opponent.chip()) > 0


def test_balance_gives_mixed_patterns_to_the_rare_class(drawn):
    split = drawn(2, 2)
    rare = int(np.bincount(split.train_labels).argmin())
    plain, balanced = (sample_covers(split, bits=(2,), balanced=one)[0] for one in (False, True))
    answers = [(one.predict(split.train_features) == rare).sum() for one in (plain, balanced)]
    assert answers[0] < answers[1]


@pytest.mark.parametrize("bits", [0, 13])
def test_covers_of_no_and_of_too_many_bits_are_refused(drawn, bits):
    with pytest.raises(ConfigError) as refused:
        sample_covers(drawn(1, 2), bits=(bits,))
    assert str(refused.value) == f"a cover of {bits} bits cannot be made\n\nhint: choose 1 to 12"
