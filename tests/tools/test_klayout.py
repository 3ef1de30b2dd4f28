"""KLayout runs beside us: what it says wrong is an error, and nothing of ours imports it."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tinydwn.errors import ProgramError, ProgramMissing, ProgramTimeout
from tinydwn.tools.klayout import find_klayout, run_klayout

Fake = Callable[[str], Path]
SQUARE = """
import pya
layout = pya.Layout()
cell = layout.create_cell("square")
cell.shapes(layout.layer(1, 0)).insert(pya.Box(0, 0, 5, 5))
layout.write("a.gds")
print("tinydwn: done")
"""


def run() -> object:
    return run_klayout(SQUARE, result="a.gds", timeout_s=1)


def test_a_klayout_that_hangs_dies_fails_or_is_missing_is_an_error(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TINYDWN_KLAYOUT", str(fake("hangs")))
    with pytest.raises(ProgramTimeout) as late:
        run()
    assert late.value.message == "KLayout did not end within 1 s and was stopped"
    for kind, how in (("dies", "killed by signal 11"), ("fails", "exit status 7")):
        fake(kind)
        with pytest.raises(ProgramError) as failed:
            run()
        assert failed.value.message == f"KLayout failed, {how}"
    monkeypatch.setenv("TINYDWN_KLAYOUT", str(tmp_path / "gone"))
    with pytest.raises(ProgramMissing) as missing:
        run()
    where = f"{tmp_path}/gone (from TINYDWN_KLAYOUT)"
    assert missing.value.message == f"KLayout cannot be started: {where}: No such file or directory"


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ("says_something_else", "KLayout did not come to the end of its script"),
        ("says_error", "KLayout did not come to the end of its script"),
        ("echo tinydwn: done", "KLayout ended without writing its result 'a.gds'"),
        ("echo tinydwn: done; : > a.gds", "KLayout ended without writing its result 'a.gds'"),
        ("echo tinydwn: done or nearly; echo x > a.gds", "KLayout did not come to the end of its script"),
    ],
)
def test_a_run_without_its_last_word_or_its_result_is_an_error(
    says: str, why: str, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINYDWN_KLAYOUT", str(fake(says)))
    with pytest.raises(ProgramError) as caught:
        run()
    assert caught.value.message == why


def test_the_executable_is_asked_to_run_the_script_without_windows(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYDWN_KLAYOUT", str(fake('echo "$@"; cat script.pym > a.gds; echo tinydwn: done')))
    done = run_klayout(SQUARE, result="a.gds")
    assert done.text == "-b -r script.pym\ntinydwn: done\n"
    assert done.result.decode() == SQUARE


def test_a_missing_klayout_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TINYDWN_KLAYOUT", raising=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(ProgramMissing) as missing:
        find_klayout()
    assert str(missing.value) == (
        "KLayout was not found\n\nhint: pip install 'tinydwn[layout]', or set TINYDWN_KLAYOUT to its executable"
    )


def test_a_real_run_returns_the_file(klayout: tuple[str, ...]) -> None:
    done = run_klayout(SQUARE, result="a.gds")
    # A GDS file begins with its HEADER record: 6 bytes long, kind 0, 16-bit integers.
    assert done.result[:4] == bytes([0, 6, 0, 2])
    assert b"square" in done.result
    with pytest.raises(ProgramError) as caught:
        run_klayout("import pya; pya.Layout().read('gone.gds')", result="a.gds")
    assert caught.value.message == "KLayout failed, exit status 1"


def test_nothing_of_the_package_imports_klayout() -> None:
    look = (
        "import importlib, pkgutil, sys, tinydwn.flow, tinydwn.layout, tinydwn.tools\n"
        "for room in (tinydwn.flow, tinydwn.layout, tinydwn.tools):\n"
        "    for module in pkgutil.iter_modules(room.__path__, room.__name__ + '.'):\n"
        "        importlib.import_module(module.name)\n"
        "print([name for name in sys.modules if name.split('.')[0] in {'klayout', 'pya'}])\n"
    )
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout == "[]\n"
