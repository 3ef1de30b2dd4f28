"""OpenML against a server on this machine that also misbehaves on purpose."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tinydwn.data import load_dataset
from tinydwn.data.cache import Cache
from tinydwn.data.openml import OpenML
from tinydwn.errors import DataError

ARFF = b"""@relation fruit
@attribute id numeric
@attribute grams numeric
@attribute skin {red,green}
@attribute Class {apple,pear}
@data
1,120,red,apple
2,95,green,pear
3,130,red,apple
4,90,green,pear
"""


class Server:
    """Answers from `routes`: path -> (status, body, announced length or None); counts what was asked."""

    def __init__(self):
        self.routes = {}
        self.asked = []
        self.delay_s = 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                status, body, announced = outer.routes.get(self.path, (404, b"no such thing", None))
                time.sleep(outer.delay_s)
                with contextlib.suppress(ConnectionError):
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body) if announced is None else announced))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, format, *args):  # noqa: A002 - the name of the base class
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def offer(self, number, content=ARFF, **changes):
        told = {
            "id": str(number),
            "format": "ARFF",
            "url": f"{self.url}/file/{number}.arff",
            "md5_checksum": hashlib.md5(content).hexdigest(),
            "default_target_attribute": "Class",
            "row_id_attribute": "id",
        } | changes
        self.routes[f"/api/v1/json/data/{number}"] = (200, json.dumps({"data_set_description": told}).encode(), None)
        self.routes[f"/file/{number}.arff"] = (200, content, None)

    def stop(self):
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def load(server, tmp_path, monkeypatch):
    monkeypatch.delenv("TINYDWN_DATA", raising=False)

    def load_it(source="phoneme", **options):
        return load_dataset(source, cache_folder=tmp_path / "cache", openml_url=server.url, **options)

    return load_it


def refused(load, *arguments, **options):
    with pytest.raises(DataError) as caught:
        load(*arguments, **options)
    return str(caught.value)


HINT = "\n\nhint: check the network, or set TINYDWN_DATA to a folder that holds phoneme.csv.gz"


def test_a_named_set_is_fetched_once_and_then_read_from_the_cache(server, load, tmp_path):
    server.offer(1489)
    first = load()
    assert first.name == "phoneme"
    assert first.feature_names == ("grams", "skin=red")
    assert first.class_names == ("apple", "pear")
    assert load().digest == first.digest
    assert server.asked == ["/api/v1/json/data/1489", "/file/1489.arff"]
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == [
        "openml-1489.arff",
        "openml-1489.arff.sha256",
        "openml-1489.json",
        "openml-1489.json.sha256",
    ]


def test_any_set_is_fetched_by_number(server, load):
    server.offer(77)
    assert load("openml:77").name == "openml-77"


def test_the_environment_names_server_and_cache(server, tmp_path, monkeypatch):
    monkeypatch.delenv("TINYDWN_DATA", raising=False)
    monkeypatch.setenv("TINYDWN_OPENML_URL", server.url + "/")
    monkeypatch.setenv("TINYDWN_CACHE", str(tmp_path / "own"))
    server.offer(1489)
    assert load_dataset("phoneme").samples == 4
    assert (tmp_path / "own" / "openml-1489.arff").read_bytes() == ARFF


def test_another_column_may_be_the_class(server, load):
    server.offer(1489, row_id_attribute=None, ignore_attribute=["id", "Class"])
    assert load(target="skin").class_names == ("green", "red")


@pytest.mark.parametrize("victim", ["openml-1489.arff", "openml-1489.arff.sha256", "openml-1489.json"])
def test_a_damaged_cache_entry_is_fetched_again(server, load, tmp_path, victim):
    server.offer(1489)
    digest = load().digest
    path = tmp_path / "cache" / victim
    path.write_bytes(path.read_bytes()[:-3] + b"xyz")
    assert load().digest == digest
    assert len(server.asked) == 3
    assert load().digest == digest
    assert len(server.asked) == 3


@pytest.mark.parametrize("victim", ["openml-1489.arff", "openml-1489.arff.sha256"])
def test_half_an_entry_counts_as_none(server, load, tmp_path, victim):
    server.offer(1489)
    load()
    (tmp_path / "cache" / victim).unlink()
    assert load().samples == 4
    assert len(server.asked) == 3


def test_a_sound_cache_needs_no_server(server, load):
    server.offer(1489)
    load()
    server.routes.clear()
    assert load().samples == 4


def test_a_server_that_has_no_such_set_is_quoted(server, load):
    assert refused(load) == f"{server.url}/api/v1/json/data/1489 answered 404 Not Found" + HINT


def test_a_server_in_trouble_is_quoted(server, load):
    server.routes["/api/v1/json/data/1489"] = (500, b"", None)
    assert refused(load) == f"{server.url}/api/v1/json/data/1489 answered 500 Internal Server Error" + HINT


def test_a_download_that_ends_early_is_noticed_and_not_kept(server, load, tmp_path):
    server.offer(1489)
    server.routes["/file/1489.arff"] = (200, ARFF[:100], 999)
    assert refused(load) == f"{server.url}/file/1489.arff cannot be fetched: 100 of 999 bytes came" + HINT
    assert not (tmp_path / "cache" / "openml-1489.arff").exists()
    server.offer(1489)
    assert load().samples == 4


def test_a_file_that_does_not_match_its_announced_checksum_is_refused(server, load, tmp_path):
    server.offer(1489, md5_checksum="0" * 32)
    found = hashlib.md5(ARFF).hexdigest()
    assert refused(load) == (
        f"{server.url}/file/1489.arff has the MD5 {found}, OpenML announced {'0' * 32}\n\n"
        "hint: try again; if it stays so, the file on OpenML was changed"
    )
    assert not (tmp_path / "cache" / "openml-1489.arff").exists()


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"data_set_description": {"url": "x"}}', b"\xff"])
def test_an_answer_that_is_no_description_is_refused_and_not_kept(server, load, tmp_path, body):
    server.routes["/api/v1/json/data/1489"] = (200, body, None)
    assert refused(load) == (
        "the description of OpenML's data set 1489 is not understood\n\nhint: check the address of OpenML"
    )
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("changes", [{"format": "Sparse_ARFF"}, {"default_target_attribute": None}])
def test_a_set_that_is_no_table_with_a_class_is_refused(server, load, changes):
    server.offer(1489, **changes)
    assert refused(load) == (
        "OpenML's data set 1489 is no table with one class column in ARFF\n\nhint: check the address of OpenML"
    )


def test_a_file_that_is_not_utf_8_is_refused(server, load):
    server.offer(1489, content=ARFF + b"\xff")
    assert refused(load) == "OpenML's data set 1489 is not UTF-8\n\nhint: download and convert it by hand"


@pytest.mark.parametrize("url", ["http://elsewhere.invalid/x.arff", "file:///etc/hostname", "ftp://x/y"])
def test_only_https_and_the_own_server_are_followed(server, load, url):
    server.offer(1489, url=url)
    assert refused(load) == f"OpenML refers to {url}, which is no HTTPS address" + HINT


def test_nobody_answering_is_told(server, load):
    server.offer(1489)
    server.stop()
    server.stop = lambda: None
    assert refused(load).startswith(f"{server.url}/api/v1/json/data/1489 cannot be fetched: [Errno 111]")


def test_a_server_that_is_silent_is_not_waited_for_forever(server, tmp_path):
    server.offer(1489)
    server.delay_s = 0.5
    openml = OpenML(Cache(tmp_path), url=server.url, timeout_s=0.05)
    with pytest.raises(DataError) as caught:
        openml.table(1489, name="phoneme")
    assert str(caught.value) == f"{server.url}/api/v1/json/data/1489 cannot be fetched: timed out" + HINT


def test_a_download_that_never_ends_is_not_waited_for_forever(server, tmp_path):
    server.offer(1489)
    openml = OpenML(Cache(tmp_path), url=server.url, deadline_s=0.0)
    with pytest.raises(DataError) as caught:
        openml.table(1489, name="phoneme")
    assert str(caught.value) == f"{server.url}/api/v1/json/data/1489 cannot be fetched: not done after 0 s" + HINT


def test_a_cache_folder_that_cannot_be_written_is_told(server, tmp_path, monkeypatch):
    monkeypatch.delenv("TINYDWN_DATA", raising=False)
    server.offer(1489)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError) as caught:
        load_dataset("phoneme", cache_folder=tmp_path / "file", openml_url=server.url)
    assert str(caught.value) == (
        f"the cache folder {tmp_path / 'file'} cannot be written: File exists\n\n"
        "hint: set TINYDWN_CACHE to a folder that can be"
    )


def test_a_stop_while_writing_leaves_no_draft_and_the_old_entry(tmp_path, monkeypatch):
    cache = Cache(tmp_path)
    cache.write("entry", b"old")

    def stopped(descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", stopped)
    with pytest.raises(KeyboardInterrupt):
        cache.write("entry", b"new")
    assert cache.read("entry") == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["entry", "entry.sha256"]
