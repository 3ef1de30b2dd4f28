"""A training run in a file, so that it can be stopped at any time and continued."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tinydwn.encoder.fixed_point import FixedPoint
from tinydwn.errors import ConfigError, DamagedFile, ModelError
from tinydwn.model.archive import pack, reason_of, unpack
from tinydwn.model.classifier import Classifier, LutLayer
from tinydwn.tools.files import write_atomically
from tinydwn.training.config import TrainingConfig
from tinydwn.training.history import Epoch
from tinydwn.training.network import DWNNetwork

if TYPE_CHECKING:
    from tinydwn.data.dataset import Split

FORMAT = "tinydwn.checkpoint"
VERSION = 2
_MOMENTS = ("exp_avg", "exp_avg_sq")  # what torch.optim.Adam keeps per parameter, beside the number of steps


@dataclass(slots=True)
class Run:
    """A training run between two epochs."""

    network: DWNNetwork
    optimizer: torch.optim.Adam
    history: list[Epoch] = field(default_factory=list)
    best: tuple[LutLayer, ...] = ()


def training_key(
    split: Split,
    config: TrainingConfig,
    teachers: Sequence[Classifier] = (),
    fixed_point: FixedPoint | None = None,
    weights: NDArray[np.float64] | None = None,
) -> str:
    """Return a digest of what decides what training gives: training part, weights, configuration, teachers, words."""
    hasher = hashlib.sha256(json.dumps(config.for_split(split).to_dict(), sort_keys=True).encode())
    hasher.update(json.dumps([split.feature_names, split.class_names]).encode())
    hasher.update(np.ascontiguousarray(split.train_features, dtype="<f8").tobytes())
    hasher.update(np.ascontiguousarray(split.train_labels, dtype="<i8").tobytes())
    for teacher in teachers:
        hasher.update(teacher.digest.encode())
    if fixed_point is not None:
        for array in (fixed_point.offset, fixed_point.step, fixed_point.input_bits):
            hasher.update(array.tobytes())
    if weights is not None:
        hasher.update(b"weights" + np.ascontiguousarray(weights, dtype="<f8").tobytes())
    return hasher.hexdigest()


def save_checkpoint(run: Run, path: Path, *, key: str) -> None:
    """Write a run to `path`, atomically; `OutputError` where that cannot be done."""
    header = {
        "format": FORMAT,
        "version": VERSION,
        "key": key,
        "steps": _steps(run.optimizer),
        "history": [asdict(epoch) for epoch in run.history],
    }
    _begin(run.optimizer)
    arrays = {name: tensor.detach().cpu().numpy() for name, tensor in _tensors(run)} | dict(_best_arrays(run.best))
    write_atomically(path, pack(header, arrays))


def load_checkpoint(run: Run, path: Path, *, key: str) -> str:
    """Bring a fresh run to where the checkpoint at `path` was; return why that was not possible, "" if it was.

    No file: nothing happens. A damaged checkpoint leaves the run fresh. A checkpoint of another configuration or
    of other data, or a file that is no checkpoint at all, is refused: `ConfigError`, the file stays as it is.
    """
    if not path.exists():
        return ""
    try:
        header, arrays = unpack(
            path.read_bytes(), name=str(path), what="checkpoint", format_name=FORMAT, version=VERSION
        )
    except DamagedFile as error:
        return error.message
    except OSError as error:
        raise ConfigError(
            f"the checkpoint '{path}' cannot be read: {error.strerror}", hint="name another file"
        ) from error
    except ModelError as error:
        raise ConfigError(error.message, hint="name another file for the checkpoint, or remove this one") from error
    if header.get("key") != key:
        raise ConfigError(
            f"the checkpoint '{path}' belongs to other data or to another configuration",
            hint="name another file for the checkpoint, or remove this one to train from the start",
        )
    try:
        _restore(run, header, arrays)
    except (KeyError, TypeError, ValueError, ModelError) as error:
        return f"the checkpoint '{path}' is damaged: {reason_of(error)}"
    return ""


def _restore(run: Run, header: dict[str, object], arrays: dict[str, NDArray[np.generic]]) -> None:
    """Set a run to a checkpoint's content; everything is checked before anything is changed."""
    _begin(run.optimizer)
    places = dict(_tensors(run))
    values = {name: torch.from_numpy(np.array(arrays[name])) for name in places}
    for name, place in places.items():
        if values[name].shape != place.shape or values[name].dtype != place.dtype:
            raise ValueError(f"array '{name}' has another shape or type")
    steps, epochs = header["steps"], header["history"]
    if not isinstance(steps, int) or not isinstance(epochs, list):
        raise TypeError("its header lacks the history")
    history = [Epoch(**epoch) for epoch in epochs]
    layers = range(len(run.network.layers))
    best = tuple(LutLayer(arrays[f"best_tables_{k}"], arrays[f"best_mapping_{k}"]) for k in layers)
    with torch.no_grad():
        for name, place in places.items():
            place.copy_(values[name])
    for state in run.optimizer.state.values():
        state["step"].fill_(steps)
    run.history[:], run.best = history, best


def _begin(optimizer: torch.optim.Adam) -> None:
    """Give the optimizer the state of no steps where it has none yet."""
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            if not optimizer.state[parameter]:
                moments = {name: torch.zeros_like(parameter) for name in _MOMENTS}
                optimizer.state[parameter] = {"step": torch.zeros((), device=parameter.device), **moments}


def _steps(optimizer: torch.optim.Adam) -> int:
    """Return how many steps the optimizer has made."""
    return int(next((state["step"].item() for state in optimizer.state.values()), 0))


def _tensors(run: Run) -> Iterator[tuple[str, Tensor]]:
    """Yield every tensor of a run with its name: the network's, then what the optimizer keeps."""
    yield from run.network.state_dict().items()
    for name, parameter in run.network.named_parameters():
        for moment in _MOMENTS:
            yield f"{name}.{moment}", run.optimizer.state[parameter][moment]


def _best_arrays(best: Sequence[LutLayer]) -> Iterator[tuple[str, NDArray[np.generic]]]:
    for k, layer in enumerate(best):
        yield f"best_tables_{k}", layer.tables
        yield f"best_mapping_{k}", layer.mapping
