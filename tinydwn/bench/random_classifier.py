"""Classifiers drawn from a seed: small ones to compare every stage on, large ones to measure the cost of each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tinydwn.encoder.encoder import Encoder
from tinydwn.encoder.fixed_point import FixedPoint
from tinydwn.errors import ConfigError
from tinydwn.model.classifier import Classifier, LutLayer, Reduction, ending_bits

# Names that a file format or a hardware language could trip over.
_ODD_NAMES = (
    "class",
    "class[0]",
    "module",
    "größe",
    "a b",
    "$x",
    "1st",
    "x[0]",
    "a\\b",
    "#",
    "q'",
    "end",
    "lut",
    "%41",
)


def random_classifier(
    seed: int,
    *,
    n: int | None = None,
    layers: int | None = None,
    reduction: Reduction | None = None,
    classes: int | None = None,
) -> Classifier:
    """Return a small classifier that depends on `seed` alone; what is not given is drawn too.

    Drawn: n (2 to 6), layers (1 to 3), reduction, classes (2 to 10), 1 to 8 features with words of 1 to 8 bits and
    each its own number of thermometer bits, layer sizes, wiring (a table may read a bit twice) and tables, from
    dense to almost constant.

    >>> random_classifier(7, classes=3) == random_classifier(7, classes=3)
    True
    """
    rng = np.random.default_rng(seed)
    drawn = (
        int(rng.integers(2, 7)),
        int(rng.integers(1, 4)),
        int(rng.integers(len(Reduction))),
        int(rng.integers(2, 11)),
    )
    n = drawn[0] if n is None else n
    layers = drawn[1] if layers is None else layers
    reduction = list(Reduction)[drawn[2]] if reduction is None else reduction
    classes = drawn[3] if classes is None else classes
    encoder = random_encoder(rng)
    sizes = _layer_sizes(rng, layers, reduction, classes)
    return Classifier(
        encoder=encoder,
        layers=_random_layers(rng, encoder.bits, sizes, n),
        reduction=reduction,
        class_names=tuple(f"class {k}" for k in range(classes)),
    )


def random_encoder(rng: Generator) -> Encoder:
    """Return an encoder of 1 to 8 features, some of them yes-or-no, some with odd names."""
    features = int(rng.integers(1, 9))
    input_bits = rng.integers(1, 9, features)
    offset = np.where(input_bits == 1, -0.5, rng.normal(size=features).round(2))
    step = np.where(input_bits == 1, 1.0, rng.choice([0.01, 0.1, 0.125, 1.0], features))
    chosen = [_constants(rng, int(bits), int(rng.integers(1, 9))) for bits in input_bits]
    names = [f"feature {k}" for k in range(features)]
    if rng.integers(4) == 0:
        odd = rng.permutation(len(_ODD_NAMES))[:features]
        names = [_ODD_NAMES[k] for k in odd]
    return Encoder(
        feature_names=tuple(names),
        fixed_point=FixedPoint(offset=offset, step=step, input_bits=input_bits),
        feature=np.repeat(np.arange(features), [len(constants) for constants in chosen]),
        constant=np.concatenate(chosen),
    )


def random_words(rng: Generator, encoder: Encoder, samples: int) -> NDArray[np.int64]:
    """Return uniform words, (samples, features) int64; every word next to a constant is as likely as any other."""
    return rng.integers(0, encoder.fixed_point.largest_word + 1, (samples, len(encoder.feature_names)))


def synthetic_classifier(
    luts: Sequence[int] = (2000, 1000),
    *,
    inputs: int = 2352,
    n: int = 6,
    classes: int = 10,
    bits_per_feature: int = 3,
    seed: int = 0,
) -> Classifier:
    """Return a classifier of the size of the DWN authors' MNIST example, not trained: random wiring and tables.

    `inputs` thermometer bits, `bits_per_feature` on each 8-bit feature; `luts` tables per layer; popcount and
    argmax. Random tables are harder to minimize than trained ones, so the cost is an upper estimate. `ConfigError`
    where the numbers do not fit.

    >>> synthetic_classifier((30, 20), inputs=24).luts
    50
    """
    if not luts or min(luts) < 1 or luts[-1] % classes:
        raise ConfigError(
            f"layers of {', '.join(map(str, luts)) or 'no'} lookup tables cannot vote for {classes} classes",
            hint=f"end with a multiple of {classes}",
        )
    if inputs < 1 or inputs % bits_per_feature:
        raise ConfigError(
            f"{inputs} thermometer bits cannot be {bits_per_feature} per feature",
            hint=f"choose a multiple of {bits_per_feature}",
        )
    rng = np.random.default_rng(seed)
    features = inputs // bits_per_feature
    encoder = Encoder(
        feature_names=tuple(f"pixel {k}" for k in range(features)),
        fixed_point=FixedPoint(np.full(features, -0.5), np.ones(features), np.full(features, 8)),
        feature=np.repeat(np.arange(features), bits_per_feature),
        constant=np.concatenate([_constants(rng, 8, bits_per_feature) for _ in range(features)]),
    )
    names = tuple(str(k) for k in range(classes))
    return Classifier(encoder, _random_layers(rng, inputs, luts, n), Reduction.POPCOUNT, names)


def _constants(rng: Generator, input_bits: int, wanted: int) -> NDArray[np.int64]:
    """Return at most `wanted` different constants that a word of `input_bits` bits can exceed, ascending."""
    largest = (1 << input_bits) - 1
    return np.sort(rng.permutation(largest)[: min(wanted, largest)]).astype(np.int64)


def _layer_sizes(rng: Generator, layers: int, reduction: Reduction, classes: int) -> list[int]:
    hidden = [int(rng.integers(4, 15)) for _ in range(layers - 1)]
    if reduction is Reduction.POPCOUNT:
        return [*hidden, classes * int(rng.integers(1, max(2, 24 // classes)))]
    return [*sorted(hidden, reverse=True), ending_bits(reduction, classes)]


def _random_layers(rng: Generator, inputs: int, sizes: Sequence[int], n: int) -> tuple[LutLayer, ...]:
    made: list[LutLayer] = []
    for size in sizes:
        density = rng.choice([0.02, 0.25, 0.5, 0.75, 0.98], size, p=[0.04, 0.16, 0.6, 0.16, 0.04])
        made.append(
            LutLayer(
                tables=rng.random((size, 1 << n)) < density[:, None],
                mapping=[_sources(rng, inputs, n) for _ in range(size)],
            )
        )
        inputs = size
    return tuple(made)


def _sources(rng: Generator, inputs: int, n: int) -> NDArray[np.int64]:
    """Return the bits that one table reads, now and then the same one twice."""
    if inputs < n or rng.integers(8) == 0:
        return rng.integers(0, inputs, n)
    return rng.permutation(inputs)[:n]
