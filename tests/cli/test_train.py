from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinydwn.cli import train as train_module
from tinydwn.model import load_classifier

SMALL = ("--luts", "6", "--epochs", "3", "--bits", "3", "--inputs-per-lut", "2")


def test_a_model_is_trained_written_and_the_next_command_named(
    tinydwn: Callable[..., Any], fruit: Path, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "model.npz"
    ended = tinydwn("train", fruit, "--out", out, *SMALL)
    assert ended.code == 0, ended.err
    assert load_classifier(out).class_names == ("apple", "plum")
    assert "Accuracy on fruit" in ended.out
    assert "test part, held back from training and selection" in ended.out
    assert ended.err.splitlines()[-1] == f"next: tinydwn synth {out} --out {out.with_suffix('')}"
    assert [path.name for path in out.parent.iterdir()] == ["model.npz"]


def test_what_was_done_to_the_data_is_told_beside_the_accuracy(
    tinydwn: Callable[..., Any], fruit: Path, tmp_path: Path
) -> None:
    lines = fruit.read_text(encoding="utf-8").splitlines()
    holed = tmp_path / "holed.csv"
    holed.write_text("\n".join([lines[0], "," + lines[1].split(",", 1)[1], *lines[2:]]) + "\n", encoding="utf-8")
    ended = tinydwn("train", holed, "--out", tmp_path / "model.npz", *SMALL, "--missing", "mean")
    assert ended.code == 0, ended.err
    told = " ".join(ended.out[ended.out.index("note: ") :].split())
    assert "filled with the mean" in told
    assert "computed over the training part" in told


def test_json_is_the_only_thing_on_standard_output(tinydwn: Callable[..., Any], fruit: Path, tmp_path: Path) -> None:
    out = tmp_path / "model.npz"
    ended = tinydwn("train", fruit, "--out", out, *SMALL, "--json", "--quiet")
    value = json.loads(ended.out)
    assert ended.err == ""
    assert value["schema"] == "tinydwn.training/1"
    assert value["digest"] == load_classifier(out).digest
    assert 0 <= value["accuracy"]["test"] <= 1


def test_an_interrupted_training_goes_on_and_gives_the_same_model(
    tinydwn: Callable[..., Any], fruit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("train", fruit, *SMALL)
    assert tinydwn(*words, "--out", tmp_path / "whole.npz").code == 0
    from tinydwn.training import loop

    real = loop.save_checkpoint
    saved = []

    def stop_after_two(*given: Any, **named: Any) -> None:
        real(*given, **named)
        saved.append(1)
        if len(saved) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(loop, "save_checkpoint", stop_after_two)
    monkeypatch.setattr(loop.time, "monotonic", iter(range(0, 10_000, 10)).__next__)
    stopped = tinydwn(*words, "--out", tmp_path / "parts.npz")
    assert stopped.code == 130
    assert not (tmp_path / "parts.npz").exists()
    ended = tinydwn(*words, "--out", tmp_path / "parts.npz")
    assert ended.code == 0
    assert "training went on after epoch 2" in ended.err
    assert (tmp_path / "parts.npz").read_bytes() == (tmp_path / "whole.npz").read_bytes()
    assert not list(tmp_path.glob(".*checkpoint"))


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (("--out", "model.txt"), "the model file 'model.txt' does not end in .npz", "name it like model.npz"),
        (
            ("--out", "m.npz", "--luts", "6,x"),
            "--luts is '6,x'",
            "give whole numbers separated by commas, such as 64 or 60,20",
        ),
        (
            ("--out", "m.npz", "--set", "seed=3"),
            "--set gives 'seed', which has an option of its own or was given before",
            "give the seed with --seed",
        ),
        (
            ("--out", "m.npz", "--luts", "6", "--set", "layers=[12]"),
            "--set gives 'layers', which has an option of its own or was given before",
            "give it once",
        ),
        (
            ("--out", "m.npz", "--set", "tau=" + "[" * 3000),
            "tau is '" + "[" * 56 + "...",
            "choose a number from 0.001 to 1e+06",
        ),
        (
            ("--out", "m.npz", "--reduction", "magic"),
            "unknown reduction 'magic'",
            "choose one of popcount, learnable, coded",
        ),
    ],
)
def test_options_that_make_no_sense_are_refused(
    tinydwn: Callable[..., Any], fruit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...], message: str, hint: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    ended = tinydwn("train", fruit, *words)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"error: {message}\n\nhint: {hint}\n"
    assert not list(tmp_path.iterdir())


def test_an_unwritable_place_is_told_before_training(tinydwn: Callable[..., Any], fruit: Path) -> None:
    ended = tinydwn("train", fruit, "--out", fruit / "model.npz")
    assert ended.code == 1
    assert f"error: '{fruit}' cannot be made: " in ended.err
    assert train_module.SCHEMA not in ended.out


def test_data_that_is_not_there_is_told_with_a_hint(tinydwn: Callable[..., Any], tmp_path: Path) -> None:
    ended = tinydwn("train", tmp_path / "none.csv", "--out", tmp_path / "m.npz")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"error: there is no file {tmp_path / 'none.csv'}\n\nhint: ")


def test_a_table_in_another_form_is_read_as_the_options_say(
    tinydwn: Callable[..., Any], fruit: Path, tmp_path: Path
) -> None:
    lines = fruit.read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split(",") for line in lines]
    path = tmp_path / "fruit.data"
    cells = [
        ";".join([str(k), a, b.replace(".", ","), "?" if k % 9 == 0 else c, d]) for k, (a, b, c, d) in enumerate(rows)
    ]
    path.write_bytes("\n".join(cells).replace("plum", "prün").encode("latin-1"))
    ended = tinydwn("train", path, "--out", tmp_path / "m.npz", *SMALL)
    assert (ended.code, "pass --encoding latin-1" in ended.err) == (1, True)
    ended = tinydwn("train", path, "--out", tmp_path / "m.npz", *SMALL, "--encoding", "latin-1")
    assert (ended.code, "pass --no-header" in ended.err) == (1, True)
    words = ("--encoding", "latin-1", "--no-header", "--missing", "most_frequent", "--ignore", "column_2")
    ended = tinydwn("train", path, "--out", tmp_path / "m.npz", *SMALL, *words, "--decimal", ",")
    assert ended.code == 0, ended.err
    told = " ".join(ended.out.split())
    assert "note: column 'column_1' left out: it counts the samples" in told
    assert "note: column 'column_3' read as numbers: decimal commas" in told
    assert "note: column 'column_4': '?' taken as missing" in told
    assert load_classifier(tmp_path / "m.npz").class_names == ("apple", "prün")


def test_columns_are_chosen_and_numbers_become_classes_by_options(
    tinydwn: Callable[..., Any], fruit: Path, tmp_path: Path
) -> None:
    words = ("--target", "weight", "--bins", "2", "--only", "1st $größe, cm", "--only", "ripe", "--drop-rare")
    ended = tinydwn("train", fruit, "--out", tmp_path / "m.npz", *SMALL, *words, "--categorical", "ripe")
    assert ended.code == 0, ended.err
    assert load_classifier(tmp_path / "m.npz").class_names == ("up to 129", "above 129")
    ended = tinydwn("train", fruit, "--out", tmp_path / "m.npz", *SMALL, "--missing-marks", "?,1", "--header")
    assert ended.code == 1
    assert "stands for a missing value" in ended.err
