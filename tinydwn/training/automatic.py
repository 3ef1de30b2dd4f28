"""Options chosen from the size of the data."""

from __future__ import annotations

from dataclasses import replace

from tinydwn.errors import ConfigError
from tinydwn.model.classifier import Reduction, ending_bits
from tinydwn.training.budget import within_gates
from tinydwn.training.config import TrainingConfig

_SAMPLES_TO_VALIDATE = 1000  # below, a validation part is too small to rank epochs, and too dear


def fill_in(config: TrainingConfig, *, samples: int, features: int, classes: int) -> TrainingConfig:
    """Return `config` with every field set that was None.

    `ConfigError` where the last layer's size does not suit popcount over so many classes.
    """
    if config.gates is not None:
        config = within_gates(config, classes=classes)
    layers = config.layers or (_luts(samples, classes),)
    epochs = config.epochs or max(20, min(80, 800_000 // max(samples, 1)))
    fraction = config.validation_fraction
    filled = replace(
        config,
        layers=layers,
        bits_per_feature=config.bits_per_feature or _bits_per_feature(samples, features),
        epochs=epochs,
        batch_size=config.batch_size or (16 if samples < 300 else 32 if samples < 10_000 else 128),
        tau=config.tau or usual_tau(config.reduction, layers[-1], classes),
        validation_fraction=(0.15 if samples >= _SAMPLES_TO_VALIDATE else 0.0) if fraction is None else fraction,
    )
    _check_last_layer(filled, layers[-1], classes)
    if isinstance(filled.class_weight, tuple) and len(filled.class_weight) != classes:
        raise ConfigError(
            f"class_weight holds {len(filled.class_weight)} numbers for {classes} classes",
            hint="give one number per class, or choose balanced",
        )
    if filled.patience is not None and not filled.validation_fraction:
        raise ConfigError(
            "patience needs a validation part to tell whether an epoch is better",
            hint="choose a validation_fraction above 0, or leave patience out",
        )
    return filled


def _bits_per_feature(samples: int, features: int) -> int:
    """Return the thermometer bits per feature: more for few features, fewer for pictures."""
    if features > 256:
        return 3
    return 16 if features <= 8 and samples >= _SAMPLES_TO_VALIDATE else 8


def _luts(samples: int, classes: int) -> int:
    """Return the size of a single hidden layer, a multiple of the number of classes."""
    per_class = 10 if samples < 1000 else 20 if samples < 10_000 else 30
    return classes * max(4, min(per_class, 600 // classes))


def usual_tau(reduction: Reduction, nodes: int, classes: int) -> float:
    """Return the temperature of the scores.

    With `m` tables per class the votes of small groups spread by about the square root of `m`; large groups learn
    best where the largest lead comes to twenty or so (`bench accuracy tau` measures it).
    """
    if reduction is not Reduction.POPCOUNT:
        return 0.15
    tables = nodes / classes
    return float(max(0.5, tables**0.5 / 3, tables / (20 if classes == 2 else 25)))


def _check_last_layer(config: TrainingConfig, nodes: int, classes: int) -> None:
    """Raise `ConfigError` where the reduction cannot share the last layer among the classes."""
    ends = ending_bits(config.reduction, classes)
    if config.reduction is not Reduction.POPCOUNT and nodes < ends:
        raise ConfigError(
            f"the {config.reduction.value} reduction cannot share {nodes} lookup tables among {ends} bits",
            hint=f"make the last layer {ends} tables wide or wider",
        )
    if config.reduction is Reduction.POPCOUNT and nodes % classes:
        below = nodes // classes * classes
        near = f"{below} or {below + classes}" if below else f"{classes}"
        raise ConfigError(
            f"popcount cannot share {nodes} lookup tables equally among {classes} classes",
            hint=f"make the last layer {near} tables wide, or choose the learnable reduction",
        )
