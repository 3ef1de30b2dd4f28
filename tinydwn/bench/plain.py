"""What plain Yosys makes of a netlist: the other side of comparisons."""

from __future__ import annotations

import re
from pathlib import Path

from tinydwn.errors import ConfigError, ProgramError
from tinydwn.netlist import Netlist

_AREA = re.compile(r"Chip area for module '\\plain': ([0-9.]+)")


def plain_area_um2(netlist: Netlist, liberty: Path, *, timeout_s: float = 600.0) -> float:
    """Return the area of a netlist by Yosys alone, `synth -flatten; abc -liberty`, in um2."""
    from tinydwn.export.verilog import to_verilog
    from tinydwn.tools.yosys import run_yosys

    cells = require_liberty(liberty)
    script = "read_verilog n.v; synth -flatten -top plain; abc -liberty c.lib; stat -liberty c.lib"
    done = run_yosys(
        script, files={"n.v": to_verilog(netlist.neutral(), module="plain"), "c.lib": cells}, timeout_s=timeout_s
    )
    found = _AREA.findall(done.text)
    if not found:
        raise ProgramError("Yosys told no area", hint="check that the Liberty file is one that ABC maps to")
    return float(found[-1])


def require_liberty(place: Path) -> str:
    """Return the text of a Liberty file; `ConfigError` where it cannot be read."""
    try:
        return place.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"'{place}' cannot be read as a Liberty file: {error}", hint="check the path") from error
