"""verify, report and compare on a folder that synth wrote."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import skip_or_fail
from tinydwn.cli import console
from tinydwn.export.bundle import Bundle, read_bundle, write_bundle
from tinydwn.netlist import from_blif, to_blif
from tinydwn.report.run_report import from_text


@pytest.fixture
def folder(walked: tuple[Path, Any], tmp_path: Path) -> Path:
    """Return a copy of a finished folder."""
    shutil.copytree(walked[0], tmp_path / "copy")
    return tmp_path / "copy"


def _with(folder: Path, name: str, content: bytes | None) -> None:
    """Write the folder anew, manifest and all, with one file changed or left out."""
    files = {**read_bundle(folder).files}
    if content is None:
        del files[name]
    else:
        files[name] = content
    write_bundle(Bundle(files), folder)


def _without_reports(folder: Path) -> None:
    for name in ("report.json", "report.md", "report.html"):
        _with(folder, name, None)


def test_a_finished_folder_is_proven_again_from_its_files(tinydwn: Callable[..., Any], folder: Path) -> None:
    ended = tinydwn("verify", folder)
    assert ended.code == 0, ended.err
    for subject in ("core/netlist.blif", "chip/netlist.v", "chip/nangate45/mapped.v", "core/egfet/mapped.v"):
        assert f"{subject} = model.npz" in ended.out
    assert "UNDECIDED" not in ended.out
    said = " ".join(ended.out.split())
    for checked in (
        "MANIFEST.json fits all",
        "report.json is about all the other files",
        "which report.json marks as chosen; all",
        "interface.json is that of chip/netlist.blif, words and classes those of model.npz",
        "core/vectors.hex = core/netlist.blif: all 16 vectors are answered so",
        "chip/vectors.hex = chip/netlist.blif: all 16 vectors are answered so",
        "report.md and report.html show report.json and nothing else",
        "on trust: samples.npz: that these are the test part",
    ):
        assert checked in said
    assert ended.err.splitlines()[-1] == f"next: tinydwn report {folder} --html"


def test_a_changed_file_is_found_before_any_proof(tinydwn: Callable[..., Any], folder: Path) -> None:
    (folder / "core" / "netlist.v").write_bytes(b"module core; endmodule\n")
    ended = tinydwn("verify", folder)
    assert (ended.code, ended.out) == (1, "")
    assert f"error: '{folder / 'core' / 'netlist.v'}' was changed after it was written" in ended.err


def test_a_wrong_netlist_with_a_right_manifest_is_refuted_with_a_witness(
    tinydwn: Callable[..., Any], folder: Path
) -> None:
    netlist = from_blif((folder / "core" / "netlist.blif").read_text(encoding="utf-8"))
    last = netlist.nodes[-1]
    wrong = replace(netlist, nodes=(*netlist.nodes[:-1], replace(last, table=last.table ^ 1)))
    _with(folder, "core/netlist.blif", to_blif(wrong).encode())
    reported = tinydwn("verify", folder)
    assert (reported.code, reported.out) == (1, "")
    assert "error: the report belongs to other files\n\nhint: run 'tinydwn synth' again" in reported.err
    _without_reports(folder)
    ended = tinydwn("verify", folder, "--json", "--quiet")
    verdicts = {(one["subject"], one["method"]): one for one in json.loads(ended.out)["verdicts"]}
    assert ended.code == 3
    assert "of the front" in json.loads(ended.out)["checks"][1]
    assert verdicts["core/netlist.blif = model.npz", "ABC cec"]["outcome"] == "DIFFERENT"
    assert verdicts["core/netlist.blif = model.npz", "Yosys SAT"]["outcome"] == "DIFFERENT"
    assert verdicts["core/netlist.v = model.npz", "ABC cec"]["outcome"] == "EQUIVALENT"
    assert ended.err.startswith("error: core/netlist.blif = model.npz: DIFFERENT by ABC cec: output '")
    assert "\n\nhint: files were changed or damaged, so make them anew; if they were not, this is a defect" in ended.err


def test_a_forged_wrapper_with_a_right_manifest_is_told_after_the_proofs(
    tinydwn: Callable[..., Any], folder: Path
) -> None:
    _without_reports(folder)
    wrapper = (folder / "chip" / "wrapper_serial.v").read_bytes()
    _with(folder, "chip/wrapper_serial.v", wrapper.replace(b"if (load) ", b"", 1))
    ended = tinydwn("verify", folder, "--json", "--quiet")
    wrong = "'chip/wrapper_serial.v' is not what is written for the model, netlists, cells and samples of the folder"
    document = json.loads(ended.out)
    assert (ended.code, document["wrong"]) == (1, [wrong])
    assert {one["outcome"] for one in document["verdicts"]} == {"EQUIVALENT"}
    assert ended.err.startswith(f"error: {wrong}\n\nhint: it was changed, or another version")


def test_vectors_that_the_chip_answers_otherwise_are_no_pass(tinydwn: Callable[..., Any], folder: Path) -> None:
    lines = (folder / "chip" / "vectors.hex").read_text().splitlines()
    netlist = from_blif((folder / "chip" / "netlist.blif").read_text(encoding="utf-8"))
    top = max(1, len(netlist.inputs)) + len(netlist.outputs) - 1
    lines[0] = f"{int(lines[0], 16) ^ 1 << top:0{len(lines[0])}x}"
    _without_reports(folder)
    _with(folder, "chip/vectors.hex", "".join(f"{line}\n" for line in lines).encode())
    ended = tinydwn("verify", folder, "--quiet")
    assert ended.code == 3
    assert "1 of 16 vectors are answered otherwise" in " ".join(ended.out.split())
    assert "error: chip/vectors.hex = chip/netlist.blif: 1 of 16 samples differ by simulation" in ended.err


def test_results_on_different_data_are_told_apart_first(
    tinydwn: Callable[..., Any], folder: Path, exact_bundle: Bundle, tmp_path: Path
) -> None:
    write_bundle(exact_bundle, tmp_path / "flowers")
    ended = tinydwn("compare", folder, tmp_path / "flowers")
    assert ended.code == 0
    said = " ".join(ended.out.split())
    assert said.startswith("different data: copy is about fruit, 2 classes and flowers is about iris, 3 classes")
    assert "Accuracy" not in ended.out
    document = json.loads(tinydwn("compare", folder, tmp_path / "flowers", "--json").out)
    assert document["data"] == "different"
    assert {row["better"] for row in document["rows"]} == {None}


def test_another_model_is_not_what_the_netlists_came_from(
    tinydwn: Callable[..., Any], folder: Path, fruit: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.npz"
    words = ("--luts", "4", "--epochs", "1", "--bits", "3", "--inputs-per-lut", "2", "--seed", "7")
    assert tinydwn("train", fruit, "--out", other, *words).code == 0
    _with(folder, "model.npz", other.read_bytes())
    _without_reports(folder)
    assert tinydwn("verify", folder, "--quiet").code in (1, 3)


def test_a_missing_file_is_named(tinydwn: Callable[..., Any], folder: Path) -> None:
    _with(folder, "core/netlist.v", None)
    ended = tinydwn("verify", folder, "--quiet")
    assert ended.code == 1
    assert ended.err == (
        "error: the bundle has no file 'core/netlist.v'\n\nhint: run 'tinydwn synth' again to write the folder anew\n"
    )


def test_a_proof_that_runs_out_of_time_is_no_pass(
    tinydwn: Callable[..., Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tinydwn.verify import Outcome, Verdict, delivered

    def late(*_: Any, subject: str = "", **__: Any) -> Verdict:
        return Verdict(Outcome.UNDECIDED, subject, "ABC cec", "no time left")

    monkeypatch.setattr(delivered, "prove_equivalent", late)
    monkeypatch.setattr(delivered, "prove_verilog", late)
    ended = tinydwn("verify", folder, "--quiet")
    assert ended.code == 3
    assert "core/lowered.blif = model.npz: UNDECIDED by ABC cec: no time left" in ended.err
    assert tinydwn("verify", folder, "--quiet", "--allow-undecided").code == 0


@pytest.mark.parametrize("command", ["verify", "report"])
def test_a_folder_that_is_none_or_not_ours_is_refused(
    tinydwn: Callable[..., Any], tmp_path: Path, command: str
) -> None:
    absent, foreign = tinydwn(command, tmp_path / "none"), tinydwn(command, tmp_path)
    assert (absent.code, foreign.code) == (1, 1)
    assert absent.err.startswith(f"error: '{tmp_path / 'none'}' does not exist\n\nhint: name a folder that")
    assert foreign.err.startswith(f"error: '{tmp_path}' is no bundle: MANIFEST.json: No such file")


def test_the_terminal_shows_the_whole_report(tinydwn: Callable[..., Any], folder: Path) -> None:
    ended = tinydwn("report", folder)
    assert ended.code == 0
    for piece in (
        "Accuracy",
        "Gates",
        "Standard cells",
        "Area by part",
        "Minimization of the core",
        "Proofs of the chip",
    ):
        assert piece in ended.out
    assert ended.err == f"next: tinydwn verify {folder}\n"


def test_a_timed_folder_shows_its_timing_in_the_report(
    tinydwn: Callable[..., Any], folder: Path, shared: Path, icarus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("sta") is None:
        skip_or_fail("sta", "OpenSTA is not installed")
    assert "Timing of" not in tinydwn("report", folder).out
    monkeypatch.setenv("PDK_ROOT", str(shared / "pdk"))
    ended = tinydwn("timing", folder, "--library", "egfet", "--json")
    assert ended.code == 0, ended.err
    assert ended.err.endswith(f"written: {folder}.timing.json\n")
    timings = json.loads(ended.out)["timings"]
    assert [(one["cut"], one["library"]) for one in timings] == [("chip", "egfet"), ("core", "egfet")]
    told = {one["library"]: one for one in json.loads((folder / "report.json").read_text())["supplies"]}["egfet"]
    for one in timings:
        static = next(metric for metric in one["metrics"] if metric["name"] == "static_power_uw")
        assert static["value"] == pytest.approx(told[f"{one['cut']}_static_power_uw"], rel=1e-4)
    shown = tinydwn("report", folder).out
    assert shown.count("Timing of the chip in egfet") == shown.count("Timing of the core in egfet") == 1
    assert "egfet: the chip takes" in shown
    for form in ("--html", "--markdown"):
        assert "Timing of the chip in egfet" in tinydwn("report", folder, form).out


def test_damaged_timings_do_not_stand_in_the_way(
    tinydwn: Callable[..., Any], folder: Path, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tinydwn.flow import timing as measuring

    def measured(*_: Any, **__: Any) -> None:
        pytest.fail("it was measured before the file was looked at")

    monkeypatch.setattr(measuring, "measure_timing", measured)
    monkeypatch.setenv("PDK_ROOT", str(shared / "pdk"))
    path = folder.with_name(f"{folder.name}.timing.json")
    path.write_text('{"schema": "tinydwn.timing/1", "timings": [7]}')
    said = f"'{path}' is not what 'tinydwn timing' wrote"
    ended = tinydwn("timing", folder, "--library", "egfet")
    assert (ended.code, ended.err) == (1, f"error: {said}\n\nhint: remove it\n")
    shown = tinydwn("report", folder)
    assert (shown.code, "Timing of" in shown.out) == (0, False)
    assert shown.err == f"warning: no timings are shown: {said}\nnext: tinydwn verify {folder}\n"
    assert tinydwn("report", folder, "--html").err.count("warning: ") == 1
    assert "warning" not in tinydwn("report", folder, "--json").err


@pytest.mark.parametrize("rate", ["inf", "nan", "-1", "1e16", "fast"])
def test_a_rate_that_is_none_is_a_usage_error(tinydwn: Callable[..., Any], tmp_path: Path, rate: str) -> None:
    ended = tinydwn("timing", tmp_path, f"--rate={rate}")
    assert (ended.code, ended.out, "--rate" in ended.err) == (2, "", True)


def test_timing_without_its_files_says_how_to_get_them(
    tinydwn: Callable[..., Any], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PDK_ROOT", str(tmp_path))
    ended = tinydwn("timing", folder)
    assert ended.code == 1
    assert ended.err == (
        "error: no Liberty file of 'nangate45' is installed\n\n"
        "hint: run 'tinydwn pdk install nangate45', or give the file with --liberty\n"
    )


@pytest.mark.parametrize(("form", "name"), [("--html", "html"), ("--markdown", "md"), ("--json", "json")])
def test_a_report_is_rendered_as_it_lies_in_the_folder(
    tinydwn: Callable[..., Any], folder: Path, tmp_path: Path, form: str, name: str
) -> None:
    expected = (folder / f"report.{name}").read_text(encoding="utf-8")
    assert tinydwn("report", folder, form).out == expected
    out = tmp_path / "new" / f"page.{name}"
    ended = tinydwn("report", folder, "--out", out)
    assert (ended.code, ended.out) == (0, f"{out}\n")
    assert out.read_text(encoding="utf-8") == expected


def test_on_a_terminal_html_is_named_not_poured_out(
    tinydwn: Callable[..., Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tinydwn.cli import report as report_module

    class Terminal:
        @staticmethod
        def isatty() -> bool:
            return True

    monkeypatch.setattr(report_module, "sys", type("Sys", (), {"stdout": Terminal}))
    assert tinydwn("report", folder, "--html").out == f"{folder / 'report.html'}\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("--html", "--json"),
            "error: more than one form was asked for\n\nhint: choose one of --html, --markdown, --json\n",
        ),
        (
            ("--out", "page.pdf"),
            "error: the form of the report cannot be told from the name 'page.pdf'\n\n"
            "hint: add --html, --markdown or --json, or end the name in .html, .md or .json\n",
        ),
    ],
)
def test_forms_that_make_no_sense_are_refused(
    tinydwn: Callable[..., Any], folder: Path, words: tuple[str, ...], message: str
) -> None:
    ended = tinydwn("report", folder, *words)
    assert (ended.code, ended.err) == (1, message)
    if "--json" in words:
        document = json.loads(ended.out)
        assert f"error: {document['error']}\n\nhint: {document['hint']}\n" == message
    else:
        assert ended.out == ""


def test_a_report_file_alone_can_be_read(tinydwn: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone.json"
    alone.write_bytes((folder / "report.json").read_bytes())
    ended = tinydwn("report", alone, "--markdown")
    assert ended.out == (folder / "report.md").read_text(encoding="utf-8")
    assert ended.err == "next: tinydwn doctor\n"


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b'{"schema": "tinydwn.report/1"}'])
def test_a_broken_report_is_refused_with_a_hint(
    tinydwn: Callable[..., Any], folder: Path, tmp_path: Path, content: bytes
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_bytes(content)
    ended = tinydwn("compare", folder, broken)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"error: '{broken}'")
    assert "\n\nhint: " in ended.err
    _with(folder, "report.json", content)
    inside = tinydwn("report", folder)
    assert inside.code == 1
    assert inside.err.startswith(f"error: '{folder / 'report.json'}'")


def test_a_folder_without_a_report_is_refused(tinydwn: Callable[..., Any], folder: Path) -> None:
    _with(folder, "report.json", None)
    ended = tinydwn("report", folder)
    assert ended.code == 1
    assert ended.err.startswith(f"error: '{folder / 'report.json'}' is missing\n\nhint: name a folder that")


def test_a_file_that_is_not_there_is_refused(tinydwn: Callable[..., Any], folder: Path) -> None:
    ended = tinydwn("compare", folder, folder / "none.json")
    assert ended.err.startswith(f"error: '{folder / 'none.json'}' does not exist\n\nhint: ")


def test_two_results_are_compared_under_names_that_tell_them_apart(
    tinydwn: Callable[..., Any], folder: Path, tmp_path: Path
) -> None:
    report = from_text((folder / "report.json").read_text(encoding="utf-8"))
    smaller = replace(report, cuts={**report.cuts, "core": replace(report.core, gates2=0)})
    other = tmp_path / "b" / "copy"
    shutil.copytree(folder, other)
    from tinydwn.report.run_report import to_text

    _with(other, "report.json", to_text(smaller).encode())
    ended = tinydwn("compare", folder, other)
    assert ended.code == 0
    for piece in ("Accuracy", "Core, encoder left out", "Chip, encoder included", "b/copy", "note: both reports"):
        assert piece in ended.out
    assert ended.err == f"next: tinydwn report {other} --html\n"
    document = json.loads(tinydwn("compare", folder, other, "--json").out)
    row = next(one for one in document["rows"] if (one["group"], one["number"]) == ("core", "gates2"))
    assert (row["right"], row["better"]) == (0, "right" if report.core.gates2 else "equal")


def test_a_reader_that_stops_early_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        @staticmethod
        def write(_: str) -> int:
            raise BrokenPipeError

    dropped = []
    monkeypatch.setattr(console, "drop_output", lambda: dropped.append(1))
    monkeypatch.setattr(console.sys, "stdout", Gone())
    console.result("text")
    assert dropped == [1]
