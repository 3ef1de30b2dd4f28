"""The chosen circuit on the page: its equations, and its schematic with the chip at work in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tinydwn.metrics import Cut
from tinydwn.report.html import panel, section, shown
from tinydwn.report.live import drawing_id, live_block
from tinydwn.report.run_report import RunReport
from tinydwn.report.schematic import schematic
from tinydwn.report.wording import plural

_BEGINS = {"chip": "bits of feature words in", "core": "comparisons in, the encoder left out"}


def circuit_section(report: RunReport) -> str:
    """Return the section about the chosen circuit."""
    return section("The chosen circuit", *_equations(report), live_block(report), *_schematics(report))


def output_meanings(report: RunReport) -> Mapping[str, str]:
    """Return in words what the outputs of a drawing are 1 for, by their names.

    The outputs of both cuts stand in the order of the bits of the class's code.
    """
    meanings: dict[str, str] = {}
    for drawing in report.drawings:
        for bit, (name, _) in enumerate(drawing.outputs):
            ones = [one.name for one in report.interface.classes if one.code >> bit & 1]
            meanings[name] = f"1: {' or '.join(ones)}" if len(ones) <= 2 else name
    return meanings


def _equations(report: RunReport) -> Iterator[str]:
    codes = _codes(report)
    if codes:
        yield f"<p>{shown(codes)}</p>"
    if not report.equations:
        yield '<p class="note">The equations are not shown: the circuit is too large to be read.</p>'
        return
    lines = report.equations.rstrip("\n").split("\n")
    said, remarks = (
        "\n".join(shown(line) for line in lines if line.startswith("#") == remark) for remark in (False, True)
    )
    yield "<h3>As equations of the core</h3>"
    remarks = f"\n<span>{remarks}</span>" if remarks else ""
    yield f'<pre class="panel equations">{said}{remarks}</pre>'


def _schematics(report: RunReport) -> Iterator[str]:
    drawn = {drawing.cut: drawing for drawing in report.drawings}
    cuts: tuple[Cut, ...] = ("chip", "core")
    for cut in cuts:
        cells = plural(report.cuts[cut].cells[report.main_library], "cell")
        if cut not in drawn:
            yield f'<p class="note">The {cut} is too large to be drawn legibly: {cells}.</p>'
            continue
        drawing = drawn[cut]
        figure = panel(schematic(drawing, meanings=output_meanings(report)), scroll=True, name=drawing_id(drawing))
        yield f"<h3>{shown(f'The {cut} in {drawing.gates_of}: {_BEGINS[cut]}')}</h3>{figure}"
    if drawn:
        lit = " A thick, colored wire is 1." if report.live is not None else ""
        said = f"A bubble inverts; a dot joins wires; bit 0 of a word is its lowest.{lit}"
        yield f'<p class="note">{shown(said)}</p>'


def _codes(report: RunReport) -> str:
    """Say which outputs mean which class, the lowest bit last as in a written number."""
    interface = report.interface
    width = len(interface.outputs)
    if len(interface.classes) > 12 or not width:
        return ""
    codes = ", ".join(f"{one.code:0{width}b} {one.name}" for one in interface.classes)
    if width == 1:
        return f"The one output tells the class: {codes}."
    return f"The outputs tell the class, the highest bit first: {codes}."
