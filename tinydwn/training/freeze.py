"""From a network that learns to the numpy values it stands for."""

from __future__ import annotations

from tinydwn.model.classifier import LutLayer
from tinydwn.training.network import Network


def freeze(network: Network) -> tuple[LutLayer, ...]:
    """Return the layers as they answer now: table bits are `entry > 0`, inputs the bits of largest weight."""
    return tuple(LutLayer((layer.entries.detach() > 0).numpy(), layer.current_mapping()) for layer in network.layers)
