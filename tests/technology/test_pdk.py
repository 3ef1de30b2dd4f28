"""Installing PDKs: whole or not at all, found where they are, and told as they are."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tinydwn.errors import ConfigError, DownloadError, LibraryError, OutputError, ProgramError, ProgramMissing
from tinydwn.technology import FACT_LIBRARIES
from tinydwn.technology.pdk import PDKS, Pdk, Pinned, find_liberty, find_pdk, pdk_root
from tinydwn.technology.pdk_install import LOCK, InstallStep, install_pdk
from tinydwn.technology.pdk_state import state_of
from tinydwn.tools.ciel import find_ciel
from tinydwn.tools.download import Patience, Remote

QUICK = Patience(timeout_s=5.0, attempts=2, pause_s=0.0)


class Handler(BaseHTTPRequestHandler):
    """Serves the path of a file as its content; one below `/gone` is not there."""

    asked: list[str]

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        if self.path.startswith("/gone"):
            self.send_error(404)
            return
        body = self.path.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    Handler.asked = []
    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{http.server_address[1]}"
    http.shutdown()
    http.server_close()


def served(address: str, name: str = "nangate45", *, under: str = "/") -> Pdk:
    """Return a known PDK whose files come from the test's server."""

    def one(pinned: Pinned) -> Pinned:
        content = f"{under}{pinned.path}".encode()
        remote = Remote(address + content.decode(), hashlib.sha256(content).hexdigest(), len(content))
        return replace(pinned, remote=remote)

    pdk = find_pdk(name)
    return replace(pdk, files=tuple(map(one, pdk.files)))


@pytest.mark.parametrize("name", ["nangate45", "ihp-sg13g2", "egfet"])
def test_an_installed_pdk_is_complete_and_found(address: str, tmp_path: Path, name: str) -> None:
    pdk, told = served(address, name), []
    assert state_of(pdk, tmp_path).state == "absent"
    state = install_pdk(pdk, tmp_path / "pdk", patience=QUICK, on_event=told.append)
    assert (state.state, state.missing, state.remark) == ("complete", (), "")
    files = {str(path.relative_to(tmp_path / "pdk")) for path in (tmp_path / "pdk").rglob("*") if path.is_file()}
    assert files == {LOCK, *(one.path for one in pdk.files)}
    assert find_liberty(pdk.library, root=tmp_path / "pdk") == tmp_path / "pdk" / pdk.layouts[0].liberty
    size = pdk.files[0].remote.size_bytes
    assert InstallStep(pdk.name, Path(pdk.files[0].path).name, size, size) in told


def test_installing_twice_asks_for_nothing_more(address: str, tmp_path: Path) -> None:
    pdk = served(address)
    install_pdk(pdk, tmp_path, patience=QUICK)
    asked = list(Handler.asked)
    assert install_pdk(pdk, tmp_path, patience=QUICK).state == "complete"
    assert Handler.asked == asked


def test_only_what_is_missing_or_changed_is_fetched_again(address: str, tmp_path: Path) -> None:
    pdk = served(address)
    install_pdk(pdk, tmp_path, patience=QUICK)
    first, second = (tmp_path / one.path for one in pdk.files[:2])
    first.unlink()
    second.write_bytes(b"another")
    state = state_of(pdk, tmp_path)
    assert (state.state, state.remark) == ("incomplete", f"lacks {pdk.files[0].path}")
    Handler.asked.clear()
    assert install_pdk(pdk, tmp_path, patience=QUICK).state == "complete"
    assert Handler.asked == [f"/{one.path}" for one in pdk.files[:2]]
    second.write_bytes(b"another")
    changed = state_of(pdk, tmp_path)
    assert (changed.state, changed.remark) == ("different", f"not the pinned files: {pdk.files[1].path}")
    assert state_of(pdk, tmp_path, hashes=False).state == "complete"


def test_rules_for_extraction_are_brought_and_not_needed(address: str, tmp_path: Path) -> None:
    pdk = served(address)
    install_pdk(pdk, tmp_path, patience=QUICK)
    rules = tmp_path / "nangate45" / "rcx_patterns.rules"
    rules.unlink()
    state = state_of(pdk, tmp_path)
    assert (state.state, state.remark) == ("complete", "without nangate45/rcx_patterns.rules")
    assert install_pdk(pdk, tmp_path, patience=QUICK).remark == ""
    assert rules.is_file()


def test_an_installation_that_fails_leaves_no_half_file(address: str, tmp_path: Path) -> None:
    good, gone = served(address), served(address, under="/gone/")
    mixed = replace(good, files=(good.files[0], *gone.files[1:]))
    with pytest.raises(DownloadError, match="404 Not Found"):
        install_pdk(mixed, tmp_path, patience=QUICK)
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.name != LOCK] == [
        tmp_path / good.files[0].path
    ]
    assert install_pdk(good, tmp_path, patience=QUICK).state == "complete"


def test_two_installations_at_once_do_not_harm_each_other(address: str, tmp_path: Path) -> None:
    pdk = served(address)
    states: list[str] = []
    workers = [
        threading.Thread(target=lambda: states.append(install_pdk(pdk, tmp_path, patience=QUICK).state))
        for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert states == ["complete"] * 3
    assert sorted(Handler.asked) == sorted(f"/{one.path}" for one in pdk.files)


def test_the_folder_is_pdk_root_or_the_one_of_ciel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PDK_ROOT", str(tmp_path))
    assert pdk_root() == tmp_path
    assert pdk_root(tmp_path / "other") == tmp_path / "other"
    monkeypatch.delenv("PDK_ROOT")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert pdk_root() == tmp_path / ".ciel"


def test_a_folder_of_pdks_that_is_a_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(ConfigError) as caught:
        pdk_root(file)
    assert str(caught.value) == (
        f"the folder of the PDKs is '{file}', which is no folder\n\nhint: name a folder, which need not exist"
    )
    monkeypatch.setenv("PDK_ROOT", str(file))
    with pytest.raises(ConfigError) as caught:
        find_liberty("egfet")
    assert str(caught.value) == (
        f"PDK_ROOT is '{file}', which is no folder\n\nhint: name a folder, which need not exist, or unset PDK_ROOT"
    )


def test_an_unknown_name_is_refused_and_every_library_of_facts_has_a_pdk(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        find_pdk("gf180")
    assert str(caught.value) == (
        "no PDK is known for 'gf180'\n\nhint: choose one of sky130, nangate45, ihp-sg13g2, egfet, cnt-tft"
    )
    assert tuple(pdk.library for pdk in PDKS) == FACT_LIBRARIES
    assert find_liberty("gf180", root=tmp_path) is find_liberty("egfet", root=tmp_path) is None


def test_the_pinned_addresses_name_a_commit_and_no_secret_place() -> None:
    for one in (one for pdk in PDKS for one in pdk.files):
        host, owner, name, commit = one.remote.url.removeprefix("https://").split("/")[:4]
        assert host == "raw.githubusercontent.com"
        assert owner in {"The-OpenROAD-Project", "PrintedComputing"}
        assert name
        assert len(bytes.fromhex(commit)) == 20
        assert len(bytes.fromhex(one.remote.sha256)) == 32


def test_the_pinned_files_are_the_vendors_files(shared: Path) -> None:
    for pdk in (pdk for pdk in PDKS if pdk.files):
        state = state_of(pdk, shared / "pdk")
        assert state.different == (), pdk.name
        assert state.missing == (), pdk.name
        assert all(path.endswith(".rules") for path in state.spare)
        for one in pdk.files:
            if one.path in state.found:
                assert (shared / "pdk" / one.path).stat().st_size == one.remote.size_bytes


FAKE_CIEL = """#!/bin/sh
echo "$@" >> {log}
version=$8; for word; do version=$word; done
cd "$3" || exit 1
{body}
"""
LINKS = """
mkdir -p ciel/sky130/versions/$version/sky130A/libs.ref/sky130_fd_sc_hd/lib
cd ciel/sky130/versions/$version/sky130A/libs.ref/sky130_fd_sc_hd
mkdir -p techlef lef
touch lib/sky130_fd_sc_hd__tt_025C_1v80.lib techlef/sky130_fd_sc_hd__nom.tlef lef/sky130_fd_sc_hd.lef
cd "$3"
ln -sfn ciel/sky130/versions/$version/sky130A sky130A
printf %s $version > ciel/sky130/current
"""


def fake_ciel(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> Path:
    program, log = folder / "fake-ciel", folder / "log"
    program.write_text(FAKE_CIEL.format(log=log, body=body))
    program.chmod(0o755)
    monkeypatch.setenv("TINYDWN_CIEL", str(program))
    return log


def test_sky130_comes_through_ciel_in_its_pinned_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log, sky = fake_ciel(tmp_path, monkeypatch, LINKS), find_pdk("sky130")
    assert sky.ciel is not None
    root = tmp_path / "pdk"
    for _ in range(2):
        state = install_pdk(sky, root)
    assert (state.state, state.remark) == ("complete", f"version {sky.ciel.version[:12]}")
    libraries = " ".join(f"-l {name}" for name in sky.ciel.libraries)
    assert log.read_text() == f"enable --pdk-root {root} --pdk-family sky130 {libraries} {sky.ciel.version}\n"
    (root / "ciel" / "sky130" / "current").write_text("0" * 40)
    assert state_of(sky, root).remark == f"version 000000000000, not the pinned {sky.ciel.version[:12]}"


def test_ciel_that_fails_or_does_nothing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sky = find_pdk("sky130")
    fake_ciel(tmp_path, monkeypatch, "echo Version not found remotely.; exit 255")
    with pytest.raises(ProgramError) as caught:
        install_pdk(sky, tmp_path / "pdk")
    assert str(caught.value) == ("ciel failed, exit status 255\n\nhint: it said:\n    Version not found remotely.")
    fake_ciel(tmp_path, monkeypatch, "exit 0")
    with pytest.raises(LibraryError) as nothing:
        install_pdk(sky, tmp_path / "pdk")
    assert str(nothing.value) == (
        "'sky130' is absent after its installation: nothing is there\n\n"
        "hint: install it again, or by hand, and run 'tinydwn pdk check'"
    )
    monkeypatch.setenv("TINYDWN_CIEL", "no-such-ciel")
    with pytest.raises(ProgramMissing, match="TINYDWN_CIEL names 'no-such-ciel', which is not on the PATH"):
        install_pdk(sky, tmp_path / "pdk")


def test_ciel_is_looked_for_beside_this_python_and_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TINYDWN_CIEL", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    with pytest.raises(ProgramMissing) as caught:
        find_ciel()
    assert str(caught.value) == (
        "ciel was not found\n\nhint: pip install 'tinydwn[pdk]', or set TINYDWN_CIEL to its executable"
    )
    for folder in (tmp_path / "path", tmp_path):
        folder.mkdir(exist_ok=True)
        (folder / "ciel").touch(mode=0o755)
        assert find_ciel() == folder / "ciel"


def test_a_pdk_of_another_origin_is_used_and_never_replaced(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sky = find_pdk("sky130")
    assert state_of(sky, shared / "pdk").remark == "not installed by ciel: its version is not known"
    fake_ciel(tmp_path, monkeypatch, LINKS)
    (tmp_path / "pdk" / "sky130A").mkdir(parents=True)
    with pytest.raises(OutputError) as caught:
        install_pdk(sky, tmp_path / "pdk")
    assert str(caught.value) == (
        f"'{tmp_path / 'pdk' / 'sky130A'}' was not installed by ciel, which will not replace it\n\n"
        "hint: use it as it is, move it away, or choose another PDK_ROOT"
    )
