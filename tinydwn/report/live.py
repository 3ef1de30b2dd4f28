"""The chip at work on the page: fields for the features it reads, the class it answers, its wires lit."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from tinydwn.export.chip_interface import ChipInterface
from tinydwn.export.feature_port import FeaturePort
from tinydwn.report.facts import Drawing, LiveCircuit
from tinydwn.report.html import shown
from tinydwn.report.run_report import RunReport
from tinydwn.report.wording import plural

_BIT = re.compile(r"(?s)(.+)\[([0-9]+)\]")
_COMPARISON = re.compile(r"(?s)(.+) > (-?[0-9.]+(?:e[-+]?[0-9]+)?)")


def drawing_id(drawing: Drawing) -> str:
    """Return the id of the element that holds a drawing."""
    return f"drawing-{drawing.cut}"


def live_block(report: RunReport) -> str:
    """Return the fields, the buttons and the answer; the script that `live_script` returns brings them to life."""
    if report.live is None:
        return ""
    fields = "\n".join(_field(k, one) for k, one in enumerate(report.interface.features_read))
    count = len(report.samples)
    steps = (
        '<p class="steps"><button type="button" data-step="-1">← Previous</button>'
        '<button type="button" data-step="1">Next →</button>'
        f'<span id="live-place">{plural(count, "test sample")}</span></p>'
    )
    return (
        '<div id="live" hidden>\n<h3>Try it</h3>\n<form class="live panel" autocomplete="off">\n'
        f'<div class="fields">\n{fields}\n</div>\n{steps if count else ""}'
        '<p class="answer" role="status">The chip answers <strong id="live-answer"></strong>'
        '<span id="live-truth"></span></p>\n</form>\n</div>\n'
        '<noscript><p class="note">With JavaScript, the page computes the answer of the chip for any values.</p>'
        "</noscript>"
    )


def live_script(report: RunReport) -> str:
    """Return the script of the page and its data, nothing where there is no live circuit."""
    if report.live is None:
        return ""
    data = json.dumps(live_document(report, report.live), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # Within a script element only "<" could end it or begin a comment.
    data = data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    script = files("tinydwn.report").joinpath("live.js").read_text(encoding="utf-8")
    return f'<script type="application/json" id="live-data">{data}</script>\n<script>\n{script}</script>'


def live_document(report: RunReport, live: LiveCircuit) -> dict[str, Any]:
    """Return all that the script needs as values that JSON can hold; tables are texts of 0 and 1, address 0 first.

    Features are those that the chip reads, in the order of the values of the samples; -1 stands for a feature that has
    a port and is not read, of which any bit will do.
    """
    interface = report.interface
    place = {one.feature: k for k, one in enumerate(interface.features_read)}
    return {
        "features": [_feature(one) for one in interface.features_read],
        "inputs": [[place.get(interface.features[feature].feature, -1), bit] for feature, bit in live.inputs],
        "nodes": [[_table(node.table, len(node.fanin)), *node.fanin] for node in live.nodes],
        "outputs": list(live.outputs),
        "classes": [[one.name, one.code] for one in interface.classes],
        "samples": [[list(one.values), one.label, one.answer] for one in report.samples],
        "drawings": [_drawing(one, interface, place) for one in report.drawings],
    }


def _field(k: int, port: FeaturePort) -> str:
    return (
        f'<label><span class="name">{shown(port.feature)}</span>'
        f'<input type="text" inputmode="decimal" data-feature="{k}"><output data-word="{k}"></output></label>'
    )


def _feature(port: FeaturePort) -> dict[str, Any]:
    middle = port.offset + port.step * ((1 << port.word_bits) // 2 + 0.5)
    return {
        "name": port.feature,
        "offset": port.offset,
        "step": port.step,
        "bits": port.word_bits,
        "middle": float(f"{middle:.4g}"),
    }


def _table(table: int, inputs: int) -> str:
    return "".join(str(table >> address & 1) for address in range(1 << inputs))


def _drawing(drawing: Drawing, interface: ChipInterface, place: Mapping[str, int]) -> dict[str, Any]:
    """Return what the vertices of a drawing are computed from; `inputs` are empty where one is no bit of a feature."""
    ports = {one.feature: one for one in interface.features_read}
    inputs = [_source(name, ports, place) for name in drawing.inputs]
    return {
        "id": drawing_id(drawing),
        "inputs": inputs if None not in inputs else [],
        "gates": [[_table(gate.table, len(gate.reads)), *gate.reads] for gate in drawing.gates],
    }


def _source(name: str, ports: Mapping[str, FeaturePort], place: Mapping[str, int]) -> tuple[int, str, int] | None:
    """Return which feature an input is of, and which bit of its word, or which word it takes at least, to be 1."""
    if name in ports and ports[name].is_flag:
        return place[name], "bit", 0
    bit = _BIT.fullmatch(name)
    if bit is not None and bit[1] in ports:
        return place[bit[1]], "bit", int(bit[2])
    comparison = _COMPARISON.fullmatch(name)
    if comparison is not None and comparison[1] in ports:
        port = ports[comparison[1]]
        # The number stands within a billionth of a step of the edge between two words.
        return place[comparison[1]], "least", round((float(comparison[2]) - port.offset) / port.step)
    return None
