"""The pages of a project: the datasheet and what a reader of the repository sees first."""

from __future__ import annotations

from collections.abc import Iterator

from tinydwn.export.chip_interface import ChipInterface
from tinydwn.export.feature_port import decimal
from tinydwn.export.tinytapeout.area import Estimate
from tinydwn.export.tinytapeout.origin import Origin
from tinydwn.export.tinytapeout.pinout import PINS, Pinout, Word
from tinydwn.export.tinytapeout.tile import Tile

_CLASSES_TOLD = 64
_MADE = {
    "network": "It is a network of lookup tables made into logic gates, its function kept: comparators of feature "
    "words with constants, tables, and what turns their bits into a class.",
    "refined": "It was found by a search for small circuits that answer the training samples right: comparators of "
    "feature words with constants, and logic gates behind them.",
    "tree": "It is a decision tree, grown on the training samples and made into logic gates: comparators of feature "
    "words with constants, and the paths from the root to each class.",
    "structure": "It is a sum, a threshold or a vote over comparators of feature words with constants, fitted on the "
    "training samples and made into logic gates.",
}


def to_datasheet(pinout: Pinout, interface: ChipInterface, origin: Origin, *, played: int) -> str:
    """Return the text of `docs/info.md`, with how values become words and what the outputs mean."""
    blocks = [
        "<!-- SPDX-License-Identifier: Apache-2.0 -->",
        "## How it works",
        f"The circuit classifies the samples of {plain(origin.source)}. {_MADE[origin.kind]} There is no memory and "
        "no program; registers hold the words and the class.",
        *(_serial(pinout) if pinout.style == "serial" else _parallel(pinout)),
        *_words(pinout, interface),
        *_answers(pinout, interface),
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


def interface_lines(pinout: Pinout) -> tuple[str, ...]:
    """Return where each feature's word goes and how a value becomes one, a line each and the rule before them."""
    if not pinout.words:
        return ()
    place = "bytes in their order" if pinout.style == "serial" else "pins"
    rule = f"{place}: feature, bits, floor((value - offset) / step)"
    return (
        rule,
        *(
            f"  {where.replace('`', '')}: {name}, {bits}, offset {offset}, step {step}"
            for where, name, bits, offset, step in _word_rows(pinout)
        ),
    )


def plain(text: str) -> str:
    """Return one line of text that Markdown shows as it is, in a table too.

    >>> plain("a|b_c")
    'a\\\\|b\\\\_c'
    """
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>|#$" else letter for letter in line)


def _serial(pinout: Pinout) -> Iterator[str]:
    yield (
        f"A sample is {pinout.bytes} bytes. While `uio[0]` (load) is 1, each rising edge of `clk` takes one byte "
        "from `ui`, bit 0 at `ui[0]`. While it is 0 nothing is taken, for as long as you like. The bytes go through a "
        f"shift register, so the last {pinout.bytes} bytes count, and neither reset nor start is needed. The class "
        "stands at the outputs after the second rising edge, counting the one that takes the last byte, and stays "
        "until the next byte is taken; in between the outputs answer for the bytes as they are. Bytes and load have to "
        "stand still around the rising edge: change them at the falling one."
    )
    yield (
        "Bytes follow each other in this order, those of a word from its lowest bits on; a byte that is not listed is "
        "not sent:"
    )


def _parallel(pinout: Pinout) -> Iterator[str]:
    if not pinout.held:
        yield "The circuit reads no feature: its answer is the same for every sample."
        return
    bits = "The one bit of a sample is" if len(pinout.held) == 1 else f"All {len(pinout.held)} bits of a sample are"
    yield (
        f"{bits} at the pins at once. Each rising edge of `clk` takes them, "
        "and the class stands at the outputs after the second rising edge, counting the one that takes the bits. New "
        "bits may come at every edge; neither reset nor start is needed."
    )
    yield "The bits of each feature's word, bit 0 being the lowest; bits that are not listed are not needed:"


def _words(pinout: Pinout, interface: ChipInterface) -> Iterator[str]:
    """Tell where each word goes, and how a value becomes a word."""
    if not pinout.words:
        return
    head = ["bytes" if pinout.style == "serial" else "pins", "feature", "bits", "offset", "step"]
    rows = [[where, plain(name), *others] for where, name, *others in _word_rows(pinout)]
    unread = len(interface.features_unread)
    told = f"{unread} other features of the data are" if unread > 1 else "One other feature of the data is"
    others = f" {told} not needed." if unread else ""
    idle = " Bits that the circuit does not read may be anything." if "" in pinout.held else ""
    yield "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))
    yield (
        "The word of a value is `floor((value - offset) / step)`, at least 0 and at most what its bits can hold."
        f"{idle}{others}"
    )


def _word_rows(pinout: Pinout) -> list[tuple[str, str, str, str, str]]:
    """Return place, feature, bits, offset and step of each word."""
    rows, first = [], 0
    for word in pinout.words:
        port = word.port
        place = _bytes(word, first) if pinout.style == "serial" else _pins(word, pinout)
        rows.append((place, port.feature, str(port.word_bits), decimal(port.offset), decimal(port.step)))
        first += len(word.bytes)
    return rows


def _bytes(word: Word, first: int) -> str:
    """Return which bytes of a sample a word is, with their bits where bytes of it are left out."""
    sent, last = word.bytes, first + len(word.bytes) - 1
    if len(sent) * PINS < len(word.bits):
        tops = (min(byte.low + PINS, len(word.bits)) - 1 for byte in sent)
        pairs = zip(sent, tops, strict=True)
        return ", ".join(f"{k}: bits {top} to {byte.low}" for k, (byte, top) in enumerate(pairs, start=first))
    return f"{first}" if first == last else f"{first} to {last}"


def _pins(word: Word, pinout: Pinout) -> str:
    place = {name: k for k, name in enumerate(pinout.held)}
    return ", ".join(
        f"bit {bit}: {_pin(place[name])}" if len(word.bits) > 1 else _pin(place[name])
        for bit, name in enumerate(word.bits)
        if name
    )


def _pin(k: int) -> str:
    return f"`ui[{k}]`" if k < PINS else f"`uio[{k - PINS}]`"


def _answers(pinout: Pinout, interface: ChipInterface) -> Iterator[str]:
    pins = [f"`uo[{k}]`" for k in range(min(len(pinout.outputs), PINS))]
    pins += [f"`uio[{pinout.first_uio_out + k}]`" for k in range(len(pinout.outputs) - PINS)]
    names = [one.name for one in interface.classes]
    shown = ", ".join(f"{k}: {plain(name)}" for k, name in enumerate(names[:_CLASSES_TOLD]))
    told = f" Classes are {shown}{', and so on' if len(names) > _CLASSES_TOLD else ''}." if names else ""
    if interface.output_form == "onehot":
        how = f"Pin k of {', '.join(pins)}, counted from 0, is 1 where class k is the answer."
    elif len(pins) == 1:
        how = f"The class, 0 or 1, is at {pins[0]}."
    else:
        how = f"The number of the class, in binary, is at {', '.join(pins)}, the lowest bit first."
    yield f"{how} Outputs that are not named here are 0.{told}"
