"""What the files of a bundle are called, wherever they are written, read or told of."""

from __future__ import annotations

MANIFEST_FILE = "MANIFEST.json"
REPORT_FILE = "report.json"
REPORT_MARKDOWN_FILE = "report.md"
REPORT_PAGE_FILE = "report.html"
REPORT_FILES = (REPORT_FILE, REPORT_MARKDOWN_FILE, REPORT_PAGE_FILE)
MODEL_FILE = "model.npz"
INTERFACE_FILE = "interface.json"
SAMPLES_FILE = "samples.npz"
CODING_FILE = "coding.json"
FRONT_FOLDER = "front"
"""The folder of the models of a front, see `front_file`."""

# In the folder of a cut.
LOWERED_FILE = "lowered.blif"
NETLIST_FILE = "netlist.blif"
VERILOG_FILE = "netlist.v"
AIGER_FILE = "netlist.aig"
EQUATIONS_FILE = "equations.txt"
TESTBENCH_FILE = "testbench.v"
VECTORS_FILE = "vectors.hex"

# In the folder of a library, in that of a cut.
MAPPED_FILE = "mapped.v"
MAPPED_BLIF_FILE = "mapped.blif"
CELLS_FILE = "cells.v"
CELL_FILES = (MAPPED_FILE, MAPPED_BLIF_FILE, CELLS_FILE)

CHIP_NETLIST = f"chip/{NETLIST_FILE}"


def front_file(number: int) -> str:
    """Return the path of the model of a circuit of the front.

    >>> front_file(7)
    'front/07.npz'
    """
    return f"{FRONT_FOLDER}/{number:02}.npz"


def file_of_wrapper(style: str) -> str:
    """Return the name of a wrapper, in the folder of the chip.

    >>> file_of_wrapper("serial")
    'wrapper_serial.v'
    """
    return f"wrapper_{style}.v"


def file_of_testbench(style: str = "") -> str:
    """Return the name of the testbench of a wrapper, or of the cut itself, in its folder.

    >>> file_of_testbench("serial"), file_of_testbench()
    ('testbench_serial.v', 'testbench.v')
    """
    return f"testbench_{style}.v" if style else TESTBENCH_FILE
