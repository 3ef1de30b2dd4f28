"""What the mapped circuits take from their supply while nothing switches, registers included."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tinydwn.report.facts import RegisteredFacts, SupplyFacts

if TYPE_CHECKING:
    from tinydwn.mapping import MappedNetlist
    from tinydwn.synthesis.result import Delivered

_DIGITS = 9


def supplies_of(delivered: Delivered) -> tuple[SupplyFacts, ...]:
    """Return the static power of both cuts for each library."""
    core = {one.library.name: one for one in delivered.core.mapped}
    return tuple(
        SupplyFacts(
            library=chip.library.name,
            supply_v=chip.library.supply_v,
            core_static_power_uw=_microwatts(core[chip.library.name].leakage_nw),
            chip_static_power_uw=_microwatts(chip.leakage_nw),
            registered=registered(chip),
        )
        for chip in delivered.chip.mapped
    )


def registered(chip: MappedNetlist) -> RegisteredFacts | None:
    """Return what a chip is between registers, None where its library has no rising-edge flip-flop.

    A register holds each input bit that is read and each output bit, as the parallel wrapper has them; what
    clocks them is left out.
    """
    register = chip.library.register
    if register is None:
        return None
    read = {net for instance in chip.instances for net in instance.fanin} | {net for _, net in chip.outputs}
    count = len(chip.outputs) + sum(net in read for net in range(2, chip.first_instance))
    leakage = None
    if chip.leakage_nw is not None and register.leakage_nw is not None:
        leakage = _microwatts(chip.leakage_nw + count * register.leakage_nw)
    return RegisteredFacts(
        register.name, count, round(math.fsum((chip.area_um2, count * register.area_um2)), _DIGITS), leakage
    )


def _microwatts(nanowatts: float | None) -> float | None:
    return None if nanowatts is None else round(nanowatts / 1000, _DIGITS)
