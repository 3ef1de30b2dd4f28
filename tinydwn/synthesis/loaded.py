"""A folder that `tinydwn synth` wrote, opened again: to classify with its circuit, and to look at what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinydwn.data import Coding, FileSamples, Reading, coded_samples, read_samples
from tinydwn.data.one_against_rest import rest_name
from tinydwn.errors import BundleError, ConfigError, TinydwnError
from tinydwn.export.bundle import Bundle, read_bundle
from tinydwn.export.bundle_files import CODING_FILE, INTERFACE_FILE, MODEL_FILE, NETLIST_FILE, REPORT_FILE
from tinydwn.export.chip_interface import ChipInterface, read_interface
from tinydwn.model.classifier import Classifier
from tinydwn.model.reference import classify
from tinydwn.model.store import from_bytes
from tinydwn.netlist import Netlist, from_blif
from tinydwn.tools.json_object import parse_json

_AGAIN = "run 'tinydwn synth' again to write the folder anew"


@dataclass(frozen=True, slots=True, eq=False)
class LoadedBundle:
    """What a bundle holds about its chosen circuit.

    `classifier` means what the circuit computes, and `interface` tells what its ports are. `netlist` is the minimized
    chip, from words of features to the class; `core` begins at thermometer bits. `report` is the content of
    `report.json`. `coding` tells how columns of a table become features. `files` are all files by their path in the
    folder.
    """

    classifier: Classifier
    interface: ChipInterface
    netlist: Netlist
    core: Netlist
    report: Mapping[str, Any]
    coding: Coding
    files: Mapping[str, bytes]

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the classes."""
        return self.classifier.class_names

    @property
    def features_read(self) -> tuple[str, ...]:
        """The names of the features that the circuit depends on."""
        return tuple(one.feature for one in self.interface.features_read)

    @property
    def columns_read(self) -> tuple[str, ...]:
        """The names of the columns of a table that these features come from."""
        return tuple(column.name for column in self.coding.columns_for(self.features_read))

    def predict(self, X: object) -> NDArray[np.str_]:  # noqa: N803 - as scikit-learn calls it
        """Return the name of the class of each sample, (samples,).

        `X` is a pandas DataFrame with the columns that were learned from, in any order, of which only those in
        `columns_read` have to be there; or an array of all of them, in the order of `coding`. `DataError`, and
        `UserWarning` for a category that was not learned from, as `tinydwn.data.coded_samples` says.
        """
        return self.answers(coded_samples(X, self.coding, needed=self.features_read))

    def read(self, path: Path, reading: Reading | None = None) -> FileSamples:
        """Return the samples in the table at `path`, with 0 in all features that the circuit does not depend on.

        As `tinydwn.data.read_samples`; where the circuit knows one class from all others, these are joined.
        """
        reading = reading or Reading()
        if len(self.class_names) == 2 and self.class_names[0] == rest_name(self.class_names[1]):
            reading = replace(reading, positive=reading.positive or self.class_names[1])
        return read_samples(path, self.coding, reading, needed=self.features_read)

    def answers(self, features: NDArray[np.float64]) -> NDArray[np.str_]:
        """Return the name of the class of each sample, (samples,), from all features, (samples, features)."""
        return np.array(self.class_names)[classify(self.classifier, features)]


def load_bundle(folder: str | PathLike[str]) -> LoadedBundle:
    """Return what the folder of a bundle holds, each file checked against its manifest.

    `BundleError` for a folder that is no bundle, that was changed, or that lacks a file.

    >>> load_bundle("no such folder")
    Traceback (most recent call last):
    tinydwn.errors.BundleError: 'no such folder' does not exist
    <BLANKLINE>
    hint: name a folder that 'tinydwn synth' wrote
    """
    if not isinstance(folder, str | PathLike) or not isinstance(fspath(folder), str):
        raise ConfigError(f"the folder is {folder!r}", hint="give the path of a folder that 'tinydwn synth' wrote")
    place = Path(fspath(folder))
    bundle = read_bundle(place)
    try:
        classifier = from_bytes(_file(bundle, place, MODEL_FILE), name=MODEL_FILE)
        return LoadedBundle(
            classifier=classifier,
            interface=read_interface(_file(bundle, place, INTERFACE_FILE)),
            netlist=_netlist(bundle, place, "chip"),
            core=_netlist(bundle, place, "core"),
            report=_document(bundle, place, REPORT_FILE),
            coding=_coding(bundle, place, classifier),
            files=bundle.files,
        )
    except BundleError:
        raise
    except TinydwnError as error:
        raise BundleError(f"'{place}' is not sound: {error.message}", hint=_AGAIN) from error


def _coding(bundle: Bundle, place: Path, classifier: Classifier) -> Coding:
    """Return how columns become features: as they are where nothing else is written."""
    names = classifier.encoder.feature_names
    if CODING_FILE not in bundle.files:
        return Coding.identity(names)
    coding = Coding.from_json(_document(bundle, place, CODING_FILE))
    if coding.feature_names != names:
        raise BundleError(f"'{place / CODING_FILE}' belongs to another classifier", hint=_AGAIN)
    return coding


def _netlist(bundle: Bundle, place: Path, cut: str) -> Netlist:
    return from_blif(_text(bundle, place, f"{cut}/{NETLIST_FILE}"))


def _document(bundle: Bundle, place: Path, name: str) -> dict[str, Any]:
    try:
        content = parse_json(_text(bundle, place, name))
    except ValueError as error:
        raise BundleError(f"'{place / name}' is not JSON", hint=_AGAIN) from error
    if not isinstance(content, dict):
        raise BundleError(f"'{place / name}' is not an object of JSON", hint=_AGAIN)
    return content


def _text(bundle: Bundle, place: Path, name: str) -> str:
    try:
        return _file(bundle, place, name).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BundleError(f"'{place / name}' is not a text", hint=_AGAIN) from error


def _file(bundle: Bundle, place: Path, name: str) -> bytes:
    if name not in bundle.files:
        raise BundleError(f"'{place}' has no file '{name}'", hint=_AGAIN)
    return bundle.files[name]
