"""What a user can choose about training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import Enum
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeVar

from tinydwn.encoder.fixed_point import MOST_INPUT_BITS
from tinydwn.encoder.snap import Snap
from tinydwn.encoder.thermometer import Scheme
from tinydwn.errors import ConfigError
from tinydwn.model.classifier import Reduction
from tinydwn.training.weighting import Weighting

if TYPE_CHECKING:
    from tinydwn.data.dataset import Split

MIN_LUT_INPUTS = 2
MAX_LUT_INPUTS = 10
_Choice = TypeVar("_Choice", bound=Enum)


class Wiring(Enum):
    """Which layers learn what their tables read; the others are wired at random, evenly."""

    LEARNABLE = "learnable"  # the first layer
    ALL_LEARNABLE = "all-learnable"
    RANDOM = "random"
    TREES = "trees"  # the first layer; a later table reads tables of the layer before that no other one reads


class Schedule(Enum):
    """How the learning rate goes from epoch to epoch."""

    CONSTANT = "constant"
    COSINE = "cosine"  # half a cosine, from the learning rate down to a hundredth of it
    STEPS = "steps"  # a tenth of it after each quarter of the epochs


class ClassWeight(Enum):
    """How much the samples of a class count in the loss, where not one number per class is given."""

    NONE = "none"  # each sample the same
    BALANCED = "balanced"  # each class the same


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Options of `train`; a field that is None is chosen from the data, by `for_split`.

    `layers` are the numbers of lookup tables of the hidden layers, of `inputs_per_lut` inputs (2 to 10) each;
    the learnable and the coded reduction add their shrinking layers behind them, popcount needs a multiple of the
    number of classes in the last one. `snap` chooses the words that stand for thresholds: the default is the cheap
    ones, as on a small chip comparators outweigh tables. A learnable mapping chooses for every table input among
    `candidates` random bits; among all bits where that is 0, or where there are at most three times as many.

    With `mapping` "trees" each table of a layer is the root of a tree: layers shrink by `inputs_per_lut`. `relaxed` is
    the share of the epochs in which tables of two inputs answer with probabilities, see `tinydwn.training.relaxed`.
    `gates` is a budget of two-input gates, tables and popcount and argmax, from thermometer bits to the class: it
    chooses `layers`, `inputs_per_lut`, `mapping`, `candidates`, `relaxed`, `learning_rate`, and `tau` where none is
    given (see `tinydwn.training.budget`). It is an estimate: mapped circuits take half of it to all of it.

    `tau` is the temperature of the softmax over the classes' scores. `noise` is the share of thermometer bits that are
    flipped at random in each training step, so that tables learn at the addresses beside those that occur.
    `distillation` is the share of the loss that a teacher gives, where there is one.
    `class_weight` is "none", "balanced", or one number per class, by which its samples count in the loss. `spectral`
    weighs `spectral_norm` in the loss. `validation_fraction` of the training part chooses the epoch that is kept; with
    0 it is the last one. Training ends early once `patience` epochs have passed without a better one. `device` is
    "cpu" or "cuda". Names of choices may be given as text.

    `ConfigError` where a value makes no sense.

    >>> TrainingConfig(layers=(20,), epochs=3, reduction="learnable").reduction
    <Reduction.LEARNABLE: 'learnable'>
    """

    layers: tuple[int, ...] | None = None
    inputs_per_lut: int = 4
    bits_per_feature: int | None = None
    scheme: Scheme = Scheme.QUANTILE
    input_bits: int = 8
    snap: Snap = Snap.CHEAP
    epochs: int | None = None
    batch_size: int | None = None
    learning_rate: float = 0.01
    schedule: Schedule = Schedule.COSINE
    reduction: Reduction = Reduction.POPCOUNT
    weighting: Weighting = Weighting.EXPONENTIAL
    mapping: Wiring = Wiring.LEARNABLE
    candidates: int = 128
    relaxed: float = 0.0
    gates: int | None = None
    tau: float | None = None
    noise: float = 0.0
    label_smoothing: float = 0.0
    distillation: float = 0.5
    class_weight: ClassWeight | tuple[float, ...] = ClassWeight.NONE
    spectral: float = 0.0
    validation_fraction: float | None = None
    patience: int | None = None
    device: str = "cpu"
    seed: int = 0

    def __post_init__(self) -> None:
        for name, kind in _CHOICES.items():
            object.__setattr__(self, name, _choice(name, kind, getattr(self, name)))
        object.__setattr__(self, "class_weight", _class_weight(self.class_weight))
        if self.layers is not None:
            object.__setattr__(self, "layers", _layers(self.layers))
        for name, (low, high) in _WHOLE.items():
            object.__setattr__(self, name, _whole(name, getattr(self, name), low, high))
        for name, (low_open, low_value, high_value) in _REAL.items():
            object.__setattr__(self, name, _real(name, getattr(self, name), low_open, low_value, high_value))
        if not isinstance(self.device, str):
            raise ConfigError(f"device is {self.device!r}", hint="choose cpu, or cuda with a GPU")

    def for_split(self, split: Split) -> TrainingConfig:
        """Return the configuration with every field set that was None, chosen from the size of the training part."""
        from tinydwn.training.automatic import fill_in

        return fill_in(
            self, samples=len(split.train_labels), features=len(split.feature_names), classes=len(split.class_names)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as values that JSON can hold; `from_dict` takes them back."""
        values = asdict(self)
        return {
            name: value.value if isinstance(value, Enum) else list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
        }

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> TrainingConfig:
        """Return the configuration with these fields, the others at their defaults; `ConfigError` for unknown ones."""
        known = [field.name for field in fields(TrainingConfig)]
        unknown = [name for name in values if name not in known]
        if unknown:
            raise ConfigError(f"there is no training option '{unknown[0]}'", hint=f"the options are {', '.join(known)}")
        return replace(TrainingConfig(), **values)


_CHOICES: dict[str, type[Enum]] = {
    "scheme": Scheme,
    "snap": Snap,
    "schedule": Schedule,
    "reduction": Reduction,
    "weighting": Weighting,
    "mapping": Wiring,
}
_OPTIONAL = ("bits_per_feature", "epochs", "batch_size", "tau", "validation_fraction", "patience", "gates")
_WHOLE = {
    "inputs_per_lut": (MIN_LUT_INPUTS, MAX_LUT_INPUTS),
    "bits_per_feature": (1, 256),
    "input_bits": (1, MOST_INPUT_BITS),
    "epochs": (1, 100_000),
    "batch_size": (1, 1 << 20),
    "candidates": (0, 1 << 20),
    "gates": (1, 1 << 17),
    "patience": (1, 100_000),
    "seed": (0, (1 << 63) - 1),
}
_REAL = {
    "learning_rate": (True, 0.0, 10.0),
    "tau": (False, 1e-3, 1e6),
    "relaxed": (False, 0.0, 1.0),
    "noise": (False, 0.0, 0.5),
    "label_smoothing": (False, 0.0, 0.9),
    "distillation": (False, 0.0, 1.0),
    "spectral": (False, 0.0, 1e6),
    "validation_fraction": (False, 0.0, 0.9),
}


def _choice(name: str, kind: type[_Choice], value: object) -> _Choice:
    """Return the member of an enumeration that `value` is or names."""
    try:
        return kind(value)
    except ValueError:
        names = ", ".join(str(member.value) for member in kind)
        raise ConfigError(f"unknown {name} {value!r}", hint=f"choose one of {names}") from None


def _layers(layers: object) -> tuple[int, ...]:
    """Return the sizes of the layers as a tuple of whole numbers."""
    sizes = tuple(layers) if isinstance(layers, Iterable) and not isinstance(layers, str) else ()
    if not sizes or not all(_is_whole(size) and 1 <= size <= 1_000_000 for size in sizes):
        raise ConfigError(
            f"the layers are {layers!r}", hint="give a number of lookup tables per layer, such as (60, 20)"
        )
    return tuple(int(size) for size in sizes)


def _class_weight(value: object) -> ClassWeight | tuple[float, ...]:
    """Return the way of weighing classes, or one weight for each."""
    if not isinstance(value, tuple | list):
        return _choice("class_weight", ClassWeight, value)
    weights = tuple(_real("a class's weight", weight, False, 0.0, 1e9) or 0.0 for weight in value)
    if not any(weights):
        raise ConfigError("every class's weight is 0", hint="let some class count")
    return weights


def _is_whole(value: object) -> bool:
    return hasattr(value, "__index__") and not isinstance(value, bool)


def _whole(name: str, value: object, low: int, high: int) -> int | None:
    """Return a whole number in range, or None where that is allowed; `ConfigError` for anything else."""
    if value is None and name in _OPTIONAL:
        return None
    if not (_is_whole(value) and low <= int(value) <= high):  # type: ignore[call-overload]
        raise ConfigError(f"{name} is {_shown(value)}", hint=f"choose a whole number from {low} to {high}")
    return int(value)  # type: ignore[call-overload,no-any-return]


def _real(name: str, value: object, open_below: bool, low: float, high: float) -> float | None:
    """Return a finite number in range, or None where that is allowed; `ConfigError` for anything else."""
    if value is None and name in _OPTIONAL:
        return None
    good = isinstance(value, Real) and not isinstance(value, bool)
    if not good or not (low < value if open_below else low <= value) or value > high:  # type: ignore[operator]
        start = "above" if open_below else "from"
        raise ConfigError(f"{name} is {_shown(value)}", hint=f"choose a number {start} {low:g} to {high:g}")
    return float(value)  # type: ignore[arg-type]


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
