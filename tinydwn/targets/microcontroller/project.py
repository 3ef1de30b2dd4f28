"""A C library with what it takes to try it: samples, an Arduino sketch, mains for three processors, a Makefile."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import DataError
from tinydwn.targets.microcontroller.library import CLibrary

MOST_SAMPLES = 1000
MOST_SAMPLE_BYTES = 8000
"""So much of the samples that they fit an ATmega328P beside a classifier."""
_BYTES = {"uint8_t": 1, "uint16_t": 2, "int16_t": 2, "int32_t": 4}


def project_files(library: CLibrary, inputs: NDArray[np.int64], answers: NDArray[np.int64]) -> dict[str, str]:
    """Return the files of a project by their path, the same for the same values.

    `inputs`, (samples, inputs), are integers as the classifier reads them, and `answers`, (samples,), the golden ones;
    as many of them are taken as fit a small processor. `DataError` for no samples.
    """
    if not len(inputs):
        raise DataError("there are no samples to play", hint="take a bundle that was made from data")
    count = sample_count(library, inputs)
    inputs, answers = inputs[:count], answers[:count]
    words = {
        "name": library.name,
        "NAME": library.name.upper(),
        "code": library.code,
        "samples": str(len(inputs)),
        "arrays": _arrays(library, inputs, answers),
    }
    name = library.name
    return {
        f"{name}/{name}.ino": _text("sketch.ino", words),
        f"{name}/src/{name}.h": library.header,
        f"{name}/src/{name}.c": library.source,
        f"{name}/src/samples.h": _text("samples.h", words),
        f"{name}/src/samples.c": _text("samples.c", words),
        "main/host.c": _text("host.c", words),
        "main/avr.c": _text("avr.c", words),
        "main/counted.c": _text("counted.c", words),
        "Makefile": _text("Makefile", words),
        ".gitignore": "/build/\n",
    }


def sample_count(library: CLibrary, inputs: NDArray[np.int64]) -> int:
    """Return how many of the samples a project plays."""
    each = _BYTES[library.inputs.c_type] * max(1, len(library.inputs.features))
    return min(len(inputs), MOST_SAMPLES, max(1, MOST_SAMPLE_BYTES // each))


def _text(file: str, words: dict[str, str]) -> str:
    text = files("tinydwn.targets.microcontroller").joinpath("texts", file).read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text


def _arrays(library: CLibrary, inputs: NDArray[np.int64], answers: NDArray[np.int64]) -> str:
    rows = inputs if inputs.shape[1] else np.zeros((len(inputs), 1), dtype=np.int64)
    lines = [f"static const {library.name}_input given[SAMPLES][{library.name.upper()}_INPUTS] PROGMEM = {{"]
    lines += [f"  {{{', '.join(map(str, row))}}}," for row in rows.tolist()]
    lines += ["};", f"static const {library.code} answers[SAMPLES] PROGMEM = {{"]
    lines += [f"  {', '.join(map(str, answers[k : k + 20].tolist()))}," for k in range(0, len(answers), 20)]
    return "\n".join([*lines, "};", ""])
