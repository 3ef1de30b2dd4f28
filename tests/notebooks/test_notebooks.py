"""The notebooks run from top to bottom, in a short version, and are stored with the outputs of a whole run or none."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.shorter import SHORTEN

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
# What a notebook must print, and must not.
SAYS = {
    "01_from_flowers_to_gates": (("EQUIVALENT",), ("UNDECIDED", "DIFFERENT")),
    "02_efd_error": (("EFD, exponential", "depth 2: ", "two layers, finite difference"), ("nan",)),
    "03_area_against_accuracy": (("decision tree, depth", "active gates", "refined"), ("nan",)),
    "04_what_each_step_buys": (("two-input gates  lowered", "gates without the order", "refined"), ("nan",)),
    "05_words_and_thresholds": (("thresholds  word bits", "cheapest", "cheap  "), ("nan",)),
    "06_silicon_to_printed": (("egfet", "mm²", "PrintedComputing/EGFET_PDK"), ("nan",)),
    "07_reading_the_layout": (("flip-flop", "EQUIVALENT", "two pins swapped: not the same"), ("DIFFERENT", "nan")),
    "08_stages_on_an_fpga": (("clock MHz", "EQUIVALENT"), ("DIFFERENT", "nan")),
    "09_three_forms_of_c": (("gates", "branches", "tables", "as the classifier"), ("does not fit", "nan")),
}
NEEDS = {"07_reading_the_layout": "shared", "09_three_forms_of_c": "avr"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_outputs_or_with_those_of_one_whole_run(path: Path) -> None:
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    counts = [cell.execution_count for cell in cells]
    assert counts in ([None] * len(cells), list(range(1, len(cells) + 1)))
    outputs = [output for cell in cells for output in cell.outputs]
    assert bool(outputs) == (counts[0] is not None)
    assert [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"] == []
    wanted, unwanted = SAYS[path.stem]
    printed = "".join(output.get("text", "") for output in outputs)
    assert not outputs or [text for text in wanted if text not in printed] == []
    assert [text for text in unwanted if re.search(rf"\b{text}\b", printed)] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
# Jupyter's own client and zmq warn about event loops and open sockets of their own.
@pytest.mark.filterwarnings("default")
def test_a_notebook_runs_from_top_to_bottom(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if path.stem in NEEDS:
        request.getfixturevalue(NEEDS[path.stem])
    monkeypatch.setenv("TINYDWN_NOTEBOOKS", "short")
    notebook = nbformat.read(path, as_version=4)
    if any(re.search(r"synthesize|refine_split", cell.source) for cell in notebook.cells):
        notebook.cells.insert(0, nbformat.v4.new_code_cell(SHORTEN))
    NotebookClient(notebook, timeout=240, resources={"metadata": {"path": str(tmp_path)}}).execute()
    printed = "".join(
        output.get("text", "") for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs
    )
    wanted, unwanted = SAYS[path.stem]
    assert [text for text in wanted if text not in printed] == []
    assert [text for text in unwanted if re.search(rf"\b{text}\b", printed)] == []


def test_the_notebook_about_layouts_says_which_folders_it_wants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINYDWN_ROUTED", str(tmp_path / "routed"))
    monkeypatch.setenv("PDK_ROOT", str(tmp_path / "pdk"))
    cells = nbformat.read(FOLDER / "07_reading_the_layout.ipynb", as_version=4).cells
    first = next(cell.source for cell in cells if cell.cell_type == "code")
    with pytest.raises(FileNotFoundError) as caught:
        exec(first, {"__name__": "notebook"})
    for piece in (
        f"'{tmp_path}/routed' (set TINYDWN_ROUTED",
        f"'{tmp_path}/pdk' (set PDK_ROOT",
        f"{tmp_path}/routed/tiny_core/tiny_core.routed.v",
        f"{tmp_path}/pdk/sky130A/libs.ref/sky130_fd_sc_hd/lef/sky130_fd_sc_hd.lef",
        "tinydwn flow build/demo --plan openroad",
    ):
        assert piece in str(caught.value)
