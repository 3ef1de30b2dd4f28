"""What one step of training costs, in tinydwn's way and sample by sample."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy

from tinydwn.model.classifier import Reduction
from tinydwn.training.heads import head_of
from tinydwn.training.mapping import FixedMapping, even_mapping
from tinydwn.training.network import DWNLayer, DWNNetwork
from tinydwn.training.per_sample import PerSampleNetwork
from tinydwn.training.weighting import Weighting

Engine = Literal["tinydwn", "per-sample", "per-sample-powers"]
CLASSES = 10
SOURCES = 1000


def step_maker(engine: Engine, *, batch: int, luts: int, inputs: int, seed: int = 0) -> Callable[[], None]:
    """Return a function that makes one training step: forward, cross-entropy, backward, Adam, clamp.

    One layer of `luts` tables (a multiple of 10) of `inputs` inputs, wired at random to 1,000 bits whose gradients are
    wanted, as those of a hidden layer are; votes for ten classes. Each engine gets the bits in the order it works in.
    """
    rng = np.random.default_rng(seed)
    mapping = even_mapping(SOURCES, luts, inputs, rng=rng)
    entries = rng.uniform(-1, 1, size=(luts, 1 << inputs))
    bits = torch.from_numpy(rng.integers(0, 2, size=(batch, SOURCES)).astype(np.float32)).requires_grad_()
    labels = torch.from_numpy(rng.integers(0, CLASSES, size=batch))
    tau = (luts / CLASSES) ** 0.5
    if engine == "tinydwn":
        return _own_step(entries, mapping, bits, labels, tau)
    network = PerSampleNetwork(
        torch.from_numpy(entries.astype(np.float32)),
        torch.from_numpy(mapping),
        classes=CLASSES,
        tau=tau,
        powers=engine == "per-sample-powers",
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)

    def step() -> None:
        optimizer.zero_grad()
        bits.grad = None
        cross_entropy(network(bits), labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    return step


def _own_step(
    entries: NDArray[np.float64], mapping: NDArray[np.int64], bits: Tensor, labels: Tensor, tau: float
) -> Callable[[], None]:
    rows = bits.detach().T.contiguous().requires_grad_()
    layer = DWNLayer(entries, FixedMapping(mapping), weighting=Weighting.EXPONENTIAL)
    network = DWNNetwork([layer], head_of(Reduction.POPCOUNT, classes=CLASSES, tau=tau), bits=SOURCES)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01, fused=True)

    def step() -> None:
        optimizer.zero_grad()
        rows.grad = None
        cross_entropy(network.head(network.last_layer(rows)), labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        network.clamp()

    return step


def seconds_per_step(step: Callable[[], None], *, least_s: float = 0.5, least_steps: int = 5) -> float:
    """Return the median seconds of a step, on one thread, after a first step that does not count."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    gc.disable()
    try:
        step()
        taken: list[float] = []
        while len(taken) < least_steps or sum(taken) < least_s:
            start = time.perf_counter()
            step()
            taken.append(time.perf_counter() - start)
    finally:
        gc.enable()
        torch.set_num_threads(threads)
    return statistics.median(taken)
