"""What a project's repository runs on GitHub: the test, the layout, the datasheet."""

from __future__ import annotations

SHUTTLE = "ttsky26a"
"""The tag of Tiny Tapeout's actions: the shuttle that the project is for, to be changed in the files for another."""

_HEAD = """\
# SPDX-License-Identifier: Apache-2.0
name: {name}
on: [push, workflow_dispatch]
jobs:
"""
_ALWAYS, _BY_HAND = "on: [push, workflow_dispatch]", "on: workflow_dispatch"
_CHECKOUT = """\
      - uses: actions/checkout@v6
        with:
          submodules: recursive
"""
_JOB = """\
  {name}:
    runs-on: ubuntu-24.04
{more}    steps:
"""
_TEST = """\
      - uses: actions/setup-python@v6
        with:
          python-version: "3.11"
      - run: sudo apt-get update && sudo apt-get install -y iverilog
      - run: pip install -r test/requirements.txt
      - run: cd test && make && ! grep failure results.xml
"""


def workflow_files() -> dict[str, str]:
    """Return the workflow files by name."""
    gds = _job("gds") + _CHECKOUT + _action("", more="        with:\n          pdk: sky130A\n")
    gds += _job("precheck", needs="gds") + _action("/precheck")
    gds += _job("gl_test", needs="gds") + _CHECKOUT + _action("/gl_test")
    gds += _job("viewer", needs="gds", permissions=("pages", "id-token")) + _action("/viewer")
    fpga = _job("fpga") + _CHECKOUT + _action("/fpga/ice40up5k")
    return {
        "test.yaml": _HEAD.format(name="test") + _job("test") + _CHECKOUT + _TEST,
        "gds.yaml": _HEAD.format(name="gds") + gds,
        "fpga.yaml": _HEAD.format(name="fpga").replace(_ALWAYS, _BY_HAND) + fpga,
        "docs.yaml": _HEAD.format(name="docs") + _job("docs") + _CHECKOUT + _action("/docs"),
    }


def _job(name: str, *, needs: str = "", permissions: tuple[str, ...] = ()) -> str:
    more = f"    needs: {needs}\n" if needs else ""
    if permissions:
        more += "    permissions:\n" + "".join(f"      {one}: write\n" for one in permissions)
    return _JOB.format(name=name, more=more)


def _action(path: str, *, more: str = "") -> str:
    return f"      - uses: TinyTapeout/tt-gds-action{path}@{SHUTTLE}\n{more}"
