"""A bundle is whole or not there, whatever happens while it is written."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import BundleError, OutputError
from tinydwn.export import exchange as exchanging
from tinydwn.export.bundle import Bundle, is_bundle, read_bundle, require_replaceable, write_bundle
from tinydwn.export.bundle_files import MANIFEST_FILE

ONE = Bundle({"report.json": b"{}", "core/netlist.v": b"module core; endmodule\n"})
TWO = Bundle({"report.json": b"{2}", "chip/netlist.v": b"module chip; endmodule\n", "empty": b""})
NEW_FOLDER = "hint: choose an empty or a new folder with --out"
AGAIN = "hint: run 'tinydwn synth' again to write the folder anew"
PART = st.text(st.characters(exclude_characters="/\\\0"), min_size=1, max_size=12).filter(
    lambda part: part not in {".", ".."} and part != MANIFEST_FILE
)


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(params=["exchanged", "renamed"])
def swapping(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Replace in one step, and in two as on systems that cannot exchange names."""
    if request.param == "renamed":
        monkeypatch.setattr(exchanging, "exchange", lambda one, other: False)
    return str(request.param)


def test_a_written_bundle_is_read_again(tmp_path: Path) -> None:
    write_bundle(ONE, tmp_path / "deep" / "out")
    assert read_bundle(tmp_path / "deep" / "out") == ONE
    assert listing(tmp_path / "deep") == ["out"]
    assert is_bundle(tmp_path / "deep" / "out")


def test_the_same_files_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    other = Bundle(dict(reversed(ONE.files.items())))
    assert (other.digest, other.manifest) == (ONE.digest, ONE.manifest)
    assert ONE.digest != TWO.digest
    assert json.loads(ONE.manifest)["digest"] == ONE.digest


@given(st.dictionaries(PART, st.binary(max_size=20), max_size=5), st.data())
def test_any_change_of_a_file_changes_the_digest(files: dict[str, bytes], data: st.DataObject) -> None:
    bundle = Bundle(files)
    if not files:
        return
    name = data.draw(st.sampled_from(sorted(files)))
    assert Bundle({**files, name: files[name] + b"!"}).digest != bundle.digest
    assert Bundle({key: value for key, value in files.items() if key != name}).digest != bundle.digest
    assert Bundle({key + "x" * (key == name): value for key, value in files.items()}).digest != bundle.digest


@pytest.mark.parametrize(
    "name", ["", "/etc/passwd", "../up", "a/../../b", "a//b", "a/", ".", "a\\b", "a\0b", MANIFEST_FILE]
)
def test_a_file_cannot_leave_the_folder(name: str) -> None:
    with pytest.raises(ValueError, match="a bundle cannot hold a file named"):
        Bundle({name: b""})


def test_a_bundle_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        ONE.files["new"] = b""  # type: ignore[index]


def test_a_bundle_replaces_an_older_one(tmp_path: Path, swapping: str) -> None:
    write_bundle(ONE, tmp_path / "out")
    write_bundle(TWO, tmp_path / "out")
    assert read_bundle(tmp_path / "out") == TWO
    assert listing(tmp_path) == ["out"]


def test_a_bundle_fills_an_empty_folder(tmp_path: Path, swapping: str) -> None:
    (tmp_path / "out").mkdir()
    write_bundle(ONE, tmp_path / "out")
    assert read_bundle(tmp_path / "out") == ONE


def test_files_that_are_no_bundle_are_never_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError) as caught:
        write_bundle(ONE, tmp_path)
    assert str(caught.value) == f"'{tmp_path}' holds files that are no bundle\n\n{NEW_FOLDER}"
    assert listing(tmp_path) == ["thesis.txt"]


def test_a_file_that_a_user_put_into_a_bundle_is_never_removed(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_bundle(ONE, folder)
    (folder / "core" / "notes.txt").write_text("mine")
    with pytest.raises(OutputError) as caught:
        write_bundle(TWO, folder)
    assert str(caught.value) == (
        f"'{folder}' holds a file that tinydwn did not write: 'core/notes.txt'\n\n"
        "hint: move it elsewhere, or choose another folder with --out"
    )
    with pytest.raises(BundleError) as extra:
        read_bundle(folder)
    assert str(extra.value) == f"'{folder}/core/notes.txt' is not part of the bundle\n\nhint: move it elsewhere"
    (folder / "core" / "notes.txt").unlink()
    assert read_bundle(folder) == ONE


def test_a_file_in_the_place_of_the_folder_is_kept(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError) as caught:
        require_replaceable(tmp_path / "out")
    assert str(caught.value) == f"'{tmp_path}/out' is a file\n\nhint: choose a folder with --out"


@pytest.mark.parametrize("to", ["bundle", "empty", "absent"])
@pytest.mark.parametrize("end", ["", "/"])
def test_a_symbolic_link_in_the_place_of_the_folder_is_refused(to: str, end: str, tmp_path: Path) -> None:
    write_bundle(ONE, tmp_path / "bundle")
    (tmp_path / "empty").mkdir()
    (tmp_path / "out").symlink_to(to)
    with pytest.raises(OutputError) as caught:
        write_bundle(TWO, Path(f"{tmp_path}/out{end}"))
    assert str(caught.value) == (
        f"'{tmp_path}/out' is a symbolic link, which a new folder would replace\n\n"
        "hint: name the folder that it leads to with --out"
    )
    assert listing(tmp_path) == ["bundle", "empty", "out"]
    assert read_bundle(tmp_path / "bundle") == ONE


def test_a_link_above_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to("disk")
    write_bundle(ONE, tmp_path / "link" / "out")
    write_bundle(TWO, tmp_path / "link" / "out")
    assert read_bundle(tmp_path / "disk" / "out") == TWO
    assert listing(tmp_path / "disk") == ["out"]


def test_a_file_above_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    with pytest.raises(OutputError) as caught:
        write_bundle(ONE, tmp_path / "file" / "out")
    assert caught.value.message in {
        f"'{tmp_path}/file/out' cannot be written: {os.strerror(errno.ENOTDIR)}",
        f"'{tmp_path}/file/out' cannot be written: {os.strerror(errno.EEXIST)}",
    }


def broken(number: int) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("call", ["fsync", "mkdir", "rename"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_what_stood_there_survives_a_disk_that_is_full_or_locked(
    call: str, number: int, swapping: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    write_bundle(ONE, folder)
    with monkeypatch.context() as patch:
        if call == "fsync":
            patch.setattr(os, "fsync", broken(number))
        elif call == "mkdir":
            patch.setattr(Path, "mkdir", broken(number))
        else:
            patch.setattr(exchanging, "exchange", lambda one, other: False)
            patch.setattr(Path, "rename", broken(number))
        with pytest.raises(OutputError) as caught:
            write_bundle(TWO, folder)
    assert str(caught.value) == (
        f"'{folder}' cannot be written: {os.strerror(number)}\n\n"
        "hint: choose a folder that you may write to, on a disk with space, with --out"
    )
    assert read_bundle(folder) == ONE
    assert listing(tmp_path) == ["out"]


def test_the_old_bundle_returns_where_the_second_rename_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "out"
    write_bundle(ONE, folder)
    rename, calls = Path.rename, []

    def second_fails(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == 2:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return rename(self, target)

    monkeypatch.setattr(exchanging, "exchange", lambda one, other: False)
    monkeypatch.setattr(Path, "rename", second_fails)
    with pytest.raises(OutputError):
        write_bundle(TWO, folder)
    assert read_bundle(folder) == ONE
    assert listing(tmp_path) == ["out"]


WRITE_LARGE = """
import resource, sys
from pathlib import Path
from tinydwn.errors import OutputError
from tinydwn.export.bundle import Bundle, write_bundle
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_bundle(Bundle({"large": b"x" * 100_000}), Path(sys.argv[1]))
except OutputError as error:
    print(error.message)
"""


def test_a_write_that_the_system_cuts_short_leaves_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITE_LARGE, str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"'{tmp_path}/out' cannot be written: File too large\n"
    assert listing(tmp_path) == []


WRITE_SLOWLY = """
import os, sys, time
from pathlib import Path
from tinydwn.export.bundle import Bundle, write_bundle
flush, flushed = os.fsync, []
def slow(descriptor):
    flushed.append(descriptor)
    if len(flushed) == int(sys.argv[2]):
        print("here", flush=True)
        time.sleep(600)
    flush(descriptor)
os.fsync = slow
write_bundle(Bundle({"one": b"1", "chip/two": b"2", "three": b""}), Path(sys.argv[1]))
"""


@pytest.mark.parametrize("at", [1, 3, 5])
def test_a_killed_run_leaves_the_old_bundle_and_the_next_run_cleans_up(at: int, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_bundle(ONE, folder)
    command = [sys.executable, "-c", WRITE_SLOWLY, str(folder), str(at)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    assert len(listing(tmp_path)) == 2
    other = Bundle({"other": b""})
    write_bundle(other, tmp_path / "out")
    assert len(listing(tmp_path)) == 2, "the folder of a run that still runs stays"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert read_bundle(folder) == other
    write_bundle(TWO, folder)
    assert read_bundle(folder) == TWO
    assert listing(tmp_path) == ["out"]


def test_a_bundle_that_was_killed_between_two_renames_returns(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_bundle(ONE, folder)
    folder.rename(tmp_path / ".out.999999999-01234567.new.old")
    (tmp_path / ".out.999999999-01234567.new").mkdir()
    with pytest.raises(OutputError):
        write_bundle(Bundle({"a": b"", "a/b": b""}), folder)
    assert read_bundle(folder) == ONE
    assert listing(tmp_path) == ["out"]


def test_left_overs_that_are_links_go_and_what_they_lead_to_stays(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").touch()
    for name in ("01234567.new", "01234567.new.old", "89abcdef.new.old"):
        (tmp_path / f".out.999999999-{name}").symlink_to("kept" if name[0] == "0" else "nowhere")
    write_bundle(ONE, tmp_path / "out")
    assert read_bundle(tmp_path / "out") == ONE
    assert listing(tmp_path) == ["kept", "out"]
    assert listing(tmp_path / "kept") == ["file"]


def test_siblings_of_other_folders_are_left_alone(tmp_path: Path) -> None:
    names = [".out2.999999999-01234567.new", ".outx.999999999-01234567.new", ".out.new", ".o.t.999999999-01234567.new"]
    for name in names:
        (tmp_path / name).mkdir()
    write_bundle(ONE, tmp_path / "out")
    write_bundle(ONE, tmp_path / "o*t")
    assert listing(tmp_path) == sorted([*names, "out", "o*t"])


def test_two_folders_exchange_their_names_or_say_that_they_cannot(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    done = exchanging.exchange(tmp_path / "a", tmp_path / "b")
    assert listing(tmp_path / "a") == (["b"] if done else ["a"])
    assert not exchanging.exchange(tmp_path / "a", tmp_path / "absent")


def test_a_changed_missing_or_unreadable_file_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_bundle(ONE, folder)
    (folder / "report.json").write_bytes(b"{1}")
    with pytest.raises(BundleError) as changed:
        read_bundle(folder)
    assert str(changed.value) == f"'{folder}/report.json' was changed after it was written\n\n{AGAIN}"
    (folder / "report.json").unlink()
    with pytest.raises(BundleError) as missing:
        read_bundle(folder)
    assert str(missing.value) == f"'{folder}/report.json' cannot be read: No such file or directory\n\n{AGAIN}"


def test_a_folder_that_is_no_bundle_is_named(tmp_path: Path) -> None:
    with pytest.raises(BundleError) as absent:
        read_bundle(tmp_path / "absent")
    assert str(absent.value) == (
        f"'{tmp_path}/absent' does not exist\n\nhint: name a folder that 'tinydwn synth' wrote"
    )
    with pytest.raises(BundleError) as empty:
        read_bundle(tmp_path)
    assert empty.value.message == f"'{tmp_path}' is no bundle: MANIFEST.json: No such file or directory"
    assert not is_bundle(tmp_path)


MANIFESTS = {
    "{": "is not JSON",
    "[" * 100_000: "is not JSON: it is nested too deeply",
    "\udcff": "is not JSON",
    "[]": "is not the manifest of a bundle",
    '{"schema": "other/1"}': "is not the manifest of a bundle",
    '{"schema": "tinydwn.bundle/1"}': "was changed after it was written",
    '{"schema": "tinydwn.bundle/1", "digest": 1, "files": {}}': "was changed after it was written",
    '{"schema": "tinydwn.bundle/1", "digest": "", "files": {"../up": ""}}': "was changed after it was written",
    '{"schema": "tinydwn.bundle/1", "digest": "", "files": {"MANIFEST.json": ""}}': "was changed after it was written",
    '{"schema": "tinydwn.bundle/1", "digest": "", "files": {}}': "was changed after it was written",
}


@pytest.mark.parametrize("text", MANIFESTS, ids=range(len(MANIFESTS)))
def test_a_broken_manifest_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / MANIFEST_FILE).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(BundleError) as caught:
        read_bundle(tmp_path)
    assert caught.value.message.startswith(f"'{tmp_path}/MANIFEST.json' {MANIFESTS[text]}")


def test_a_folder_that_cannot_be_looked_into_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "iterdir", broken(errno.EACCES))
    with pytest.raises(OutputError) as caught:
        require_replaceable(tmp_path)
    assert str(caught.value) == (
        f"'{tmp_path}' cannot be read: Permission denied\n\nhint: choose a folder that you may write to, with --out"
    )
