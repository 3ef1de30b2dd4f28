"""`info.yaml` and the settings of the layout: what Tiny Tapeout's tools read of a project."""

from __future__ import annotations

import json

from tinydwn.export.tinytapeout.pinout import Pinout
from tinydwn.export.tinytapeout.tile import Tile

YAML_VERSION = 6


def to_info_yaml(
    pinout: Pinout,
    tile: Tile,
    *,
    top: str,
    title: str,
    author: str,
    description: str,
    clock_hz: int,
    source_files: tuple[str, ...],
    interface: tuple[str, ...] = (),
) -> str:
    """Return the text of `info.yaml`, with every field that is asked for, and lines on the `interface` as comments."""
    lines = [
        "# SPDX-License-Identifier: Apache-2.0",
        "project:",
        f"  title: {quoted(title)}",
        f"  author: {quoted(author)}",
        '  discord: ""',
        f"  description: {quoted(description)}",
        '  language: "Verilog"',
        f"  clock_hz: {clock_hz}",
        f"  tiles: {quoted(tile.name)}",
        f"  top_module: {quoted(top)}",
        "  source_files:",
        *(f"    - {quoted(name)}" for name in source_files),
        *(f"# {''.join(letter if letter.isprintable() else ' ' for letter in line)}" for line in interface),
        "pinout:",
    ]
    for group, pins in (("ui", pinout.ui), ("uo", pinout.uo), ("uio", pinout.uio)):
        lines += [f"  {group}[{k}]: {quoted(what)}" for k, what in enumerate(pins)]
    return "\n".join([*lines, f"yaml_version: {YAML_VERSION}", ""])


def quoted(text: str) -> str:
    r"""Return one line of text as YAML; what cannot be printed becomes a blank.

    >>> quoted('5" \\ größe\n')
    '"5\\" \\\\ größe "'
    """
    return json.dumps("".join(letter if letter.isprintable() else " " for letter in text), ensure_ascii=False)


def to_layout_settings(*, clock_hz: int) -> str:
    """Return the text of `src/config.json`: LibreLane's settings for a project, as the template has them."""
    settings = {
        "PL_TARGET_DENSITY_PCT": 60,
        "CLOCK_PERIOD": round(1e9 / clock_hz, 3),
        "CLOCK_PORT": "clk",
        "PL_RESIZER_HOLD_SLACK_MARGIN": 0.1,
        "GRT_RESIZER_HOLD_SLACK_MARGIN": 0.05,
        "RUN_LINTER": 1,
        "LINTER_INCLUDE_PDK_MODELS": 1,
        "RUN_KLAYOUT_XOR": 0,
        "RUN_KLAYOUT_DRC": 0,
        "DESIGN_REPAIR_BUFFER_OUTPUT_PORTS": 0,
        "TOP_MARGIN_MULT": 1,
        "BOTTOM_MARGIN_MULT": 1,
        "LEFT_MARGIN_MULT": 6,
        "RIGHT_MARGIN_MULT": 6,
        "FP_SIZING": "absolute",
        "GRT_ALLOW_CONGESTION": 1,
        "FP_IO_HLENGTH": 2,
        "FP_IO_VLENGTH": 2,
        "FP_PDN_VPITCH": 38.87,
        "RUN_CTS": 1,
        "FP_PDN_MULTILAYER": 0,
        "MAGIC_DEF_LABELS": 0,
        "MAGIC_WRITE_LEF_PINONLY": 1,
    }
    return json.dumps(settings, indent=2) + "\n"
