"""Image sets in one .npz file with a published training and test part, as MNIST comes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.data.numeric_dataset import numeric_dataset
from tinydwn.errors import DataError
from tinydwn.tools.archives import UNREADABLE

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from tinydwn.data.dataset import Dataset, Split

ARRAYS = ("x_train", "y_train", "x_test", "y_test")
_AT_ONCE = 2048


def read_images(path: Path, *, name: str) -> Dataset:
    """Return the images (samples, rows, columns) of a .npz file as features ``pixel_row_column``.

    The file holds x_train, y_train, x_test and y_test; the test part stays the last samples of the data
    set, as its `fixed_test`. Nothing pickled is ever loaded. DataError for any other content.
    """
    hint = f"a .npz file of images holds {', '.join(ARRAYS)}"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            absent = [array for array in ARRAYS if array not in archive.files]
            if absent:
                raise DataError(f"{path.name} holds no array {absent[0]!r}", hint=hint)
            x_train, y_train, x_test, y_test = (archive[array] for array in ARRAYS)
    except UNREADABLE as error:
        raise DataError(f"{path.name} cannot be read as images: {error}", hint=hint) from error
    _check(path.name, x_train, y_train)
    _check(path.name, x_test, y_test)
    if x_train.shape[1:] != x_test.shape[1:]:
        raise DataError(f"{path.name}: training images are {x_train.shape[1:]}, test images {x_test.shape[1:]}")
    labels = np.concatenate([y_train, y_test])
    known, indices = np.unique(labels, return_inverse=True)
    images = np.concatenate([x_train, x_test])
    return numeric_dataset(
        name,
        feature_names=tuple(
            f"pixel_{row}_{column}" for row in range(images.shape[1]) for column in range(images.shape[2])
        ),
        features=images.reshape(len(images), -1),
        labels=indices.astype(np.int64),
        class_names=tuple(str(one) for one in known.tolist()),
        fixed_test=len(x_test),
    )


def with_shifts(split: Split) -> Split:
    """Return a split of images whose training part also holds each image moved by a pixel right, left, down and up.

    Pixels that come in are 0. Features are named ``pixel_row_column``; those that are not there are not asked for.
    `DataError` for features of other names.
    """
    rows, columns = _pixels(split)
    framed = np.zeros((len(split.train_labels), rows.max() + 3, columns.max() + 3))
    framed[:, rows + 1, columns + 1] = split.train_features
    moves = ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0))
    return replace(
        split,
        train_features=np.concatenate([framed[:, rows + 1 - down, columns + 1 - right] for down, right in moves]),
        train_labels=np.tile(split.train_labels, len(moves)),
    )


def with_moves(
    split: Split,
    *,
    copies: int,
    seed: int,
    most_pixels: float = 0.8,
    most_radians: float = 0.15,
) -> Split:
    """Return a split of images whose training part also holds `copies` of each image, each moved and slightly turned.

    Every copy is moved by up to `most_pixels` right and down or back, and turned by up to `most_radians` about the
    middle of the images, evenly drawn; pixels are interpolated between the nearest four, those that come in are 0.
    Errors as `with_shifts`.
    """
    rows, columns = _pixels(split)
    rng = np.random.default_rng([seed, 7])
    moved = [_moved(split.train_features, rows, columns, rng, most_pixels, most_radians) for _ in range(copies)]
    return replace(
        split,
        train_features=np.concatenate([split.train_features, *moved]),
        train_labels=np.tile(split.train_labels, copies + 1),
    )


def _moved(
    images: npt.NDArray[np.float64],
    rows: npt.NDArray[np.int64],
    columns: npt.NDArray[np.int64],
    rng: np.random.Generator,
    most_pixels: float,
    most_radians: float,
) -> npt.NDArray[np.float64]:
    """Return images, (samples, pixels), each moved and turned by chance."""
    height, width = int(rows.max()) + 1, int(columns.max()) + 1
    place = np.full((height + 2, width + 2), images.shape[1])  # the frame, and pixels that there are not, read a zero
    place[rows + 1, columns + 1] = np.arange(images.shape[1])
    angle = rng.uniform(-most_radians, most_radians, (len(images), 1))
    down, right = rng.uniform(-most_pixels, most_pixels, (2, len(images), 1))
    result = np.empty_like(images)
    for start in range(0, len(images), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        y, x = rows - (height - 1) / 2 - down[part], columns - (width - 1) / 2 - right[part]
        cos, sin = np.cos(angle[part]), np.sin(angle[part])
        from_y = np.clip(cos * y - sin * x + (height - 1) / 2, -1, height - 1e-9) + 1
        from_x = np.clip(sin * y + cos * x + (width - 1) / 2, -1, width - 1e-9) + 1
        top, left = from_y.astype(np.int64), from_x.astype(np.int64)
        low, near = from_y - top, from_x - left
        known = np.pad(images[part], ((0, 0), (0, 1)))
        corners = (
            (0, 0, (1 - low) * (1 - near)),
            (0, 1, (1 - low) * near),
            (1, 0, low * (1 - near)),
            (1, 1, low * near),
        )
        result[part] = sum(
            share * np.take_along_axis(known, place[top + by_row, left + by_column], axis=1)
            for by_row, by_column, share in corners
        )
    return result


def _pixels(split: Split) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the rows and columns of the pixels, (features,); `DataError` where features are no pixels."""
    found = [re.fullmatch(r"pixel_(\d+)_(\d+)", name) for name in split.feature_names]
    if not all(found):
        raise DataError(
            f"data set {split.name!r} does not hold images", hint="only features named pixel_ROW_COLUMN can be shifted"
        )
    rows, columns = (np.array([int(match[k]) for match in found if match]) for k in (1, 2))
    return rows, columns


def _check(where: str, images: npt.NDArray[np.generic], labels: npt.NDArray[np.generic]) -> None:
    if images.ndim != 3 or labels.ndim != 1 or len(images) != len(labels):
        raise DataError(f"{where}: images of shape {images.shape} with labels of shape {labels.shape}")
    if not (np.issubdtype(images.dtype, np.number) and np.issubdtype(labels.dtype, np.integer)):
        raise DataError(f"{where}: images of {images.dtype} with labels of {labels.dtype}")
