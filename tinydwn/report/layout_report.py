"""A layout in tables and as a section of a page."""

from __future__ import annotations

import re
from base64 import b64encode

from tinydwn.errors import ConfigError
from tinydwn.export.tinytapeout.tile import TILES, smallest_tile
from tinydwn.flow.routed_run import RoutedRun
from tinydwn.layout.drawing import THEME_COLORS, Drawing, to_png, to_svg
from tinydwn.layout.layout import Layout
from tinydwn.layout.layout_facts import KINDS, SITES, LayoutFacts, layout_facts
from tinydwn.layout.lef import Lef
from tinydwn.layout.picture import draw_layout
from tinydwn.report.html import badge_or_text, panel, section, shown, table_block
from tinydwn.report.sections import Table
from tinydwn.report.wording import OUTCOME_SIGNS, area_text, count_text, metric_row, percent_text, plural

_SKY130_SITE = "unithd"
_TILE_UTILIZATION = 0.6
_MOST_SVG_BYTES = 600_000
_OUTCOME = re.compile(rf": ({'|'.join(OUTCOME_SIGNS)}) by ")


def layout_section(layout: Layout, lef: Lef, *, run: RoutedRun) -> str:
    """Return the section of a page that shows the layout of a run: how it ended, picture, cells, wires.

    Raises `DataError` for a cell that no LEF has.
    """
    facts = layout_facts(layout, lef)
    picture = _picture(draw_layout(layout, lef))
    figures = (figures_table(run),) if run.metrics else ()
    tables = (*figures, cells_table(facts), wires_table(facts), sites_table(facts))
    tile = f"<p>{shown(tile_sentence(facts.cell_area_um2))}</p>" if _SKY130_SITE in lef.sites else ""
    head = f"<p>{shown(layout_sentence(facts))}</p>{tile}<p>{_badge(run)}{shown(run_sentence(run))}</p>"
    note = f'<p class="note">Read from {shown(run.layout.name)}, laid out by {shown(run.plan)}.</p>'
    titled = (f"<h3>{shown(table.title)}</h3>{table_block(table)}" for table in tables)
    return section("Layout", head + note, panel(picture), *titled)


def _badge(run: RoutedRun) -> str:
    """Return the outcome that a verdict in words begins with, after its subject; nothing where it has none."""
    outcome = _OUTCOME.search(run.verdict)
    return f"{badge_or_text(outcome[1])} " if outcome else ""


def _picture(drawing: Drawing) -> str:
    """Return a drawing as SVG, or, where that would weigh too much for a page, as an image within it."""
    svg = to_svg(drawing, colors=THEME_COLORS)
    if len(svg) <= _MOST_SVG_BYTES:
        return svg
    data = b64encode(to_png(drawing)).decode()
    style = "display:block;max-width:100%;margin:0 auto"
    return f'<img alt="{shown(drawing.title)}" style="{style}" src="data:image/png;base64,{data}">'


def run_sentence(run: RoutedRun) -> str:
    """Return how a run ended in words: what was proven of its layout, and what is wrong with it.

    >>> from pathlib import Path
    >>> run_sentence(RoutedRun("orfs", Path("a.def"), "routed a = netlist before: EQUIVALENT by ABC cec", ("1 short",)))
    'Routed a = netlist before: EQUIVALENT by ABC cec. The layout is not good: 1 short.'
    """
    verdict = run.verdict[:1].upper() + run.verdict[1:] or "Its function was not proven"
    faults = f"The layout is not good: {'; '.join(run.faults)}" if run.faults else "The tools found no fault in it"
    return f"{verdict}. {faults}."


def layout_sentence(facts: LayoutFacts) -> str:
    """Return a layout in one sentence, and in a second one what cannot be right about it."""
    return (
        f"{facts.design}: a die of {facts.width_um:.1f} by {facts.height_um:.1f} µm ({area_text(facts.die_area_um2)}), "
        f"{area_text(facts.netlist_area_um2)} of cells from the netlist, {area_text(facts.cell_area_um2)} with what "
        f"was added{_used(facts)}.{_misfit(facts)}"
    )


def tile_sentence(area_um2: float) -> str:
    """Return how full routed cells of sky130, taps and fill left out, make the smallest tile of Tiny Tapeout.

    >>> tile_sentence(190_000.0)
    'Its routed cells are too many for a tile of Tiny Tapeout: the largest is 8x2.'
    """
    try:
        tile = smallest_tile(area_um2, utilization=_TILE_UTILIZATION)
    except ConfigError:
        return f"Its routed cells are too many for a tile of Tiny Tapeout: the largest is {TILES[-1].name}."
    return (
        f"Its routed cells, taps and fill left out, would fill {percent_text(area_um2 / tile.core_um2)} of the core of "
        f"a Tiny Tapeout tile of {tile.name}; what a project puts around them comes on top."
    )


def _used(facts: LayoutFacts) -> str:
    return f", {percent_text(facts.utilization)} of the core" if facts.core_area_um2 else "; there are no rows"


def _misfit(facts: LayoutFacts) -> str:
    if facts.rows_on_die and facts.cells_fit:
        return ""
    what = "The cells have no room in the rows" if facts.rows_on_die else "Rows lie beyond the die"
    return f" {what}: do the DEF's rows and UNITS go with this LEF?"


def figures_table(run: RoutedRun) -> Table:
    """Return the figures of a run with how each was come by."""
    note = f"Test vectors on the routed netlist: {run.simulation}." if run.simulation else ""
    return Table("Figures", ("figure", "value", "how", "of what"), tuple(map(metric_row, run.metrics)), 4, note)


def cells_table(facts: LayoutFacts) -> Table:
    """Return the cells of a layout by kind."""
    rows = tuple(
        (one.kind, KINDS[one.kind], count_text(one.count), area_text(one.area_um2), _share(one.area_um2, facts))
        for one in facts.cells
    )
    note = "There are no rows, and so no core that the cells have a share of."
    if facts.core_area_um2:
        note = (
            f"The core has {area_text(facts.core_area_um2)}; utilization is the share of all cells but taps and fill, "
            f"{percent_text(facts.utilization)}."
        )
    return Table("Cells", ("kind", "what it is", "cells", "area", "of the core"), rows, 2, note)


def wires_table(facts: LayoutFacts) -> Table:
    """Return the signal wires of a layout by layer."""
    rows = tuple((one.layer, f"{one.length_um:,.1f} µm") for one in facts.lengths)
    total = (("all", f"{facts.length_um:,.1f} µm"),) if len(rows) > 1 else ()
    note = f"{plural(facts.nets, 'net')} and {plural(facts.vias, 'via')}; the supply is left out."
    return Table("Signal wires", ("layer", "length"), (*rows, *total), note=note)


def sites_table(facts: LayoutFacts) -> Table:
    """Return what the die would fit in."""
    rows = tuple(
        (site.name, site.source, f"{site.width_um:g} by {site.height_um:g} µm", _copies(facts.copies_in(site)))
        for site in SITES
    )
    note = "By the size of the die alone: pins, rings and seals of a real place are not considered."
    return Table("Would fit in", ("place", "source of its size", "size", "copies"), rows, 2, note)


def layout_json(facts: LayoutFacts) -> dict[str, object]:
    """Return a layout in numbers for a JSON document."""
    return {
        "design": facts.design,
        "die_um": [facts.width_um, facts.height_um],
        "die_area_um2": _kept(facts.die_area_um2),
        "core_area_um2": _kept(facts.core_area_um2),
        "netlist_area_um2": _kept(facts.netlist_area_um2),
        "cell_area_um2": _kept(facts.cell_area_um2),
        "utilization": _kept(facts.utilization) if facts.core_area_um2 else None,
        "rows_on_die": facts.rows_on_die,
        "cells_fit": facts.cells_fit,
        "cells": {one.kind: {"count": one.count, "area_um2": _kept(one.area_um2)} for one in facts.cells},
        "nets": facts.nets,
        "pins": facts.ports,
        "vias": facts.vias,
        "length_um": {one.layer: _kept(one.length_um) for one in facts.lengths},
        "copies_in": {site.name: facts.copies_in(site) for site in SITES},
    }


def _kept(value: float) -> float:
    """Round sums of binary fractions back to what the files say."""
    return round(value, 6)


def _copies(count: int) -> str:
    return count_text(count) if count else "too large"


def _share(area_um2: float, facts: LayoutFacts) -> str:
    return percent_text(area_um2 / facts.core_area_um2) if facts.core_area_um2 else "no rows"
