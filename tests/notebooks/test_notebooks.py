"""The notebooks run from top to bottom, in a short version, and are stored with the outputs of a whole run or none."""

import atexit
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import matplotlib.pyplot as plt
import nbformat
import pytest
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import InteractiveShell

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


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """Return what runs the cells of a notebook, in this process and in a folder of its own."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("TINYDWN_NOTEBOOKS", "short")
    monkeypatch.setattr(HistoryManager, "enabled", False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "notebook", ModuleType("notebook"))
    made = InteractiveShell(user_module=sys.modules["notebook"])
    made.colors = "nocolor"
    yield made
    made.atexit_operations()
    atexit.unregister(made.atexit_operations)
    plt.close("all")


def _run(shell: InteractiveShell, source: str) -> None:
    """Run a cell, and draw the figures that it leaves, as Jupyter does."""
    shell.run_cell(source).raise_error()
    for number in plt.get_fignums():
        plt.figure(number).canvas.draw()
    plt.close("all")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(
    path: Path, shell: InteractiveShell, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    if path.stem in NEEDS:
        request.getfixturevalue(NEEDS[path.stem])
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            _run(shell, cell.source)
    printed = capsys.readouterr().out
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
