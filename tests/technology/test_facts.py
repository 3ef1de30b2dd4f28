"""The embedded facts against the vendors' files, read here by other means."""

from __future__ import annotations

import gzip
import importlib.util
import re
import sys
from itertools import product
from pathlib import Path

import pytest

from tinydwn.errors import LibraryError
from tinydwn.technology import FACT_LIBRARIES, load_library
from tinydwn.technology.facts import from_facts, to_facts

SCRIPT = Path(__file__).resolve().parents[2] / "pdk_scripts" / "extract_facts.py"
_spec = importlib.util.spec_from_file_location("extract_facts", SCRIPT)
extract_facts = importlib.util.module_from_spec(_spec)
sys.modules["extract_facts"] = extract_facts  # dataclasses look their module up
_spec.loader.exec_module(extract_facts)
ORIGINS = {origin.name: origin for origin in extract_facts.ORIGINS}


@pytest.fixture(scope="session")
def pdk(shared: Path) -> Path:
    return shared / "pdk"


@pytest.mark.parametrize("name", FACT_LIBRARIES)
def test_extracting_again_gives_the_embedded_bytes(name, pdk):
    assert extract_facts.extract(ORIGINS[name], pdk).encode() == (extract_facts.FACTS / f"{name}.json").read_bytes()


@pytest.mark.parametrize("name", FACT_LIBRARIES)
def test_a_liberty_path_gives_the_cells_of_the_facts(name, pdk):
    ours, theirs = load_library(name), load_library(pdk / ORIGINS[name].path)
    assert (ours.cells, ours.ties, ours.registers) == (theirs.cells, theirs.ties, theirs.registers)
    assert theirs.source == Path(ORIGINS[name].path).name


@pytest.mark.parametrize("name", FACT_LIBRARIES)
def test_facts_name_their_source_commit_and_licence(name):
    library = load_library(name)
    assert library.source
    assert re.fullmatch("[0-9a-f]{8}", library.commit)
    assert library.licence
    assert library.has_leakage


@pytest.mark.parametrize("name", FACT_LIBRARIES)
def test_facts_survive_writing_and_reading(name):
    library = load_library(name)
    assert from_facts(to_facts(library)) == library


def _plain_reading(text: str) -> dict[str, tuple[float, list[str]]]:
    """Return area and output functions by cell, line by line: no grammar, no code of the package."""
    found: dict[str, tuple[float, list[str]]] = {}
    name = ""
    for line in text.splitlines():
        if match := re.match(r'\s*cell ?\("?([\w]+)"?\) \{', line):
            name = match[1]
            found[name] = (float("nan"), [])
        elif name and (match := re.match(r"\s*area\s*:\s*([\d.e+]+)", line)):
            found[name] = (float(match[1]), found[name][1])
        elif name and (match := re.match(r'\s*function\s*:\s*"(.*)"', line)):
            found[name][1].append(match[1])
    return found


def _value(function: str, pins: dict[str, bool]) -> bool:
    """Evaluate a cell function by Python, after its operators are replaced."""
    text = function.replace("!", "~").replace("*", "&").replace("+", "|").replace("^", "!=")
    text = re.sub(r"(\w+)'", r"(~\1)", text)
    # `!=` binds loosest; the libraries write XOR in parentheses or alone
    return bool(eval(re.sub(r"\b([A-Za-z]\w*)", r"P['\1']", text), {"P": {k: _Bit(v) for k, v in pins.items()}}).value)


class _Bit:
    def __init__(self, value: bool) -> None:
        self.value = value

    def __invert__(self):
        return _Bit(not self.value)

    def __and__(self, other):
        return _Bit(self.value and other.value)

    def __or__(self, other):
        return _Bit(self.value or other.value)

    def __ne__(self, other):
        return _Bit(self.value != other.value)

    __hash__ = None


@pytest.mark.parametrize("name", FACT_LIBRARIES)
def test_areas_and_truth_tables_agree_with_a_plain_reading_of_the_file(name, pdk):
    plain = _plain_reading((pdk / ORIGINS[name].path).read_text())
    library = load_library(name)
    assert len(plain) >= 11
    for cell in library.cells:
        area, (function,) = plain[cell.name]
        assert cell.area_um2 == area
        patterns = product([False, True], repeat=len(cell.inputs))
        table = sum(
            1 << a
            for a, bits in enumerate(patterns)
            if _value(function, dict(zip(reversed(cell.inputs), bits, strict=True)))
        )
        assert cell.table == table, cell.name
    for register in library.registers:
        assert register.area_um2 == plain[register.name][0]


def test_the_cells_that_are_left_out_are_the_ones_we_know(pdk):
    plain = _plain_reading((pdk / ORIGINS["egfet"].path).read_text())
    library = load_library("egfet")
    used = {cell.name for cell in library.cells} | {register.name for register in library.registers}
    assert set(plain) - used == {"DFFX1", "LATCHX1", "TSBUF"}
    sky = {cell.name.removeprefix("sky130_fd_sc_hd__") for cell in load_library("sky130_fd_sc_hd").cells}
    assert not [name for name in sky if re.match("clk|dly|lpflow|probe|macro|conb|df|dl|e|sd|fa|ha", name)]
    assert {"nand2_1", "a222oi_1", "mux4_1", "maj3_1", "xnor3_1", "bufbuf_8", "inv_16"} <= sky


def test_registers_are_the_plain_flip_flops():
    assert load_library("sky130_fd_sc_hd").register.name == "sky130_fd_sc_hd__dfxtp_1"
    assert load_library("nangate45").register.name == "DFF_X1"
    assert load_library("ihp-sg13g2").register.clear == "RESET_B'"
    assert [register.name for register in load_library("egfet").registers] == ["DFFNRX1"]


def test_a_compressed_liberty_file_gives_the_same_library(pdk, tmp_path):
    path = pdk / ORIGINS["cnt-tft"].path
    (tmp_path / "copy.lib.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert load_library(tmp_path / "copy.lib.gz").digest == load_library(path).digest


def test_real_files_cut_anywhere_are_refused(pdk):
    from tinydwn.technology.liberty import read_liberty

    text = (pdk / ORIGINS["cnt-tft"].path).read_text().rstrip()
    for length in range(1, len(text) - 1, len(text) // 40):
        with pytest.raises(LibraryError):
            read_liberty(text[:length])


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("sky130", "near: sky130_fd_sc_hd; or give the path of a .lib file"),
        ("Nangate", "near: nangate45, gates2, nand2; or give the path of a .lib file"),
        (
            "qqq",
            "known: sky130_fd_sc_hd, nangate45, ihp-sg13g2, egfet, cnt-tft, gates2, nand2; "
            "or give the path of a .lib file",
        ),
    ],
)
def test_an_unknown_name_is_refused_with_near_ones(name, hint):
    with pytest.raises(LibraryError) as caught:
        load_library(name)
    assert str(caught.value) == f"no library '{name}'\n\nhint: {hint}"


def test_a_missing_liberty_file_is_refused():
    with pytest.raises(LibraryError) as caught:
        load_library("missing.lib")
    assert str(caught.value) == (
        "'missing.lib' cannot be read: No such file or directory\n\nhint: give the path of a .lib or .lib.gz file"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "{",
            "damaged facts of a library: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        ),
        ("{}", "damaged facts of a library: 'schema'"),
        ('{"schema": "other/1"}', "facts of schema 'other/1', not 'tinydwn.facts/1'"),
        ("[]", "damaged facts of a library: list indices must be integers or slices, not str"),
    ],
)
def test_damaged_facts_are_refused(text, message):
    with pytest.raises(LibraryError) as caught:
        from_facts(text)
    assert str(caught.value) == f"{message}\n\nhint: extract them again"


def test_a_folder_is_called_a_folder(tmp_path):
    with pytest.raises(LibraryError, match="is a folder, not a library"):
        load_library(tmp_path)
    with pytest.raises(LibraryError, match=r"'\.' is a folder, not a library"):
        load_library(".")
