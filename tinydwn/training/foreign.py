"""Networks that other libraries have trained, read from their files as classifiers.

torch_dwn (alanbacellar/DWN): its state dict holds `luts`, and as `mapping` the bits that tables read, or the weights
that choose them. difflogic (Felix-Petersen/difflogic): its state dict holds the weights of the sixteen gates; what the
gates read is not part of it and has to be saved beside it. Both end in GroupSum, whose number of classes no state dict
holds: torch_dwn's fills the last group with zeros, difflogic's refuses groups of different sizes. Nothing is unpickled
unless asked for.
"""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from tinydwn.encoder.given import encoder_for_thresholds, zero_one_encoder
from tinydwn.errors import ModelError
from tinydwn.model.classifier import Classifier, LutLayer, Reduction

MOST_FEATURES = 1_000_000  # that are named because the tables read them
_HOW_TO_SAVE = 'save tensors only: torch.save({"state_dict": model.state_dict(), ...}, path)'
# Gate number g of difflogic gives bit 3 - (2a + b) of g for inputs a and b; here a is bit 0 of the address, b is bit 1.
_GATES = np.array([[bool(g >> (3 - (2 * (k & 1) + (k >> 1))) & 1) for k in range(4)] for g in range(16)])


def import_torch_dwn(
    source: Path | str | Mapping[str, Tensor],
    *,
    classes: int | Sequence[str],
    thresholds: ArrayLike | None = None,
    feature_names: Sequence[str] | None = None,
    input_bits: int = 16,
    resolution: float | None = None,
    trust_pickle: bool = False,
) -> Classifier:
    """Return the classifier that a torch_dwn model stands for: LUTLayers in sequence, then GroupSum.

    `source` is a state dict or a file of one, alone or as "state_dict" beside "thresholds"; `thresholds` are those of
    its thermometer, (features, bits), and without any the model reads 0/1 features. `classes` is their number, or their
    names. How thresholds become words: `tinydwn.encoder.given`. A file with other pickled objects is refused; with
    `trust_pickle` it is loaded with a warning, and runs whatever code it holds.

    `ModelError` says what is missing or does not fit.
    """
    saved = _saved(source, trust_pickle=trust_pickle)
    state = _state_dict(saved)
    layers = [_torch_dwn_layer(state, prefix) for prefix in _prefixes(state, "luts", "torch_dwn")]
    names = _class_names(classes, layers[-1])
    layers[-1] = _padded(layers[-1], len(names))
    given = saved.get("thresholds") if thresholds is None else thresholds
    return _classifier(layers, given, names, feature_names=feature_names, input_bits=input_bits, resolution=resolution)


def import_difflogic(
    source: Path | str | Mapping[str, Any],
    *,
    classes: int | Sequence[str],
    thresholds: ArrayLike | None = None,
    feature_names: Sequence[str] | None = None,
    features: int | None = None,
    input_bits: int = 16,
    resolution: float | None = None,
    trust_pickle: bool = False,
) -> Classifier:
    """Return the classifier that a difflogic model stands for: LogicLayers in sequence, then GroupSum.

    `source` is a mapping or a file of one, with "state_dict" and "indices", the pairs `layer.indices` of all
    LogicLayers in order; or, with `trust_pickle`, a file of the whole module. `features` is the number of inputs where
    there are no thresholds, by default as many as are read. The rest is as in `import_torch_dwn`.
    """
    saved = _saved(source, trust_pickle=trust_pickle)
    state = _state_dict(saved)
    prefixes = _prefixes(state, "weights", "difflogic")
    indices = saved.get("indices")
    if not isinstance(indices, list | tuple) or len(indices) != len(prefixes):
        raise ModelError(
            f"the difflogic model does not say what its {len(prefixes)} layers read",
            hint='save "indices": [layer.indices for layer in model if hasattr(layer, "indices")] beside "state_dict"',
        )
    layers = [
        LutLayer(_GATES[_gates(state, prefix)], _pairs(pair)) for prefix, pair in zip(prefixes, indices, strict=True)
    ]
    names = _class_names(classes, layers[-1])
    _require_equal_groups(layers[-1], len(names))
    given = saved.get("thresholds") if thresholds is None else thresholds
    return _classifier(
        layers,
        given,
        names,
        feature_names=feature_names,
        features=features,
        input_bits=input_bits,
        resolution=resolution,
    )


def _saved(source: Path | str | Mapping[str, Any], *, trust_pickle: bool) -> Mapping[str, Any]:
    """Return what a file holds, as a mapping."""
    if isinstance(source, Mapping):
        return source
    path = Path(source)
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise ModelError(
            f"the model file '{path}' cannot be read: {error.strerror or error}", hint="check the path"
        ) from error
    except pickle.UnpicklingError as error:
        if not trust_pickle:
            raise ModelError(
                f"the model file '{path}' holds pickled objects, which are not loaded, or is damaged",
                hint=f"{_HOW_TO_SAVE}; or trust the file, with trust_pickle=True or --trust-pickle, "
                "which runs whatever code it holds",
            ) from error
        found = _unpickled(path)
    except Exception as error:  # a damaged file may fail in any way
        why = next(iter(str(error).splitlines()), "") or type(error).__name__
        raise ModelError(
            f"the model file '{path}' is not one that torch wrote, or is damaged: {why}", hint=_HOW_TO_SAVE
        ) from error
    if isinstance(found, torch.nn.Module):
        indices = [module.indices for module in found.modules() if hasattr(module, "indices")]
        return {"state_dict": found.state_dict(), "indices": indices}
    if not isinstance(found, Mapping):
        raise ModelError(f"the model file '{path}' holds a {type(found).__name__}, no state dict", hint=_HOW_TO_SAVE)
    return found


def _unpickled(path: Path) -> object:
    warnings.warn(f"'{path}' is unpickled because it was said to be trusted: it can run any code", stacklevel=4)
    try:
        return torch.load(path, map_location="cpu", weights_only=False)
    except Exception as error:  # a trusted pickle may fail in any way
        raise ModelError(
            f"the model file '{path}' cannot be unpickled: {type(error).__name__}: {error}",
            hint=f"install the package that it was saved with, or {_HOW_TO_SAVE}",
        ) from error


def _state_dict(saved: Mapping[str, Any]) -> Mapping[str, Any]:
    state = saved.get("state_dict", saved)
    if not isinstance(state, Mapping) or not all(isinstance(name, str) for name in state):
        raise ModelError("'state_dict' is not a mapping of names to tensors", hint=_HOW_TO_SAVE)
    return state


def _prefixes(state: Mapping[str, Any], name: str, library: str) -> list[str]:
    """Return what stands before `name` in the keys of all layers, in the order of the layers."""
    found = [key.removesuffix(name) for key in state if key == name or key.endswith(f".{name}")]
    found = [prefix for prefix in found if not prefix.endswith("mapping.")]
    if not found:
        raise ModelError(f"the file holds no layer of {library}: no tensor is named '{name}'", hint=_HOW_TO_SAVE)
    return sorted(found, key=_as_numbers)


def _as_numbers(prefix: str) -> list[tuple[int, str]]:
    return [(int(word), "") if word.isdecimal() and len(word) < 10 else (-1, word) for word in prefix.split(".")]


def _torch_dwn_layer(state: Mapping[str, Any], prefix: str) -> LutLayer:
    """Return the layer whose tables have a one where an entry is above zero."""
    luts = _numbers(state[f"{prefix}luts"], f"the tensor '{prefix}luts'")
    if luts.ndim != 2 or not luts.size or luts.shape[1].bit_count() != 1:
        raise ModelError(
            f"the tensor '{prefix}luts' has shape {luts.shape} instead of (tables, 2**inputs)", hint=_HOW_TO_SAVE
        )
    return LutLayer(luts > 0, _mapping(state, prefix, len(luts), luts.shape[1].bit_length() - 1))


def _mapping(state: Mapping[str, Any], prefix: str, luts: int, inputs: int) -> NDArray[np.int64]:
    """Return the bits that the tables read, (luts, inputs)."""
    if f"{prefix}mapping.weights" in state:
        weights = _numbers(state[f"{prefix}mapping.weights"], f"the tensor '{prefix}mapping.weights'")
        if weights.ndim != 2 or not weights.size:
            raise ModelError(
                f"the tensor '{prefix}mapping.weights' has shape {weights.shape} instead of (bits, tables * inputs)",
                hint=_HOW_TO_SAVE,
            )
        chosen: NDArray[np.int64] = weights.argmax(axis=0)
    elif f"{prefix}mapping" in state:
        chosen = _places(state[f"{prefix}mapping"], f"the tensor '{prefix}mapping'")
    else:
        raise ModelError(f"the torch_dwn layer '{prefix}luts' does not say what it reads", hint=_HOW_TO_SAVE)
    if chosen.size != luts * inputs:
        raise ModelError(f"{luts} tables of {inputs} inputs read {luts * inputs} bits, but {chosen.size} are named")
    return chosen.reshape(luts, inputs)


def _gates(state: Mapping[str, Any], prefix: str) -> NDArray[np.int64]:
    """Return the numbers of the gates of a difflogic layer."""
    weights = _numbers(state[f"{prefix}weights"], f"the tensor '{prefix}weights'")
    if weights.ndim != 2 or not weights.size or weights.shape[1] != len(_GATES):
        raise ModelError(
            f"the tensor '{prefix}weights' has shape {weights.shape} instead of (gates, {len(_GATES)})",
            hint=_HOW_TO_SAVE,
        )
    chosen: NDArray[np.int64] = weights.argmax(axis=1)
    return chosen


def _pairs(pair: Any) -> NDArray[np.int64]:  # noqa: ANN401
    """Return the bits that the gates of a difflogic layer read, (gates, 2)."""
    try:
        first, second = (_places(part, "a tensor of 'indices'") for part in pair)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ModelError("what a difflogic layer reads is not a pair of tensors of equal length") from error
    if first.ndim != 1 or first.shape != second.shape:
        raise ModelError("what a difflogic layer reads is not a pair of tensors of equal length")
    return np.stack([first, second], axis=1)


def _places(value: Any, what: str) -> NDArray[np.int64]:  # noqa: ANN401
    """Return whole numbers from zero on."""
    numbers = _numbers(value, what)
    wide = numbers.astype(np.float64)
    wrong = (wide < 0) | (wide > 2.0**53) | (wide != np.floor(wide))
    if wrong.any():
        raise ModelError(
            f"{what} holds {wide[wrong][0]:g}, which is not the number of a bit", hint="bits are numbered from 0 on"
        )
    return numbers.astype(np.int64)


def _numbers(value: Any, what: str) -> NDArray[Any]:  # noqa: ANN401
    """Return the finite real numbers that a tensor, or something like one, holds."""
    array = _array(value, what)
    if array.dtype.kind not in "biuf":
        raise ModelError(f"{what} is not a dense tensor of real numbers", hint=_HOW_TO_SAVE)
    if not np.isfinite(array).all():
        raise ModelError(f"{what} holds values that are no finite numbers", hint="the training may have diverged")
    return array


def _array(value: Any, what: str) -> NDArray[Any]:  # noqa: ANN401
    """Return what numpy makes of a tensor, or of something like one; numpy lacks the shorter floats of torch."""
    try:
        if isinstance(value, Tensor):
            value = value.detach().cpu()
            return np.asarray((value.float() if value.is_floating_point() and value.itemsize < 4 else value).numpy())
        return np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:  # sparse, quantized, or without content; ragged lists
        raise ModelError(f"{what} is not a dense tensor of real numbers", hint=_HOW_TO_SAVE) from error


def _class_names(classes: int | Sequence[str], last: LutLayer) -> tuple[str, ...]:
    """Return the names of the classes that the tables of the last layer vote for."""
    if isinstance(classes, str):
        raise ModelError(f"the classes are {classes!r}", hint="give their number, or their names as a list")
    count = int(classes) if isinstance(classes, int | np.integer) else len(classes)
    if not 2 <= count <= last.nodes:
        raise ModelError(
            f"the last layer has {last.nodes} tables, which cannot vote for {count} classes",
            hint="a class needs at least one table, and there are two classes or more",
        )
    return tuple(f"class {k}" for k in range(count)) if isinstance(classes, int | np.integer) else tuple(classes)


def _classifier(
    layers: list[LutLayer],
    thresholds: ArrayLike | None,
    class_names: tuple[str, ...],
    *,
    feature_names: Sequence[str] | None,
    input_bits: int,
    resolution: float | None,
    features: int | None = None,
) -> Classifier:
    first = layers[0]
    if thresholds is None:
        encoder = zero_one_encoder(_feature_names(feature_names, features, read=int(first.mapping.max()) + 1))
        place = np.arange(encoder.bits)
    else:
        table = _array(thresholds, "'thresholds'") if isinstance(thresholds, Tensor) else thresholds
        encoder, place = encoder_for_thresholds(
            table, feature_names=feature_names, input_bits=input_bits, resolution=resolution
        )
    if first.mapping.max() >= len(place):
        raise ModelError(
            f"the first layer reads bit {first.mapping.max()}, but there are {len(place)} thermometer bits",
            hint="give the thresholds of the thermometer that the model was trained with",
        )
    layers = [LutLayer(first.tables, place[first.mapping]), *layers[1:]]
    return Classifier(encoder, tuple(layers), Reduction.POPCOUNT, class_names)


def _feature_names(names: Sequence[str] | None, features: int | None, *, read: int) -> Sequence[str]:
    """Return the names of the features, of which the first `read` are read."""
    count = len(names) if names is not None else read if features is None else features
    if count < read:
        raise ModelError(
            f"the first layer reads bit {read - 1}, but there are {count} features",
            hint="name all features, or give the thresholds of the thermometer that the model was trained with",
        )
    if count > MOST_FEATURES:
        raise ModelError(f"the model reads {count} features", hint=f"models of at most {MOST_FEATURES} are imported")
    return names if names is not None else [f"x{k}" for k in range(count)]


def _require_equal_groups(layer: LutLayer, classes: int) -> None:
    """Raise `ModelError` where the classes would have different numbers of tables: difflogic's GroupSum refuses it."""
    if layer.nodes % classes:
        raise ModelError(
            f"the last layer has {layer.nodes} tables, which {classes} classes cannot share equally",
            hint="give the number of classes that the model was trained with",
        )


def _padded(layer: LutLayer, classes: int) -> LutLayer:
    """Return the layer with tables of zeros behind it, as torch_dwn's GroupSum pads to a multiple of the classes."""
    missing = -layer.nodes % classes
    if missing >= (layer.nodes + missing) // classes:
        raise ModelError(
            f"the last layer has {layer.nodes} tables, which leaves none to the last of {classes} classes",
            hint="give the number of classes that the model was trained with",
        )
    tables = np.zeros((missing, layer.tables.shape[1]), dtype=bool)
    mapping = np.zeros((missing, layer.inputs_per_lut), dtype=np.int64)
    return LutLayer(np.concatenate([layer.tables, tables]), np.concatenate([layer.mapping, mapping]))


IMPORTERS: dict[str, Callable[..., Classifier]] = {"torch-dwn": import_torch_dwn, "difflogic": import_difflogic}
