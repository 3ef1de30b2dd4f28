"""Networks of two-input gates with random wiring, in the manner of difflogic."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tinydwn.baselines.opponent import Opponent
from tinydwn.errors import ConfigError
from tinydwn.lowering import lower_core

if TYPE_CHECKING:
    from tinydwn.data import Split

SHAPES: tuple[tuple[int, ...], ...] = ((4,), (8, 8), (16, 16), (32, 32), (32, 32, 32), (64, 64, 64))


def gate_networks(
    split: Split,
    *,
    shapes: Iterable[tuple[int, ...]] = SHAPES,
    input_bits: int = 16,
    bits_per_feature: int | None = None,
    epochs: int | None = None,
    balanced: bool = False,
    seed: int = 0,
) -> tuple[Opponent, ...]:
    """Return networks of two-input gates, one per shape, trained on the training part of a split.

    A shape gives the gates per class of each layer: (16, 16) makes two layers of 32 gates each for two classes. As in
    difflogic (Petersen et al., NeurIPS 2022), what gates read is drawn at random and stays, what they do is learned,
    and the class whose share of the last layer has the most ones wins. Unlike there, they are trained by this project's
    engine, as lookup tables of two inputs with the extended finite difference of DWNs, not by a softmax over the 16
    gates. Features come as adaptive thresholds of words of at most `input_bits` bits.

    `ConfigError` for a shape without layers or with an empty one, and for senseless options.

    >>> from tinydwn.data import load_dataset
    >>> split = load_dataset("iris").split(seed=0)
    >>> [network.settings for network in gate_networks(split, shapes=[(4, 4)], epochs=1)]
    ['12-12 gates']
    """
    from tinydwn.training import TrainingConfig, train

    opponents = []
    for shape in shapes:
        if not shape or min(shape) < 1:
            raise ConfigError(f"there is no network of shape {shape}", hint="give gates per class for each layer")
        layers = tuple(len(split.class_names) * gates for gates in shape)
        config = TrainingConfig(
            layers=layers,
            inputs_per_lut=2,
            mapping="random",  # type: ignore[arg-type]
            reduction="popcount",  # type: ignore[arg-type]
            bits_per_feature=bits_per_feature,
            scheme="adaptive",  # type: ignore[arg-type]
            input_bits=input_bits,
            snap="nearest",  # type: ignore[arg-type]
            epochs=epochs,
            class_weight="balanced" if balanced else "none",  # type: ignore[arg-type]
            seed=seed,
        )
        classifier = train(split, config).classifier
        core = lower_core(classifier).netlist
        opponents.append(Opponent("gate network", f"{'-'.join(map(str, layers))} gates", classifier.encoder, core))
    return tuple(opponents)
