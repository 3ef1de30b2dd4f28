"""One door to all data: a name or a file."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tinydwn.data.builtin import BUILTIN_NAMES, load_builtin
from tinydwn.data.cache import Cache
from tinydwn.data.csv_file import read_csv
from tinydwn.data.images import read_images
from tinydwn.data.openml import OPENML_IDS, OPENML_URL, OpenML
from tinydwn.data.parquet_file import read_parquet
from tinydwn.data.table import Missing, choices, one_against_rest, to_dataset
from tinydwn.errors import ConfigError, DataError
from tinydwn.tools.cache_folder import cache_folder as default_cache_folder
from tinydwn.tools.cache_folder import environment_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinydwn.data.dataset import Dataset
    from tinydwn.data.table import Table

FILE_ENDINGS = (".csv", ".csv.gz", ".parquet", ".npz")
_OPENML_NUMBER = re.compile(r"openml:([0-9]{1,9})")


def load_dataset(
    source: str | Path,
    *,
    target: str | None = None,
    missing: str | Missing = Missing.REFUSE,
    positive: str | None = None,
    categorical: Sequence[str] = (),
    ignore: Sequence[str] = (),
    data_folder: Path | None = None,
    cache_folder: Path | None = None,
    openml_url: str | None = None,
) -> Dataset:
    """Return the data set that `source` names.

    A source that ends in .csv, .csv.gz, .parquet or .npz, in whatever case, is a file. Other sources are
    names and are looked for, in this order, among the sets that come with scikit-learn (breast_cancer,
    digits, iris, wine), in `data_folder` as ``<name>.csv.gz``, ``.csv``, ``.parquet`` or ``.npz``, and on
    OpenML, by a name in `OPENML_IDS` or as ``openml:<number>``.

    `positive` makes the two-class task of one class against the rest. For the other options see
    `tinydwn.data.table.to_dataset`; `target` and `missing` do not concern sets from scikit-learn and
    images. The folders and the address default to the environment's TINYDWN_DATA, TINYDWN_CACHE (else
    ``~/.cache/tinydwn``) and TINYDWN_OPENML_URL (else OpenML itself).

    DataError, with the nearest known names, for a source that is neither; ConfigError for a `target` of
    a set that has no columns to choose from.

    >>> load_dataset("iris").split().test_labels.size
    30
    """
    reading = _Reading(target, missing, tuple(categorical), tuple(ignore))
    name = str(source)
    if isinstance(source, Path) or name.lower().endswith(FILE_ENDINGS):
        dataset = _from_file(Path(source), reading)
    elif name in BUILTIN_NAMES:
        reading.refuse_columns(name)
        dataset = load_builtin(name)
    else:
        folder = data_folder or environment_folder("TINYDWN_DATA")
        found = _in_folder(folder, name) if folder is not None else None
        if found is not None:
            dataset = _from_file(found, reading)
        else:
            openml = OpenML(
                Cache(cache_folder or default_cache_folder()),
                url=(openml_url or os.environ.get("TINYDWN_OPENML_URL") or OPENML_URL).rstrip("/"),
            )
            number = _openml_number(name, folder)
            table, announced = openml.table(number, name=name.replace(":", "-"))
            dataset = reading.dataset(table, announced)
    return dataset if positive is None else one_against_rest(dataset, positive)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The options that concern tables of text cells."""

    target: str | None
    missing: str | Missing
    categorical: tuple[str, ...]
    ignore: tuple[str, ...]

    def dataset(self, table: Table, announced: str | None = None) -> Dataset:
        return to_dataset(
            table,
            target=self.target or announced,
            missing=self.missing,
            categorical=self.categorical,
            ignore=self.ignore,
        )

    def refuse_columns(self, name: str) -> None:
        if self.target is not None or self.categorical or self.ignore:
            raise ConfigError(
                f"the columns of data set {name!r} cannot be chosen",
                hint="leave out --target and other options about columns",
            )


def _from_file(path: Path, reading: _Reading) -> Dataset:
    lower = path.name.lower()
    ending = next((one for one in FILE_ENDINGS if lower.endswith(one)), None)
    _refuse_folder(path)
    if ending is None:
        raise DataError(
            f"{path} is not a kind of file that is read", hint=f"the name ends in {', '.join(FILE_ENDINGS)}"
        )
    if not path.is_file():
        near = difflib.get_close_matches(path.name, _files(path.parent), n=3)
        raise DataError(
            f"there is no file {path}",
            hint=f"did you mean {' or '.join(near)}?" if near else "check the path",
        )
    name = path.name[: -len(ending)] or path.name
    if ending == ".npz":
        reading.refuse_columns(name)
        return read_images(path, name=name)
    return reading.dataset((read_parquet if ending == ".parquet" else read_csv)(path, name=name))


def _refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise DataError(f"'{path}' is a folder, not a table of samples", hint="name a file in it")


def known_names(data_folder: Path | None = None) -> tuple[str, ...]:
    """Return the names that `load_dataset` knows: built in, in `data_folder`, and on OpenML; sorted.

    >>> "breast_cancer" in known_names() and "phoneme" in known_names()
    True
    """
    folder = data_folder or environment_folder("TINYDWN_DATA")
    local = _files(folder) if folder is not None else []
    stems = {file[: -len(ending)] for file in local for ending in FILE_ENDINGS if file.lower().endswith(ending)}
    return tuple(sorted({*BUILTIN_NAMES, *OPENML_IDS, *stems}))


def _files(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir() if entry.name.lower().endswith(FILE_ENDINGS))
    except OSError:
        return []


def _in_folder(folder: Path, name: str) -> Path | None:
    if not folder.is_dir():
        raise DataError(f"the data folder {folder} does not exist", hint="set TINYDWN_DATA to a folder, or unset it")
    if not name or "/" in name or "\\" in name or "\0" in name:
        return None
    paths = [folder / f"{name}{ending}" for ending in (".csv.gz", ".csv", ".parquet", ".npz")]
    return next((path for path in paths if path.is_file()), None)


def _openml_number(name: str, folder: Path | None) -> int:
    if (direct := _OPENML_NUMBER.fullmatch(name)) is not None:
        return int(direct.group(1))
    if name in OPENML_IDS:
        return OPENML_IDS[name]
    if Path(name).is_file():
        raise DataError(
            f"{name} is not a kind of file that is read", hint=f"the name ends in {', '.join(FILE_ENDINGS)}"
        )
    if name:
        _refuse_folder(Path(name))
    raise DataError(
        f"there is no data set {name!r}",
        hint=choices("known names", known_names(folder), name) + "; or give a file that ends in .csv",
    )
