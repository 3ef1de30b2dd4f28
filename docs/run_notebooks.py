"""Run notebooks from top to bottom, and store them with their outputs, which the documentation shows.

python docs/run_notebooks.py notebooks/01_from_flowers_to_gates.ipynb ...

A notebook that fails stays as it is. What a run writes goes to a folder that is removed afterwards. Times and the
machine are not stored, so that an equal run gives an equal file.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient

from tinydwn.tools.files import write_atomically

TIMEOUT_S = 1800


def stored(path: Path) -> str:
    """Return the text of a notebook with the outputs of a run."""
    notebook = nbformat.read(path, as_version=4)
    metadata = dict(notebook.metadata)
    with TemporaryDirectory() as folder:
        resources = {"metadata": {"path": folder}}
        NotebookClient(notebook, timeout=TIMEOUT_S, record_timing=False, resources=resources).execute()
    notebook.metadata = nbformat.from_dict(metadata)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [one for one in cell.outputs if one.get("name") != "stderr"]
    return nbformat.writes(notebook) + "\n"


def main(paths: list[Path]) -> None:
    """Run and store each notebook."""
    for path in paths:
        write_atomically(path, stored(path).encode())
        print(path)


if __name__ == "__main__":
    main([Path(word) for word in sys.argv[1:]])
