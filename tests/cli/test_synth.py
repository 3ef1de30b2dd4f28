from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinydwn.export import bundle_files
from tinydwn.export.bundle import Bundle, read_bundle, write_bundle
from tinydwn.export.wrapper import STYLES
from tinydwn.netlist import Netlist
from tinydwn.report.run_report import from_text
from tinydwn.verify import Outcome, Verdict


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_whole_road_ends_well_and_names_the_next_command(walked: tuple[Path, Any]) -> None:
    folder, ended = walked
    assert ended.code == 0, ended.err
    assert ended.err.splitlines()[-3:-1] == [f"written: {folder}", f"next: open {folder / 'report.html'}"]
    assert f"tinydwn flow {folder} --plan openroad" in ended.err.splitlines()[-1]
    assert f"tinydwn choose {folder} --max-area 12" in ended.out.replace("\n", " ").replace("  ", " ")
    for piece in ("fruit:", "encoder included", "expected", "features needed:", "nangate45", "proofs say EQUIVALENT."):
        assert piece in ended.out
    assert "Traceback" not in ended.err
    assert [path.name for path in folder.parent.iterdir()] == ["fruit"]


def test_every_file_of_a_folder_has_a_name_of_its_home(walked: tuple[Path, Any]) -> None:
    styles = [bundle_files.file_of_testbench(style) for style in STYLES]
    styles += [bundle_files.file_of_wrapper(style) for style in STYLES]
    known = {one for name, one in vars(bundle_files).items() if name.endswith("_FILE")} | set(styles)
    names = _content(walked[0])
    front = [name for name in names if name.startswith(f"{bundle_files.FRONT_FOLDER}/")]
    assert sorted(front) == [bundle_files.front_file(k) for k in range(len(front))]
    assert {Path(name).name for name in names if name not in front} == known - {bundle_files.CODING_FILE} | (
        {bundle_files.CODING_FILE} & set(names)
    )


def test_the_folder_holds_a_report_in_three_forms_and_fits_its_manifest(walked: tuple[Path, Any]) -> None:
    files = read_bundle(walked[0]).files
    report = from_text(files["report.json"].decode())
    assert report.source == report.data.name == "fruit"
    assert report.all_equivalent
    assert report.chip.libraries == ("nangate45", "egfet")
    assert report.training.epochs[-1].epoch == 3
    assert files["report.html"].startswith(b"<!doctype html>")
    assert files["report.md"].startswith(b"# fruit\n")


def test_the_same_command_twice_writes_the_same_bytes_anywhere(
    tinydwn: Callable[..., Any], walked: tuple[Path, Any], fruit: Path, small: tuple[str, ...], tmp_path: Path
) -> None:
    moved = tmp_path / "elsewhere" / "fruit.csv"
    moved.parent.mkdir()
    moved.write_bytes(fruit.read_bytes())
    ended = tinydwn("synth", moved, "--out", tmp_path / "again", *small, "--json", "--quiet")
    assert (ended.code, ended.err) == (0, "")
    assert _content(tmp_path / "again") == _content(walked[0])
    document = json.loads(ended.out)
    assert document["schema"] == "tinydwn.report/2"
    assert set(document["seconds"]) >= {"data", "train", "search", "front", "map", "verify"}
    del document["seconds"]
    assert document == json.loads((tmp_path / "again" / "report.json").read_text(encoding="utf-8"))


def test_a_model_file_is_a_source_too(tinydwn: Callable[..., Any], walked: tuple[Path, Any], tmp_path: Path) -> None:
    out = tmp_path / "from_model"
    ended = tinydwn("synth", walked[0] / "model.npz", "--out", out, "--effort", "fast", "--library", "nangate45")
    assert ended.code == 0, ended.err
    assert "model.npz: a classifier of" in ended.out
    report = from_text((out / "report.json").read_text(encoding="utf-8"))
    assert (report.data, report.training, report.accuracy.test) == (None, None, None)
    assert "no samples were given" in (out / "report.html").read_text(encoding="utf-8")


def test_a_folder_that_is_no_bundle_is_refused_before_anything_is_computed(
    tinydwn: Callable[..., Any], fruit: Path, tmp_path: Path
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "me.jpg").write_bytes(b"x")
    ended = tinydwn("synth", fruit, "--out", tmp_path / "photos")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        f"error: '{tmp_path / 'photos'}' holds files that are no bundle\n\n"
        "hint: choose an empty or a new folder with --out\n"
    )
    assert _content(tmp_path) == {"photos/me.jpg": b"x"}


def test_a_place_that_cannot_be_made_is_refused(tinydwn: Callable[..., Any], fruit: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    ended = tinydwn("synth", fruit, "--out", tmp_path / "file" / "out")
    assert ended.code == 1
    assert f"'{tmp_path / 'file'}' cannot be made: " in ended.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--effort", "heroic"), "error: unknown effort 'heroic'\n\nhint: choose one of fast, normal, high\n"),
        (("--output-form", "gray"), "error: unknown output form 'gray'\n\nhint: choose one of index, onehot\n"),
        (("--target", "colour"), "error: "),
        (("--library", "sky1300"), "error: "),
        (("--timeout", "0"), "error: the timeout is 0 s\n\nhint: choose a number of seconds above 0, up to 1000000\n"),
    ],
)
def test_bad_options_end_with_1_and_leave_nothing(
    tinydwn: Callable[..., Any], fruit: Path, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    ended = tinydwn("synth", fruit, "--out", tmp_path / "out", "--quiet", *words)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(message)
    assert "\n\nhint: " in ended.err
    assert not (tmp_path / "out").exists()


def test_a_missing_program_ends_with_4_and_leaves_no_folder(
    tinydwn: Callable[..., Any], fruit: Path, tmp_path: Path, small: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINYDWN_ABC", str(tmp_path / "no_abc"))
    ended = tinydwn("synth", fruit, "--out", tmp_path / "out", *small, "--quiet")
    assert (ended.code, ended.out) == (4, "")
    assert ended.err == (
        f"error: ABC cannot be started: {tmp_path / 'no_abc'} (from TINYDWN_ABC): No such file or directory\n\n"
        "hint: run 'tinydwn doctor' to see what is missing\n"
    )
    assert not (tmp_path / "out").exists()


def _always(outcome: Outcome) -> Callable[..., Verdict]:
    def prove(left: Netlist, right: Netlist, *, subject: str = "", **_: Any) -> Verdict:
        if outcome is Outcome.DIFFERENT:
            witness = {name: name == left.inputs[0] for name in left.inputs}
            return Verdict(outcome, subject, "ABC cec", "output 'y' is 0 against 1", witness)
        return Verdict(outcome, subject, "ABC cec", "no time left")

    return prove


def test_a_difference_ends_with_3_names_the_witness_and_writes_nothing(
    tinydwn: Callable[..., Any], fruit: Path, tmp_path: Path, small: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tinydwn.synthesis import ladder

    monkeypatch.setattr(ladder, "prove_equivalent", _always(Outcome.DIFFERENT))
    ended = tinydwn("synth", fruit, "--out", tmp_path / "out", *small, "--quiet")
    assert (ended.code, ended.out) == (3, "")
    assert "minimized = lowered: DIFFERENT by ABC cec: output 'y' is 0 against 1; for example where" in ended.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("allow", "code"), [((), 3), (("--allow-undecided",), 0)])
def test_an_undecided_proof_is_shown_and_passes_only_when_allowed(
    tinydwn: Callable[..., Any], fruit: Path, tmp_path: Path, small: tuple[str, ...], monkeypatch: pytest.MonkeyPatch,
    allow: tuple[str, ...], code: int,
) -> None:  # fmt: skip
    from tinydwn.synthesis import ladder

    monkeypatch.setattr(ladder, "prove_equivalent", _always(Outcome.UNDECIDED))
    ended = tinydwn("synth", fruit, "--out", tmp_path / "out", *small, *allow)
    assert ended.code == code
    assert "Not shown to be equivalent" in ended.out
    assert "UNDECIDED is not a pass." in ended.out
    assert "no time left" in ended.out
    report = from_text((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert not report.all_equivalent
    assert ("UNDECIDED by ABC cec: no time left\n\nhint: allow more time with --timeout" in ended.err) == (code == 3)


@pytest.mark.parametrize("stage", ["train", "search", "front", "verify"])
def test_ctrl_c_anywhere_ends_with_one_line_and_leaves_no_folder(
    tinydwn: Callable[..., Any], fruit: Path, small: tuple[str, ...], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, stage: str,
) -> None:  # fmt: skip
    from tinydwn.synthesis import progress

    real = progress.Progress.tell

    def interrupted(self: progress.Progress, text: str, **given: Any) -> None:
        if self._stage == stage:
            raise KeyboardInterrupt
        real(self, text, **given)

    monkeypatch.setattr(progress.Progress, "tell", interrupted)
    ended = tinydwn("synth", fruit, "--out", tmp_path / "out", *small, "--quiet")
    assert ended.code == 130
    assert ended.err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_real_interrupt_stops_the_command_with_130(fruit: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-c", "from tinydwn.cli.app import main; main()", "synth", str(fruit)]
    options = ["--out", str(tmp_path / "out"), "--epochs", "100000"]
    with subprocess.Popen(
        [*words, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("train:"):
                break
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == ""
    assert err.splitlines()[-1].startswith("interrupted; ")
    assert "Traceback" not in err
    assert not (tmp_path / "out").exists()


def test_after_kill_9_an_older_result_still_stands_and_the_rerun_replaces_it_whole(
    walked: tuple[Path, Any], tinydwn: Callable[..., Any], fruit: Path, small: tuple[str, ...], short_main: str,
    tmp_path: Path,
) -> None:  # fmt: skip
    out = tmp_path / "out"
    write_bundle(Bundle({"core/older.v": b"module older; endmodule"}), out)
    words = [sys.executable, "-c", short_main, "synth", str(fruit)]
    with subprocess.Popen(
        [*words, "--out", str(out), *small], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("front:"):
                break
        process.kill()
    assert set(_content(out)) == {"MANIFEST.json", "core/older.v"}
    assert tinydwn("synth", fruit, "--out", out, *small, "--quiet").code == 0
    assert _content(out) == _content(walked[0])
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
