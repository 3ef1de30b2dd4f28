from __future__ import annotations

import sys

import numpy as np
import pytest

from tinydwn.baselines.accuracy_only import histogram_boosting, xgboost
from tinydwn.errors import ProgramMissing


@pytest.mark.parametrize("family", [histogram_boosting, xgboost])
def test_a_large_ensemble_is_better_than_the_most_frequent_class(drawn, family):
    split = drawn(4, 3)
    predict = family(split, {"learning_rate": 0.3}, seed=1)
    right = (predict(split.test_features) == split.test_labels).mean()
    assert right > np.bincount(split.test_labels).max() / len(split.test_labels)


def test_xgboost_may_be_missing(drawn, monkeypatch):
    monkeypatch.setitem(sys.modules, "xgboost", None)
    with pytest.raises(ProgramMissing) as raised:
        xgboost(drawn(4, 3), {})
    assert str(raised.value) == "XGBoost is not installed\n\nhint: pip install 'tinydwn[bench]'"
