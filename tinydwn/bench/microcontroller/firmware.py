"""A model's C in a firmware that plays samples on a simulated ATmega328P."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tinydwn.tools.avr import RAM_BYTES, Firmware, avr_firmware, run_on_avr

MOST_TEXT = 400_000
"""A longer text never fits: no letter of it takes less than a twelfth of a byte."""
_COMPILE_S = 3600.0
"""Longest texts of decisions take avr-gcc many minutes."""
_MAIN = """\
#include <avr/io.h>
#include "model.h"

static input_t inputs[INPUTS];

int main(void) {
  GPIOR1 = (uint8_t)(uintptr_t)inputs;
  GPIOR2 = (uint8_t)((uintptr_t)inputs >> 8);
  for (;;) {
    GPIOR0 = 1;
    __asm__ volatile("" ::: "memory");
    const uint16_t found = CLASSIFY(inputs);
    GPIOR1 = (uint8_t)found;
    GPIOR2 = (uint8_t)(found >> 8);
    GPIOR0 = 2;
  }
}
"""
_MODEL_H = """\
#include <stdint.h>
typedef {c_type} input_t;
#define INPUTS {inputs}
{head}
"""
_NOTHING = "uint16_t nothing(const input_t *x) {\n  (void)x;\n  return 0;\n}\n"


@dataclass(frozen=True, slots=True, eq=False)
class Code:
    """C texts of a model by file name; `call` is what classifies an `x` of `inputs` values of `c_type`.

    `rows`, (samples, inputs), are the samples in the type that is read.
    """

    sources: Mapping[str, str]
    head: str
    call: str
    c_type: str
    rows: NDArray[np.generic]


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """What a firmware takes: bytes of flash and of memory, stack included, cycles of the mean sample, and classes.

    Where it does not fit, there are no cycles and no classes; where its text alone says so, no sizes either.
    """

    flash_bytes: int | None
    ram_bytes: int | None
    cycles: float | None
    classes: NDArray[np.int64]
    fits: bool


def play(code: Code) -> Played:
    """Compile a model, and play all its samples where it fits an ATmega328P; cycles are those beyond an empty call."""
    if sum(map(len, code.sources.values())) > MOST_TEXT:
        return Played(None, None, None, np.empty(0, dtype=np.int64), fits=False)
    firmware = firmware_of(code)
    if not firmware.fits:
        return Played(firmware.flash_bytes, firmware.data_bytes, None, np.empty(0, dtype=np.int64), fits=False)
    run = run_on_avr(firmware, code.rows)
    ram = firmware.data_bytes + run.stack_bytes
    cycles = float(run.cycles.mean()) - _empty_call()
    return Played(firmware.flash_bytes, ram, cycles, run.classes, fits=ram <= RAM_BYTES)


def firmware_of(code: Code) -> Firmware:
    """Return the firmware of a model."""
    head = f"{code.head}\n#define CLASSIFY(x) {code.call}"
    model = _MODEL_H.format(c_type=code.c_type, inputs=max(1, code.rows.shape[1]), head=head)
    return avr_firmware({**code.sources, "main.c": _MAIN, "model.h": model}, timeout_s=_COMPILE_S)


@lru_cache(maxsize=1)
def _empty_call() -> float:
    head = "uint16_t nothing(const input_t *x);"
    sources = {"nothing.c": f'#include "model.h"\n{_NOTHING}'}
    code = Code(sources, head, "nothing(x)", "uint8_t", np.zeros((1, 1), dtype=np.uint8))
    return float(run_on_avr(firmware_of(code), code.rows).cycles.mean())
