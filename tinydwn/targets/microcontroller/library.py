"""A classifier as a C99 library: one header, one source, no heap, no floating point, tables in flash."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

from tinydwn.errors import ConfigError
from tinydwn.model.classifier import Classifier
from tinydwn.netlist import Netlist
from tinydwn.targets.c_names import quoted, require_identifier
from tinydwn.targets.microcontroller.branches_form import (
    circuit_in_branches,
    network_decisions,
    network_in_branches,
)
from tinydwn.targets.microcontroller.endings import filled
from tinydwn.targets.microcontroller.estimate import Estimate, branches_estimate, gates_estimate, tables_estimate
from tinydwn.targets.microcontroller.gates_form import gates_form
from tinydwn.targets.microcontroller.inputs import IntegerInputs, core_bits
from tinydwn.targets.microcontroller.network import bits_read
from tinydwn.targets.microcontroller.tables_form import network_in_tables

Form = Literal["auto", "gates", "branches", "tables"]
Scales = Mapping[str, Fraction | int] | Fraction | int | None
FLASH_BYTES = 30_000
"""What a classifier may take of the 32 kB of an ATmega328P, beside what else a program does."""
_BYTE = 8
_IN_HEADERS = re.compile(r"u?int(_least|_fast)?(8|16|32|64|ptr|max)|size|ptrdiff|wchar|wint|sig_atomic|flash")
"""Names that, with a feature's name behind them, may be a macro that is there already, such as UINT8_MAX."""
_LOOP = """\
void @NAME@_classify_many(const @NAME@_input *inputs, @CODE@ *classes, size_t samples) {
  for (size_t s = 0; s < samples; s++)
    classes[s] = @NAME@_classify(inputs + s * @UPPER@_INPUTS);
}
"""


@dataclass(frozen=True, slots=True, eq=False)
class CLibrary:
    """The texts of a header and a source, the form that was chosen, and what the classifier reads."""

    name: str
    header: str
    source: str
    form: str
    inputs: IntegerInputs
    code: str


def c_library(
    classifier: Classifier,
    core: Netlist,
    *,
    name: str = "classifier",
    form: Form = "auto",
    scales: Scales = None,
    onehot: bool = False,
    flash_bytes: int = FLASH_BYTES,
) -> CLibrary:
    """Return a classifier as C for machines of 8, 16 and 32 bits; equal ones give equal text.

    `core` computes what `classifier` does, by fewer gates where it can. Forms are "gates", operations on bits;
    "branches", comparisons one after the other as far as an answer needs them; and "tables", loops over tables in
    flash. "auto" takes the one that is estimated fastest among those estimated to fit `flash_bytes`, else the
    smallest. `scales` as in `IntegerInputs.of`; `onehot` says that the core has an output per class.

    `ConfigError` for another form, a name that is none in C, and a scale that cannot be.

    >>> from tinydwn.model import Classifier, LutLayer, Reduction
    >>> import numpy as np
    >>> from tinydwn.encoder import Encoder, FixedPoint
    >>> from tinydwn.lowering import lower_core
    >>> grid = FixedPoint(offset=np.zeros(1), step=np.ones(1), input_bits=np.array([4]))
    >>> encoder = Encoder(("age",), grid, feature=np.array([0]), constant=np.array([3]))
    >>> model = Classifier(encoder, (LutLayer([[False, True]], [[0]]),), Reduction.LEARNABLE, ("young", "old"))
    >>> text = c_library(model, lower_core(model).netlist, form="branches").source
    >>> print(text[text.index("uint8_t classifier_classify"):text.index("void")])
    uint8_t classifier_classify(const classifier_input *x) {
      if (x[0] >= 4) return 1;
      return 0;
    }
    <BLANKLINE>
    <BLANKLINE>
    """
    require_identifier(name)
    if _IN_HEADERS.fullmatch(name.lower()):
        raise ConfigError(
            f"{name!r} begins macros of C's headers and of the text itself", hint="choose another name with --name"
        )
    if form not in get_args(Form):
        raise ConfigError(f"unknown form {form!r}", hint=f"choose one of {', '.join(get_args(Form))}")
    code = "uint8_t" if classifier.classes <= 1 << _BYTE else "uint16_t"
    maker = _Maker(classifier, core, name, code, onehot, scales)
    chosen = maker.made(form, flash_bytes)
    header = to_header(classifier, chosen.inputs, name=name, code=code, form=chosen.form)
    return CLibrary(name, header, _source(chosen, name, code), chosen.form, chosen.inputs, code)


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    form: str
    text: str
    inputs: IntegerInputs
    estimate: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class _Maker:
    """The forms of one classifier, each made when it is asked for."""

    classifier: Classifier
    core: Netlist
    name: str
    code: str
    onehot: bool
    scales: Scales

    def made(self, form: Form, flash_bytes: int) -> _Made:
        if form == "gates":
            return self.gates()
        if form == "branches":
            return self.branches()
        if form == "tables":
            return self.tables()
        found = [self.gates(), self.branches(), self.tables()]
        fitting = [one for one in found if one.estimate.flash_bytes <= flash_bytes]
        if fitting:
            return min(fitting, key=lambda one: one.estimate.cycles)
        return min(found, key=lambda one: one.estimate.flash_bytes)

    def gates(self) -> _Made:
        inputs = self._of_core()
        text = gates_form(self.core, inputs, name=self.name, code=self.code, onehot=self.onehot)
        return _Made("gates", text, inputs, gates_estimate(self.core, inputs))

    def branches(self) -> _Made:
        """Return the circuit as one diagram where it is small, else the network table by table."""
        inputs = self._of_core()
        circuit = circuit_in_branches(self.core, inputs, name=self.name, code=self.code, onehot=self.onehot)
        if circuit is not None:
            text, decisions = circuit
            return _Made("branches", text, inputs, branches_estimate([[decisions]], inputs))
        inputs = self._of_network()
        layers = network_decisions(self.classifier, inputs)
        text = network_in_branches(self.classifier, layers, name=self.name, code=self.code)
        return _Made("branches", text, inputs, branches_estimate(layers, inputs))

    def tables(self) -> _Made:
        inputs = self._of_network()
        text = network_in_tables(self.classifier, inputs, name=self.name, code=self.code)
        return _Made("tables", text, inputs, tables_estimate(self.classifier, inputs))

    def _of_core(self) -> IntegerInputs:
        encoder = self.classifier.encoder
        return IntegerInputs.of(encoder, list(core_bits(encoder, self.core).values()), self.scales)

    def _of_network(self) -> IntegerInputs:
        return IntegerInputs.of(self.classifier.encoder, bits_read(self.classifier), self.scales)


def to_header(classifier: Classifier, inputs: IntegerInputs, *, name: str, code: str, form: str) -> str:
    """Return the header: what every input is, what every class is, and the two functions."""
    guard = f"{name.upper()}_H"
    places = _identifiers(inputs.names, name)
    scaled = any(factor is not None for factor in inputs.scale)
    lines = [
        f"/* Classifier of {classifier.classes} classes, in the form of {form}; digest {classifier.digest[:16]}. */",
        f"#ifndef {guard}",
        f"#define {guard}",
        "",
        "#include <stddef.h>",
        "#include <stdint.h>",
        "",
        "#ifdef __cplusplus",
        'extern "C" {',
        "#endif",
        "",
        f"#define {name.upper()}_INPUTS {max(1, len(inputs.features))}",
        f"#define {name.upper()}_CLASSES {classifier.classes}",
        "",
        "/* Each input is the value of its feature times a scale, a whole number. */"
        if scaled
        else "/* Each input is the word of its feature, clamp(floor((value - OFFSET) / STEP), 0, MOST). */",
        f"typedef {inputs.c_type} {name}_input;",
        "",
    ]
    if places:
        lines += ["/* The places of the inputs. */", "enum {"]
        lines += [f"  {place} = {k}, /* {_input_text(inputs, k)} */" for k, place in enumerate(places)]
        lines += ["};", ""]
    lines.append("/* The classes by their codes:")
    lines += [f"   {k} is {quoted(label)}" for k, label in enumerate(classifier.class_names)]
    lines += [
        "*/",
        "",
        f"/* Return the class of one sample of {name.upper()}_INPUTS inputs. */",
        f"{code} {name}_classify(const {name}_input *inputs);",
        "/* Write the classes of samples that lie one behind the other. */",
        f"void {name}_classify_many(const {name}_input *inputs, {code} *classes, size_t samples);",
        "",
        "#ifdef __cplusplus",
        "}",
        "#endif",
        "#endif",
        "",
    ]
    return "\n".join(lines)


def _input_text(inputs: IntegerInputs, k: int) -> str:
    feature, factor = inputs.features[k], inputs.scale[k]
    shown = f"{quoted(inputs.names[k])}, column {feature}"
    if factor is not None:
        return f"{shown}, times {factor}".replace("*/", "*_/")
    grid = inputs.encoder.fixed_point
    offset, step, most = grid.offset[feature], grid.step[feature], grid.largest_word[feature]
    return f"{shown}: OFFSET {float(offset)!r}, STEP {float(step)!r}, MOST {int(most)}"


def _source(made: _Made, name: str, code: str) -> str:
    text = f'#include "{name}.h"\n\n{made.text}\n'
    if made.form == "gates":
        return text
    return text + filled(_LOOP, {"NAME": name, "UPPER": name.upper(), "CODE": code})


def _identifiers(names: tuple[str, ...], prefix: str) -> list[str]:
    """Return an identifier for each feature, no two alike."""
    found: list[str] = []
    taken = {f"{prefix.upper()}_{word}" for word in ("INPUTS", "CLASSES", "H")}
    for name in names:
        stem = f"{prefix}_{re.sub(r'[^a-z0-9]+', '_', name.lower()).strip('_') or 'feature'}"[:56].upper()
        unique, k = stem, 2
        while unique in found or unique in taken:
            unique, k = f"{stem}_{k}", k + 1
        found.append(unique)
    return found
