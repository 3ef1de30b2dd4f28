"""What may not be proven of very many classes is said as soon as they are known."""

from __future__ import annotations

import numpy as np
import pytest

from tinydwn.data import Dataset
from tinydwn.synthesis import SynthesisOptions, source
from tinydwn.synthesis.progress import Progress


@pytest.mark.parametrize(("classes", "said"), [(63, False), (64, True), (100, True)])
def test_it_is_said_before_the_training(classes: int, said: bool) -> None:
    labels = np.repeat(np.arange(classes), 4)
    dataset = Dataset("many", labels[:, None] + 0.5, labels, ("x",), tuple(f"c{k}" for k in range(classes)))
    heard: list[str] = []
    source._split(dataset, SynthesisOptions(timeout_s=60.0), Progress(lambda step: heard.append(step.text)))
    told = [text for text in heard if "the proof is UNDECIDED" in text]
    assert [text.split(":")[0] for text in told] == ([f"{classes} classes"] if said else [])
    assert all("--timeout 60," in text for text in told)
