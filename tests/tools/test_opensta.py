"""OpenSTA ends with status 0 whatever happened: what it says decides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tinydwn.errors import ProgramError, ProgramMissing, ProgramTimeout
from tinydwn.tools.opensta import find_sta, run_sta, sta_version

Fake = Callable[[str], Path]


@pytest.fixture
def chosen(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda text: monkeypatch.setenv("TINYDWN_STA", str(fake(text)))


def test_a_script_that_comes_to_its_end_has_ended_well(chosen: Callable[[str], None]) -> None:
    chosen("for word; do file=$word; done; cat data.txt; echo $1 $2 $3; grep -o 'tinydwn: done' $file")
    assert run_sta("puts x", files={"data.txt": "given\n"}) == "given\n-no_splash -no_init -exit\ntinydwn: done\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "echo 'Error: cannot read file x.'; echo 'tinydwn: done'",
            "OpenSTA complained\n\nhint: it said:\n    Error: cannot read file x.",
        ),
        (
            "echo '[ERROR STA-1] bad'; echo 'tinydwn: done'",
            "OpenSTA complained\n\nhint: it said:\n    [ERROR STA-1] bad",
        ),
        ("echo half", "OpenSTA ended before the end of its script\n\nhint: it said:\n    half"),
        ("dies", "OpenSTA failed, killed by signal 11\n\nhint: it said:\n    something is rotten"),
    ],
)
def test_what_went_wrong_is_told(chosen: Callable[[str], None], text: str, message: str) -> None:
    chosen(text)
    with pytest.raises(ProgramError) as caught:
        run_sta("puts x", files={})
    assert str(caught.value) == message


def test_one_that_hangs_is_stopped(chosen: Callable[[str], None]) -> None:
    chosen("hangs")
    with pytest.raises(ProgramTimeout, match="OpenSTA did not end within"):
        run_sta("puts x", files={}, timeout_s=0.3)


def test_its_version_is_its_last_word(chosen: Callable[[str], None]) -> None:
    chosen("echo; echo 2.0.17; echo")
    assert sta_version() == "2.0.17"
    chosen("exit 0")
    assert sta_version() == "of unknown version"


def test_without_it_the_way_to_get_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TINYDWN_STA", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProgramMissing) as caught:
        find_sta()
    assert str(caught.value) == (
        "OpenSTA was not found\n\n"
        "hint: install it (Debian: apt-get install opensta), or set TINYDWN_STA to its executable"
    )
