"""The form of tables: comparisons, wiring and tables lie in flash, and loops walk over them."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap

import numpy as np
from numpy.typing import NDArray

from tinydwn.model.classifier import Classifier, LutLayer, Reduction
from tinydwn.targets.microcontroller.endings import count_type, ending, filled
from tinydwn.targets.microcontroller.inputs import IntegerInputs
from tinydwn.targets.microcontroller.network import bits_read

_LINE = 110
_BYTE = 8
_WIDTH = {"uint8_t": 8, "uint16_t": 16, "int16_t": 16, "int32_t": 32}
FLASH = """\
#if defined(__AVR__)
#include <avr/pgmspace.h>
#define IN_FLASH PROGMEM
#define FLASH_8(place) pgm_read_byte(place)
#define FLASH_16(place) pgm_read_word(place)
#define FLASH_32(place) pgm_read_dword(place)
#else
#define IN_FLASH
#define FLASH_8(place) (*(place))
#define FLASH_16(place) (*(place))
#define FLASH_32(place) (*(place))
#endif
"""
_ENCODE = """\
static void encode(const @NAME@_input *x, uint8_t *bits) {
  const @NAME@_input *constant = constants;
  for (uint16_t k = 0; k < @UPPER@_INPUTS; k++) {
    const @NAME@_input value = x[k];
    for (uint@COUNT@_t n = FLASH_@COUNT@(counts + k); n > 0; n--)
      *bits++ = value >= (@NAME@_input)FLASH_@WIDTH@(constant++);
  }
}
"""
_BIT = """\
/* Bit `place & 7` of a byte. */
static inline uint8_t bit_of(uint8_t byte, uint8_t place) {
  if (place & 4u)
    byte = (uint8_t)(byte >> 4);
  if (place & 2u)
    byte = (uint8_t)(byte >> 2);
  if (place & 1u)
    byte = (uint8_t)(byte >> 1);
  return byte & 1u;
}
"""


def network_in_tables(classifier: Classifier, inputs: IntegerInputs, *, name: str, code: str) -> str:
    """Return `name_classify` of a network whose first layer reads only bits of `inputs`."""
    bits = bits_read(classifier)
    place = {bit: k for k, bit in enumerate(bits)}
    counts = np.bincount([inputs.place[bit] for bit in bits], minlength=len(inputs.features)).tolist()
    width = _WIDTH[inputs.c_type]
    count_width = 8 if max(counts) < 1 << 8 else 16
    words = {"NAME": name, "UPPER": name.upper(), "COUNT": str(count_width), "WIDTH": str(width)}
    encode = filled(_ENCODE, words)
    lines = [
        FLASH,
        *_array(f"{name}_input constants", (inputs.constant[bit] for bit in bits)),
        *_array(f"uint{count_width}_t counts", counts),
    ]
    votes = classifier.reduction is Reduction.POPCOUNT
    calls = [f"  uint8_t bits[{len(bits)}];", "  encode(x, bits);"]
    functions, given = [], "bits"
    for k, layer in enumerate(classifier.layers):
        mapping = layer.mapping if k else np.vectorize(place.__getitem__)(layer.mapping)
        read = len(bits) if k == 0 else classifier.layers[k - 1].nodes
        wire = 8 if read <= 1 << _BYTE else 16
        arrays, texts = _layer(layer, mapping, k, wire)
        lines += arrays
        functions += texts
        if votes and k == len(classifier.layers) - 1:
            functions += _votes(layer, classifier.classes, k, wire)
            count = count_type(layer.nodes // classifier.classes)
            calls += [f"  {count} votes[{classifier.classes}];", f"  count_votes({given}, votes);"]
        else:
            functions += _fill(layer, k, wire)
            calls += [f"  uint8_t bits_{k}[{layer.nodes}];", f"  fill_{k}({given}, bits_{k});"]
            given = f"bits_{k}"
    end = ending(classifier, given, code=code)
    body = [f"{code} {name}_classify(const {name}_input *x) {{", *calls, *end, "}", ""]
    return "\n".join([*lines, "", encode, _BIT, *functions, *body])


def _layer(layer: LutLayer, mapping: NDArray[np.int64], k: int, width: int) -> tuple[list[str], list[str]]:
    """Return the arrays of a layer, and a function that answers one table and goes on to the next."""
    n = layer.inputs_per_lut
    address = "uint8_t" if n <= _BYTE else "uint16_t"
    per_table = max(1, (1 << n) // _BYTE)
    arrays = [
        *_array(f"uint{width}_t wires_{k}", mapping[:, ::-1].flat),
        *_array(f"uint8_t tables_{k}", _packed(layer.tables).flat),
    ]
    steps = [f"  address = ({address})(address + address + bits[FLASH_{width}((*wire)++)]);" for _ in range(n)]
    byte = "*table + (address >> 3)" if n > 3 else "*table"
    lines = [
        f"static inline uint8_t table_{k}(const uint8_t *bits, const uint{width}_t **wire, const uint8_t **table) {{",
        f"  {address} address = 0;",
        *steps,
        f"  const uint8_t found = bit_of(FLASH_8({byte}), (uint8_t)(address & 7u));",
        f"  *table += {per_table};",
        "  return found;",
        "}",
        "",
    ]
    return arrays, lines


def _fill(layer: LutLayer, k: int, width: int) -> list[str]:
    return [
        f"static void fill_{k}(const uint8_t *bits, uint8_t *out) {{",
        *_pointers(k, width),
        f"  for (uint16_t j = 0; j < {layer.nodes}; j++)",
        f"    out[j] = table_{k}(bits, &wire, &table);",
        "}",
        "",
    ]


def _votes(layer: LutLayer, classes: int, k: int, width: int) -> list[str]:
    each = layer.nodes // classes
    count = count_type(each)
    return [
        f"static void count_votes(const uint8_t *bits, {count} *votes) {{",
        *_pointers(k, width),
        f"  for (uint16_t c = 0; c < {classes}; c++) {{",
        f"    {count} sum = 0;",
        f"    for (uint16_t j = 0; j < {each}; j++)",
        f"      sum = ({count})(sum + table_{k}(bits, &wire, &table));",
        "    votes[c] = sum;",
        "  }",
        "}",
        "",
    ]


def _pointers(k: int, width: int) -> list[str]:
    return [f"  const uint{width}_t *wire = wires_{k};", f"  const uint8_t *table = tables_{k};"]


def _packed(tables: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return tables as bytes, (tables, bytes): address `a` is bit ``a & 7`` of byte ``a >> 3``."""
    return np.packbits(tables, axis=1, bitorder="little")


def _array(what: str, values: Iterable[object]) -> list[str]:
    numbers = ", ".join(str(value) for value in values) or "0"
    return wrap(f"static const {what}[] IN_FLASH = {{{numbers}}};", _LINE, subsequent_indent="  ")
