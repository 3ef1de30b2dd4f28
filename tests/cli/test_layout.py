"""`tinydwn layout` on a layout of three cells, and on a real one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]
LEF = """\
SITE unit SIZE 0.5 BY 2 ; END unit
LAYER met1 TYPE ROUTING ; WIDTH 0.2 ; END met1
MACRO INV CLASS CORE ; SIZE 1 BY 2 ; PIN A DIRECTION INPUT ; END A PIN Y DIRECTION OUTPUT ; END Y END INV
MACRO FILL CLASS CORE SPACER ; SIZE 0.5 BY 2 ; END FILL
"""
DEF = """\
DESIGN inverter ; UNITS DISTANCE MICRONS 1000 ; DIEAREA ( 0 0 ) ( 5000 4000 ) ;
ROW r unit 1000 1000 N DO 5 BY 1 STEP 500 0 ;
COMPONENTS 3 ; - u INV + PLACED ( 1000 1000 ) N ; - b INV + SOURCE TIMING + PLACED ( 2000 1000 ) N ;
 - f FILL + SOURCE DIST + PLACED ( 3000 1000 ) N ; END COMPONENTS
NETS 1 ; - n ( u Y ) ( b A ) + USE SIGNAL + ROUTED met1 ( 1800 2000 ) ( 2200 * ) ; END NETS
END DESIGN
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Return the words after `tinydwn layout` for a small layout."""
    (tmp_path / "a.lef").write_text(LEF)
    (tmp_path / "a.def").write_text(DEF)
    return [str(tmp_path / "a.def"), "--lef", str(tmp_path / "a.lef")]


def test_a_layout_is_told_in_tables(files: list[str], tinydwn: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    ended = tinydwn("layout", *files)
    assert ended.code == 0
    assert ended.out.startswith("inverter: a die of 5.0 by 4.0 µm (20.0 µm²), 2.0 µm² of cells from the netlist, ")
    rows = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert "logic gates of the netlist 1 2.0 µm² 40.0 %" in rows
    assert "buffer added to drive long wires or to meet timing 1 2.0 µm² 40.0 %" in rows
    assert "fill no function: closes the gaps of the rows 1 1.0 µm² 20.0 %" in rows
    assert "met1 0.4 µm" in rows
    assert ended.err == f"next: tinydwn layout {' '.join(files)} --svg inverter.svg\n"
    assert any(row.startswith("Tiny Tapeout tile tt-support-tools") and row.endswith("880") for row in rows)


def test_a_layout_is_one_json_document(files: list[str], tinydwn: Command) -> None:
    ended = tinydwn("layout", *files, "--json", "--quiet")
    assert (ended.code, ended.err) == (0, "")
    said = json.loads(ended.out)
    assert said["schema"] == "tinydwn.layout/1"
    assert (said["die_um"], said["utilization"], said["length_um"]) == ([5.0, 4.0], 0.8, {"met1": 0.4})
    assert said["cells"]["buffer"] == {"count": 1, "area_um2": 2.0}


def test_pictures_are_written_where_they_are_asked_for(files: list[str], tmp_path: Path, tinydwn: Command) -> None:
    ended = tinydwn("layout", *files, "--svg", tmp_path / "new/a.svg", "--png", tmp_path / "a.png")
    assert ended.code == 0
    assert ended.err == f"written: {tmp_path}/new/a.svg\nwritten: {tmp_path}/a.png\nnext: tinydwn doctor\n"
    assert (tmp_path / "new/a.svg").read_text().startswith("<svg ")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_a_picture_that_has_no_place_is_refused(files: list[str], tmp_path: Path, tinydwn: Command) -> None:
    ended = tinydwn("layout", *files, "--png", tmp_path / "a.def" / "a.png")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"error: '{tmp_path}/a.def' cannot be made: File exists\n\nhint: choose another place\n"


def test_the_picture_that_comes_next_lies_in_this_folder(files: list[str], tmp_path: Path, tinydwn: Command) -> None:
    (tmp_path / "a.def").write_text(DEF.replace("DESIGN inverter", "DESIGN ../../x"))
    assert tinydwn("layout", *files).err == f"next: tinydwn layout {' '.join(files)} --svg x.svg\n"


def test_gds_and_out_belong_together(files: list[str], tinydwn: Command) -> None:
    ended = tinydwn("layout", *files, "--out", "final.gds")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        "error: --gds and --out belong together\n\nhint: give --gds CELLS.gds --out final.gds, or neither\n"
    )


def test_a_damaged_layout_is_refused_with_its_line(files: list[str], tmp_path: Path, tinydwn: Command) -> None:
    (tmp_path / "a.def").write_text(DEF.replace("( 2200 * )", "( 2200 x )"))
    ended = tinydwn("layout", *files)
    assert ended.code == 1
    assert ended.err.startswith(f"error: '{tmp_path}/a.def': DEF line 5: 'x' is not a number\n")


BEFORE = "module inverter (input a, output y); wire n; INV u (.A(a), .Y(n)); INV b (.A(n), .Y(y)); endmodule\n"
AFTER = "module inverter (input a, output y, inout VDD);\n BUF u (.A(a), .Y(y)); FILL f (); endmodule\n"
LIBERTY = """library (l) {
cell (INV) { area : 2; pin (A) { direction : input; } pin (Y) { direction : output; function : "!A"; } }
cell (BUF) { area : 2; pin (A) { direction : input; } pin (Y) { direction : output; function : "A"; } }
}
"""


def test_routed_verilog_is_proven_or_ends_with_exit_code_3(files: list[str], tmp_path: Path, tinydwn: Command) -> None:
    for name, text in (("a.v", BEFORE), ("a.routed.v", AFTER), ("a.lib", LIBERTY)):
        (tmp_path / name).write_text(text)
    verilog = ("--netlist", tmp_path / "a.v", "--routed", tmp_path / "a.routed.v", "--liberty", tmp_path / "a.lib")
    ended = tinydwn("layout", *files, *verilog)
    assert ended.code == 0
    assert "EQUIVALENT   a.routed.v = a.v   ABC cec" in ended.out
    (tmp_path / "a.routed.v").write_text(AFTER.replace("BUF", "INV"))
    ended = tinydwn("layout", *files, *verilog, "--json")
    assert ended.code == 3
    assert [one["outcome"] for one in json.loads(ended.out)["verdicts"]] == ["DIFFERENT"]
    assert ended.err.startswith("error: a.routed.v = a.v: DIFFERENT by ABC cec: output 'y' is ")
    ended = tinydwn("layout", *files, *verilog[:4])
    assert (ended.code, ended.err.splitlines()[0]) == (
        1,
        "error: --netlist, --routed and --liberty belong together",
    )


def test_verilog_of_another_design_is_refused(files: list[str], tmp_path: Path, tinydwn: Command) -> None:
    other = "// module inverter\n" + BEFORE.replace("inverter", "twice")
    for name, text in (("a.v", BEFORE), ("b.v", other), ("none.v", "/* module inverter */"), ("a.lib", LIBERTY)):
        (tmp_path / name).write_text(text)
    for before, after, wrong, held in (
        ("b.v", "b.v", "b.v", "module 'twice'"),
        ("a.v", "b.v", "b.v", "module 'twice'"),
        ("a.v", "none.v", "none.v", "no module"),
    ):
        verilog = ("--netlist", tmp_path / before, "--routed", tmp_path / after, "--liberty", tmp_path / "a.lib")
        ended = tinydwn("layout", *files, *verilog, "--svg", tmp_path / "a.svg")
        assert (ended.code, ended.out, (tmp_path / "a.svg").exists()) == (1, "", False)
        said = f"error: the layout is of 'inverter', and '{tmp_path / wrong}' holds {held}\n"
        assert ended.err.startswith(said)


def test_verilog_that_cannot_be_read_is_the_error_of_its_file(
    files: list[str], tmp_path: Path, tinydwn: Command
) -> None:
    for name, text in (("a.v", BEFORE), ("b.v", AFTER + AFTER), ("a.lib", LIBERTY)):
        (tmp_path / name).write_text(text)
    verilog = ("--netlist", tmp_path / "a.v", "--routed", tmp_path / "b.v", "--liberty", tmp_path / "a.lib")
    ended = tinydwn("layout", *files, *verilog)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        f"error: '{tmp_path}/b.v': Yosys cannot read the Verilog: line 3: Re-definition of module `\\inverter'!\n\n"
        "hint: give one whole netlist of cells: every module once, and no `include\n"
    )


def test_of_several_modules_that_of_the_layout_is_proven(files: list[str], tmp_path: Path, tinydwn: Command) -> None:
    unlike = "module larger (input a, output y); wire n; inverter i (.a(a), .y(n)); INV u (.A(n), .Y(y)); endmodule\n"
    for name, text in (("a.v", unlike + BEFORE), ("b.v", AFTER), ("a.lib", LIBERTY)):
        (tmp_path / name).write_text(text)
    verilog = ("--netlist", tmp_path / "a.v", "--routed", tmp_path / "b.v", "--liberty", tmp_path / "a.lib")
    ended = tinydwn("layout", *files, *verilog)
    assert (ended.code, "EQUIVALENT   b.v = a.v" in ended.out) == (0, True), ended.err


def test_no_file_is_overwritten_that_is_read_or_written(files: list[str], tmp_path: Path, tinydwn: Command) -> None:
    for name in ("cells.gds", "c.lyp"):
        (tmp_path / name).write_text("kept")
    (tmp_path / "link").symlink_to("a.def")
    (tmp_path / "hard").hardlink_to(tmp_path / "a.lef")
    (tmp_path / "new").mkdir()
    kept = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    gds = ("--gds", tmp_path / "cells.gds", "--out")
    for words in (
        ("--svg", tmp_path / "a.def"),
        ("--svg", tmp_path / "link"),
        ("--png", tmp_path / "hard"),
        (*gds, tmp_path / "new" / ".." / "cells.gds"),
        ("--colors", tmp_path / "c.lyp", "--svg", tmp_path / "c.lyp"),
    ):
        ended = tinydwn("layout", *files, *words)
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.startswith(f"error: {words[-2]} '{words[-1]}' would overwrite a file that is read\n")
    same = tmp_path / "new" / "same"
    ended = tinydwn("layout", *files, "--svg", same, "--png", tmp_path / "new" / ".." / "new" / "same")
    assert (ended.code, ended.err.splitlines()[0].split(" '")[0]) == (1, "error: --svg and --png are the same file")
    assert not same.exists()
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == kept


def test_the_final_gds_of_a_real_layout_is_written(
    shared: Path, openroad: Path, sky130_lefs: list[Path], klayout: tuple[str, ...], tmp_path: Path, tinydwn: Command
) -> None:
    words = [openroad / "tiny_core/tiny_core.def", *(word for path in sky130_lefs for word in ("--lef", path))]
    words += ["--gds", sky130_lefs[1].parents[1] / "gds/sky130_fd_sc_hd.gds", "--out", tmp_path / "final.gds"]
    words += ["--colors", shared / "pdk/sky130A/sky130hd.lyp"]
    ended = tinydwn("layout", *words)
    assert ended.code == 0
    assert ended.err.startswith(f"written: {tmp_path}/final.gds\nnext: tinydwn layout ")
    made = (tmp_path / "final.gds").read_bytes()
    assert made[:4] == bytes([0, 6, 0, 2])
    assert b"sky130_fd_sc_hd__a221o_1" in made


def test_files_that_are_not_given_are_those_of_an_installed_pdk(
    shared: Path,
    openroad: Path,
    klayout: tuple[str, ...],
    tmp_path: Path,
    tinydwn: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = openroad / "tiny_core"
    words = [folder / "tiny_core.def", "--netlist", folder / "tiny_core.v", "--routed", folder / "tiny_core.routed.v"]
    words += ["--out", tmp_path / "final.gds"]
    monkeypatch.setenv("PDK_ROOT", str(shared / "pdk"))
    ended = tinydwn("layout", *words)
    assert ended.code == 0
    assert "EQUIVALENT   tiny_core.routed.v = tiny_core.v" in ended.out
    assert b"sky130_fd_sc_hd__a221o_1" in (tmp_path / "final.gds").read_bytes()


def test_without_an_installed_pdk_files_have_to_be_given(
    files: list[str], tmp_path: Path, tinydwn: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = tinydwn("layout", files[0])
    assert ended.code == 2
    assert "tinydwn pdk install sky130" in ended.err
    monkeypatch.delenv("PDK_ROOT")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert tinydwn("layout", files[0]).code == 2
    assert tinydwn("layout", *files).code == 0


def test_a_pdk_is_found_in_the_home_folder_too(
    shared: Path, openroad: Path, tmp_path: Path, tinydwn: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PDK_ROOT")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ciel").symlink_to(shared / "pdk")
    assert tinydwn("layout", openroad / "tiny_core" / "tiny_core.def").code == 0
