"""How far the supply falls at the farthest cell: as the tool analysed it, and at the power that was counted.

The grid of a supply is a net of resistances, so its largest drop grows with the current: at another power it is taken
to be that many times as large, which holds as long as the share of each cell stays what it was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tinydwn.metrics import Metric, Provenance

DROPS = {"supply_drop": "drop of the supply", "ground_rise": "rise of the ground"}
"""Figures of the tool's own analysis, each with its name in a sentence."""

_REMARK = re.compile(r"^tinydwn: remark: no analysis of (\S+): (.*)$", re.MULTILINE)


def counted_drops(figures: Sequence[Metric], power: Metric | None) -> tuple[Metric, ...]:
    """Return what the drops of a tool's `figures` come to at the `power` that was counted; none without both.

    >>> told = [Metric("power", 2e-3, "W", Provenance.ESTIMATED, "tool"),
    ...         Metric("supply_drop", 0.01, "V", Provenance.ESTIMATED, "tool")]
    >>> (drop,) = counted_drops(told, Metric("power", 1e-3, "W", Provenance.ESTIMATED, "vectors"))
    >>> drop.name, drop.value, drop.source
    ('supply_drop_counted', 0.005, 'largest drop of the supply, at the power of: vectors')
    """
    own = next((one.value for one in figures if one.name == "power"), 0.0)
    if power is None or not own > 0:
        return ()
    return tuple(
        Metric(
            f"{one.name}_counted",
            float(f"{one.value * power.value / own:.6g}"),
            one.unit,
            Provenance.DERIVED,
            f"largest {DROPS[one.name]}, at the power of: {power.source}",
        )
        for one in figures
        if one.name in DROPS
    )


def drop_remarks(plan: str, figures: Sequence[Metric], log: str) -> tuple[str, ...]:
    """Return which nets of the supply were not analysed, and why as far as the log of the run tells.

    >>> drop_remarks("openroad", [], "tinydwn: remark: no analysis of VDD: no voltage source\\n")
    ('supply drop not analysed on VDD: no voltage source',)
    >>> drop_remarks("librelane", [], "")
    ("supply drop not analysed: plan 'librelane' told none",)
    """
    told = tuple(f"supply drop not analysed on {net}: {why}" for net, why in _REMARK.findall(log))
    if told or any(one.name in DROPS for one in figures):
        return told
    return (f"supply drop not analysed: plan '{plan}' told none",)
