"""The form of branches: every table a few comparisons, one after the other, as far as its answer needs them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tinydwn.model.classifier import Classifier, Reduction
from tinydwn.netlist import Netlist
from tinydwn.targets.microcontroller.endings import count_type, ending
from tinydwn.targets.microcontroller.inputs import IntegerInputs
from tinydwn.targets.microcontroller.network import (
    Decisions,
    core_decisions,
    first_layer_decisions,
    later_layer_decisions,
)

_TABLES_PER_FUNCTION = 64


def circuit_in_branches(
    core: Netlist, inputs: IntegerInputs, *, name: str, code: str, onehot: bool
) -> tuple[str, Decisions] | None:
    """Return `name_classify` as one diagram of comparisons, and it; None for a core with too many levels."""
    decisions = core_decisions(core, inputs)
    if decisions is None:
        return None

    def answer(value: int) -> str:
        return f"return {value.bit_length() - 1 if onehot and value else value};"

    body = _diagram(decisions, "x", "q", answer)
    unread = [] if decisions.diagram.questions else ["  (void)x;"]
    return "\n".join([f"{code} {name}_classify(const {name}_input *x) {{", *unread, *body, "}", ""]), decisions


def network_decisions(classifier: Classifier, inputs: IntegerInputs) -> list[list[Decisions]]:
    """Return the decisions of every table, layer by layer."""
    first, *others = classifier.layers
    return [first_layer_decisions(first, inputs), *map(later_layer_decisions, others)]


def network_in_branches(
    classifier: Classifier, decisions: Sequence[Sequence[Decisions]], *, name: str, code: str
) -> str:
    """Return `name_classify`: layer by layer, votes counted where the last layer votes."""
    lines: list[str] = []
    calls: list[str] = []
    votes = classifier.reduction is Reduction.POPCOUNT
    for k, layer in enumerate(decisions[: -1 if votes else None]):
        functions, called = _layer(layer, k, name)
        lines += functions
        calls += called
    if votes:
        functions, called = _votes(decisions[-1], classifier.classes, len(decisions) - 1, name)
        lines += functions
        calls += called
    arrays = [f"  uint8_t bits_{k}[{len(layer)}];" for k, layer in enumerate(decisions[: -1 if votes else None])]
    last = f"bits_{len(decisions) - 1}"
    end = ending(classifier, last, code=code)
    return "\n".join([*lines, f"{code} {name}_classify(const {name}_input *x) {{", *arrays, *calls, *end, "}", ""])


def _layer(layer: Sequence[Decisions], k: int, name: str) -> tuple[list[str], list[str]]:
    """Return functions that write the bits of a layer, and the calls of them."""
    lines, calls = [], []
    given, kind = _given(k, name)
    for part, start in enumerate(range(0, len(layer), _TABLES_PER_FUNCTION)):
        lines.append(f"static void layer_{k}_{part}(const {kind} *x, uint8_t *out) {{")
        tables = layer[start : start + _TABLES_PER_FUNCTION]
        lines += [] if any(one.diagram.questions for one in tables) else ["  (void)x;"]
        for j, one in enumerate(tables, start):
            lines.append(f"  out[{j}] = 0;")
            lines += _bit(one, f"t{j}", f"out[{j}] = 1;")
        lines += ["}", ""]
        calls.append(f"  layer_{k}_{part}({given}, bits_{k});")
    return lines, calls


def _votes(layer: Sequence[Decisions], classes: int, k: int, name: str) -> tuple[list[str], list[str]]:
    """Return functions that count the votes for a class, and the calls of them."""
    lines, calls = [], []
    given, kind = _given(k, name)
    each = len(layer) // classes
    count = count_type(each)
    calls.append(f"  {count} votes[{classes}];")
    for wanted in range(classes):
        sums = []
        for part, start in enumerate(range(wanted * each, (wanted + 1) * each, _TABLES_PER_FUNCTION)):
            function = f"votes_{wanted}_{part}"
            tables = layer[start : min(start + _TABLES_PER_FUNCTION, (wanted + 1) * each)]
            lines += [f"static uint8_t {function}(const {kind} *x) {{", "  uint8_t n = 0;"]
            lines += [] if any(one.diagram.questions for one in tables) else ["  (void)x;"]
            for j, one in enumerate(tables, start):
                lines += _bit(one, f"t{j}", "n++;")
            lines += ["  return n;", "}", ""]
            sums.append(f"{function}({given})")
        calls.append(f"  votes[{wanted}] = ({count})({' + '.join(sums)});")
    return lines, calls


def _given(k: int, name: str) -> tuple[str, str]:
    return ("x", f"{name}_input") if k == 0 else (f"bits_{k - 1}", "uint8_t")


def _bit(decisions: Decisions, tag: str, then: str) -> list[str]:
    """Return statements that do `then` where the answer is 1."""
    start = decisions.diagram.start
    if not decisions.diagram.questions:
        return [f"  {then}"] if start == ~1 else []
    lines = _diagram(decisions, "x", tag, lambda value: f"goto {tag}_{'yes' if value else 'no'};")
    if lines[-1] == f"  goto {tag}_yes;":
        lines.pop()
    yes = [f"{tag}_yes:"] if any(f"goto {tag}_yes;" in line for line in lines) else []
    no = [f"{tag}_no:;"] if any(f"goto {tag}_no;" in line for line in lines) else []
    return [*lines, *yes, f"  {then}", *no]


def _diagram(decisions: Decisions, x: str, tag: str, answer: Callable[[int], str]) -> list[str]:
    """Return the statements of a diagram; `answer` says what to do at an answer."""
    questions = decisions.diagram.questions

    def go(place: int) -> str:
        return f"goto {tag}_{place};" if place >= 0 else answer(~place)

    if not questions:
        return [f"  {go(decisions.diagram.start)}"]
    bodies: list[list[str]] = []
    for place, one in enumerate(questions):
        constant = decisions.constants[one.axis][one.level - 1]
        test = f"{x}[{decisions.places[one.axis]}] >= {constant}"
        body = [f"  if ({test}) {go(one.high)}"]
        if one.low != place + 1:
            body.append(f"  {go(one.low)}")
        bodies.append(body)
    named = {one.high for one in questions} | {one.low for k, one in enumerate(questions) if one.low != k + 1}
    lines: list[str] = []
    for place, body in enumerate(bodies):
        lines += [f"{tag}_{place}:", *body] if place in named else body
    return lines
