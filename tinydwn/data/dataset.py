"""A table of labeled samples, and its split into what is learned from and what is only measured on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from tinydwn.data.names import counted, first_repeated, first_unwritable
from tinydwn.data.pattern_names import outputs_of
from tinydwn.errors import ConfigError, DataError

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinydwn.data.coding import Coding
    from tinydwn.data.typed_table import TypedTable

Number = TypeVar("Number", np.float64, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Samples with classes.

    features: (samples, features) finite float64. labels: (samples,) int64, indices into `class_names`.
    Feature names are unique, class names too; there are at least two classes with at least two samples
    each, and at least one feature. Where classes are all patterns of outputs (see
    `tinydwn.data.pattern_names`), two of them have a sample, and others may have none. notes: what was
    guessed, dropped, filled or coded on the way here.
    fixed_test: where a test part came with the data, its size: the last so many samples.
    typed: where the features were coded from a table, its columns before that. `features` are then coded
    by all samples together, those of a later test part included; `split` codes both parts anew by what
    the training part shows, and that is what is to be learned from.

    DataError where any of this does not hold.

    >>> coins = Dataset("coins", [[1.0], [2.0], [8.0], [9.0]], [0, 0, 1, 1], ("grams",), ("light", "heavy"))
    >>> coins.split(test_fraction=0.5).test_labels.tolist()
    [1, 0]
    """

    name: str
    features: npt.NDArray[np.float64]
    labels: npt.NDArray[np.int64]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    notes: tuple[str, ...] = ()
    fixed_test: int | None = None
    typed: TypedTable | None = None

    def __post_init__(self) -> None:
        features = frozen_copy(self.features, np.float64)
        labels = frozen_copy(self.labels, np.int64)
        feature_names, class_names = tuple(self.feature_names), tuple(self.class_names)
        _check_features(self.name, features, feature_names)
        _check_labels(self.name, labels, features.shape[0], class_names)
        if self.fixed_test is not None and not 0 < self.fixed_test < labels.size:
            raise DataError(f"data set {self.name!r}: a test part of {self.fixed_test} samples out of {labels.size}")
        if self.typed is not None and any(column.values.size != labels.size for column in self.typed.columns):
            raise DataError(f"data set {self.name!r}: columns of another length than its {labels.size} labels")
        object.__setattr__(self, "features", features)
        object.__setattr__(self, "labels", labels)
        object.__setattr__(self, "feature_names", feature_names)
        object.__setattr__(self, "class_names", class_names)
        object.__setattr__(self, "notes", tuple(self.notes))

    @property
    def samples(self) -> int:
        """Number of samples."""
        return int(self.labels.size)

    @property
    def class_counts(self) -> tuple[int, ...]:
        """Samples per class, in the order of `class_names`."""
        return tuple(np.bincount(self.labels, minlength=len(self.class_names)).tolist())

    @property
    def _strata(self) -> npt.NDArray[np.int64]:
        """What gives its share to each part, (samples,): the class, or one place for all classes of one sample."""
        alone = np.bincount(self.labels, minlength=len(self.class_names))[self.labels] == 1
        return np.where(alone, len(self.class_names), self.labels)

    @property
    def digest(self) -> str:
        """sha256 (hex) of the features, labels and names; the data set's own name and notes are left out."""
        sha = hashlib.sha256()
        for names in (self.feature_names, self.class_names):
            sha.update(repr(names).encode())
        sha.update(repr((self.features.shape, self.fixed_test)).encode())
        sha.update(np.ascontiguousarray(self.features, dtype="<f8").data)
        sha.update(np.ascontiguousarray(self.labels, dtype="<i8").data)
        return sha.hexdigest()

    def split(self, *, test_fraction: float = 0.2, seed: int = 0) -> Split:
        """Split into a training and a test part.

        Stratified: each class gives the nearest whole share to the test part, and at least one sample to
        each part; patterns of outputs that have one sample count as one class for that. Both parts come in
        an order shuffled by `seed`. Where the data has a `fixed_test` part, that part is the test part, in its
        published order, and `test_fraction` and `seed` change nothing.

        ConfigError unless 0 < test_fraction < 1 and seed >= 0.
        """
        if not 0 < test_fraction < 1:
            raise ConfigError(
                f"the test fraction is {test_fraction}", hint="choose a number between 0 and 1, such as 0.2"
            )
        if seed < 0:
            raise ConfigError(f"the seed is {seed}", hint="choose a whole number from 0 upwards")
        if self.fixed_test is not None:
            boundary = self.samples - self.fixed_test
            train, test = np.arange(boundary), np.arange(boundary, self.samples)
        else:
            train, test = _stratified(self._strata, test_fraction, np.random.default_rng(seed))
        notes, coding = self.notes, None
        feature_names = self.feature_names
        train_features, test_features = self.features[train], self.features[test]
        if self.typed is not None:
            coding, train_features, test_features, notes = _coded(self.typed, train, test)
            feature_names = coding.feature_names
        return Split(
            name=self.name,
            train_features=train_features,
            train_labels=self.labels[train],
            test_features=test_features,
            test_labels=self.labels[test],
            feature_names=feature_names,
            class_names=self.class_names,
            seed=seed,
            test_fraction=test_fraction if self.fixed_test is None else test.size / self.samples,
            notes=notes if self.fixed_test is None else (*notes, _fixed_note(test.size)),
            coding=coding,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """A data set in two parts. Arrays and names as in `Dataset`, read-only.

    `Dataset.split` puts every class into both parts; a split made by hand may leave a class out of one.
    coding: how the columns of the table became these features, learned from the training part; None where
    the features are the columns.
    """

    name: str
    train_features: npt.NDArray[np.float64]
    train_labels: npt.NDArray[np.int64]
    test_features: npt.NDArray[np.float64]
    test_labels: npt.NDArray[np.int64]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    seed: int
    test_fraction: float
    notes: tuple[str, ...] = ()
    coding: Coding | None = None

    def __post_init__(self) -> None:
        feature_names, class_names = tuple(self.feature_names), tuple(self.class_names)
        if self.coding is not None and self.coding.feature_names != feature_names:
            raise DataError(f"split {self.name!r}: the features are not those of its coding")
        for part in ("train", "test"):
            features = frozen_copy(getattr(self, f"{part}_features"), np.float64)
            labels = frozen_copy(getattr(self, f"{part}_labels"), np.int64)
            where = f"{self.name} ({part} part)"
            _check_features(where, features, feature_names)
            _check_labels(where, labels, features.shape[0], class_names, at_least=0)
            object.__setattr__(self, f"{part}_features", features)
            object.__setattr__(self, f"{part}_labels", labels)
        object.__setattr__(self, "feature_names", feature_names)
        object.__setattr__(self, "class_names", class_names)
        object.__setattr__(self, "notes", tuple(self.notes))


def frozen_copy(values: npt.ArrayLike, kind: type[Number]) -> npt.NDArray[Number]:
    """Return a contiguous, read-only copy of `values` as `kind`; DataError where they are no such numbers."""
    given = np.asarray(values)
    if not (given.size == 0 or np.can_cast(given.dtype, kind, "same_kind")):
        raise DataError(f"expected {kind.__name__} numbers, got {given.dtype}")
    copy = np.array(given, dtype=kind, order="C")
    copy.flags.writeable = False
    return copy


def _check_features(name: str, features: npt.NDArray[np.float64], feature_names: tuple[str, ...]) -> None:
    if features.ndim != 2 or features.shape[1] != len(feature_names):
        raise DataError(f"data set {name!r}: features of shape {features.shape} for {len(feature_names)} feature names")
    if not feature_names:
        raise DataError(f"data set {name!r} has no feature")
    _refuse_unwritable(name, (name, *feature_names))
    repeated = first_repeated(feature_names)
    if repeated is not None:
        raise DataError(f"data set {name!r}: two features are named {repeated!r}", hint="rename one of them")
    if not np.isfinite(features).all():
        row, column = (int(place[0]) for place in np.nonzero(~np.isfinite(features)))
        raise DataError(
            f"data set {name!r}: feature {feature_names[column]!r} is {features[row, column]} in sample {row + 1}",
            hint="drop or fill the sample",
        )


def _refuse_unwritable(name: str, names: tuple[str, ...]) -> None:
    odd = first_unwritable(names)
    if odd is not None:
        raise DataError(
            f"data set {name!r}: the name {odd!r} is no text that a file can hold",
            hint="rename it, or say how the file writes letters with --encoding",
        )


def _check_labels(
    name: str, labels: npt.NDArray[np.int64], samples: int, class_names: tuple[str, ...], at_least: int = 2
) -> None:
    if labels.shape != (samples,):
        raise DataError(f"data set {name!r}: labels of shape {labels.shape} for {samples} samples")
    _refuse_unwritable(name, class_names)
    repeated = first_repeated(class_names)
    if repeated is not None:
        raise DataError(f"data set {name!r}: two classes are named {repeated!r}", hint="rename one of them")
    if labels.size and not 0 <= int(labels.min()) <= int(labels.max()) < len(class_names):
        raise DataError(f"data set {name!r}: a label is not an index into the {len(class_names)} class names")
    if len(class_names) < 2:
        only = f": {class_names[0]!r}" if class_names else ""
        raise DataError(
            f"data set {name!r} has {len(class_names)} class, at least 2 are needed{only}",
            hint="check which column holds the class",
        )
    if outputs_of(class_names):
        if at_least and len(np.unique(labels)) == 1:
            raise DataError(
                f"data set {name!r}: all samples have the same outputs: {class_names[int(labels[0])]}",
                hint="give samples of other answers, too",
            )
        return
    counts = np.bincount(labels, minlength=len(class_names))
    rare = [class_names[index] for index in np.flatnonzero(counts < at_least)]
    if rare:
        shown = ", ".join(repr(one) for one in rare[:5]) + (", ..." if len(rare) > 5 else "")
        raise DataError(
            f"data set {name!r}: {len(rare)} of {len(class_names)} classes have fewer than {at_least} samples: {shown}",
            hint="check which column holds the class, or leave the rare classes out with --drop-rare",
        )


def _coded(
    typed: TypedTable, train: npt.NDArray[np.int64], test: npt.NDArray[np.int64]
) -> tuple[Coding, npt.NDArray[np.float64], npt.NDArray[np.float64], tuple[str, ...]]:
    """Return the coding that the training part shows, both parts in it, and all notes."""
    learned, held_back = typed.rows(train), typed.rows(test)
    coding = learned.fit()
    return (
        coding,
        coding.coded(learned.columns),
        coding.coded(held_back.columns),
        (*typed.notes, *coding.notes, *coding.surprises(held_back.columns)),
    )


def _fixed_note(size: int) -> str:
    return f"the test part came with the data: the last {counted(size, 'sample')}"


def _stratified(
    labels: npt.NDArray[np.int64], fraction: float, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return shuffled sample indices of the training and of the test part."""
    parts: tuple[list[npt.NDArray[np.int64]], list[npt.NDArray[np.int64]]] = ([], [])
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        in_test = min(max(round(members.size * fraction), 1), members.size - 1)
        parts[0].append(members[in_test:])
        parts[1].append(members[:in_test])
    train, test = (rng.permutation(np.concatenate(part)) for part in parts)
    return train, test
