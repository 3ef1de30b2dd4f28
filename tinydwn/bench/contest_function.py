"""The functions of the IWLS 2020 contest: samples of an unknown boolean function in three parts."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinydwn.data import Split
from tinydwn.errors import ConfigError, DataError
from tinydwn.tools.archives import UNREADABLE

PARTS = ("train", "valid", "test")
_NAME = re.compile(r"ex\d\d")


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Samples: `bits`, (samples, inputs), and what the function says of them, `labels`, (samples,)."""

    bits: NDArray[np.bool_]
    labels: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class ContestFunction:
    """One function: parts to learn from, to choose by, and to report on; its inputs are `x0`, `x1`, ..."""

    name: str
    train: Part
    valid: Part
    test: Part

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs."""
        return tuple(f"x{k}" for k in range(self.train.bits.shape[1]))

    def split(self, *, with_valid: bool, seed: int) -> Split:
        """Return the training part as a data set, the validation part joined to it or left out, without a test part."""
        learnt = (self.train, self.valid) if with_valid else (self.train,)
        bits = np.concatenate([part.bits for part in learnt])
        return Split(
            name=self.name,
            train_features=bits.astype(np.float64),
            train_labels=np.concatenate([part.labels for part in learnt]).astype(np.int64),
            test_features=np.zeros((0, bits.shape[1])),
            test_labels=np.zeros(0, dtype=np.int64),
            feature_names=self.inputs,
            class_names=("0", "1"),
            seed=seed,
            test_fraction=0.0,
        )


def functions_in(folder: Path, names: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """Return the functions that a folder has, or the given ones; `ConfigError` where there are none of them."""
    if not folder.is_dir():
        raise ConfigError(f"there is no folder '{folder}'", hint="give the folder that holds ex00.npz and others")
    found = tuple(sorted(file.stem for file in folder.glob("ex*.npz") if _NAME.fullmatch(file.stem)))
    if not found:
        raise ConfigError(f"'{folder}' holds no functions", hint="give the folder that holds ex00.npz and others")
    for name in names or ():
        if name not in found:
            raise ConfigError(f"'{folder}' has no function {name!r}", hint=f"choose among {', '.join(found)}")
    return found if names is None else tuple(dict.fromkeys(names))


def digest_of(folder: Path, name: str) -> str:
    """Return the SHA-256, in hex, of the file of a function."""
    return hashlib.sha256((folder / f"{name}.npz").read_bytes()).hexdigest()


def load_function(folder: Path, name: str) -> ContestFunction:
    """Return a function of a folder; `DataError` for a file that does not hold one."""
    place = folder / f"{name}.npz"
    try:
        with place.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            inputs = int(stored["inputs"])
            return ContestFunction(name, *(_part(stored, part, inputs) for part in PARTS))
    except FileNotFoundError as error:
        raise DataError(f"there is no file '{place}'", hint="give the folder that holds it") from error
    except (KeyError, *UNREADABLE) as error:
        raise DataError(f"'{place}' holds no function of the contest: {error}", hint="fetch it again") from error


def _part(stored: Any, part: str, inputs: int) -> Part:  # noqa: ANN401 - what numpy.load gives
    rows = int(stored[f"{part}_rows"])
    bits = np.unpackbits(stored[f"{part}_bits"], axis=1)[:, :inputs].astype(bool)
    labels = np.unpackbits(stored[f"{part}_label"])[:rows].astype(bool)
    if inputs < 1 or rows < 1:
        raise ValueError(f"its {part} part has {rows} rows of {inputs} bits")
    if bits.shape != (rows, inputs) or labels.shape != (rows,):
        raise ValueError(f"its {part} part has {len(bits)} rows of {bits.shape[1]} bits, {len(labels)} labels")
    return Part(bits, labels)
