"""The C compiler: chosen by CC, and never trusted with what it wrote."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tinydwn.errors import ProgramError, ProgramMissing, ProgramTimeout
from tinydwn.tools import c_compiler as module
from tinydwn.tools.c_compiler import c_compiler as ask
from tinydwn.tools.c_compiler import find_c_compiler, shared_library

Fake = Callable[[str], Path]
TEXT = "int one(void) { return 1; }\n"
# It tells its macros like a real compiler, and misbehaves when it is to compile.
TELLS = 'case "$*" in *-dM*) echo "#define __STDC__ 1"; echo "#define __VERSION__ \\"9\\""; exit 0;; esac; '


def compile_text() -> bytes:
    return shared_library(TEXT, ask(), timeout_s=1)


def test_the_compiler_tells_its_version_and_compiles(c_compiler: Path) -> None:
    found = ask()
    assert found.version
    assert len(found.identity) == 64
    assert ask() == found
    assert len(shared_library(TEXT, found)) > 1000


@pytest.mark.parametrize(
    ("kind", "error", "text"),
    [
        ("hangs", ProgramTimeout, "the C compiler did not end within 1 s and was stopped"),
        ("dies", ProgramError, "the C compiler failed, killed by signal 11"),
        ("fails", ProgramError, "the C compiler failed, exit status 7"),
        ("says_nothing", ProgramError, "the C compiler does not say what it compiles for"),
        (f"{TELLS} sleep 600", ProgramTimeout, "the C compiler did not end within 1 s and was stopped"),
        (f"{TELLS} echo out of luck >&2; exit 7", ProgramError, "the C compiler failed, exit status 7"),
        (f"{TELLS} echo fine", ProgramError, "the C compiler ended without writing its result"),
        (f"{TELLS} : > circuit.so", ProgramError, "the C compiler ended without writing its result"),
        (
            f"{TELLS} echo nonsense > circuit.so",
            ProgramError,
            "what the C compiler wrote cannot be loaded, exit status 1",
        ),
    ],
)
def test_a_compiler_that_misbehaves_is_an_error(
    kind: str, error: type[ProgramError], text: str, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_ASK_S", 1.0)
    monkeypatch.setenv("CC", str(fake(kind)))
    with pytest.raises(ProgramError) as caught:
        compile_text()
    assert (type(caught.value), caught.value.message) == (error, text)


def test_half_a_library_is_an_error(c_compiler: Path, fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = "head -c $(($(wc -c < circuit.so) / 2)) circuit.so > cut; mv cut circuit.so"
    half = f'{c_compiler} "$@" || exit; [ ! -f circuit.so ] || {{ {cut}; }}'
    monkeypatch.setenv("CC", str(fake(half)))
    with pytest.raises(ProgramError, match="what the C compiler wrote cannot be loaded"):
        shared_library(TEXT, ask())


def test_flags_that_it_does_not_take_are_left_out(
    c_compiler: Path, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    choosy = f'case "$*" in *native*) echo unknown option >&2; exit 1;; esac; exec {c_compiler} "$@"'
    monkeypatch.setenv("CC", str(fake(choosy)))
    assert not any("native" in flag for flag in ask().flags)
    assert compile_text()


def test_a_text_that_is_no_c_is_an_error_with_what_the_compiler_says(c_compiler: Path) -> None:
    with pytest.raises(ProgramError) as caught:
        shared_library("int one(void) { return two; }\n", ask())
    assert caught.value.message == "the C compiler failed, exit status 1"
    assert "two" in caught.value.hint


def test_cc_may_have_words_behind_the_name(c_compiler: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", f"{c_compiler} -DONE=1")
    assert find_c_compiler() == (str(c_compiler), "-DONE=1")
    assert shared_library("int one(void) { return ONE; }\n", ask())


def test_a_missing_compiler_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(ProgramMissing) as caught:
        find_c_compiler()
    assert str(caught.value) == (
        "no C compiler was found\n\nhint: install one (Debian: apt-get install gcc), or set CC to the path of one"
    )
    monkeypatch.setenv("CC", "no-such-compiler -O3")
    with pytest.raises(ProgramMissing) as named:
        find_c_compiler()
    assert str(named.value) == (
        "CC names 'no-such-compiler', which is not on the PATH\n\nhint: set CC anew, or unset it"
    )
    monkeypatch.setenv("CC", "/nowhere/cc")
    with pytest.raises(ProgramMissing) as gone:
        ask()
    assert gone.value.message == "the C compiler cannot be started: /nowhere/cc (from CC): No such file or directory"
