"""One door to all data: a name or a file."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tinydwn.data.builtin import BUILTIN_NAMES, load_builtin
from tinydwn.data.cache import Cache
from tinydwn.data.images import read_images
from tinydwn.data.names import choices
from tinydwn.data.one_against_rest import one_against_rest
from tinydwn.data.openml import OPENML_IDS, OPENML_URL, OpenML
from tinydwn.data.parts import with_parts
from tinydwn.data.reading import Missing, Reading
from tinydwn.data.table_dataset import to_dataset
from tinydwn.data.table_file import (
    ENDINGS_HINT,
    IMAGE_ENDING,
    file_ending,
    known_files,
    read_table,
    require_file,
    require_no_folder,
    stem,
)
from tinydwn.errors import ConfigError, DataError
from tinydwn.tools.cache_folder import cache_folder as default_cache_folder
from tinydwn.tools.cache_folder import environment_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinydwn.data.dataset import Dataset

# Where several files of a folder have one name, the first of these is meant.
_PREFERRED = (".csv.gz", ".csv", ".parquet", ".npz")
_OPENML_NUMBER = re.compile(r"openml:([0-9]{1,9})")


def load_dataset(
    source: str | Path,
    reading: Reading | None = None,
    *,
    target: str | None = None,
    missing: str | Missing | None = None,
    missing_marks: Sequence[str] | None = None,
    positive: str | None = None,
    header: bool | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    only: Sequence[str] | None = None,
    ignore: Sequence[str] | None = None,
    categorical: Sequence[str] | None = None,
    bins: int | None = None,
    drop_rare: bool | None = None,
    data_folder: Path | None = None,
    cache_folder: Path | None = None,
    openml_url: str | None = None,
) -> Dataset:
    """Return the data set that `source` names.

    A source that ends in .csv, .tsv, .txt, .data, .dat or .arff, each also with .gz, or in .parquet or
    .npz, in whatever case, is a file. Other sources are names and are looked for, in this order, among the
    sets that come with scikit-learn (breast_cancer, digits, iris, wine), in `data_folder` with any of these
    endings, and on OpenML, by a name in `OPENML_IDS` or as ``openml:<number>``.

    How a table is read is told by `reading`, and by the other arguments, which are its fields and go
    before it (see `Reading`); of these, only `positive` and the policy for missing values may be given for
    sets from scikit-learn and images. The folders and the address default to the environment's
    TINYDWN_DATA, TINYDWN_CACHE (else ``~/.cache/tinydwn``) and TINYDWN_OPENML_URL (else OpenML itself).

    DataError, with the nearest known names, for a source that is neither; ConfigError for a `target` of
    a set that has no columns to choose from.

    >>> load_dataset("iris").split().test_labels.size
    30
    """
    fields = {
        "target": target,
        "missing": missing,
        "missing_marks": missing_marks,
        "positive": positive,
        "header": header,
        "decimal": decimal,
        "encoding": encoding,
        "only": only,
        "ignore": ignore,
        "categorical": categorical,
        "bins": bins,
        "drop_rare": drop_rare,
    }
    chosen = {name: value for name, value in fields.items() if value is not None}
    reading = replace(reading or Reading(), **chosen)  # type: ignore[arg-type] # Reading checks them
    dataset = _load(str(source), isinstance(source, Path), reading, data_folder, cache_folder, openml_url)
    return dataset if reading.positive is None else one_against_rest(dataset, reading.positive)


def _load(
    name: str,
    is_path: bool,
    reading: Reading,
    data_folder: Path | None,
    cache_folder: Path | None,
    openml_url: str | None,
) -> Dataset:
    if is_path or file_ending(name) is not None:
        return _from_file(Path(name), reading)
    if name in BUILTIN_NAMES:
        _refuse_columns(name, reading)
        return load_builtin(name)
    folder = data_folder or environment_folder("TINYDWN_DATA")
    found = _in_folder(folder, name) if folder is not None else None
    if found is not None:
        return _from_file(found, reading)
    openml = OpenML(
        Cache(cache_folder or default_cache_folder()),
        url=(openml_url or os.environ.get("TINYDWN_OPENML_URL") or OPENML_URL).rstrip("/"),
    )
    table, announced = openml.table(_openml_number(name, folder), name=name.replace(":", "-"))
    return to_dataset(with_parts(table, reading), reading, announced=announced)


def _refuse_columns(name: str, reading: Reading) -> None:
    if reading.about_columns:
        raise ConfigError(
            f"the columns of data set {name!r} cannot be chosen",
            hint="leave out --target and other options about columns",
        )
    if reading.parts:
        raise ConfigError(
            f"data set {name!r} is no table, so that the option '{reading.parts[0]}' has no effect",
            hint="leave it out, or give a table of samples",
        )


def _from_file(path: Path, reading: Reading) -> Dataset:
    if require_file(path) == IMAGE_ENDING:
        _refuse_columns(stem(path.name), reading)
        return read_images(path, name=stem(path.name))
    named = [name for name in (reading.target, *reading.only, *reading.ignore, *reading.categorical) if name]
    return to_dataset(with_parts(read_table(path, reading, wanted=named), reading), reading)


def known_names(data_folder: Path | None = None) -> tuple[str, ...]:
    """Return the names that `load_dataset` knows: built in, in `data_folder`, and on OpenML; sorted.

    >>> "breast_cancer" in known_names() and "phoneme" in known_names()
    True
    """
    folder = data_folder or environment_folder("TINYDWN_DATA")
    local = known_files(folder) if folder is not None else []
    return tuple(sorted({*BUILTIN_NAMES, *OPENML_IDS, *map(stem, local)}))


def _in_folder(folder: Path, name: str) -> Path | None:
    if not folder.is_dir():
        raise DataError(f"the data folder {folder} does not exist", hint="set TINYDWN_DATA to a folder, or unset it")
    if not name or "/" in name or "\\" in name or "\0" in name:
        return None
    preferred = [f"{name}{ending}" for ending in _PREFERRED]
    others = [file for file in known_files(folder) if stem(file) == name and file not in preferred]
    return next((folder / file for file in (*preferred, *others) if (folder / file).is_file()), None)


def _openml_number(name: str, folder: Path | None) -> int:
    if (direct := _OPENML_NUMBER.fullmatch(name)) is not None:
        return int(direct.group(1))
    if name in OPENML_IDS:
        return OPENML_IDS[name]
    if Path(name).is_file():
        raise DataError(f"{name} is not a kind of file that is read", hint=ENDINGS_HINT)
    if name:
        require_no_folder(Path(name))
    raise DataError(
        f"there is no data set {name!r}",
        hint=choices("known names", known_names(folder), name) + "; or give a file that ends in .csv",
    )
