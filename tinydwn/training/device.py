"""Where training runs."""

from __future__ import annotations

import re

import torch

from tinydwn.errors import ConfigError


def usable_device(name: str) -> torch.device:
    """Return the device of that name; `ConfigError` where there is none here.

    >>> usable_device("cpu")
    device(type='cpu')
    """
    if not re.fullmatch(r"cpu|cuda(:\d+)?", name):
        raise ConfigError(f"training cannot run on '{name}'", hint="choose cpu, or cuda with a GPU")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(
            f"training cannot run on '{name}': {reason}", hint="choose cpu, or cuda with a GPU"
        ) from error
    return device
