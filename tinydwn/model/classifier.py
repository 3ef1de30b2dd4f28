"""The classifier: what was learnt, as plain numpy values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinydwn.encoder.encoder import Encoder
from tinydwn.errors import ModelError

MAX_LUT_INPUTS = 10
_Kind = TypeVar("_Kind", bound=np.generic)


class Reduction(Enum):
    """How the bits of the last layer become a class."""

    POPCOUNT = "popcount"  # groups of bits vote
    LEARNABLE = "learnable"  # one bit per class, or one for two classes
    CODED = "coded"  # the class in binary


def code_width(classes: int) -> int:
    """Return the number of bits that tell `classes` classes apart.

    >>> [code_width(classes) for classes in (2, 3, 4, 5, 26)]
    [1, 2, 2, 3, 5]
    """
    return (classes - 1).bit_length()


def ending_bits(reduction: Reduction, classes: int) -> int:
    """Return the number of bits that a learnable or coded reduction ends in; popcount ends in any multiple."""
    return code_width(classes) if reduction is Reduction.CODED or classes == 2 else classes


@dataclass(frozen=True, slots=True, eq=False)
class LutLayer:
    """A row of lookup tables that read the bits of the layer before.

    `tables` is (nodes, 2**n) bool and `mapping` is (nodes, n) int64, with n from 1 to 10: node `j` gives
    `tables[j, address]`, where input `k`, the bit `mapping[j, k]` of the layer before, is bit `k` of the address
    (input 0 is the least significant). Arrays are copied and read-only. `ModelError` where they do not fit.

    >>> xor = LutLayer(tables=[[False, True, True, False]], mapping=[[0, 1]])
    >>> xor.nodes, xor.inputs_per_lut
    (1, 2)
    """

    tables: NDArray[np.bool_]
    mapping: NDArray[np.int64]

    def __init__(self, tables: ArrayLike, mapping: ArrayLike) -> None:
        object.__setattr__(self, "tables", _read_only(_as_bool(np.asarray(tables))))
        object.__setattr__(self, "mapping", _read_only(_as_int64(np.asarray(mapping))))
        _check_layer(self)

    @property
    def nodes(self) -> int:
        """The number of lookup tables, which is the number of bits this layer gives."""
        return len(self.tables)

    @property
    def inputs_per_lut(self) -> int:
        """The number of bits that each table reads, n."""
        return int(self.mapping.shape[1])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LutLayer):
            return NotImplemented
        return np.array_equal(self.tables, other.tables) and np.array_equal(self.mapping, other.mapping)

    def __hash__(self) -> int:
        return hash((self.tables.shape, self.tables.tobytes(), self.mapping.tobytes()))


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """A trained network of lookup tables, from feature values to a class.

    The first layer reads the bits of `encoder`, each later layer the bits of the layer before. How the last
    layer's bits become a class:

    - `POPCOUNT`: its nodes, in order, form equal contiguous groups, one per class; the class with the largest
      number of ones wins, ties go to the lowest class.
    - `LEARNABLE`, two classes: it has exactly one node, whose bit is the class.
    - `LEARNABLE`, K > 2 classes: it has exactly K nodes; the class is the lowest `k` whose bit is 1, else 0.
    - `CODED`: it has exactly `code_width(K)` nodes; they are the class in binary, LSB first, and a code of K or more
      loses its top bit.

    Equality and hash are those of `digest`. `ModelError` where the parts do not fit each other.
    """

    encoder: Encoder
    layers: tuple[LutLayer, ...]
    reduction: Reduction
    class_names: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", tuple(self.layers))
        object.__setattr__(self, "class_names", tuple(self.class_names))
        _check_classes(self)
        _check_wiring(self)
        _check_ends(self)

    @property
    def classes(self) -> int:
        """The number of classes."""
        return len(self.class_names)

    @property
    def luts(self) -> int:
        """The number of lookup tables in all layers."""
        return sum(layer.nodes for layer in self.layers)

    @property
    def digest(self) -> str:
        """The sha256, in hexadecimal, of the content: equal for equal classifiers, whatever file they lie in."""
        parts = list(named_arrays(self))
        head = describe(self) | {"arrays": [[name, array.dtype.str, list(array.shape)] for name, array in parts]}
        hasher = hashlib.sha256(json.dumps(head, sort_keys=True, separators=(",", ":")).encode())
        for _, array in parts:
            hasher.update(array.tobytes())
        return hasher.hexdigest()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Classifier):
            return NotImplemented
        return self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


def describe(classifier: Classifier) -> dict[str, object]:
    """Return what is not an array in a classifier, as a value that JSON can hold."""
    return {
        "feature_names": list(classifier.encoder.feature_names),
        "class_names": list(classifier.class_names),
        "reduction": classifier.reduction.value,
        "layers": len(classifier.layers),
    }


def named_arrays(classifier: Classifier) -> Iterator[tuple[str, NDArray[np.generic]]]:
    """Yield the arrays of a classifier with their names, always in this order, little-endian and contiguous."""
    fixed = classifier.encoder.fixed_point
    yield "offset", np.ascontiguousarray(fixed.offset, dtype="<f8") + 0.0  # -0.0 and 0.0 are one offset
    yield "step", np.ascontiguousarray(fixed.step, dtype="<f8")
    yield "input_bits", np.ascontiguousarray(fixed.input_bits, dtype="<i8")
    yield "feature", np.ascontiguousarray(classifier.encoder.feature, dtype="<i8")
    yield "constant", np.ascontiguousarray(classifier.encoder.constant, dtype="<i8")
    for k, layer in enumerate(classifier.layers):
        yield f"tables_{k}", np.ascontiguousarray(layer.tables, dtype="|b1")
        yield f"mapping_{k}", np.ascontiguousarray(layer.mapping, dtype="<i8")


def _read_only(array: NDArray[_Kind]) -> NDArray[_Kind]:
    """Return a copy that nobody can write to."""
    copy = np.array(array, order="C", copy=True)
    copy.setflags(write=False)
    return copy


def _as_bool(array: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Return tables as bool; numbers other than 0 and 1 are refused."""
    if array.dtype == np.bool_:
        return array.astype(np.bool_)
    if not np.issubdtype(array.dtype, np.integer) or not np.isin(array, (0, 1)).all():
        raise ModelError("a table holds values that are not bits", hint="give tables as bool, or as integers 0 and 1")
    return array.astype(np.bool_)


def _as_int64(array: NDArray[np.generic]) -> NDArray[np.int64]:
    """Return a mapping as int64; anything but integers is refused."""
    if not np.issubdtype(array.dtype, np.integer):
        raise ModelError(f"a mapping holds {array.dtype} values", hint="give the numbers of the bits as integers")
    return array.astype(np.int64)


def _check_layer(layer: LutLayer) -> None:
    """Raise `ModelError` unless tables and mapping fit each other."""
    tables, mapping = layer.tables, layer.mapping
    if tables.ndim != 2 or mapping.ndim != 2 or len(tables) != len(mapping):
        raise ModelError(
            f"tables of shape {tables.shape} do not fit a mapping of shape {mapping.shape}",
            hint="tables are (nodes, 2**n) and the mapping is (nodes, n)",
        )
    if len(tables) == 0:
        raise ModelError("a layer has no lookup tables", hint="leave the layer out")
    inputs = mapping.shape[1]
    if not 1 <= inputs <= MAX_LUT_INPUTS:
        raise ModelError(
            f"a lookup table reads {inputs} inputs", hint=f"tables of 1 to {MAX_LUT_INPUTS} inputs are supported"
        )
    if tables.shape[1] != 1 << inputs:
        raise ModelError(
            f"a lookup table of {inputs} inputs has {tables.shape[1]} entries",
            hint=f"it needs 2**{inputs} = {1 << inputs}",
        )


def _check_classes(classifier: Classifier) -> None:
    """Raise `ModelError` unless there are at least two classes, named apart."""
    names = classifier.class_names
    if len(names) < 2:
        raise ModelError(f"a classifier needs two classes or more, not {len(names)}", hint="name every class")
    for k, name in enumerate(names):
        if name in names[:k]:
            raise ModelError(f"two classes are named {name!r}", hint="name every class differently")


def _check_wiring(classifier: Classifier) -> None:
    """Raise `ModelError` where a layer reads a bit that does not exist."""
    if not classifier.layers:
        raise ModelError("a classifier needs a layer of lookup tables", hint="add at least one LutLayer")
    bits, source = classifier.encoder.bits, "the encoder"
    for k, layer in enumerate(classifier.layers):
        wrong = (layer.mapping < 0) | (layer.mapping >= bits)
        if wrong.any():
            node, place = (int(value) for value in np.argwhere(wrong)[0])
            raise ModelError(
                f"input {place} of lookup table {node} in layer {k} reads bit {layer.mapping[node, place]}, "
                f"but {source} gives {bits} bits",
                hint=f"a mapping holds numbers from 0 to {bits - 1} here",
            )
        bits, source = layer.nodes, f"layer {k}"


def _check_ends(classifier: Classifier) -> None:
    """Raise `ModelError` unless the last layer's size suits the reduction."""
    nodes, classes = classifier.layers[-1].nodes, classifier.classes
    if classifier.reduction is Reduction.POPCOUNT:
        if nodes % classes:
            raise ModelError(
                f"the last layer's {nodes} lookup tables cannot be shared equally by {classes} classes",
                hint=f"popcount needs a multiple of {classes}",
            )
        return
    coded = classifier.reduction is Reduction.CODED
    needed = ending_bits(classifier.reduction, classes)
    if nodes != needed:
        raise ModelError(
            f"the last layer has {nodes} lookup tables, "
            f"but the {classifier.reduction.value} reduction to {classes} classes ends in {needed}",
            hint="the class in binary" if coded else "one bit for two classes, one bit per class otherwise",
        )
