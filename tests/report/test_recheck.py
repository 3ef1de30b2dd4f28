"""Bundles that someone forged, every digest computed anew: what was changed is found, or named as taken on trust."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests import bundles
from tinydwn.errors import BundleError
from tinydwn.export.bundle import Bundle
from tinydwn.report.markdown import to_markdown
from tinydwn.report.page import to_html
from tinydwn.report.recheck import recheck
from tinydwn.report.run_report import from_text
from tinydwn.technology import load_library

Files = dict[str, bytes]
LIBRARY = bundles.LIBRARY


def stamped(files: Files, change: Callable[[Any], object] = lambda _: None) -> Bundle:
    """Return a bundle of changed files with a report that a forger made fit them, and changed too."""
    kept = {name: content for name, content in files.items() if not name.startswith("report.")}
    document = json.loads(files["report.json"])
    document["digest"] = Bundle(kept).digest
    change(document)
    return Bundle({**files, "report.json": (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()})


def rendered(bundle: Bundle) -> Bundle:
    """Return a forged bundle whose pages show the forged report."""
    report = from_text(bundle.files["report.json"].decode())
    pages = {"report.md": to_markdown(report).encode(), "report.html": to_html(report).encode()}
    return Bundle({**bundle.files, **pages})


def swapped(files: Files, path: str, old: bytes, new: bytes) -> None:
    """Replace a text in a file, in which it has to be."""
    assert old in files[path], f"{old!r} is not in {path}"
    files[path] = files[path].replace(old, new, 1)


def exchange_cells(files: Files) -> None:
    """Exchange two kinds of cells with equal pins everywhere in the chip."""
    folder = f"chip/{LIBRARY}"
    pins = re.findall(rb"^\.gate (\S+) (.*)$", files[f"{folder}/mapped.blif"], re.MULTILINE)
    named = {name: re.sub(rb"=\S+", b"", rest) for name, rest in pins}
    one, two = next((a, b) for a in named for b in named if a < b and named[a] == named[b])
    for name in ("mapped.v", "mapped.blif", "cells.v"):
        parts = re.split(rb"\b(" + one + rb"|" + two + rb")\b", files[f"{folder}/{name}"])
        files[f"{folder}/{name}"] = b"".join({one: two, two: one}.get(part, part) for part in parts)


def invert_cell(files: Files) -> None:
    """Invert what a cell computes in the bundle's own models."""
    path = f"core/{LIBRARY}/cells.v"
    files[path] = re.sub(rb"= (.*);", rb"= ~(\1);", files[path], count=1)


def flip_vector(files: Files) -> None:
    """Flip the lowest input of the first vector."""
    first, rest = files["chip/vectors.hex"].split(b"\n", 1)
    files["chip/vectors.hex"] = f"{int(first, 16) ^ 1:0{len(first)}x}\n".encode() + rest


def changed_file(path: str, old: bytes, new: bytes) -> Callable[[Files], None]:
    return lambda files: swapped(files, path, old, new)


def added_file(path: str) -> Callable[[Files], None]:
    return lambda files: files.update({path: b"module extra; endmodule\n"})


def comment(path: str, mark: bytes) -> Callable[[Files], None]:
    return lambda files: files.update({path: mark + b" proven by nobody\n" + files[path]})


FORGED_FILES: dict[str, Callable[[Files], None]] = {
    "cells exchanged": exchange_cells,
    "a cell inverted": invert_cell,
    "parallel wrapper inverted": changed_file("chip/wrapper_parallel.v", b"<= class_d", b"<= ~class_d"),
    "serial wrapper inverted": changed_file("chip/wrapper_serial.v", b"<= class_d", b"<= ~class_d"),
    "serial wrapper loads always": changed_file("chip/wrapper_serial.v", b"if (load) ", b""),
    "vector flipped": flip_vector,
    "vectors left out": lambda files: files.update({"chip/vectors.hex": files["chip/vectors.hex"].split(b"\n")[0]}),
    "core vectors left out": lambda files: files.update({"core/vectors.hex": b"0\n"}),
    "equations": changed_file("core/equations.txt", b"= ", b"= not "),
    "equations of the chip": changed_file("chip/equations.txt", b"= ", b"= not "),
    "equations removed": lambda files: files.pop("chip/equations.txt") and None,
    "extra Verilog": added_file("chip/extra.v"),
    "extra Verilog among cells": added_file(f"chip/{LIBRARY}/extra.v"),
    "extra file on top": added_file("README"),
    "head of the netlist": changed_file("chip/netlist.v", b"setosa", b"versi?"),
    "head of the cells": changed_file(f"chip/{LIBRARY}/mapped.v", b"setosa", b"versi?"),
    "name of lowered": changed_file("core/lowered.blif", b".model core", b".model bore"),
    "name of the lowered chip": changed_file("chip/lowered.blif", b".model chip", b".model chap"),
    "comment in lowered": comment("core/lowered.blif", b"#"),
    "comment in netlist": comment("chip/netlist.blif", b"#"),
    "comment in Verilog": comment("core/netlist.v", b"//"),
    "comment in cells": comment(f"core/{LIBRARY}/cells.v", b"//"),
    "interface": changed_file("interface.json", b"floor", b"floor "),
    "samples": lambda files: files.update({"samples.npz": files["samples.npz"] + b"\n"}),
    **{
        f"testbench{style} passes always": changed_file(f"chip/testbench{style}.v", b"failed + 1", b"failed")
        for style in ("", "_parallel", "_serial")
    },
}


def test_untouched_bundles_are_what_they_say(exact_bundle: Bundle, searched_bundle: Bundle) -> None:
    for bundle in (exact_bundle, searched_bundle):
        found = recheck(bundle)
        assert found.said[1:] == (
            "report.json: figures, equations and drawings of the chosen circuit, and its answers, are its own",
            "report.json: test accuracies of all circuits are those on samples.npz",
            "report.md and report.html show report.json and nothing else",
        )
        assert stamped(dict(bundle.files)).files == bundle.files


@pytest.mark.parametrize("forgery", FORGED_FILES)
def test_a_forged_file_is_found(forgery: str, exact_bundle: Bundle) -> None:
    files = dict(exact_bundle.files)
    FORGED_FILES[forgery](files)
    assert files != exact_bundle.files
    with pytest.raises(BundleError):
        recheck(stamped(files))


def chip(document: Any) -> Any:
    return document["cuts"]["chip"]


def more(place: Callable[[Any], Any], key: Any, by: float = 1) -> Callable[[Any], None]:
    """Return a change that adds to a number of a report."""

    def change(document: Any) -> None:
        place(document)[key] += by

    return change


def front(document: Any, *, chosen: bool, cut: str = "chip") -> Any:
    return next(one for one in document["fronts"][cut] if one["chosen"] == chosen)


FORGED_FIGURES: dict[str, Callable[[Any], None]] = {
    "area": more(lambda d: chip(d)["area_um2"], LIBRARY, -1.0),
    "area of the front": more(lambda d: front(d, chosen=True), "area_um2", -1.0),
    "equivalents": more(lambda d: chip(d)["nand2_equivalent"], LIBRARY, -1.0),
    "cells": more(lambda d: chip(d)["cells"], LIBRARY, -1),
    "depth of cells": more(lambda d: chip(d)["cell_depth"], LIBRARY, -1),
    "depth": more(chip, "depth", -1),
    "inputs": more(chip, "inputs", -1),
    "gates of the front": more(lambda d: front(d, chosen=True), "gates2", -1),
    "counts of cells": lambda d: chip(d)["cell_counts"][LIBRARY].popitem() and None,
    "digest of the netlist": lambda d: chip(d).update(digest="0" * 64),
    "digest of the model": lambda d: d["model"].update(digest="0" * 64),
    "accuracy": more(lambda d: d["accuracy"], "test", 0.01),
    "accuracy everywhere": lambda d: (
        [
            one.update(test_accuracy=1.0)
            for one in (front(d, chosen=True), front(d, chosen=True, cut="core"))
            if not d["accuracy"].update(test=1.0)
        ]
        and None
    ),
    "confusion": more(lambda d: d["accuracy"]["confusion"][0], 0),
    "majority": more(lambda d: d["accuracy"], "majority", -0.1),
    "test samples": more(lambda d: d["data"], "test_samples"),
    "samples of a class": more(lambda d: d["data"]["classes"][0], "test_samples"),
    "features": lambda d: front(d, chosen=True).update(features=[]),
    "equations": lambda d: d.update(equations="class = 0"),
    "drawing": lambda d: d["drawings"][0]["gates"].reverse() or d["drawings"][0].update(gates_of="cells of gold"),
    "drawing left out": lambda d: d["drawings"].clear(),
    "live circuit": more(lambda d: d["live"]["outputs"], 0, -1),
    "live table": lambda d: d["live"]["nodes"][0].update(table=0),
    "answer to a sample": lambda d: d["samples"][0].update(answer=(d["samples"][0]["answer"] + 1) % 3),
    "value of a sample": more(lambda d: d["samples"][0]["values"], 0),
    "class of a sample": lambda d: d["samples"][0].update(label=(d["samples"][0]["label"] + 1) % 3),
    "unit of area": more(lambda d: d["libraries"][0], "nand2_area_um2"),
    "licence of cells": lambda d: d["libraries"][0].update(licence="mine"),
    "power": more(lambda d: d["supplies"][0], "chip_static_power_uw", -0.0001),
    "classes": lambda d: d["model"]["class_names"].reverse(),
    "infinite": lambda d: d["accuracy"].update(expected=float("inf")),
}


def test_forty_kinds_of_forgery_and_more_are_tried() -> None:
    assert len({*FORGED_FILES, *(f"figure: {name}" for name in FORGED_FIGURES)}) >= 40


@pytest.mark.parametrize("forgery", FORGED_FIGURES)
def test_a_forged_figure_is_found(forgery: str, exact_bundle: Bundle) -> None:
    forged = stamped(dict(exact_bundle.files), FORGED_FIGURES[forgery])
    assert json.loads(forged.files["report.json"]) != json.loads(exact_bundle.files["report.json"])
    with pytest.raises(BundleError):
        recheck(forged)


@pytest.mark.parametrize("cut", ["core", "chip"])
def test_a_forged_test_accuracy_of_another_circuit_is_found(cut: str, searched_bundle: Bundle) -> None:
    forged = stamped(dict(searched_bundle.files), lambda d: front(d, chosen=False, cut=cut).update(test_accuracy=0.999))
    with pytest.raises(BundleError, match="the test accuracy of circuit"):
        recheck(forged)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [("report.md", b"EQUIVALENT", b"EQUIVALENT "), ("report.html", b"</body>", b"<script>1</script></body>"),
     ("report.json", b"{", b"{ ")],
)  # fmt: skip
def test_a_page_that_shows_something_else_is_found(name: str, old: bytes, new: bytes, exact_bundle: Bundle) -> None:
    files = dict(exact_bundle.files)
    swapped(files, name, old, new)
    with pytest.raises(BundleError) as caught:
        recheck(Bundle(files))
    assert caught.value.message == f"'{name}' does not show what 'report.json' tells"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (more(lambda d: front(d, chosen=False), "area_um2", -0.5), "areas of the front but for the chosen circuit"),
        (more(chip, "nand2"), "counts of two-input gates and NAND2"),
        (more(lambda d: front(d, chosen=False), "training_accuracy", -0.01), "accuracies on the training part"),
        (lambda d: d["notes"].append("tested on the moon"), "notes, options, versions"),
        (lambda d: d["parts"][0].update(area_um2=0.5), "areas by part"),
    ],
)
def test_what_cannot_be_found_is_named_as_taken_on_trust(
    change: Callable[[Any], None], named: str, searched_bundle: Bundle
) -> None:
    found = recheck(rendered(stamped(dict(searched_bundle.files), change)))
    assert any(named in one for one in found.trusted)


def test_pages_of_other_versions_are_named_and_not_compared(exact_bundle: Bundle) -> None:
    forged = stamped(dict(exact_bundle.files), lambda d: d["versions"].update(matplotlib="0.1"))
    assert recheck(forged).trusted[-1] == "report.md, report.html: they were made with another version of matplotlib"


def test_cells_of_a_library_that_nobody_knows_are_taken_on_trust_or_given(exact_bundle: Bundle) -> None:
    files = {re.sub(f"/{LIBRARY}/", "/mine/", path): text for path, text in exact_bundle.files.items()}
    found = recheck(rendered(stamped(files)))
    assert "cells of mine: no library of that name is known; give it with --library" in found.trusted
    assert "report.json: areas and cells, as not all libraries are known" in found.trusted
    other = load_library("nangate45")
    with pytest.raises(BundleError, match="is no circuit in cells of"):
        recheck(exact_bundle, [type(other)(LIBRARY, other.cells)])
