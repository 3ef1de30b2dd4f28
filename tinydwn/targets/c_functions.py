"""Operations as C functions: expressions on words of samples, each function short enough for a compiler."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tinydwn.netlist.graph import FALSE, FIRST_INPUT
from tinydwn.targets.steps import Kind, Step, Steps

STEPS_PER_FUNCTION = 200
"""So many that the code of a function stays in the cache while it runs on one tile of words after the other."""
_LONGEST = 72
_TEXT = {
    Kind.NOT: "~{}",
    Kind.AND: "{} & {}",
    Kind.OR: "{} | {}",
    Kind.XOR: "{} ^ {}",
    Kind.AND_NOT: "{} & ~{}",
    Kind.OR_NOT: "{} | ~{}",
    Kind.CHOICE: "CHOICE({}, {}, {})",
}
_SIGNATURE = "const lanes *restrict in, lanes *restrict at, lanes *restrict out"
_PARAMETERS = ("in", "at", "out")


@dataclass(frozen=True, slots=True)
class CFunctions:
    """C functions `part_0`, `part_1`, ... and `circuit`, which calls them.

    `circuit(in, at, out, tiles)` reads inputs, writes outputs, and keeps `kept` words in `at` meanwhile, `tiles` times
    with the words of each tile behind those of the one before; it names their numbers INPUTS, KEPT and OUTPUTS.
    """

    text: str
    kept: int


def c_functions(steps: Steps) -> CFunctions:
    """Return the functions of a list of operations, in text that depends on it alone."""
    plan = _Plan.of(steps)
    lines: list[str] = []
    for part in range(plan.parts):
        body = list(_body(steps, plan, part))
        lines += [f"static void part_{part}({_SIGNATURE}) {{", *_unread(body), *body, "}", ""]
    lines.append(f"static void circuit({_SIGNATURE}, size_t tiles) {{")
    for part in range(plan.parts):
        lines.append("  for (size_t tile = 0; tile < tiles; tile++)")
        lines.append(f"    part_{part}(in + tile * INPUTS, at + tile * KEPT, out + tile * OUTPUTS);")
    lines += ["}", ""]
    return CFunctions("\n".join(lines), plan.kept)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which function has which values, and which word of `at` keeps a value that later functions read."""

    first: int
    parts: int
    place: dict[int, int]
    kept: int

    @staticmethod
    def of(steps: Steps) -> _Plan:
        parts = max(1, -(-len(steps.steps) // STEPS_PER_FUNCTION))
        plan = _Plan(steps.first, parts, {}, 0)
        last = [-1] * (steps.first + len(steps.steps))
        for value, step in enumerate(steps.steps, start=steps.first):
            for source in step.sources:
                last[source] = plan.part(value)
        free: list[int] = []
        until: list[tuple[int, int]] = []
        kept = 0
        for value in range(steps.first, len(last)):
            if last[value] <= plan.part(value):
                continue
            # A word is free again from the function after the last one that reads it.
            while until and until[0][0] < plan.part(value):
                heapq.heappush(free, heapq.heappop(until)[1])
            plan.place[value] = heapq.heappop(free) if free else kept
            kept = max(kept, plan.place[value] + 1)
            heapq.heappush(until, (last[value], plan.place[value]))
        return _Plan(steps.first, parts, plan.place, kept)

    def part(self, value: int) -> int:
        """Return the function that computes a value of a step."""
        return (value - self.first) // STEPS_PER_FUNCTION

    def values(self, part: int, steps: Steps) -> range:
        """Return the values that a function computes."""
        start = steps.first + part * STEPS_PER_FUNCTION
        return range(start, min(start + STEPS_PER_FUNCTION, steps.first + len(steps.steps)))


def _body(steps: Steps, plan: _Plan, part: int) -> Iterator[str]:
    """Yield the statements of one function; what is read once is written where it is read."""
    values = plan.values(part, steps)
    uses = _uses(steps, values)
    written: dict[int, list[int]] = {}
    for output, value in enumerate(steps.outputs):
        written.setdefault(value, []).append(output)
    pending: dict[int, str] = {}
    for value in values:
        step = steps.steps[value - steps.first]
        text = _TEXT[step.kind].format(*(_operand(source, step, steps, plan, part, pending) for source in step.sources))
        outputs = written.get(value, [])
        if uses.get(value, 0) <= 1 and value not in plan.place and not outputs and len(text) <= _LONGEST:
            pending[value] = text
            continue
        targets = [f"at[{plan.place[value]}]"] if value in plan.place else []
        targets += [f"out[{output}]" for output in outputs]
        if uses.get(value, 0):
            yield f"  const lanes v{value} = {text};"
            text = f"v{value}"
        if targets:
            yield f"  {' = '.join(targets)} = {text};"
    if part == plan.parts - 1:
        yield from _ends(steps, written.items())


def _unread(body: Iterable[str]) -> list[str]:
    """Return a statement about those parameters that a body has no use for, as compilers ask for."""
    text = "\n".join(body)
    unread = [name for name in _PARAMETERS if not re.search(rf"\b{name}\b", text)]
    return ["  " + ", ".join(f"(void){name}" for name in unread) + ";"] if unread else []


def _uses(steps: Steps, values: range) -> dict[int, int]:
    """Return how often the text of each value would stand in a function; what a choice selects by stands twice."""
    uses: dict[int, int] = {}
    for value in values:
        step = steps.steps[value - steps.first]
        for place, source in enumerate(step.sources):
            uses[source] = uses.get(source, 0) + (2 if step.kind is Kind.CHOICE and place == 0 else 1)
    return uses


def _operand(source: int, step: Step, steps: Steps, plan: _Plan, part: int, pending: dict[int, str]) -> str:
    if source < steps.first:
        return _given(source)
    if source in pending:
        text, inner = pending.pop(source), steps.steps[source - steps.first].kind
        return text if Kind.CHOICE in (step.kind, inner) or inner is Kind.NOT else f"({text})"
    return f"v{source}" if plan.part(source) == part else f"at[{plan.place[source]}]"


def _given(value: int) -> str:
    return f"in[{value - FIRST_INPUT}]"


def _ends(steps: Steps, written: Iterable[tuple[int, list[int]]]) -> Iterator[str]:
    """Yield the statements of outputs that are inputs or constants."""
    for value, outputs in written:
        for output in outputs:
            if value < FIRST_INPUT:
                yield f"  memset(out + {output}, {'0' if value == FALSE else '0xff'}, sizeof(lanes));"
            elif value < steps.first:
                yield f"  out[{output}] = {_given(value)};"
