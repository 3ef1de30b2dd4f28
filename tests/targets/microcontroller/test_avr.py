"""The C on an ATmega328P: compiled by avr-gcc, played by simavr."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.targets.microcontroller.conftest import case
from tinydwn.bench.microcontroller.firmware import Code, play
from tinydwn.errors import ProgramError, ProgramMissing
from tinydwn.targets.microcontroller import c_library
from tinydwn.targets.microcontroller.project import project_files
from tinydwn.tools.avr import avr_firmware, find_avr_gcc, run_on_avr


@pytest.mark.parametrize("form", ["gates", "branches", "tables"])
def test_answers_on_the_chip_are_the_golden_ones(form: str, avr: Path) -> None:
    drawn = case(3)
    library = c_library(drawn.model, drawn.core, form=form)
    integers, answers = drawn.played(library.inputs)
    sources = {"classifier.h": library.header, "classifier.c": library.source}
    code = Code(sources, '#include "classifier.h"', "classifier_classify(x)", "uint8_t", integers.astype(np.uint8))
    found = play(code)
    assert found.fits
    assert found.classes.tolist() == answers.tolist()
    assert 0 < found.cycles < 10_000
    assert 100 < found.flash_bytes < 3000
    assert integers.shape[1] < found.ram_bytes < 300


def test_what_is_too_large_is_measured_and_not_played(avr: Path) -> None:
    numbers = ", ".join(["1"] * 20_000)
    text = f"""#include <avr/pgmspace.h>
#include "model.h"
static const uint8_t one[] PROGMEM = {{{numbers}}}, other[] PROGMEM = {{{numbers}}};
uint16_t large(const uint8_t *x) {{ return pgm_read_byte(one + x[0]) + pgm_read_byte(other + x[0]); }}
"""
    head = "uint16_t large(const uint8_t *x);"
    found = play(Code({"large.c": text}, head, "large(x)", "uint8_t", np.zeros((1, 1), dtype=np.uint8)))
    assert (found.fits, found.cycles, found.classes.size) == (False, None, 0)
    assert found.flash_bytes > 40_000
    text = (
        "#include <stdint.h>\nuint16_t table[3000] = {1};\nuint16_t large(const uint8_t *x) { return table[*x]++; }\n"
    )
    found = play(Code({"large.c": text}, head, "large(x)", "uint8_t", np.zeros((1, 1), dtype=np.uint8)))
    assert (found.fits, found.cycles) == (False, None)
    assert 6000 < found.ram_bytes < 6300


def test_a_project_plays_its_samples(avr: Path, tmp_path: Path) -> None:
    drawn = case(5)
    library = c_library(drawn.model, drawn.core, name="mine")
    integers, answers = drawn.played(library.inputs)
    for name, text in project_files(library, integers, answers).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(["make", "-s", "avr"], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    said = done.stdout + done.stderr
    assert re.search(r"150 of 150 as the classifier answers, \d+ cycles on the mean, \d+ at most", said), said
    assert "warning" not in said


def test_a_firmware_that_says_nothing_is_told(avr: Path) -> None:
    firmware = avr_firmware({"main.c": "#include <avr/sleep.h>\nint main(void) { sleep_enable(); sleep_cpu(); }\n"})
    with pytest.raises(ProgramError):
        run_on_avr(firmware, np.zeros((1, 1), dtype=np.uint8))


def test_a_missing_compiler_is_told_with_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProgramMissing) as caught:
        find_avr_gcc()
    assert str(caught.value) == (
        "avr-gcc was not found\n\n"
        "hint: install it (Debian: apt-get install gcc-avr avr-libc), or set TINYDWN_AVR_GCC to its executable"
    )
