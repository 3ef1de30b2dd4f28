"""A classifier in a file: `.npz` with a JSON header, versioned, checked, never pickle."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinydwn.encoder.encoder import Encoder
from tinydwn.encoder.fixed_point import FixedPoint
from tinydwn.errors import ModelError, TinydwnError
from tinydwn.model.archive import pack, reason_of, unpack
from tinydwn.model.classifier import Classifier, LutLayer, Reduction, describe, named_arrays
from tinydwn.tools.files import write_atomically

FORMAT = "tinydwn.classifier"
VERSION = 1
_RETRAIN = "train again, or take the file from where it was made"


def save_classifier(classifier: Classifier, path: Path | str) -> None:
    """Write a classifier to `path`, in place of what may be there.

    The same classifier gives the same bytes. The file is complete or not there at all: it is written beside its
    final place, flushed to the disk and then renamed. `OutputError` where that cannot be done.
    """
    write_atomically(Path(path), to_bytes(classifier))


def load_classifier(path: Path | str) -> Classifier:
    """Read a classifier; `ModelError` says what is wrong with a file that does not hold a sound one.

    Nothing of the file is ever executed: objects in pickled form are refused.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ModelError(f"the model file '{path}' does not exist", hint="check the path") from None
    except IsADirectoryError:
        raise ModelError(f"'{path}' is a folder, not a model file", hint="name the .npz file in it") from None
    except OSError as error:
        raise ModelError(f"the model file '{path}' cannot be read: {error.strerror}", hint="check the file") from error
    return from_bytes(content, name=str(path))


def to_bytes(classifier: Classifier) -> bytes:
    """Return the content of a model file."""
    header = {"format": FORMAT, "version": VERSION, "digest": classifier.digest} | describe(classifier)
    return pack(header, dict(named_arrays(classifier)))


def from_bytes(content: bytes, *, name: str = "model") -> Classifier:
    """Build the classifier that the content of a model file describes; `name` stands in error messages."""
    header, arrays = unpack(content, name=name, what="model file", format_name=FORMAT, version=VERSION)
    try:
        classifier = _build(header, arrays)
    except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        raise ModelError(f"the model file '{name}' is damaged: {reason_of(error)}", hint=_RETRAIN) from error
    except TinydwnError as error:
        raise ModelError(
            f"the model file '{name}' is not sound: {error.message}", hint=error.hint or _RETRAIN
        ) from error
    if classifier.digest != header.get("digest"):
        raise ModelError(
            f"the model file '{name}' was changed: its content does not have the digest in its header", hint=_RETRAIN
        )
    return classifier


def _build(header: Mapping[str, object], arrays: Mapping[str, NDArray[np.generic]]) -> Classifier:
    """Put a classifier together; every constructor checks its part."""
    feature_names, class_names = _texts(header, "feature_names"), _texts(header, "class_names")
    count = header["layers"]
    expected = ["offset", "step", "input_bits", "feature", "constant"]
    if not isinstance(count, int) or len(arrays) != len(expected) + 2 * count:
        raise ValueError(f"the header names {count!r} layers, which do not fit its {len(arrays)} arrays")
    floats = [_typed(arrays, name, "<f8", 1) for name in expected[:2]]
    integers = [_typed(arrays, name, "<i8", 1) for name in expected[2:]]
    layers = tuple(
        LutLayer(_typed(arrays, f"tables_{k}", "|b1", 2), _typed(arrays, f"mapping_{k}", "<i8", 2))
        for k in range(count)
    )
    fixed_point = FixedPoint(
        offset=floats[0].astype(np.float64), step=floats[1].astype(np.float64), input_bits=integers[0].astype(np.int64)
    )
    encoder = Encoder(
        feature_names=feature_names,
        fixed_point=fixed_point,
        feature=integers[1].astype(np.int64),
        constant=integers[2].astype(np.int64),
    )
    return Classifier(encoder, layers, Reduction(header["reduction"]), class_names)


def _texts(header: Mapping[str, object], key: str) -> tuple[str, ...]:
    """Return a list of texts of the header."""
    values = header[key]
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError(f"its header's '{key}' is not a list of texts")
    return tuple(values)


def _typed(arrays: Mapping[str, NDArray[np.generic]], name: str, dtype: str, dimensions: int) -> NDArray[np.generic]:
    """Return an array that must have this type and number of dimensions."""
    array = arrays[name]
    if array.dtype.str != dtype or array.ndim != dimensions:
        raise ValueError(f"array '{name}' has type {array.dtype.str} and {array.ndim} dimensions")
    return array
