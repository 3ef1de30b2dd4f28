"""Proofs from files: of all that a bundle must have, and under any names."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import numpy as np
import pytest

from tinydwn.encoder import Encoder, FixedPoint
from tinydwn.errors import BundleError
from tinydwn.export.bundle import Bundle
from tinydwn.export.verilog import to_verilog
from tinydwn.lowering import OutputForm, lower, lower_core
from tinydwn.model import Classifier, LutLayer, Reduction
from tinydwn.model.store import to_bytes
from tinydwn.netlist import Netlist, to_blif
from tinydwn.verify import Outcome, Verdict, delivered
from tinydwn.verify.delivered import prove_files

AGAIN = "\n\nhint: run 'tinydwn synth' again to write the folder anew"
CUTS = ("core", "chip")


def classifier(*names: str, classes: int = 3) -> Classifier:
    """Return a classifier of two features, with words of two bits, in which every input counts."""
    grid = FixedPoint(offset=np.zeros(2), step=np.ones(2), input_bits=np.array([2, 2]))
    encoder = Encoder(names, grid, feature=np.array([0, 0, 1, 1]), constant=np.array([0, 1, 0, 2]))
    mapping = np.array([[k % 4, (k + 2) % 4] for k in range(classes)])
    tables = np.array([[False, True, True, k % 2 == 0] for k in range(classes)])
    return Classifier(encoder, (LutLayer(tables, mapping),), Reduction.POPCOUNT, tuple(map(str, range(classes))))


def files_of(model: Classifier, form: OutputForm, *libraries: str) -> dict[str, bytes]:
    """Return what a run writes, with the files of each library's cells empty."""
    netlists: dict[str, Netlist] = {
        "core": lower_core(model, output=form).netlist,
        "chip": lower(model, output=form),
    }
    files = {"model.npz": to_bytes(model)}
    for cut, netlist in netlists.items():
        files |= {f"{cut}/{name}.blif": to_blif(netlist).encode() for name in ("lowered", "netlist")}
        files[f"{cut}/netlist.v"] = to_verilog(netlist).encode()
        for library in libraries:
            files |= {f"{cut}/{library}/{name}": b"" for name in ("mapped.v", "mapped.blif", "cells.v")}
    return files


def with_report(files: Mapping[str, bytes], *libraries: str) -> dict[str, bytes]:
    report = {
        "digest": Bundle(files).digest,
        "cuts": {cut: {"area_um2": dict.fromkeys(libraries, 1.0)} for cut in CUTS},
    }
    return {**files, "report.json": json.dumps(report).encode(), "report.md": b"#", "report.html": b"<p>"}


@pytest.fixture
def cells_hold(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Let proofs about cells pass, and return the list of the texts that they were about."""
    seen: list[tuple[str, str]] = []

    def hold(_golden: Netlist, text: str, *rest: str, subject: str, **_: object) -> Verdict:
        seen.append((subject, "".join((text, *rest))))
        return Verdict(Outcome.EQUIVALENT, subject, "ABC cec")

    monkeypatch.setattr(delivered, "prove_gate_blif", hold)
    real = delivered.prove_verilog

    def verilog(golden: Netlist, text: str, *, subject: str, **rest: object) -> Verdict:
        if "mapped.v" in subject:
            return hold(golden, text, subject=subject)
        return real(golden, text, subject=subject, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(delivered, "prove_verilog", verilog)
    return seen


@pytest.mark.parametrize("form", ["index", "onehot"])
@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("names", [("class[0]", "b"), ("class_is[0]", "b"), ("class[0]", "class_is[0]")])
def test_features_named_like_outputs_do_not_hide_the_form_of_the_class(
    names: tuple[str, str], classes: int, form: OutputForm, cells_hold: list[tuple[str, str]]
) -> None:
    files = files_of(classifier(*names, classes=classes), form, "small")
    verdicts = prove_files(Bundle(with_report(files, "small")))
    assert {verdict.outcome for verdict in verdicts} == {Outcome.EQUIVALENT}
    assert len(verdicts) == 14


def test_outputs_that_the_model_does_not_have_are_told(cells_hold: list[tuple[str, str]]) -> None:
    files = files_of(classifier("a", "b"), "onehot", "small")
    files["model.npz"] = to_bytes(classifier("a", "b", classes=5))
    with pytest.raises(BundleError) as caught:
        prove_files(Bundle(files))
    assert str(caught.value) == f"'core/lowered.blif' does not have the outputs of the model{AGAIN}"


def test_each_netlist_of_cells_is_read_with_the_cells_of_its_own_folder(cells_hold: list[tuple[str, str]]) -> None:
    files = files_of(classifier("a", "b"), "index", "mapped.v", "mapped.blif")
    for path in files:
        if path.count("/") == 2:
            files[path] = f"<{path}>".encode()
    prove_files(Bundle(files))
    assert dict(cells_hold) == {
        f"{cut}/{library}/{name} = model.npz": f"<{cut}/{library}/{name}><{cut}/{library}/cells.v>"
        for cut in CUTS
        for library in ("mapped.v", "mapped.blif")
        for name in ("mapped.v", "mapped.blif")
    }


@pytest.mark.parametrize(
    "path",
    [f"{cut}/{name}" for cut in CUTS for name in ("lowered.blif", "netlist.v", "small/mapped.v", "small/mapped.blif")]
    + ["model.npz", "core/netlist.blif", "chip/small/cells.v", "core/small/cells.v"],
)
def test_a_file_without_which_less_would_be_proven_is_missed(path: str, cells_hold: list[tuple[str, str]]) -> None:
    files = with_report(files_of(classifier("a", "b"), "index", "large", "small"), "large", "small")
    del files[path]
    if path == "model.npz":
        del files["report.json"]
    with pytest.raises(BundleError) as caught:
        prove_files(Bundle(files))
    assert str(caught.value) == f"the bundle has no file '{path}'{AGAIN}"
    assert not cells_hold


@pytest.mark.parametrize("cut", CUTS)
def test_a_cut_without_any_cells_is_not_passed_over(cut: str, cells_hold: list[tuple[str, str]]) -> None:
    files = files_of(classifier("a", "b"), "index", "small")
    files = {path: content for path, content in files.items() if not path.startswith(f"{cut}/small/")}
    with pytest.raises(BundleError) as caught:
        prove_files(Bundle(files))
    assert str(caught.value) == f"the bundle has no cells of any library for the {cut}{AGAIN}"


@pytest.mark.parametrize("cut", CUTS)
def test_a_library_that_the_report_names_must_be_there(cut: str, cells_hold: list[tuple[str, str]]) -> None:
    files = files_of(classifier("a", "b"), "index", "large", "small")
    files = {path: content for path, content in files.items() if not path.startswith(f"{cut}/small/")}
    with pytest.raises(BundleError) as caught:
        prove_files(Bundle(with_report(files, "large", "small")))
    assert str(caught.value) == (
        f"the report has an area for small, and the bundle no cells of it for the {cut}{AGAIN}"
    )


Change = Callable[[dict[str, bytes]], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda files: files.update({"core/netlist.v": files["core/netlist.v"] + b"\n"}),
        lambda files: files.update({"core/new.txt": b""}),
        lambda files: files.update({"report.json": files["report.json"].replace(b'"digest": "', b'"digest": "0')}),
    ],
)
def test_a_report_about_other_files_is_not_left_beside_them(change: Change, cells_hold: list[tuple[str, str]]) -> None:
    files = with_report(files_of(classifier("a", "b"), "index", "small"), "small")
    change(files)
    with pytest.raises(BundleError) as caught:
        prove_files(Bundle(files))
    assert str(caught.value) == f"the report belongs to other files{AGAIN}"
    assert not cells_hold


@pytest.mark.parametrize("text", [b"{", b"\xff", b"[]", b"{}", b'{"digest": "", "cuts": {"core": 1}}', b"[" * 100_000])
def test_a_report_that_is_none_is_told(text: bytes, cells_hold: list[tuple[str, str]]) -> None:
    files = {**files_of(classifier("a", "b"), "index", "small"), "report.json": text}
    with pytest.raises(BundleError) as caught:
        prove_files(Bundle(files))
    assert str(caught.value) == f"'report.json' is not a report of tinydwn{AGAIN}"
