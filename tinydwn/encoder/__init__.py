"""Real numbers to bits: thermometers over the hardware's integers."""

from tinydwn.encoder.encoder import Encoder
from tinydwn.encoder.fit import EncoderFit, fit_encoder, fit_encoder_with_losses
from tinydwn.encoder.fixed_point import FixedPoint
from tinydwn.encoder.snap import Snap
from tinydwn.encoder.thermometer import (
    Scheme,
    adaptive_thresholds,
    gaussian_thresholds,
    quantile_thresholds,
    uniform_thresholds,
)

__all__ = [
    "Encoder",
    "EncoderFit",
    "FixedPoint",
    "Scheme",
    "Snap",
    "adaptive_thresholds",
    "fit_encoder",
    "fit_encoder_with_losses",
    "gaussian_thresholds",
    "quantile_thresholds",
    "uniform_thresholds",
]
