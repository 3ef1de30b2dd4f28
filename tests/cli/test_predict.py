"""predict on a folder that synth wrote."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tinydwn import load_bundle


@pytest.fixture
def folder(walked: tuple[Path, Any]) -> Path:
    return walked[0]


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_every_row_gets_a_class_and_known_classes_are_compared(
    tinydwn: Callable[..., Any], folder: Path, fruit: Path
) -> None:
    ended = tinydwn("predict", folder, fruit)
    assert ended.code == 0, ended.err
    rows = _rows(ended.out)
    table = pd.read_csv(fruit)
    said = load_bundle(folder).predict(table.drop(columns="kind")).tolist()
    assert rows == [["row", "class"], *([str(k), name] for k, name in enumerate(said, start=1))]
    right = sum(name == kind for name, kind in zip(said, table["kind"], strict=True))
    assert right > 70
    assert ended.err.splitlines() == [f"{100 * right / 80:.1f} % of 80 samples right"]


def test_only_the_columns_that_the_circuit_reads_are_needed(
    tinydwn: Callable[..., Any], folder: Path, fruit: Path, tmp_path: Path
) -> None:
    needed = list(load_bundle(folder).columns_read)
    table = pd.read_csv(fruit)
    assert 0 < len(needed) < 3
    path = tmp_path / "few.csv"
    table[needed].assign(other="?").to_csv(path, index=False)
    few, whole = tinydwn("predict", folder, path, "--quiet"), tinydwn("predict", folder, fruit, "--quiet")
    assert (few.code, few.out, few.err) == (0, whole.out, "")
    table.drop(columns=needed).to_csv(path, index=False)
    ended = tinydwn("predict", folder, path)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"error: the table has no column {', '.join(map(repr, needed))}\n\nhint: ")


def test_a_text_among_numbers_is_named_with_its_place(
    tinydwn: Callable[..., Any], folder: Path, fruit: Path, tmp_path: Path
) -> None:
    table = pd.read_csv(fruit).astype(object)
    column = load_bundle(folder).columns_read[0]
    table.loc[4, column] = "heavy"
    table.to_csv(tmp_path / "odd.csv", index=False)
    ended = tinydwn("predict", folder, tmp_path / "odd.csv")
    assert (ended.code, ended.out) == (1, "")
    assert f"column {column!r} holds 'heavy' in row 5, where numbers were learned from" in ended.err


def test_rows_go_to_a_file_and_a_document_to_standard_output(
    tinydwn: Callable[..., Any], folder: Path, fruit: Path, tmp_path: Path
) -> None:
    plain = tinydwn("predict", folder, fruit)
    ended = tinydwn("predict", folder, fruit, "--out", tmp_path / "new" / "said.csv", "--json")
    assert (tmp_path / "new" / "said.csv").read_text(encoding="utf-8") == plain.out
    document = json.loads(ended.out)
    assert document["schema"] == "tinydwn.prediction/1"
    assert document["samples"] == document["compared"] == len(document["classes"]) == 80
    assert document["accuracy"] == document["right"] / 80
    quiet = tinydwn("predict", folder, fruit, "--out", tmp_path / "again.csv", "--quiet")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


def test_places_that_would_lose_something_are_refused(tinydwn: Callable[..., Any], folder: Path, fruit: Path) -> None:
    ended = tinydwn("predict", folder, fruit, "--out", fruit)
    assert (ended.code, ended.out) == (1, "")
    assert "would overwrite a file that is read" in ended.err
    ended = tinydwn("predict", folder, fruit, "--out", folder / "said.csv")
    assert (ended.code, ended.out) == (1, "")
    assert "lies in the folder of the circuit\n\nhint: name a file elsewhere with --out" in ended.err


def test_a_class_column_may_be_named_and_must_be_there(
    tinydwn: Callable[..., Any], folder: Path, fruit: Path, tmp_path: Path
) -> None:
    table = pd.read_csv(fruit).rename(columns={"kind": "sort"})
    table.to_csv(tmp_path / "renamed.csv", index=False)
    ended = tinydwn("predict", folder, tmp_path / "renamed.csv")
    assert (ended.code, ended.err) == (0, "")
    ended = tinydwn("predict", folder, tmp_path / "renamed.csv", "--target", "sort")
    assert "of 80 samples right" in ended.err
    ended = tinydwn("predict", folder, tmp_path / "renamed.csv", "--target", "kind")
    assert (ended.code, ended.out) == (1, "")
    assert "has no column 'kind'" in ended.err


def test_what_is_no_folder_of_a_circuit_is_refused(tinydwn: Callable[..., Any], fruit: Path, tmp_path: Path) -> None:
    ended = tinydwn("predict", tmp_path / "nothing", fruit)
    assert (ended.code, ended.out) == (1, "")
    assert "does not exist\n\nhint: name a folder that 'tinydwn synth' wrote" in ended.err


def test_classes_that_the_circuit_does_not_know_are_told(
    tinydwn: Callable[..., Any], folder: Path, fruit: Path, tmp_path: Path
) -> None:
    table = pd.read_csv(fruit)
    table.loc[[1, 5], "kind"] = "quince"
    table.to_csv(tmp_path / "odd.csv", index=False)
    ended = tinydwn("predict", folder, tmp_path / "odd.csv", "--json")
    note = "2 samples of classes that the circuit does not know count as wrong: 'quince'"
    assert ended.err.splitlines()[0] == f"note: {note}"
    assert json.loads(ended.out)["notes"] == [note]
    assert json.loads(ended.out)["right"] <= 78
