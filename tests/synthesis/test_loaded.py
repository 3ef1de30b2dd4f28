"""A bundle that is opened again."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tinydwn import load_bundle, synthesize
from tinydwn.errors import BundleError, ConfigError, DataError
from tinydwn.export.bundle import Bundle, read_bundle, write_bundle
from tinydwn.netlist import simulate
from tinydwn.report.collect import collect
from tinydwn.report.deliver import with_reports
from tinydwn.synthesis import Synthesis, SynthesisOptions

RNG = np.random.default_rng(3)
FRAME = pd.DataFrame(
    {
        "grams": np.round(RNG.uniform(50, 250, size=120)),
        "skin": RNG.choice(["red", "green", "brown"], size=120),
        "dull": RNG.normal(size=120),
    }
)
KINDS = np.where((FRAME["grams"] > 150) & (FRAME["skin"] != "green"), "apple", "plum")
OPTIONS = SynthesisOptions(
    training={"layers": (4,), "epochs": 2, "bits_per_feature": 3}, circuits=4000, points=3, most_nand2=8.0
)


@pytest.fixture(scope="module")
def found() -> Synthesis:
    return synthesize(FRAME, OPTIONS, target=KINDS)


@pytest.fixture(scope="module")
def folder(found: Synthesis, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("loaded") / "fruit"
    write_bundle(with_reports(found.files, collect(found)), place)
    return place


def test_it_holds_the_chosen_circuit(found: Synthesis, folder: Path) -> None:
    bundle = load_bundle(folder)
    assert bundle.classifier == found.point.classifier
    assert bundle.interface == found.delivered.interface
    assert bundle.netlist == found.chip.minimized.netlist
    assert bundle.core == found.core.minimized.netlist
    assert bundle.report["model"]["digest"] == bundle.classifier.digest
    assert bundle.class_names == ("apple", "plum")
    assert dict(bundle.files) == dict(read_bundle(folder).files)
    with pytest.raises(dataclasses.FrozenInstanceError):
        bundle.core = bundle.netlist  # type: ignore[misc]


def test_it_classifies_frames_and_arrays_as_the_netlist_does(folder: Path) -> None:
    bundle = load_bundle(str(folder))
    said = bundle.predict(FRAME)
    assert np.mean(said == KINDS) > 0.85
    assert bundle.predict(FRAME[FRAME.columns[::-1]]).tolist() == said.tolist()
    assert bundle.predict(FRAME.to_numpy(dtype=object)).tolist() == said.tolist()
    assert bundle.predict(FRAME[list(bundle.columns_read)]).tolist() == said.tolist()
    words = {
        one.feature: np.clip(np.floor((values - one.offset) / one.step), 0, (1 << one.word_bits) - 1).astype(int)
        for one in bundle.interface.features
        for values in [_feature(one.feature)]
    }
    columns = [
        words[name[: name.rindex("[")]] >> int(name[name.rindex("[") + 1 : -1]) & 1 for name in bundle.netlist.inputs
    ]
    answers = simulate(bundle.netlist, np.array(columns, dtype=bool).T)[:, 0].astype(int)
    assert np.array(bundle.class_names)[answers].tolist() == said.tolist()


def _feature(name: str) -> np.ndarray:
    column, _, category = name.partition("=")
    return np.asarray(FRAME[column] == category if category else FRAME[column], dtype=float)


def test_a_file_of_samples_is_read_as_the_table_that_was_learned_from(folder: Path, tmp_path: Path) -> None:
    bundle = load_bundle(folder)
    FRAME.assign(kind=KINDS).to_csv(tmp_path / "fruit.csv", index=False)
    read = bundle.read(tmp_path / "fruit.csv")
    assert bundle.answers(read.features).tolist() == bundle.predict(FRAME).tolist()


def test_what_is_missing_or_no_number_is_named(folder: Path) -> None:
    bundle = load_bundle(folder)
    with pytest.raises(DataError, match="the table has no column 'grams'"):
        bundle.predict(FRAME.drop(columns="grams"))
    with pytest.raises(DataError, match=r"column 'grams' holds 'many' in row 1 \(and in 119 more\), where "):
        bundle.predict(FRAME.assign(grams="many"))
    with pytest.raises(DataError, match="samples of 1 column, 3 were learned from"):
        bundle.predict([[1.0]])


def _changed(folder: Path, tmp_path: Path, name: str, content: bytes | None) -> Path:
    files: dict[str, Any] = {**read_bundle(folder).files, name: content}
    write_bundle(Bundle({key: value for key, value in files.items() if value is not None}), tmp_path / "changed")
    return tmp_path / "changed"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("model.npz", None, "has no file 'model.npz'"),
        ("model.npz", b"nothing", "is not sound: 'model.npz' is not a model file"),
        ("report.json", b"{", "report.json' is not JSON"),
        ("report.json", b"[]", "report.json' is not an object of JSON"),
        ("coding.json", b"\xff", "coding.json' is not a text"),
        ("coding.json", json.dumps({"schema": "other"}).encode(), "is not sound: this is no coding of columns"),
        ("coding.json", None, ""),
        ("interface.json", b"{}", "'interface.json' is not the interface of a chip"),
        ("chip/netlist.blif", b"nothing", "is not sound: "),
    ],
)
def test_a_folder_that_is_not_whole_is_refused(
    folder: Path, tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    place = _changed(folder, tmp_path, name, content)
    if not message:
        assert load_bundle(place).coding.is_identity
        return
    with pytest.raises(BundleError) as caught:
        load_bundle(place)
    assert message in caught.value.message
    assert caught.value.hint


def test_a_coding_of_other_features_is_refused(folder: Path, tmp_path: Path) -> None:
    document = json.loads((folder / "coding.json").read_text(encoding="utf-8"))
    document["columns"] = document["columns"][:1]
    place = _changed(folder, tmp_path, "coding.json", json.dumps(document).encode())
    with pytest.raises(BundleError, match="belongs to another classifier"):
        load_bundle(place)


def test_a_changed_file_and_a_folder_of_another_kind_are_refused(folder: Path, tmp_path: Path) -> None:
    place = _changed(folder, tmp_path, "notes.txt", b"one")
    (place / "notes.txt").write_bytes(b"two")
    with pytest.raises(BundleError, match="was changed after it was written"):
        load_bundle(place)
    with pytest.raises(BundleError, match="is no bundle"):
        load_bundle(tmp_path)
    with pytest.raises(ConfigError, match="the folder is 3"):
        load_bundle(3)  # type: ignore[arg-type]
