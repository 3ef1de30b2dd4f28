"""Networks that other libraries have trained, read from their files as classifiers.

torch_dwn (alanbacellar/DWN): its state dict holds `luts`, and as `mapping` the bits that tables read, or the weights
that choose them. difflogic (Felix-Petersen/difflogic): its state dict holds the weights of the sixteen gates; what the
gates read is not part of it and has to be saved beside it. Both end in GroupSum, whose number of classes no state dict
holds. Nothing is unpickled unless asked for.
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
    layers = [
        LutLayer(_tables(state, prefix), _mapping(state, prefix)) for prefix in _prefixes(state, "luts", "torch_dwn")
    ]
    given = saved.get("thresholds") if thresholds is None else thresholds
    return _classifier(
        layers, given, classes, feature_names=feature_names, input_bits=input_bits, resolution=resolution
    )


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
        LutLayer(_GATES[_array(state[f"{prefix}weights"]).argmax(axis=1)], _pairs(pair))
        for prefix, pair in zip(prefixes, indices, strict=True)
    ]
    given = saved.get("thresholds") if thresholds is None else thresholds
    return _classifier(
        layers,
        given,
        classes,
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
        raise ModelError(f"the model file '{path}' cannot be read: {error.strerror}", hint="check the path") from error
    except pickle.UnpicklingError as error:
        if not trust_pickle:
            raise ModelError(
                f"the model file '{path}' holds pickled objects, which are not loaded, or is damaged",
                hint=f"{_HOW_TO_SAVE}; or trust the file with trust_pickle, which runs whatever code it holds",
            ) from error
        found = _unpickled(path)
    except (RuntimeError, EOFError, ValueError, KeyError, AttributeError) as error:
        raise ModelError(
            f"the model file '{path}' is not one that torch wrote, or is damaged: {str(error).splitlines()[0]}",
            hint=_HOW_TO_SAVE,
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
    if not isinstance(state, Mapping):
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
    return [(int(word), "") if word.isdigit() else (-1, word) for word in prefix.split(".")]


def _tables(state: Mapping[str, Any], prefix: str) -> NDArray[np.bool_]:
    """Return the bits of the tables, (luts, 2**n): entries above zero."""
    tables = np.asarray(_array(state[f"{prefix}luts"]) > 0)
    if tables.ndim != 2:
        raise ModelError(f"the tensor '{prefix}luts' has {tables.ndim} dimensions instead of 2", hint=_HOW_TO_SAVE)
    return tables


def _mapping(state: Mapping[str, Any], prefix: str) -> NDArray[np.int64]:
    """Return the bits that the tables read, (luts, n)."""
    luts, size = _tables(state, prefix).shape
    if f"{prefix}mapping.weights" in state:
        chosen = np.asarray(_array(state[f"{prefix}mapping.weights"]).argmax(axis=0))
    elif f"{prefix}mapping" in state:
        chosen = _array(state[f"{prefix}mapping"])
    else:
        raise ModelError(f"the torch_dwn layer '{prefix}luts' does not say what it reads", hint=_HOW_TO_SAVE)
    inputs = size.bit_length() - 1
    if chosen.size != luts * inputs:
        raise ModelError(f"{luts} tables of {inputs} inputs read {luts * inputs} bits, but {chosen.size} are named")
    return np.asarray(chosen, dtype=np.int64).reshape(luts, inputs)


def _pairs(pair: Any) -> NDArray[np.int64]:  # noqa: ANN401
    try:
        first, second = pair
        read: NDArray[np.int64] = np.stack([_array(first), _array(second)], axis=1).astype(np.int64)
    except (TypeError, ValueError) as error:
        raise ModelError("what a difflogic layer reads is not a pair of tensors of equal length") from error
    return read


def _array(tensor: Any) -> NDArray[Any]:  # noqa: ANN401
    return np.asarray(tensor.detach().cpu().numpy() if isinstance(tensor, Tensor) else tensor)


def _classifier(
    layers: list[LutLayer],
    thresholds: ArrayLike | None,
    classes: int | Sequence[str],
    *,
    feature_names: Sequence[str] | None,
    input_bits: int,
    resolution: float | None,
    features: int | None = None,
) -> Classifier:
    names = tuple(f"class {k}" for k in range(classes)) if isinstance(classes, int) else tuple(classes)
    if thresholds is None:
        read = int(layers[0].mapping.max()) + 1
        encoder = zero_one_encoder(feature_names or [f"x{k}" for k in range(features or read)])
        place = np.arange(encoder.bits)
    else:
        encoder, place = encoder_for_thresholds(
            _array(thresholds), feature_names=feature_names, input_bits=input_bits, resolution=resolution
        )
    if layers[0].mapping.max() >= len(place):
        raise ModelError(
            f"the first layer reads bit {layers[0].mapping.max()}, but there are {len(place)} thermometer bits",
            hint="give the thresholds of the thermometer that the model was trained with",
        )
    layers = [LutLayer(layers[0].tables, place[layers[0].mapping]), *layers[1:]]
    layers[-1] = _padded(layers[-1], len(names))
    return Classifier(encoder, tuple(layers), Reduction.POPCOUNT, names)


def _padded(layer: LutLayer, classes: int) -> LutLayer:
    """Return the layer with tables of zeros behind it, as GroupSum pads it to a multiple of the classes."""
    missing = -layer.nodes % classes
    tables = np.zeros((missing, layer.tables.shape[1]), dtype=bool)
    mapping = np.zeros((missing, layer.inputs_per_lut), dtype=np.int64)
    return LutLayer(np.concatenate([layer.tables, tables]), np.concatenate([layer.mapping, mapping]))


IMPORTERS: dict[str, Callable[..., Classifier]] = {"torch-dwn": import_torch_dwn, "difflogic": import_difflogic}
