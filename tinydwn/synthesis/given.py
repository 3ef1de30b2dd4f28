"""What `synthesize` may be given, as what the road takes: names, files, data sets, samples in memory, classifiers."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tinydwn.data import Coding, Dataset, coded_samples, dataset_of
from tinydwn.data.arrays import classes_of, is_frame
from tinydwn.data.reading import Reading
from tinydwn.data.understanding import usual_class
from tinydwn.errors import ConfigError, DataError
from tinydwn.model.classifier import Classifier
from tinydwn.synthesis.options import SynthesisOptions

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAME = "samples"
_SOURCES = (
    "give the name of a data set, the path of a table, a DataFrame with target='column', arrays as (X, y), "
    "or a fitted classifier"
)


@dataclass(frozen=True, slots=True, eq=False)
class InMemory:
    """Samples and their classes, as `tinydwn.data.dataset_of` takes them."""

    samples: object
    classes: object

    def dataset(self) -> Dataset:
        """Return the data set, with features and classes of its own."""
        return dataset_of(self.samples, self.classes, name=NAME)

    def dataset_for(self, classifier: Classifier) -> Dataset:
        """Return the data set with the features and the classes of a classifier, in its order, constant ones too.

        `ConfigError` for a class that the classifier does not know.
        """
        samples, classes = self._apart()
        features = coded_samples(samples, Coding.identity(classifier.encoder.feature_names))
        found = classes_of(classes, len(features), NAME)
        unknown = [name for name in found.categories if name not in classifier.class_names]
        if unknown:
            raise ConfigError(
                f"the samples do not have the classes of the classifier: they have {unknown[0]!r}",
                hint=f"its classes are {', '.join(map(repr, classifier.class_names[:10]))}",
            )
        number = np.array([classifier.class_names.index(name) for name in found.categories], dtype=np.int64)
        labels: NDArray[np.int64] = number[found.values.astype(np.int64)]
        return Dataset(NAME, features, labels, classifier.encoder.feature_names, classifier.class_names)

    def _apart(self) -> tuple[object, object]:
        """Return samples and classes; a column of a frame that holds the classes is taken out of it."""
        frame: Any = self.samples
        if not is_frame(frame) or not (self.classes is None or isinstance(self.classes, str)):
            return self.samples, self.classes
        names = [str(name) for name in frame.columns]
        if self.classes is not None and self.classes not in names:
            raise DataError(f"{NAME!r} has no column {self.classes!r}", hint=f"it has {', '.join(names[:20])}")
        place = usual_class(tuple(names))[0] if self.classes is None else names.index(self.classes)
        return frame.drop(columns=frame.columns[place]), frame.iloc[:, place]


Given = str | Path | Dataset | InMemory
Source = str | Path | Dataset | Classifier


def settle(
    source: object, samples: object, target: object, options: SynthesisOptions
) -> tuple[Source, Given | None, SynthesisOptions]:
    """Return a source, the samples that belong to it, and the options, as `learn` takes them; see `synthesize`.

    `target` tells the classes of `samples`, or without any of the source. `ConfigError` for anything that is no source
    and no samples, for a target where there is no table, and for options about a table that is in memory.
    """
    told = options.reading.target if target is None else target
    second = None if samples is None else _given(samples, told, "the samples are")
    known = _classifier(source)
    first: Source | InMemory = known or _given(source, told if second is None else None, "the source is")
    table = first if second is None else second
    if isinstance(table, InMemory):
        _refuse_reading(options.reading)
    elif target is not None:
        options = _with_target(table, target, options)
    if isinstance(first, InMemory):
        if second is not None:
            raise ConfigError("samples were given twice", hint="give samples=... to a classifier or a model file only")
        first = first.dataset()
    return first, second, options


def _classifier(source: object) -> Classifier | None:
    """Return the classifier that a source is, or was fitted to be; None for other sources."""
    found = source if isinstance(source, Classifier) else getattr(source, "classifier_", None)
    return found if isinstance(found, Classifier) else None


def _given(value: object, target: object, what: str) -> Given:
    if isinstance(value, str | Path | Dataset):
        return value
    if isinstance(value, tuple):
        if len(value) != 2:
            raise ConfigError(f"{what} a tuple of {len(value)} values", hint="give (X, y)")
        if target is not None:
            raise ConfigError("(X, y) has its classes, so that a target has no effect", hint="leave it out")
        return InMemory(*value)
    if is_frame(value):
        return InMemory(value, target)
    if isinstance(value, list) or (hasattr(value, "__array__") and not hasattr(value, "fit")):
        if target is None or isinstance(target, str):
            raise ConfigError(f"{what} an array without classes", hint="give (X, y)")
        return InMemory(value, target)
    name = value.__name__ if isinstance(value, type) else type(value).__name__
    if hasattr(value, "fit"):
        raise ConfigError(
            f"{what} no fitted classifier of lookup tables: {name}",
            hint="call fit of a DWNClassifier or a CircuitClassifier first",
        )
    raise ConfigError(f"{what} a value of type {name}", hint=_SOURCES)


def _refuse_reading(reading: Reading) -> None:
    """Refuse options that tell how to read a table where it was read already."""
    odd = [one.name for one in fields(Reading) if one.name != "target" and getattr(reading, one.name) != one.default]
    if odd:
        raise ConfigError(
            f"the samples are in memory, so that the option '{odd[0]}' has no effect",
            hint="prepare the samples with it in mind, or give the path of a table",
        )


def _with_target(table: object, target: object, options: SynthesisOptions) -> SynthesisOptions:
    """Return options that name the class column of a table that is to be read."""
    if not isinstance(table, str | Path):
        what = "a data set has its classes" if isinstance(table, Dataset) else "a classifier without samples has none"
        raise ConfigError(f"{what}, so that a target has no effect", hint="leave the target out")
    if not isinstance(target, str):
        raise ConfigError(
            f"the target is of type {type(target).__name__}", hint="give the name of the column that holds the class"
        )
    if options.reading.target not in (None, target):
        raise ConfigError(f"the class is said to be '{options.reading.target}' and '{target}'", hint="give one of them")
    return replace(options, reading=replace(options.reading, target=target))
