"""Compiled circuits are kept whole, compiled once, and done without where the compiler fails."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from tinydwn.errors import ProgramError, ProgramMissing
from tinydwn.netlist import Netlist, Node, simulate
from tinydwn.netlist.simulate import every_pattern
from tinydwn.targets import c_library, compile_netlist

ODD = Netlist("odd", ("a", "b", "c"), (Node(0b10010110, (2, 3, 4)),), (("y", 5),))
PATTERNS = every_pattern(3)


def is_right(netlist: Netlist, **options: object) -> bool:
    compiled = compile_netlist(netlist, **options)  # type: ignore[arg-type]
    return bool(np.array_equal(compiled.simulate(PATTERNS), simulate(netlist, PATTERNS)))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a cache folder of this test alone."""
    monkeypatch.setenv("TINYDWN_CACHE", str(tmp_path / "own"))
    return tmp_path / "own" / "compiled"


def test_a_circuit_is_compiled_once(c_compiler: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_right(ODD, backend="c")
    assert len(list(folder.glob("*.so"))) == 1

    def never(*_: object, **__: object) -> bytes:
        raise AssertionError("compiled again")

    monkeypatch.setattr(c_library, "shared_library", never)
    assert is_right(ODD, backend="c")
    with pytest.raises(AssertionError, match="compiled again"):
        compile_netlist(Netlist("odd", ODD.inputs, (Node(0b01101001, (2, 3, 4)),), ODD.outputs), backend="c")


@pytest.mark.parametrize("harm", ["cut", "emptied", "without its digest", "another"])
def test_a_damaged_file_in_the_cache_is_made_again(c_compiler: Path, folder: Path, harm: str) -> None:
    assert is_right(ODD, backend="c")
    (kept,) = folder.glob("*.so")
    content = kept.read_bytes()
    kept.unlink()  # the loaded file itself must stay as it is
    if harm != "without its digest":
        kept.write_bytes({"cut": content[: len(content) // 2], "emptied": b"", "another": b"x" * 100}[harm])
    else:
        kept.write_bytes(content)
        kept.with_name(f"{kept.name}.sha256").unlink()
    assert is_right(ODD, backend="c")
    assert kept.read_bytes()[:4] == content[:4]
    assert len(kept.read_bytes()) == len(content)


def test_a_cache_that_cannot_be_written_is_done_without(
    c_compiler: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("TINYDWN_CACHE", str(tmp_path / "file"))
    assert is_right(ODD, backend="c")


def test_without_a_compiler_the_loop_serves_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    compiled = compile_netlist(ODD)
    assert (compiled.backend, compiled.reason) == ("numba", "no C compiler was found")
    assert is_right(ODD)
    with pytest.raises(ProgramMissing):
        compile_netlist(ODD, backend="c")


def test_a_compiler_that_fails_is_named_in_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    fake = tmp_path / "cc"
    fake.write_text("#!/bin/sh\necho no >&2\nexit 7\n")
    fake.chmod(0o755)
    monkeypatch.setenv("CC", str(fake))
    compiled = compile_netlist(ODD)
    assert (compiled.backend, compiled.reason) == ("numba", "the C compiler failed, exit status 7")
    assert is_right(ODD)
    with pytest.raises(ProgramError):
        compile_netlist(ODD, backend="c")


def test_reasons_are_told(c_compiler: Path) -> None:
    assert compile_netlist(ODD).reason == "there is a C compiler"
    assert (
        compile_netlist(ODD, backend="c").reason == compile_netlist(ODD, backend="numba").reason == "it was asked for"
    )
