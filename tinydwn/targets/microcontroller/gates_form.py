"""The form of operations on bits: a netlist's operations, for one sample, or for as many as a word has bits."""

from __future__ import annotations

from collections.abc import Callable

from tinydwn.netlist import Netlist
from tinydwn.netlist.graph import FALSE, FIRST_INPUT
from tinydwn.targets.microcontroller.endings import filled
from tinydwn.targets.microcontroller.inputs import IntegerInputs, core_bits
from tinydwn.targets.steps import Kind, Step, Steps, steps_of

_TEXT = {
    Kind.NOT: "~{0}",
    Kind.AND: "{0} & {1}",
    Kind.OR: "{0} | {1}",
    Kind.XOR: "{0} ^ {1}",
    Kind.AND_NOT: "{0} & ~{1}",
    Kind.OR_NOT: "{0} | ~{1}",
    Kind.CHOICE: "({0} & {2}) | (~{0} & {1})",
}
_MANY = """\
void @NAME@_classify_many(const @NAME@_input *inputs, @CODE@ *classes, size_t samples) {
  slice in[@IN_SIZE@], out[@OUT_SIZE@];
  while (samples) {
    const size_t here = samples < SLICE ? samples : SLICE;
    for (size_t k = 0; k < @IN_SIZE@; k++)
      in[k] = 0;
    for (size_t s = here; s-- > 0;) {
      const @NAME@_input *const x = inputs + s * @UPPER@_INPUTS;
@GATHER@
    }
    circuit(in, out);
    for (size_t s = 0; s < here; s++) {
      @CODE@ code = 0;
      for (size_t k = @OUTPUTS@; k-- > 0;)
        @DECODE@
      classes[s] = code;
    }
    inputs += here * @UPPER@_INPUTS;
    classes += here;
    samples -= here;
  }
}
"""
_DECODE = {
    False: "code = (@CODE@)(((unsigned)code << 1) | ((unsigned)(out[k] >> s) & 1u));",
    True: "if ((out[k] >> s) & 1u)\n          code = (@CODE@)k;",
}
"""How a class is made of the outputs for a sample: its number in binary, or the place of the one that is set."""


def gates_form(core: Netlist, inputs: IntegerInputs, *, name: str, code: str, onehot: bool) -> str:
    """Return the C functions of a core: `name_classify` and `name_classify_many`, which works on words of samples."""
    steps = steps_of(core)
    known = core_bits(inputs.encoder, core)
    asked = [_comparison(known.get(port), inputs) for port in core.inputs]
    read = sorted({s for one in steps.steps for s in one.sources} | set(steps.outputs))
    places = [value - FIRST_INPUT for value in read if FIRST_INPUT <= value < steps.first]
    order = {place: k for k, place in enumerate(places)}
    one = _single(steps, [f"b{place}" for place in range(len(asked))], code, onehot=onehot)
    bits = [f"  const uint8_t b{place} = {asked[place]};" for place in places]
    head = [f"{code} {name}_classify(const {name}_input *x) {{", *_unread(bool(places)), *bits]
    many = ["static void circuit(const slice *in, slice *out) {", *_unread(bool(places), "in")]
    values = {place: f"in[{k}]" for place, k in order.items()}
    many += _statements(steps, lambda value: values[value - FIRST_INPUT], "slice")
    many += [f"  out[{k}] = {_end(value, steps, values, 'slice')};" for k, value in enumerate(steps.outputs)]
    gather = [
        f"      in[{k}] = (slice)((slice)(in[{k}] << 1) | (slice)({asked[place]}));" for place, k in order.items()
    ]
    if not places:
        gather = ["      (void)x;"]
    words = {
        "IN_SIZE": str(max(1, len(places))),
        "OUT_SIZE": str(max(1, len(core.outputs))),
        "OUTPUTS": str(len(core.outputs)),
        "GATHER": "\n".join(gather),
        "NAME": name,
        "UPPER": name.upper(),
        "CODE": code,
    }
    text = filled(_MANY, {**words, "DECODE": filled(_DECODE[onehot], words)})
    return "\n".join([*_SLICE, *head, *one, "}", "", *many, "}", "", text])


_SLICE = (
    "/* As many samples as a word has bits. */",
    "#if defined(__AVR__)",
    "typedef uint8_t slice;",
    "#else",
    "typedef uint32_t slice;",
    "#endif",
    "#define SLICE (8 * sizeof(slice))",
    "",
)


def _comparison(bit: int | None, inputs: IntegerInputs) -> str:
    return "0" if bit is None else f"x[{inputs.place[bit]}] >= {inputs.constant[bit]}"


def _unread(read: bool, name: str = "x") -> list[str]:
    return [] if read else [f"  (void){name};"]


def _single(steps: Steps, asked: list[str], code: str, *, onehot: bool) -> list[str]:
    """Return the statements for one sample, whose bits are the lowest ones of bytes."""
    lines = list(_statements(steps, lambda value: asked[value - FIRST_INPUT], "uint8_t"))
    values = dict(enumerate(asked))
    terms = []
    for k, value in enumerate(steps.outputs):
        bit = _end(value, steps, values, "uint8_t")
        weight = k if onehot else 1 << k
        if not weight and bit.startswith("v"):
            lines.append(f"  (void){bit};")
        if bit != "0" and weight:
            terms.append(f"({bit} & 1u) * {weight}u" if weight > 1 else f"({bit} & 1u)")
    return [*lines, f"  return ({code})({' + '.join(terms) or '0'});"]


def _statements(steps: Steps, given: Callable[[int], str], kind: str) -> list[str]:
    def text(step: Step) -> str:
        return _TEXT[step.kind].format(*(f"v{s}" if s >= steps.first else given(s) for s in step.sources))

    return [f"  const {kind} v{value} = ({kind})({text(step)});" for value, step in enumerate(steps.steps, steps.first)]


def _end(value: int, steps: Steps, given: dict[int, str], kind: str) -> str:
    if value < FIRST_INPUT:
        return "0" if value == FALSE else f"({kind})~({kind})0"
    return given[value - FIRST_INPUT] if value < steps.first else f"v{value}"
