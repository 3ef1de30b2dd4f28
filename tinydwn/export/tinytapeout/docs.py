"""The pages of a project: the datasheet and what a reader of the repository sees first."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tinydwn.encoder.encoder import Encoder
from tinydwn.export.tinytapeout.area import Estimate
from tinydwn.export.tinytapeout.interface import PINS, Interface, Word
from tinydwn.export.tinytapeout.origin import Origin
from tinydwn.export.tinytapeout.tile import Tile

_CLASSES_TOLD = 64
_MADE = {
    "network": "It is a network of lookup tables, trained on data and made into logic gates: comparators of feature "
    "words with constants, tables, and what turns their bits into a class.",
    "refined": "It was found by a search for small circuits that answer the training samples right: comparators of "
    "feature words with constants, and logic gates behind them.",
}


def to_datasheet(interface: Interface, origin: Origin, encoder: Encoder | None, *, played: int) -> str:
    """Return the text of `docs/info.md`; without an encoder it does not tell how values become words."""
    blocks = [
        "<!-- SPDX-License-Identifier: Apache-2.0 -->",
        "## How it works",
        f"The circuit classifies the samples of {plain(origin.source)}. {_MADE[origin.kind]} There is no memory and "
        "no program; registers hold the words and the class.",
        *(_serial(interface) if interface.style == "serial" else _parallel(interface)),
        _words_table(interface, encoder),
        *_words_text(interface, encoder),
        *_answers(interface, origin),
        "## How to test",
        f"`test/test.py` plays {played} samples ({plain(origin.samples)}) and compares every answer with the one "
        "that the circuit was proven to give: `cd test`, `pip install -r requirements.txt`, `make`. It needs Icarus "
        "Verilog. The samples stand in `test/samples.txt`, one a line, in the order of loading, so that they can be "
        "played on the chip as well.",
        measured_text(origin),
        "## External hardware",
        "None. A microcontroller, such as the one of the demo board, gives the words and reads the class.",
    ]
    return "\n\n".join(blocks) + "\n"


def to_readme(origin: Origin, estimate: Estimate, tile: Tile, *, title: str, top: str, digest: str) -> str:
    """Return the text of `README.md`."""
    share = estimate.area_um2 / tile.core_um2
    blocks = [
        f"# {plain(title)}",
        f"A classifier as a circuit, for [Tiny Tapeout](https://tinytapeout.com): module `{top}`, made by tinydwn from "
        f"the bundle `{digest[:16]}`.",
        measured_text(origin),
        f"Synthesized with the cells of {estimate.library}, before placement: {estimate.registers:,} registers "
        f"({estimate.register_area_um2:,.0f} um2) and {estimate.logic_cells:,} other cells "
        f"({estimate.logic_area_um2:,.0f} um2), {estimate.area_um2:,.0f} um2 in all: {100 * share:.1f} % of the core "
        f"of a tile of {tile.name} ({tile.core_um2:,.0f} um2). This is an estimate: clock tree, hold buffers and tap "
        "cells come on top.",
        "- `src/`: the Verilog, and the settings of the layout\n"
        "- `docs/info.md`: how it works and how to use it\n"
        "- `test/`: a cocotb test with samples\n"
        "- `MANIFEST.json`: the SHA-256 of every file as it was made\n"
        "- `.github/workflows/`: runs the test, the layout and the datasheet with the actions of Tiny Tapeout",
        "License: Apache-2.0",
    ]
    return "\n\n".join(blocks) + "\n"


def measured_text(origin: Origin) -> str:
    """Return a sentence that tells the accuracy and on what it was measured."""
    found = origin.measured
    if found is None:
        return "The accuracy was not measured: no labeled samples were held back when the circuit was made."
    return (
        f"Measured {found.kind}: {100 * found.share:.1f} % of {found.samples:,} samples that training did not see "
        f"({plain(found.split)})."
    )


def plain(text: str) -> str:
    """Return one line of text that Markdown shows as it is, in a table too.

    >>> plain("a|b_c")
    'a\\\\|b\\\\_c'
    """
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>|#$" else letter for letter in line)


def _serial(interface: Interface) -> Iterator[str]:
    yield (
        f"A sample is {interface.bytes} bytes. While `uio[0]` (load) is 1, each rising edge of `clk` takes one byte "
        "from `ui`, bit 0 at `ui[0]`. While it is 0 nothing is taken, for as long as you like. The bytes go through a "
        f"shift register, so the last {interface.bytes} bytes count, and neither reset nor start is needed. The class "
        "stands at the outputs after the second rising edge, counting the one that takes the last byte, and stays "
        "until the next byte is taken; in between the outputs answer for the bytes as they are. Bytes and load have to "
        "stand still around the rising edge: change them at the falling one."
    )
    yield "Bytes follow each other in this order; a word wider than 8 bits comes with its lowest byte first:"


def _parallel(interface: Interface) -> Iterator[str]:
    yield (
        f"All {len(interface.held)} bits of a sample are at the pins at once. Each rising edge of `clk` takes them, "
        "and the class stands at the outputs after the second rising edge, counting the one that takes the bits. New "
        "bits may come at every edge; neither reset nor start is needed."
    )
    yield "The bits of each feature's word, the lowest first:"


def _words_table(interface: Interface, encoder: Encoder | None) -> str:
    """Return a table with a line for each word: where it goes, and how a value becomes a word."""
    head = ["bytes" if interface.style == "serial" else "pins", "feature", "bits"]
    if encoder is not None:
        head += ["offset", "step"]
    rows, first = [], 0
    for word in interface.words:
        row = [_place(interface, word, first), plain(word.feature), str(_width(word, encoder))]
        rows.append(row + _scale(word, encoder))
        first += len(word.bytes)
    lines = [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines)


def _place(interface: Interface, word: Word, first: int) -> str:
    if interface.style == "serial":
        last = first + len(word.bytes) - 1
        return f"{first}" if first == last else f"{first} to {last}"
    place = {name: k for k, name in enumerate(interface.held)}
    return ", ".join(
        f"bit {bit}: {_pin(place[name])}" if len(word.bits) > 1 else _pin(place[name])
        for bit, name in enumerate(word.bits)
        if name
    )


def _pin(k: int) -> str:
    return f"`ui[{k}]`" if k < PINS else f"`uio[{k - PINS}]`"


def _width(word: Word, encoder: Encoder | None) -> int:
    feature = _feature(word, encoder)
    return len(word.bits) if encoder is None or feature is None else int(encoder.fixed_point.input_bits[feature])


def _scale(word: Word, encoder: Encoder | None) -> list[str]:
    """Return offset and step of a word's feature, each as the shortest decimal that is the same number."""
    feature = _feature(word, encoder)
    if encoder is None:
        return []
    if feature is None:
        return ["", ""]
    grid = encoder.fixed_point
    return [np.format_float_positional(values[feature], trim="-") for values in (grid.offset, grid.step)]


def _feature(word: Word, encoder: Encoder | None) -> int | None:
    if encoder is None or word.feature not in encoder.feature_names:
        return None
    return encoder.feature_names.index(word.feature)


def _words_text(interface: Interface, encoder: Encoder | None) -> Iterator[str]:
    unread = "" if all(all(word.bits) for word in interface.words) else " Bits that nothing reads may be anything."
    if encoder is not None:
        yield (
            "The word of a value is `floor((value - offset) / step)`, at least 0 and at most what its bits can hold. "
            f"Other features of the data are not read.{unread}"
        )
    else:
        yield (
            "Words are unsigned integers. The bundle does not tell how values become words; the samples of the test "
            f"show words as they are.{unread}"
        )


def _answers(interface: Interface, origin: Origin) -> Iterator[str]:
    pins = [f"`uo[{k}]`" for k in range(min(len(interface.outputs), PINS))]
    pins += [f"`uio[{interface.first_uio_out + k}]`" for k in range(len(interface.outputs) - PINS)]
    names = origin.class_names
    shown = ", ".join(f"{k}: {plain(name)}" for k, name in enumerate(names[:_CLASSES_TOLD]))
    told = f" Classes are {shown}{', and so on' if len(names) > _CLASSES_TOLD else ''}." if names else ""
    if origin.output_form == "onehot":
        how = f"Pin k of {', '.join(pins)}, counted from 0, is 1 where class k is the answer."
    elif len(pins) == 1:
        how = f"The class, 0 or 1, is at {pins[0]}."
    else:
        how = f"The number of the class, in binary, is at {', '.join(pins)}, the lowest bit first."
    yield f"{how} Outputs that are not named here are 0.{told}"
