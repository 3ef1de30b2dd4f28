"""`tinydwn export c` and `export micropython`: what they write, what they say, and how they end."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ended
from tinydwn.export.bundle import read_bundle

Run = Callable[..., Ended]


def test_c_plays_the_test_samples(tinydwn: Run, walked: tuple[Path, Ended], tmp_path: Path, c_compiler: Path) -> None:
    for extra, kind in (((), "uint8_t"), (("--scale", "100"), "int16_t"), (("--form", "gates"), "uint8_t")):
        out = tmp_path / kind / str(len(extra)) / "-".join(extra)
        ended = tinydwn("export", "c", walked[0], "--out", out, "--name", "fruit", *extra, "--json", "-q")
        assert (ended.code, ended.err) == (0, "")
        document = json.loads(ended.out)
        assert (document["schema"], document["input_type"]) == ("tinydwn.export-c/1", kind)
        assert document["samples"] == 16
        assert document["digest"] == read_bundle(out).digest
        words = ["make", "-s", "test", f"CC={c_compiler}"]
        made = subprocess.run(words, cwd=out, capture_output=True, text=True, timeout=120, check=False)
        assert (made.stdout, made.stderr) == ("16 of 16 as the classifier answers, 16 of them many at a time\n", "")


def test_the_next_step_is_named(tinydwn: Run, walked: tuple[Path, Ended], tmp_path: Path) -> None:
    ended = tinydwn("export", "c", walked[0], "--out", tmp_path / "c")
    assert "The classifier has the form of " in ended.out
    assert f"next: cd {tmp_path / 'c'} && make test && make avr" in ended.err


def test_micropython_is_one_file(tinydwn: Run, walked: tuple[Path, Ended], tmp_path: Path) -> None:
    out = tmp_path / "fruit.py"
    ended = tinydwn("export", "micropython", walked[0], "--out", out, "--json", "-q")
    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out)["schema"] == "tinydwn.export-micropython/1"
    module: dict = {}
    exec(out.read_text(), module)
    assert module["CLASSES"] == ("apple", "plum")
    assert module["classify"]([0] * len(module["INPUTS"])) in (0, 1)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--scale", "ten"), "--scale 'ten' is no number"),
        (("--scale", "1", "--scale", "weight=2"), "--scale is given for all features and for some"),
        (("--scale", "no such=2"), "there is no feature 'no such' to scale"),
        (("--form", "lists"), "unknown form 'lists'"),
        (("--name", "while"), "'while' cannot be the name of a function in C"),
    ],
)
def test_what_cannot_be_is_told(
    tinydwn: Run, walked: tuple[Path, Ended], tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    ended = tinydwn("export", "c", walked[0], "--out", tmp_path / "c", *words)
    assert ended.code == 1
    assert message in ended.err.splitlines()[0]
    assert not (tmp_path / "c").exists()
