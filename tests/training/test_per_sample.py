from __future__ import annotations

import numpy as np
import pytest
import torch

from tinydwn.training.efd import look_up
from tinydwn.training.per_sample import PerSampleNetwork
from tinydwn.training.step import seconds_per_step, step_maker


@pytest.mark.parametrize("powers", [False, True])
@pytest.mark.parametrize("inputs", [1, 2, 4, 6])
def test_sample_by_sample_gives_the_gradients_of_the_smoothed_tables(inputs, powers):
    rng = np.random.default_rng(inputs)
    entries = torch.from_numpy(rng.uniform(-1, 1, (20, 2**inputs)).astype(np.float32))
    mapping = torch.from_numpy(rng.integers(0, 15, (20, inputs)))
    bits = torch.from_numpy(rng.integers(0, 2, (30, 15)).astype(np.float32))
    labels = torch.from_numpy(rng.integers(0, 4, 30))
    plain = PerSampleNetwork(entries, mapping, classes=4, tau=1.5, powers=powers)
    x = bits.clone().requires_grad_()
    torch.nn.functional.cross_entropy(plain(x), labels).backward()
    ours, rows = entries.clone().requires_grad_(), bits.T.contiguous().requires_grad_()
    votes = look_up(ours, rows, mapping).view(4, 5, 30).sum(dim=1)
    torch.nn.functional.cross_entropy(votes.T / 1.5, labels).backward()
    torch.testing.assert_close(plain.entries.grad, ours.grad, rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(x.grad.T, rows.grad, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("engine", ["tinydwn", "per-sample", "per-sample-powers"])
def test_a_step_of_each_engine_can_be_timed(engine):
    threads = torch.get_num_threads()
    step = step_maker(engine, batch=4, luts=20, inputs=3)
    assert seconds_per_step(step, least_s=0.0, least_steps=2) > 0
    assert torch.get_num_threads() == threads


def test_engines_make_the_same_first_step():
    moved = []
    for engine in ("tinydwn", "per-sample"):
        step = step_maker(engine, batch=16, luts=20, inputs=3)
        step()
        cells = dict(zip(step.__code__.co_freevars, (cell.cell_contents for cell in step.__closure__), strict=True))
        network = cells["network"]
        entries = network.layers[0].entries if engine == "tinydwn" else network.entries
        moved.append(entries.detach().clamp(-1, 1))
    torch.testing.assert_close(*moved, rtol=1e-4, atol=1e-5)
