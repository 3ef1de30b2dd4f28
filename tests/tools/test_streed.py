"""STreeD beside us: its trees are optimal, what it says wrong is an error, and nothing under the GPL is loaded."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tinydwn.errors import ProgramError, ProgramMissing, ProgramTimeout
from tinydwn.tools import streed as module
from tinydwn.tools.streed import SolvedTree, find_streed, run_streed, streed_is_here

Fake = Callable[[str], Path]
BITS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=bool)
DIFFERENT = np.array([0, 1, 1, 0])
NODE = 1e-4
"""What a node costs the naive search, in samples."""


def best(bits: NDArray[np.bool_], weight: NDArray[np.float64], classes: NDArray[np.int64], depth: int) -> float:
    """Return the weight that any tree of a depth can answer right, less its nodes: all of them are tried."""
    leaf = float(np.bincount(classes, weights=weight, minlength=1).max()) if len(classes) else 0.0
    if depth == 0:
        return leaf
    split = (
        sum(best(bits[side], weight[side], classes[side], depth - 1) for side in (column, ~column)) - NODE
        for column in bits.T
    )
    return max(leaf, *split)


def walked(tree: SolvedTree, sample: NDArray[np.bool_]) -> int:
    node = 0
    while tree.bit[node] >= 0:
        node = int((tree.children_right if sample[tree.bit[node]] else tree.children_left)[node])
    return int(tree.label[node])


@settings(max_examples=12)
@given(
    seed=st.integers(0, 10**6),
    classes=st.integers(2, 4),
    bits=st.integers(1, 5),
    depth=st.integers(1, 3),
    balanced=st.booleans(),
)
def test_no_tree_of_the_depth_is_better_or_as_good_with_fewer_nodes(streed, seed, classes, bits, depth, balanced):
    rng = np.random.default_rng(seed)
    table, labels = rng.random((40, bits)) < rng.random(bits), rng.integers(0, classes, 40)
    labels[:classes] = np.arange(classes)
    weight = 40 / classes / np.bincount(labels)[labels] if balanced else np.ones(40)
    tree = run_streed(table, labels, depth=depth, balanced=balanced, timeout_s=60)
    right = np.array([walked(tree, sample) for sample in table]) == labels
    nodes = int((tree.bit >= 0).sum())
    known = best(table, weight, labels, depth)
    if balanced:
        assert weight[right].sum() >= known - 1e-6
    else:
        assert weight[right].sum() - NODE * nodes == pytest.approx(known, abs=NODE / 10)


def test_the_same_samples_give_the_same_tree(streed: Path) -> None:
    rng = np.random.default_rng(0)
    bits, classes = rng.random((200, 12)) < 0.5, np.arange(200) % 3
    one, other = (run_streed(bits, classes, depth=3, timeout_s=60) for _ in range(2))
    for name in ("children_left", "children_right", "bit", "label"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_the_solver_loads_nothing_under_the_gpl(streed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "sksurv.py").write_text("raise SystemExit('it is loaded')")
    places = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(places))
    look = subprocess.run([sys.executable, "-c", "import sksurv"], capture_output=True, text=True, timeout=60)
    assert look.stderr == "it is loaded\n"
    assert (run_streed(BITS, DIFFERENT, depth=2, timeout_s=60).bit >= 0).sum() == 3
    assert not {"pystreed", "sksurv"} & set(sys.modules)


def stand_in(monkeypatch: pytest.MonkeyPatch, program: Path) -> None:
    monkeypatch.setattr(module, "find_streed", lambda: program)
    monkeypatch.setattr(sys, "executable", str(program))


def test_a_solver_that_hangs_dies_or_fails_is_an_error(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, fake("hangs"))
    with pytest.raises(ProgramTimeout) as late:
        run_streed(BITS, DIFFERENT, depth=2, timeout_s=0.5)
    assert late.value.message == "STreeD did not end within 0.5 s and was stopped"
    for kind, how in (("dies", "killed by signal 11"), ("fails", "exit status 7")):
        fake(kind)
        with pytest.raises(ProgramError) as failed:
            run_streed(BITS, DIFFERENT, depth=2, timeout_s=60)
        assert failed.value.message == f"STreeD failed, {how}"


LEAF = {"low": [-1], "high": [-1], "bit": [-1], "label": [1]}


@pytest.mark.parametrize(
    ("left", "why"),
    [
        (None, "No such file or directory"),
        ("{", "it is not JSON"),
        ("[]", "it is not an object of JSON"),
        ("{}", "its parts are not of one length"),
        ({**LEAF, "bit": [-1, 0]}, "its parts are not of one length"),
        ({**LEAF, "bit": ["x"]}, "it holds more than whole numbers"),
        ({**LEAF, "bit": [0.5]}, "it holds more than whole numbers"),
        ({**LEAF, "bit": [0]}, "its branches lead nowhere"),
        ({"low": [0, -1], "high": [1, -1], "bit": [0, -1], "label": [-1, 0]}, "its branches lead nowhere"),
        ({**LEAF, "low": [3]}, "its branches lead nowhere"),
        ({**LEAF, "label": [2]}, "it asks or answers what there is not"),
        ({**LEAF, "label": [-1]}, "it asks or answers what there is not"),
        ({"low": [1, -1, -1], "high": [2, -1, -1], "bit": [2, -1, -1], "label": [-1, 0, 1]}, "it asks or answers"),
    ],
)
def test_a_file_that_holds_no_tree_is_an_error(
    left: object, why: str, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = left if isinstance(left, str) else json.dumps(left)
    stand_in(monkeypatch, fake("exit 0" if left is None else f"echo '{text}' > tree.json"))
    with pytest.raises(ProgramError) as caught:
        run_streed(BITS, DIFFERENT, depth=2, timeout_s=60)
    assert caught.value.message.startswith(f"STreeD left no tree: {why}")


def test_a_leaf_alone_is_a_tree(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, fake(f"echo '{json.dumps(LEAF)}' > tree.json"))
    assert run_streed(BITS, DIFFERENT, depth=2, timeout_s=60).label.tolist() == [1]


def test_a_missing_solver_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ProgramMissing) as missing:
        find_streed()
    assert str(missing.value) == "STreeD is not installed\n\nhint: pip install 'tinydwn[streed]'"
    assert not streed_is_here()
