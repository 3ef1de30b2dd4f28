"""A file comes whole and right from a server that misbehaves, or not at all."""

from __future__ import annotations

import hashlib
import socket
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinydwn.errors import DownloadError, OutputError
from tinydwn.tools.checksum import sha256_of
from tinydwn.tools.download import Patience, Remote, download
from tinydwn.tools.lock import locked

CONTENT = bytes(range(256)) * 40
QUICK = Patience(timeout_s=5.0, deadline_s=20.0, attempts=4, pause_s=0.0)


class Server:
    """Serves `CONTENT`; each request is answered by the next of `ways`, the last one again and again."""

    def __init__(self) -> None:
        self.ways: list[str] = []
        self.ranges: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.ranges.append(self.headers.get("Range", ""))
                way = outer.ways.pop(0) if len(outer.ways) > 1 else outer.ways[0]
                outer.answer(self, way)

            def log_message(self, *words: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/file"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def answer(self, to: BaseHTTPRequestHandler, way: str) -> None:
        start = int(self.ranges[-1].removeprefix("bytes=").removesuffix("-") or 0)
        if way.isdigit():
            to.send_error(int(way))
            return
        kind, _, cut = way.partition(":")
        body = {"wrong": b"\0" * len(CONTENT), "longer": CONTENT + b"more"}.get(kind, CONTENT)
        if kind == "whole":
            start = 0
        shift = 1 if kind == "shifted" and start else 0
        to.send_response(206 if start else 200)
        if start:
            to.send_header("Content-Range", f"bytes {start - shift}-{len(body) - 1}/{len(body)}")
        told = len(body) - start
        body = body[start : start + int(cut)] if cut else body[start:]
        if kind != "silent":
            to.send_header("Content-Length", str(len(body) if kind == "liar" else told))
        to.end_headers()
        to.wfile.write(body)

    def remote(self) -> Remote:
        return Remote(self.url, hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.http.shutdown()
    running.http.server_close()


def only(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_comes_whole_and_nothing_else_stays(server: Server, tmp_path: Path) -> None:
    server.ways = ["good"]
    heard: list[int] = []
    download(server.remote(), tmp_path / "new" / "file", patience=QUICK, on_bytes=heard.append)
    assert (tmp_path / "new" / "file").read_bytes() == CONTENT
    assert sha256_of(tmp_path / "new" / "file") == server.remote().sha256
    assert (only(tmp_path / "new"), heard[-1], server.ranges) == (["file"], len(CONTENT), [""])


@pytest.mark.parametrize(
    ("ways", "ranges"),
    [
        (["good:1000", "good"], ["", "bytes=1000-"]),
        (["good:1000", "good:50", "good"], ["", "bytes=1000-", "bytes=1050-"]),
        (["silent:1000", "good"], ["", "bytes=1000-"]),
        (["liar:1000", "good"], ["", "bytes=1000-"]),
        (["good:1000", "whole"], ["", "bytes=1000-"]),
        (["good:1000", "whole:10", "good"], ["", "bytes=1000-", "bytes=10-"]),
        (["good:1000", "shifted", "good"], ["", "bytes=1000-", "bytes=1000-"]),
        (["good:1000", "416", "good"], ["", "bytes=1000-", ""]),
        (["wrong", "good"], ["", ""]),
        (["wrong:1000", "good", "good"], ["", "bytes=1000-", ""]),
        (["longer", "good"], ["", ""]),
        (["503", "429", "good"], ["", "", ""]),
        (["good:0", "good"], ["", ""]),
    ],
)
def test_what_a_server_does_wrong_is_made_good(
    server: Server, tmp_path: Path, ways: list[str], ranges: list[str]
) -> None:
    server.ways = ways
    download(server.remote(), tmp_path / "file", patience=QUICK)
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert only(tmp_path) == ["file"]
    assert server.ranges == ranges


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["good:1", "whole:5000", "wrong:7", "liar:3000", "503", "416", "longer"]), max_size=5))
def test_whatever_goes_wrong_there_is_the_right_file_or_none(ways: list[str]) -> None:
    server = Server()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        server.ways = [*ways, "good"]
        try:
            download(server.remote(), path, patience=QUICK)
        except DownloadError:
            assert not path.exists()
        else:
            assert path.read_bytes() == CONTENT
    server.http.shutdown()
    server.http.server_close()


def test_a_broken_off_download_goes_on_in_a_later_call(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    server.ways = ["good:1000", "503"]
    with pytest.raises(DownloadError) as caught:
        download(server.remote(), tmp_path / "file", patience=QUICK)
    assert str(caught.value) == (
        f"{server.url} could not be fetched: the server answered 503 Service Unavailable\n\n"
        "hint: check the network and try again: what came is kept, and the next attempt goes on from there"
    )
    assert caught.value.exit_code == 4
    assert (tmp_path / "file").read_bytes() == b"old"
    server.ways = ["good"]
    download(server.remote(), tmp_path / "file", patience=QUICK)
    assert server.ranges[-1] == "bytes=1000-"
    assert only(tmp_path) == ["file"]


def test_a_server_that_always_serves_another_file_is_refused(server: Server, tmp_path: Path) -> None:
    server.ways = ["wrong"]
    with pytest.raises(DownloadError, match=r"its sha256 is [0-9a-f]{64}, [0-9a-f]{64} is expected"):
        download(server.remote(), tmp_path / "file", patience=QUICK)
    assert only(tmp_path) == []


def test_a_file_that_is_gone_is_not_asked_for_again(server: Server, tmp_path: Path) -> None:
    server.ways = ["404"]
    with pytest.raises(DownloadError, match="the server answered 404 Not Found"):
        download(server.remote(), tmp_path / "file", patience=QUICK)
    assert server.ranges == [""]


def test_a_server_that_is_not_there_and_an_odd_address_are_named(server: Server, tmp_path: Path) -> None:
    server.http.server_close()
    with pytest.raises(DownloadError, match=r"could not be fetched: Connection refused"):
        download(server.remote(), tmp_path / "file", patience=QUICK)
    with pytest.raises(DownloadError, match="file:///etc/passwd is no HTTP address"):
        download(Remote("file:///etc/passwd", "0" * 64, 1), tmp_path / "file", patience=QUICK)


def test_a_machine_without_a_network_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise URLError(socket.gaierror(-2, "Name or service not known"))

    monkeypatch.setattr(urllib.request, "urlopen", unknown)
    with pytest.raises(DownloadError) as caught:
        download(Remote("https://example.org/a", "0" * 64, 1), tmp_path / "file", patience=QUICK)
    assert str(caught.value) == (
        "https://example.org/a could not be fetched: there is no network, or no server 'example.org'\n\n"
        "hint: check the network and try again: what came is kept, and the next attempt goes on from there"
    )


def test_a_deadline_ends_the_attempts(server: Server, tmp_path: Path) -> None:
    server.ways = ["good"]
    with pytest.raises(DownloadError, match="it was not done in time"):
        download(server.remote(), tmp_path / "file", patience=Patience(deadline_s=0.0))
    assert len(server.ranges) == 1


def test_a_place_that_cannot_be_written_is_named(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    server.ways = ["good"]
    with pytest.raises(OutputError, match="cannot be written: Is a directory"):
        download(server.remote(), tmp_path / "file", patience=QUICK)


def test_a_lock_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    with locked(tmp_path / "lock", timeout_s=1.0):
        with pytest.raises(OutputError) as caught, locked(tmp_path / "lock", timeout_s=0.0):
            pass
        assert str(caught.value) == (
            f"another process has held '{tmp_path / 'lock'}' for 0 s\n\nhint: wait until it has ended"
        )
    with locked(tmp_path / "lock", timeout_s=0.0):
        pass
    with pytest.raises(OutputError, match="cannot be written"), locked(tmp_path / "no" / "lock", timeout_s=0.0):
        pass
