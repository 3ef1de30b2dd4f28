"""Proofs from files: of all that a bundle must have, and under any names."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest

from tests import bundles
from tests.bundles import completed
from tinydwn.encoder import Encoder, FixedPoint
from tinydwn.errors import BundleError, ModelError
from tinydwn.export.bundle import Bundle
from tinydwn.export.verilog import to_verilog
from tinydwn.lowering import OutputForm, lower, lower_core
from tinydwn.model import Classifier, LutLayer, Reduction
from tinydwn.model.store import to_bytes
from tinydwn.netlist import Netlist, from_blif, to_aig, to_blif
from tinydwn.verify import Outcome, Verdict, delivered
from tinydwn.verify.belonging import check_files
from tinydwn.verify.delivered import prove_files

AGAIN = "\n\nhint: run 'tinydwn synth' again to write the folder anew"
CUTS = ("core", "chip")
NO_CUT = b'{"digest": "", "cuts": {"core": 1}}'
NO_FRONT = b'{"digest": "", "cuts": {"core": {"area_um2": {}}, "chip": {"area_um2": {}}}, "fronts": {"chip": []}}'


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
    files: dict[str, bytes] = {}
    for cut, netlist in netlists.items():
        files |= {f"{cut}/{name}.blif": to_blif(netlist).encode() for name in ("lowered", "netlist")}
        files[f"{cut}/netlist.v"] = to_verilog(netlist).encode()
        for library in libraries:
            files |= {f"{cut}/{library}/{name}": b"" for name in ("mapped.v", "mapped.blif", "cells.v")}
    return completed(files, model, form)


def with_report(files: Mapping[str, bytes], *libraries: str) -> dict[str, bytes]:
    report = {
        "digest": Bundle(files).digest,
        "cuts": {cut: {"area_um2": dict.fromkeys(libraries, 1.0)} for cut in CUTS},
        "fronts": {"chip": [{"point": 0, "chosen": True}]},
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
    assert len(verdicts) == 16


def test_outputs_that_the_model_does_not_have_are_told(cells_hold: list[tuple[str, str]]) -> None:
    files = files_of(classifier("a", "b"), "onehot", "small")
    files["model.npz"] = files["front/00.npz"] = to_bytes(classifier("a", "b", classes=5))
    with pytest.raises(BundleError) as caught:
        prove_files(Bundle(files))
    assert str(caught.value) == f"'chip/lowered.blif' does not have the outputs of the model{AGAIN}"


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
    [
        f"{cut}/{name}"
        for cut in CUTS
        for name in ("lowered.blif", "netlist.aig", "netlist.v", "small/mapped.v", "small/mapped.blif")
    ]
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


@pytest.mark.parametrize("text", [b"{", b"\xff", b"[]", b"{}", NO_CUT, NO_FRONT, b"[" * 100_000])
def test_a_report_that_is_none_is_told(text: bytes, cells_hold: list[tuple[str, str]]) -> None:
    files = {**files_of(classifier("a", "b"), "index", "small"), "report.json": text}
    with pytest.raises(BundleError) as caught:
        prove_files(Bundle(files))
    assert str(caught.value) == f"'report.json' is not a report of tinydwn{AGAIN}"


def test_a_run_with_its_function_kept_is_proven_from_its_files(exact_bundle: Bundle) -> None:
    verdicts = prove_files(exact_bundle)
    assert {verdict.outcome for verdict in verdicts} == {Outcome.EQUIVALENT}
    assert check_files(exact_bundle).said == (
        "report.json is about all the other files",
        "model.npz is circuit 0 of the front, which report.json marks as chosen; it is sound, and the only one",
        "interface.json is that of chip/netlist.blif, words and classes those of model.npz",
        "core/vectors.hex = core/netlist.blif: all 30 vectors are answered so",
        "chip/vectors.hex = chip/netlist.blif: all 30 vectors are answered so",
    )


@pytest.mark.parametrize("which", ["first", "chosen", "last"])
def test_any_circuit_of_a_search_is_proven_from_its_files(which: str, searched_bundle: Bundle) -> None:
    points = sorted(name for name in searched_bundle.files if name.startswith("front/"))
    assert len(points) > 2
    place = {"first": 0, "last": len(points) - 1}.get(which)
    bundle = searched_bundle if place is None else bundles.chosen(searched_bundle, place)
    verdicts = prove_files(bundle)
    assert {verdict.outcome for verdict in verdicts} == {Outcome.EQUIVALENT}
    assert len({verdict.subject for verdict in verdicts}) == 12
    said = check_files(bundle).said[1]
    assert said.endswith(f"which report.json marks as chosen; all {len(points)} circuits of the front are sound")
    if place is not None:
        assert said.startswith(f"model.npz is circuit {place} of the front")


def without_report(bundle: Bundle, **changed: bytes) -> Bundle:
    """Return a bundle without its reports, with files changed: `front_00` stands for `front/00.npz`."""
    files = {name: content for name, content in bundle.files.items() if not name.startswith("report.")}
    return Bundle({**files, **{name.replace("_", "/") + ".npz": content for name, content in changed.items()}})


def test_without_a_report_the_circuit_is_one_of_the_front(searched_bundle: Bundle) -> None:
    said = check_files(without_report(searched_bundle)).said[0]
    assert said.startswith("model.npz is circuit ")
    first, last = (searched_bundle.files[f"front/{k}.npz"] for k in ("00", "01"))
    assert check_files(without_report(searched_bundle, model=last)).said[0].startswith("model.npz is circuit 1 of")
    alone = {name: text for name, text in without_report(searched_bundle).files.items() if "front/" not in name}
    with pytest.raises(BundleError) as caught:
        check_files(Bundle({**alone, "front/00.npz": first, "model.npz": last}))
    assert str(caught.value) == f"'model.npz' is no circuit of the front{AGAIN}"
    with pytest.raises(BundleError, match=r"the bundle has no file 'front/00\.npz'"):
        check_files(Bundle(alone))


def reported(bundle: Bundle, files: Mapping[str, bytes], **changed: object) -> Bundle:
    """Return a bundle of other files with its report made to fit them, but for what is changed."""
    kept = {name: content for name, content in files.items() if not name.startswith("report.")}
    report = {**json.loads(bundle.files["report.json"]), "digest": Bundle(kept).digest, **changed}
    return Bundle({**kept, "report.json": json.dumps(report).encode()})


def test_another_circuit_of_the_front_than_the_report_marks_is_told(searched_bundle: Bundle) -> None:
    files = dict(searched_bundle.files)
    report = json.loads(files["report.json"])
    marked = next(one["point"] for one in report["fronts"]["chip"] if one["chosen"])
    files["model.npz"] = files["front/00.npz" if marked else "front/01.npz"]
    with pytest.raises(BundleError) as caught:
        check_files(reported(searched_bundle, files))
    assert str(caught.value) == f"'model.npz' is not 'front/{marked:02}.npz', which the report marks as chosen{AGAIN}"


def test_a_front_with_more_circuits_than_the_report_tells_of_is_told(searched_bundle: Bundle) -> None:
    files, fronts = dict(searched_bundle.files), json.loads(searched_bundle.files["report.json"])["fronts"]
    count = len(fronts["chip"])
    files[f"front/{count:02}.npz"] = files["front/00.npz"]
    with pytest.raises(BundleError) as caught:
        check_files(reported(searched_bundle, files))
    assert str(caught.value) == f"the report tells of {count} circuits, and the front has {count + 1}{AGAIN}"
    del files[f"front/{count:02}.npz"], files[f"front/{count - 1:02}.npz"]
    with pytest.raises(BundleError) as caught:
        check_files(reported(searched_bundle, files))
    assert str(caught.value) == f"the bundle has no file 'front/{count - 1:02}.npz'{AGAIN}"


def test_a_circuit_of_the_front_that_is_none_or_of_other_data_is_told(exact_bundle: Bundle) -> None:
    with pytest.raises(ModelError, match=r"'?front/00\.npz"):
        check_files(without_report(exact_bundle, front_00=b"no archive"))
    with pytest.raises(BundleError) as caught:
        check_files(without_report(exact_bundle, front_00=to_bytes(classifier("a", "b"))))
    assert str(caught.value) == f"'front/00.npz' is for other features, words or classes than 'model.npz'{AGAIN}"


@pytest.mark.parametrize(
    ("old", "new"), [(b'"index"', b'"onehot"'), (b"setosa", b"rose"), (b'"step": ', b'"step": 1'), (b"(cm)", b"(m)")]
)
def test_an_interface_of_another_chip_is_told(old: bytes, new: bytes, exact_bundle: Bundle) -> None:
    text = exact_bundle.files["interface.json"]
    assert old in text
    files = {**without_report(exact_bundle).files, "interface.json": text.replace(old, new)}
    with pytest.raises(BundleError) as caught:
        check_files(Bundle(files))
    assert str(caught.value) == f"'interface.json' is not that of 'chip/netlist.blif' and 'model.npz'{AGAIN}"


def test_vectors_that_are_answered_otherwise_are_counted(exact_bundle: Bundle) -> None:
    first, rest = exact_bundle.files["chip/vectors.hex"].split(b"\n", 1)
    netlist = from_blif(exact_bundle.files["chip/netlist.blif"].decode())
    top = len(netlist.inputs) + len(netlist.outputs) - 1
    wrong = bytes(f"{int(first, 16) ^ 1 << top:0{len(first)}x}", "ascii")
    files = {**without_report(exact_bundle).files, "chip/vectors.hex": wrong + b"\n" + rest}
    found = check_files(Bundle(files))
    assert [one.mismatches for one in found.agreements] == [0, 1]
    assert found.said[-1] == "chip/vectors.hex = chip/netlist.blif: 1 of 30 vectors are answered otherwise"
    files["chip/vectors.hex"] = b"12 xyz"
    with pytest.raises(BundleError) as caught:
        check_files(Bundle(files))
    assert str(caught.value) == f"'xyz' is no vector of 'chip'{AGAIN}"


@pytest.mark.parametrize("cut", CUTS)
def test_an_aiger_that_answers_otherwise_is_found(cut: str, cells_hold: list[tuple[str, str]]) -> None:
    files = files_of(classifier("a", "b"), "index", "small")
    netlist = from_blif(files[f"{cut}/netlist.blif"].decode())
    (name, _), *others = netlist.outputs
    files[f"{cut}/netlist.aig"] = to_aig(replace(netlist, outputs=((name, 1), *others)))
    verdicts = {one.subject: one.outcome for one in prove_files(Bundle(files))}
    other = next(one for one in CUTS if one != cut)
    assert verdicts[f"{cut}/netlist.aig = model.npz"] is Outcome.DIFFERENT
    assert verdicts[f"{other}/netlist.aig = model.npz"] is Outcome.EQUIVALENT


@pytest.mark.parametrize(
    "name", ["core/lowered.blif", "core/netlist.v", "chip/netlist.blif", "chip/nand2/mapped.v", "chip/nand2/cells.v"]
)
def test_a_file_that_is_no_text_is_named(name: str) -> None:
    files = files_of(classifier("a", "b"), "index", "nand2")
    with pytest.raises(BundleError) as caught:
        prove_files(Bundle({**files, name: files[name] + b"# \xff"}))
    assert str(caught.value) == f"'{name}' is not a text: invalid start byte at byte {len(files[name]) + 2}{AGAIN}"
